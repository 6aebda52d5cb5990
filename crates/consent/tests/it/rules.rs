//! Each rule of `docs/formats/consent.md`, one test or more. C12 is in `everyone`.

use crate::people::{OTHER_PHOTO, PHOTO, People, grant, noon, wide_terms};
use consent::{Denied, Error, Intent, Permission, Request, Subject, Terms, Verb};
use vocab::limits::{CLOCK_SKEW_SECONDS_MAX, CONSENT_DAYS_MAX, VIEWS_MAX};

fn withdraw(verb: Verb, subject: Subject) -> Intent {
    Intent::Withdraw { verb: Some(verb), subject }
}

#[test]
fn c1_nothing_is_allowed_unless_granted() {
    let people = People::agreed_on(wide_terms());
    for verb in Verb::ALL {
        assert_eq!(people.ask(verb).unwrap_err(), Denied::NotGranted(Verb::Receive));
    }
    let mut people = people;
    people.ben_says(grant(Verb::Receive));
    assert!(people.ask(Verb::Receive).is_ok());
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NotGranted(Verb::View));
    people.anna_says(grant(Verb::View));
    assert!(people.ask(Verb::View).is_ok());
    assert_eq!(people.ask(Verb::Keep).unwrap_err(), Denied::NotGranted(Verb::Keep));
    assert_eq!(people.ask(Verb::Show).unwrap_err(), Denied::NotGranted(Verb::Show));
}

#[test]
fn c1_strangers_and_monologues_are_denied() {
    let people = People::sharing();
    let (anna, ben) = (people.anna_id(), people.ben_id());
    let stranger = vocab::PersonId::from_bytes([9; 32]);
    for (from, to) in [(anna, anna), (ben, ben), (anna, stranger), (stranger, ben)] {
        let request = Request { verb: Verb::View, share: PHOTO, from, to, now: people.now };
        assert_eq!(people.ledger.live_grant(&request).unwrap_err(), Denied::NotParties);
    }
}

#[test]
fn c2_a_yes_without_a_near_end_cannot_be_said() {
    let mut people = People::agreed_on(wide_terms());
    let ben = people.ben.clone();
    let latest = noon().plus_days(CONSENT_DAYS_MAX);
    for not_after in
        [latest.plus_seconds(1), noon(), vocab::Timestamp::parse_utc("1970-01-01").unwrap()]
    {
        let intent = Intent::grant(Verb::Receive, Subject::All, not_after);
        assert_eq!(people.try_say(&ben, intent).unwrap_err(), Error::ExpiryOutOfRange);
        let intent = Intent::Propose(Terms { until: not_after, ..wide_terms() });
        assert_eq!(people.try_say(&ben, intent).unwrap_err(), Error::ExpiryOutOfRange);
    }
    people.ben_says(Intent::grant(Verb::Receive, Subject::All, latest));
}

#[test]
fn c3_one_persons_grant_is_not_the_others() {
    let mut people = People::agreed_on(wide_terms());
    for verb in Verb::ALL {
        people.anna_says(grant(verb));
    }
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NotGranted(Verb::Receive));
    let mut people = People::agreed_on(wide_terms());
    for verb in Verb::ALL {
        people.ben_says(grant(verb));
    }
    assert!(people.ask(Verb::Receive).is_ok());
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NotGranted(Verb::View));
}

#[test]
fn c4_withdraw_beats_every_earlier_grant() {
    for verb in [Some(Verb::View), None] {
        for subject in [Subject::Share(PHOTO), Subject::All] {
            let mut people = People::sharing();
            people.anna_says(Intent::grant(Verb::View, Subject::Share(PHOTO), wide_terms().until));
            people.anna_says(Intent::Withdraw { verb, subject });
            assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::Withdrawn(Verb::View));
            let elsewhere = people.ask_about(Verb::View, OTHER_PHOTO);
            assert_eq!(elsewhere.is_ok(), subject != Subject::All);
        }
    }
}

#[test]
fn c4_a_withdrawal_leaves_other_verbs_photos_and_later_grants_alone() {
    let mut people = People::sharing();
    people.anna_says(grant(Verb::Keep));
    people.anna_says(withdraw(Verb::Show, Subject::All));
    people.anna_says(withdraw(Verb::View, Subject::Share(OTHER_PHOTO)));
    people.anna_says(withdraw(Verb::Receive, Subject::All));
    assert!(people.ask(Verb::Keep).is_ok());
    people.anna_says(withdraw(Verb::View, Subject::Share(PHOTO)));
    assert!(people.ask(Verb::Keep).is_err());
    people.anna_says(Intent::grant(Verb::View, Subject::Share(PHOTO), wide_terms().until));
    assert!(people.ask(Verb::Keep).is_ok());
}

#[test]
fn c4_saying_no_to_receiving_stops_looking_too() {
    let mut people = People::sharing();
    people.ben_says(withdraw(Verb::Receive, Subject::All));
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::Withdrawn(Verb::Receive));
}

#[test]
fn c5_narrower_terms_count_at_once_and_alone() {
    let mut people = People::sharing();
    people.anna_says(grant(Verb::Keep));
    let narrow = Terms { views_max: 2, until: noon().plus_days(3), ..wide_terms() };
    people.ben_says(Intent::Propose(Terms { keep: Permission::NotAllowed, ..narrow }));
    let live = people.ask(Verb::View).unwrap();
    assert_eq!((live.views_max(), live.not_after()), (2, noon().plus_days(3)));
    assert_eq!(people.ask(Verb::Keep).unwrap_err(), Denied::NotAllowed(Verb::Keep));
}

#[test]
fn c5_a_shorter_grant_replaces_a_longer_one() {
    let mut people = People::sharing();
    people.anna_says(Intent::grant(Verb::View, Subject::Share(PHOTO), noon().plus_seconds(60)));
    assert_eq!(people.ask(Verb::View).unwrap().not_after(), noon().plus_seconds(60));
    people.now = noon().plus_seconds(60);
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::Expired(Verb::View));
}

#[test]
fn c6_wider_terms_need_both() {
    let narrow = Terms::offered(noon());
    let mut people = People::agreed_on(narrow);
    people.ben_says(grant(Verb::Receive));
    people.anna_says(grant(Verb::View));
    people.anna_says(Intent::Propose(wide_terms()));
    people.anna_says(grant(Verb::Keep));
    assert_eq!(people.ask(Verb::Keep).unwrap_err(), Denied::NotAllowed(Verb::Keep));
    assert_eq!(people.ask(Verb::View).unwrap().views_max(), 1);
    people.ben_says(Intent::Agree(wide_terms()));
    assert_eq!(people.ask(Verb::View).unwrap().views_max(), 10);
}

#[test]
fn c6_narrowing_then_widening_needs_both_again() {
    let mut people = People::sharing();
    people.anna_says(grant(Verb::Keep));
    assert!(people.ask(Verb::Keep).is_ok());
    people.anna_says(Intent::Propose(Terms { keep: Permission::NotAllowed, ..wide_terms() }));
    people.anna_says(Intent::Propose(wide_terms()));
    assert_eq!(people.ask(Verb::Keep).unwrap_err(), Denied::NotAllowed(Verb::Keep));
    people.ben_says(Intent::Agree(wide_terms()));
    assert!(people.ask(Verb::Keep).is_ok());
}

#[test]
fn c6_keep_and_show_need_the_terms_and_their_own_grant() {
    for verb in [Verb::Keep, Verb::Show] {
        let mut people = People::agreed_on(Terms::offered(noon()));
        people.ben_says(grant(Verb::Receive));
        people.anna_says(grant(Verb::View));
        people.anna_says(grant(verb));
        assert_eq!(people.ask(verb).unwrap_err(), Denied::NotAllowed(verb));
        people.anna_says(Intent::Propose(wide_terms()));
        people.ben_says(Intent::Agree(wide_terms()));
        assert_eq!(people.ask(verb).unwrap_err(), Denied::OtherTerms(verb));
        people.anna_says(grant(verb));
        assert!(people.ask(verb).is_ok());
        people.anna_says(withdraw(Verb::View, Subject::All));
        assert_eq!(people.ask(verb).unwrap_err(), Denied::Withdrawn(Verb::View));
    }
}

#[test]
fn c7_an_end_by_either_ends_everything_for_good() {
    for anna_ends in [true, false] {
        let mut people = People::sharing();
        if anna_ends {
            people.anna_says(Intent::End)
        } else {
            people.ben_says(Intent::End)
        };
        for verb in Verb::ALL {
            assert_eq!(people.ask(verb).unwrap_err(), Denied::Ended);
        }
        for key in [people.anna.clone(), people.ben.clone()] {
            assert_eq!(people.try_say(&key, grant(Verb::View)).unwrap_err(), Error::Ended);
            let propose = Intent::Propose(wide_terms());
            assert_eq!(people.try_say(&key, propose).unwrap_err(), Error::Ended);
            people.try_say(&key, Intent::withdraw_all()).unwrap();
        }
    }
}

#[test]
fn c7_a_grant_signed_before_hearing_of_the_end_changes_nothing() {
    let mut people = People::sharing();
    let ben = people.ben.clone();
    let grant = people.sign(&ben, grant(Verb::Receive)).unwrap();
    people.anna_says(Intent::End);
    people.ledger.append(&grant).unwrap();
    assert_eq!(people.ask(Verb::Receive).unwrap_err(), Denied::Ended);
}

#[test]
fn c8_the_last_second_is_over_and_the_earliest_end_wins() {
    let ends = [(4, 9, 9), (9, 4, 9), (9, 9, 4)];
    for (terms_days, receive_days, view_days) in ends {
        let terms = Terms { until: noon().plus_days(terms_days), ..wide_terms() };
        let mut people = People::agreed_on(terms);
        let grant = |verb, days| Intent::grant(verb, Subject::All, noon().plus_days(days));
        people.ben_says(grant(Verb::Receive, receive_days));
        people.anna_says(grant(Verb::View, view_days));
        assert_eq!(people.ask(Verb::View).unwrap().not_after(), noon().plus_days(4));
        people.now =
            vocab::Timestamp::from_unix_seconds(noon().plus_days(4).unix_seconds() - 1).unwrap();
        assert!(people.ask(Verb::View).is_ok());
        people.now = noon().plus_days(4);
        assert!(matches!(
            people.ask(Verb::View).unwrap_err(),
            Denied::PolicyExpired | Denied::Expired(_)
        ));
    }
}

#[test]
fn c8_the_fewest_views_win() {
    for (receive, view, expected) in
        [(None, None, 10), (Some(3), None, 3), (Some(7), Some(2), 2), (None, Some(VIEWS_MAX), 10)]
    {
        let mut people = People::agreed_on(wide_terms());
        let grant = |verb, views_max| Intent::Grant {
            verb,
            subject: Subject::All,
            not_after: wide_terms().until,
            views_max,
        };
        people.ben_says(grant(Verb::Receive, receive));
        people.anna_says(grant(Verb::View, view));
        assert_eq!(people.ask(Verb::View).unwrap().views_max(), expected);
    }
}

#[test]
fn c9_a_clock_set_back_stops_a_yes_but_never_a_no() {
    let mut people = People::sharing();
    people.wait_days(2);
    people.anna_says(grant(Verb::View));
    people.now = noon();
    let anna = people.anna.clone();
    assert_eq!(people.try_say(&anna, grant(Verb::Keep)).unwrap_err(), Error::ClockBehind);
    people.anna_says(withdraw(Verb::View, Subject::All));
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::Withdrawn(Verb::View));
    let times: Vec<_> =
        people.ledger.statements_of(people.anna_id()).iter().map(|s| s.time).collect();
    assert!(times.is_sorted());
}

#[test]
fn c10_nothing_is_live_until_both_have_signed_the_same_terms() {
    let mut people = People::strangers();
    people.anna_says(Intent::Propose(wide_terms()));
    people.ben_says(grant(Verb::Receive));
    people.anna_says(grant(Verb::View));
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NoPolicy);
    let ben = people.ben.clone();
    let other = Terms { views_max: 3, ..wide_terms() };
    assert_eq!(people.try_say(&ben, Intent::Agree(other)).unwrap_err(), Error::TermsChanged);
    people.ben_says(Intent::Propose(other));
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NoPolicy);
    people.anna_says(Intent::Agree(other));
    assert_eq!(people.ask(Verb::View).unwrap().views_max(), 3);
}

#[test]
fn c11_a_statement_about_the_future_is_not_live_yet() {
    let mut people = People::agreed_on(wide_terms());
    people.ben_says(grant(Verb::Receive));
    let now = people.now;
    people.now = now.plus_seconds(CLOCK_SKEW_SECONDS_MAX + 1);
    people.anna_says(grant(Verb::View));
    people.now = now;
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::NotYet(Verb::View));
    people.now = now.plus_seconds(1);
    assert!(people.ask(Verb::View).is_ok());

    let mut people = People::agreed_on(wide_terms());
    people.now = vocab::Timestamp::from_unix_seconds(noon().unix_seconds() - 301).unwrap();
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::PolicyNotYet);
}

#[test]
fn c11_terms_count_from_the_later_signature() {
    let mut people = People::strangers();
    people.anna_says(Intent::Propose(wide_terms()));
    people.now = noon().plus_seconds(CLOCK_SKEW_SECONDS_MAX + 1);
    people.ben_says(Intent::Agree(wide_terms()));
    people.ben_says(grant(Verb::Receive));
    assert!(people.ask(Verb::Receive).is_ok());
    people.now = noon();
    assert_eq!(people.ask(Verb::Receive).unwrap_err(), Denied::PolicyNotYet);
}

#[test]
fn c11_a_no_from_the_future_counts_at_once() {
    let mut people = People::sharing();
    let now = people.now;
    people.now = now.plus_days(10);
    people.anna_says(withdraw(Verb::View, Subject::All));
    people.now = now;
    assert_eq!(people.ask(Verb::View).unwrap_err(), Denied::Withdrawn(Verb::View));
}
