//! C12: a photo in which others can be seen needs their yes as well.

use crate::people::{OTHER_PHOTO, PHOTO, People, grant, noon, wide_terms};
use consent::{Denied, Depicted, Intent, Ledger, LiveGrant, Pair, Request, Subject, Terms, Verb};
use crypto::sign::IdentityKey;
use vocab::{InviteId, PersonId, Timestamp};

/// Anna and Ben, who share; and Cleo, who can be seen in the photo and has a ledger with Anna.
struct Three {
    pair: People,
    cleo: IdentityKey,
    with_cleo: Ledger,
    nonce: u8,
}

impl Three {
    /// Cleo lets Anna show others her photos; Anna and Ben share.
    fn agreed() -> Self {
        let mut pair = People::sharing();
        pair.anna_says(grant(Verb::Keep));
        let cleo = IdentityKey::from_seed(&[0x99; 32]);
        let invite = InviteId::from_bytes([0x98; 16]);
        let with_cleo = Ledger::new(Pair::new(pair.anna.public(), cleo.public(), invite).unwrap());
        let mut three = Self { pair, cleo, with_cleo, nonce: 0 };
        let (anna, cleo) = (three.pair.anna.clone(), three.cleo.clone());
        three.say(&cleo, Intent::Propose(wide_terms()));
        three.say(&anna, Intent::Agree(wide_terms()));
        three.say(&anna, grant(Verb::Receive));
        three.say(&cleo, grant(Verb::View));
        three.say(&cleo, grant(Verb::Show));
        three
    }

    fn say(&mut self, key: &IdentityKey, intent: Intent) {
        self.nonce += 1;
        let nonce = [self.nonce; 16];
        let unsigned = self.with_cleo.next(key.public().person(), intent, self.pair.now, nonce);
        self.with_cleo.append(&unsigned.unwrap().sign(key).unwrap()).unwrap();
    }

    fn cleo_says(&mut self, intent: Intent) {
        self.say(&self.cleo.clone(), intent);
    }

    fn cleo_id(&self) -> PersonId {
        self.cleo.public().person()
    }

    fn ask_with(&self, verb: Verb, depicted: &[Depicted<'_>]) -> Result<LiveGrant, Denied> {
        let (from, to, now) = (self.pair.anna_id(), self.pair.ben_id(), self.pair.now);
        let request = Request { verb, share: PHOTO, from, to, now };
        self.pair.ledger.live_grant_of_all(&request, depicted)
    }

    /// May Anna do this for Ben, with a photo in which Cleo can be seen?
    fn ask(&self, verb: Verb) -> Result<LiveGrant, Denied> {
        let cleo = Depicted { person: self.cleo_id(), ledger: Some(&self.with_cleo) };
        self.ask_with(verb, &[cleo])
    }
}

const NO: Option<Denied> = Some(Denied::NotEveryone);

#[test]
fn c12_the_third_persons_yes_is_needed_and_her_no_is_enough() {
    let mut three = Three::agreed();
    assert!(three.ask(Verb::View).is_ok());
    three.cleo_says(Intent::Withdraw { verb: Some(Verb::Show), subject: Subject::Share(PHOTO) });
    assert_eq!(three.ask(Verb::View).err(), NO);
    assert_eq!(three.ask(Verb::Receive).err(), NO, "nothing may be sent either");
    // Anna and Ben go on with photos in which Cleo is not.
    assert!(three.ask_with(Verb::View, &[]).is_ok());
    three.cleo_says(grant(Verb::Show));
    assert!(three.ask(Verb::View).is_ok());
    three.cleo_says(Intent::End);
    assert_eq!(three.ask(Verb::View).err(), NO);
}

#[test]
fn c12_silence_and_a_strangers_ledger_are_no() {
    let three = Three::agreed();
    let cleo = three.cleo_id();
    let stranger = PersonId::from_bytes([7; 32]);
    for (person, ledger) in [
        (cleo, None),
        (stranger, None),
        (stranger, Some(&three.with_cleo)),
        (cleo, Some(&three.pair.ledger)),
    ] {
        let depicted = [Depicted { person, ledger }];
        assert_eq!(three.ask_with(Verb::View, &depicted).err(), NO);
    }
    // A yes does not make up for another one's silence.
    let both = [
        Depicted { person: cleo, ledger: Some(&three.with_cleo) },
        Depicted { person: stranger, ledger: None },
    ];
    assert_eq!(three.ask_with(Verb::View, &both).err(), NO);
}

#[test]
fn c12_the_two_themselves_may_be_in_the_photo() {
    let three = Three::agreed();
    let people = [three.pair.anna_id(), three.pair.ben_id()];
    let depicted = people.map(|person| Depicted { person, ledger: None });
    assert_eq!(three.ask_with(Verb::View, &depicted), three.ask_with(Verb::View, &[]));
}

#[test]
fn c12_keeping_takes_the_third_persons_yes_to_keeping() {
    let mut three = Three::agreed();
    assert!(three.ask_with(Verb::Keep, &[]).is_ok());
    assert_eq!(three.ask(Verb::Keep).err(), NO);
    three.cleo_says(grant(Verb::Keep));
    assert!(three.ask(Verb::Keep).is_ok());
}

#[test]
fn c12_the_earliest_end_and_the_fewest_views_of_all_hold() {
    let mut three = Three::agreed();
    let not_after = noon().plus_days(1);
    let subject = Subject::Share(PHOTO);
    three.cleo_says(Intent::Grant { verb: Verb::Show, subject, not_after, views_max: Some(2) });
    let live = three.ask(Verb::View).unwrap();
    assert_eq!((live.not_after(), live.views_max()), (not_after, 2));
    three.pair.now = not_after;
    assert_eq!(three.ask(Verb::View).err(), NO);

    // Terms that Cleo narrows alone hold for what Anna shows of her.
    let mut three = Three::agreed();
    let until: Timestamp = noon().plus_days(3);
    three.cleo_says(Intent::Propose(Terms { until, views_max: 1, ..wide_terms() }));
    let live = three.ask(Verb::View).unwrap();
    assert_eq!((live.not_after(), live.views_max()), (until, 1));
}

#[test]
fn c12_a_yes_for_another_photo_is_not_one_for_this() {
    let mut three = Three::agreed();
    three.cleo_says(Intent::Withdraw { verb: Some(Verb::Show), subject: Subject::All });
    let subject = Subject::Share(OTHER_PHOTO);
    three.cleo_says(Intent::grant(Verb::Show, subject, wide_terms().until));
    assert_eq!(three.ask(Verb::View).err(), NO);
}
