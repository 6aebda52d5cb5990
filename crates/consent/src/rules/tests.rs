//! The rules proved by exhaustion: every ledger of up to seven statements over small alphabets,
//! each judged by the rules and by a [`reference`] that was written separately from the
//! specification, at every moment at which an answer can change.
//!
//! What is enumerated are pairs of chains ([`walk`]) and, for a photo with a third person in it,
//! four chains of two ledgers ([`three`]). The rules see chains and nothing else, so one judgement
//! stands for every order in which the statements of a ledger may be made and arrive; the numbers
//! printed tell both. Which statements fit a ledger at all depends on what each author had seen:
//! that is enumerated by itself ([`seen`]). [`faults`] shows that the enumeration notices what it
//! should: each planted fault is found.
//!
//! `VELUM_TEST_SCALE` above 1 makes the ledgers one statement longer.

mod faults;
mod focus;
mod letters;
mod reference;
mod seen;
mod three;
mod walk;

use super::*;

impl AsRef<Statement> for Statement {
    fn as_ref(&self) -> &Statement {
        self
    }
}

/// How much longer than usual the ledgers are.
fn longer() -> usize {
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|text| text.parse().ok());
    usize::from(scale.unwrap_or(1_u32) > 1)
}

/// One person's chain, as the rules and the reference read it.
type Chain<'a> = Vec<&'a Statement>;

/// Until when and for how many views; nothing for a no.
type Answer = Option<Bounds>;

/// What is put to the test: the rules, or the rules with a fault planted.
type Judge<'j> = &'j dyn Fn([&[&Statement]; 2], &Question) -> Answer;

/// The rules as they are.
fn rules(chains: [&[&Statement]; 2], question: &Question) -> Answer {
    Said { chains }.judge_all(question, &[]).ok()
}

/// Anna shows, Ben sees. Asking the other way round would be the same with the names exchanged, and
/// the alphabets of both are enumerated.
fn ask(verb: Verb, now: Timestamp) -> Question {
    Question { shower: letters::ANNA, verb, share: letters::PHOTO, now }
}

/// Whether `after` allows more than `before`.
fn is_wider(before: Answer, after: Answer) -> bool {
    match (before, after) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => new.not_after > old.not_after || new.views_max > old.views_max,
    }
}
