//! The alphabets: what a person may say, each letter one statement.

use super::super::*;
use crate::statement::{Grant, Policy, Subject};
use crate::{Terms, TermsDigest};
use vocab::{PairId, PersonId};

pub(super) const ANNA: Side = Side::First;
pub(super) const BEN: Side = Side::Second;
pub(super) const PHOTO: ShareId = ShareId::from_bytes([0xA1; 16]);
pub(super) const OTHER: ShareId = ShareId::from_bytes([0xB2; 16]);

/// When statements are dated, unless their author's clock is ahead.
pub(super) fn today() -> Timestamp {
    Timestamp::parse_utc("2026-11-24T12:00Z").unwrap()
}

/// What a clock that is a day ahead says.
pub(super) fn tomorrow() -> Timestamp {
    today().plus_days(1)
}

/// When short grants and narrow terms end.
pub(super) fn short() -> Timestamp {
    today().plus_days(2)
}

/// When long grants and wide terms end.
pub(super) fn long() -> Timestamp {
    today().plus_days(9)
}

/// Every moment at which an answer can change: the second before it, and itself. In between all
/// comparisons come out the same, so these stand for all moments.
pub(super) fn moments() -> Vec<Timestamp> {
    let before =
        |time: Timestamp, s| Timestamp::from_unix_seconds(time.unix_seconds() - s).unwrap();
    let skew = limits::CLOCK_SKEW_SECONDS_MAX;
    let changes = [before(today(), skew), before(tomorrow(), skew), short(), long()];
    changes.into_iter().flat_map(|change| [before(change, 1), change]).collect()
}

pub(super) fn narrow() -> Terms {
    Terms { until: short(), ..Terms::offered(today()) }
}

pub(super) fn wide() -> Terms {
    Terms {
        until: long(),
        views_max: 5,
        keep: Permission::Allowed,
        show: Permission::Allowed,
        ..narrow()
    }
}

/// A statement dated today. Who says it follows from the chain it is put into.
pub(super) fn says(act: Act) -> Statement {
    Statement {
        pair: PairId::from_bytes([1; 16]),
        author: PersonId::from_bytes([2; 32]),
        seq: 0,
        prev: None,
        seen: None,
        time: today(),
        nonce: [0; 16],
        act,
    }
}

/// The same, dated tomorrow.
pub(super) fn ahead(statement: Statement) -> Statement {
    Statement { time: tomorrow(), ..statement }
}

pub(super) fn policy(revision: u32, terms: Terms) -> Statement {
    says(Act::Policy(Policy { revision, terms, terms_digest: TermsDigest::of(&terms) }))
}

/// Yes, under wide terms, without a limit on views of its own.
pub(super) fn yes(verb: Verb, subject: Subject, not_after: Timestamp) -> Statement {
    grant(verb, subject, not_after, None, wide())
}

pub(super) fn grant(
    verb: Verb,
    subject: Subject,
    not_after: Timestamp,
    views_max: Option<u32>,
    under: Terms,
) -> Statement {
    let terms_digest = TermsDigest::of(&under);
    says(Act::Grant(Grant { verb, subject, not_after, views_max, terms_digest }))
}

pub(super) fn no(verb: impl Into<Option<Verb>>, subject: Subject) -> Statement {
    says(Act::Withdraw { verb: verb.into(), subject })
}

pub(super) fn end() -> Statement {
    says(Act::End)
}
