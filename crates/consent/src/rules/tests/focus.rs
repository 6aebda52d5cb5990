//! What the enumeration looks at closely. Each focus has few letters and long ledgers, or all
//! letters and shorter ones.

use super::super::*;
use super::letters::{OTHER, PHOTO, ahead, end, grant, long, narrow, no, policy, short, wide, yes};
use super::walk::Focus;
use super::{longer, rules};
use crate::statement::Subject::{All, Share};
use Verb::{Keep, Receive, Show, View};

/// Wide terms are agreed, Ben receives, Anna shows.
pub(super) fn sharing() -> [Vec<Statement>; 2] {
    [
        vec![policy(0, wide()), yes(View, All, long())],
        vec![policy(0, wide()), yes(Receive, All, long())],
    ]
}

/// From the first word on: terms, receiving, looking, taking back, ending.
pub(super) fn looking() -> Focus {
    Focus {
        name: "looking",
        letters: [
            vec![
                policy(0, wide()),
                policy(1, wide()),
                policy(1, narrow()),
                yes(View, All, long()),
                grant(View, Share(PHOTO), short(), Some(2), wide()),
                no(View, Share(PHOTO)),
            ],
            vec![
                policy(0, wide()),
                policy(1, wide()),
                policy(1, narrow()),
                yes(Receive, All, long()),
                no(None, All),
                end(),
            ],
        ],
        before: [Vec::new(), Vec::new()],
        statements: 7 + longer(),
    }
}

/// Keeping: its own grant, the terms it was given under, and what takes it away.
pub(super) fn keeping() -> Focus {
    Focus {
        name: "keeping",
        letters: [
            vec![
                policy(1, wide()),
                policy(1, narrow()),
                policy(2, wide()),
                yes(Keep, Share(PHOTO), long()),
                grant(Keep, All, short(), None, narrow()),
                no(Keep, All),
                no(View, All),
            ],
            vec![
                policy(1, wide()),
                policy(1, narrow()),
                policy(2, wide()),
                no(Receive, All),
                yes(Receive, All, short()),
            ],
        ],
        before: sharing(),
        statements: 7 + longer(),
    }
}

/// Terms up to the sixth revision, with everything granted from the start.
pub(super) fn terms() -> Focus {
    let all = (1..=6).flat_map(|revision| [narrow(), wide()].map(|terms| policy(revision, terms)));
    let all: Vec<_> = all.collect();
    let [mut anna, ben] = sharing();
    anna.push(yes(Keep, All, long()));
    Focus {
        name: "terms",
        letters: [all.clone(), all],
        before: [anna, ben],
        statements: 7 + longer(),
    }
}

/// Clocks that are ahead, and expiry.
pub(super) fn clocks() -> Focus {
    let anna = vec![
        policy(0, wide()),
        ahead(policy(0, wide())),
        ahead(policy(1, narrow())),
        yes(View, All, long()),
        ahead(yes(View, All, short())),
        ahead(no(View, All)),
    ];
    let ben = vec![
        policy(0, wide()),
        ahead(policy(0, wide())),
        yes(Receive, All, long()),
        ahead(yes(Receive, All, long())),
        ahead(end()),
    ];
    let before = [Vec::new(), Vec::new()];
    Focus { name: "clocks", letters: [anna, ben], before, statements: 7 + longer() }
}

/// Everything that can be said, by both, from nothing or after a share.
pub(super) fn everything(before: [Vec<Statement>; 2], statements: usize) -> Focus {
    let mut letters = vec![end(), no(None, All), no(None, Share(PHOTO)), no(None, Share(OTHER))];
    for terms in [narrow(), wide()] {
        letters.extend([0, 1].map(|revision| policy(revision, terms)));
    }
    for verb in [Receive, View, Keep, Show] {
        letters.extend([All, Share(PHOTO), Share(OTHER)].map(|subject| no(verb, subject)));
        letters.push(yes(verb, All, long()));
        letters.push(yes(verb, Share(OTHER), long()));
        letters.push(grant(verb, Share(PHOTO), short(), Some(2), wide()));
        letters.push(grant(verb, All, long(), Some(3), narrow()));
    }
    let name = "everything";
    Focus { name, letters: [letters.clone(), letters], before, statements }
}

fn all_answers_fit(focus: &Focus, ledgers_min: u64) {
    let count = focus.walk(&rules).unwrap_or_else(|found| panic!("{}: {found:?}", focus.name));
    assert!(count.ledgers >= ledgers_min, "{count:?}");
    assert!(count.yes > 1000, "{count:?}");
}

#[test]
fn c4_c5_c7_every_way_to_look_and_take_back_is_judged_as_the_reference_does() {
    all_answers_fit(&looking(), 300_000);
}

#[test]
fn c5_c6_every_way_to_keep_is_judged_as_the_reference_does() {
    all_answers_fit(&keeping(), 500_000);
}

#[test]
fn c6_c10_every_way_to_change_terms_is_judged_as_the_reference_does() {
    all_answers_fit(&terms(), 40_000);
}

#[test]
fn c8_c11_every_way_clocks_can_differ_is_judged_as_the_reference_does() {
    all_answers_fit(&clocks(), 50_000);
}

#[test]
fn c1_c3_whatever_is_said_first_is_judged_as_the_reference_does() {
    let focus = everything([Vec::new(), Vec::new()], 3 + longer());
    focus.walk(&rules).unwrap_or_else(|found| panic!("{found:?}"));
}

#[test]
fn c1_c3_whatever_is_said_after_a_share_is_judged_as_the_reference_does() {
    all_answers_fit(&everything(sharing(), 3 + longer()), 150_000);
}
