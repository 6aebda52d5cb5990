//! Statements that do not fit, each wrong in one way only and properly signed.

use super::*;
use crate::statement::{Statement, Subject};
use crate::{Intent, Terms, Unsigned, Verb};
use crypto::sign::IdentityKey;
use vocab::InviteId;

fn anna() -> IdentityKey {
    IdentityKey::from_seed(&[1; 32])
}

fn ben() -> IdentityKey {
    IdentityKey::from_seed(&[2; 32])
}

fn pair() -> Pair {
    Pair::new(anna().public(), ben().public(), InviteId::from_bytes([3; 16])).unwrap()
}

fn noon() -> Timestamp {
    Timestamp::parse_utc("2026-11-24T12:00Z").unwrap()
}

fn next(ledger: &Ledger, key: &IdentityKey, intent: Intent) -> Statement {
    ledger.next(key.public().person(), intent, noon(), [0; 16]).unwrap().0
}

fn sign(key: &IdentityKey, statement: Statement) -> Signed {
    Unsigned(statement).sign(key).unwrap()
}

/// Anna has proposed terms, Ben has agreed and receives, Anna shows.
fn begun() -> Ledger {
    let mut ledger = Ledger::new(pair());
    let terms = Terms::offered(noon());
    for (key, intent) in [
        (anna(), Intent::Propose(terms)),
        (ben(), Intent::Agree(terms)),
        (ben(), Intent::grant(Verb::Receive, Subject::All, terms.until)),
        (anna(), Intent::grant(Verb::View, Subject::All, terms.until)),
    ] {
        let signed = sign(&key, next(&ledger, &key, intent));
        ledger.append(&signed).unwrap();
    }
    ledger
}

fn check(change: impl FnOnce(&mut Statement, &Ledger), expected: Error) {
    let mut ledger = begun();
    let before = ledger.clone();
    let mut statement = next(&ledger, &anna(), Intent::withdraw_all());
    change(&mut statement, &ledger);
    let signed = sign(&anna(), statement);
    assert_eq!(ledger.append(&signed), Err(expected));
    assert_eq!(ledger, before, "a refused statement leaves no trace");
}

#[test]
fn the_same_statement_twice_changes_nothing() {
    let mut ledger = begun();
    let before = ledger.clone();
    for statement in before.statements() {
        assert_eq!(ledger.append(statement.signed()), Ok(Appended::AlreadyHere));
    }
    assert_eq!(ledger, before);
}

#[test]
fn statements_that_do_not_continue_their_chain_are_refused() {
    check(|s, _| s.seq = 1, Error::Fork { seq: 1 });
    check(|s, _| s.seq = 3, Error::Gap { expected: 2, found: 3 });
    check(|s, _| s.prev = s.seen, Error::BrokenLink { seq: 2 });
    check(|s, _| s.prev = None, Error::Malformed);
    check(|s, _| s.seq = 0, Error::Malformed);
    check(|s, l| s.prev = Some(l.chain(Side::First)[0].digest()), Error::BrokenLink { seq: 2 });
}

#[test]
fn c9_a_statement_dated_before_the_last_is_refused() {
    let earlier = Timestamp::from_unix_seconds(noon().unix_seconds() - 1).unwrap();
    check(|s, _| s.time = earlier, Error::TimeBackwards { seq: 2 });
}

#[test]
fn citations_must_be_known_the_others_and_never_fewer() {
    check(|s, _| s.seen = Some(StatementDigest([9; 32])), Error::SeenUnknown { seq: 2 });
    check(|s, _| s.seen = s.prev, Error::SeenUnknown { seq: 2 });
    check(|s, _| s.seen = None, Error::SeenBackwards { seq: 2 });
    check(
        |s, l| s.seen = Some(l.statements_of(ben().public().person())[0].digest()),
        Error::SeenBackwards { seq: 2 },
    );
}

#[test]
fn another_pairs_statement_is_refused() {
    check(|s, _| s.pair = vocab::PairId::from_bytes([0; 16]), Error::WrongPair);
}

#[test]
fn a_statement_for_one_partner_cannot_be_shown_beside_another() {
    let signed = begun().statements_of(anna().public().person())[0].signed().clone();
    let eve = IdentityKey::from_seed(&[5; 32]);
    let pair = Pair::new(anna().public(), eve.public(), InviteId::from_bytes([3; 16])).unwrap();
    assert_eq!(Ledger::new(pair).append(&signed), Err(Error::WrongPair));
}

#[test]
fn only_the_author_can_sign_as_the_author() {
    let ledger = begun();
    let statement = next(&ledger, &anna(), Intent::End);
    assert_eq!(Unsigned(statement.clone()).sign(&ben()).unwrap_err(), Error::WrongKey);

    let payload = crate::codec::encode_statement(&statement);
    for (forged, expected) in [
        (ben().sign("velum/statement/v1", payload.clone()), Error::NotAuthentic),
        (anna().sign("velum/other/v1", payload), Error::NotAuthentic),
    ] {
        let signed = Signed::from_bytes(forged).unwrap();
        assert_eq!(ledger.clone().append(&signed), Err(expected));
    }
    let eve = IdentityKey::from_seed(&[5; 32]);
    let mut statement = statement;
    statement.author = eve.public().person();
    assert_eq!(ledger.clone().append(&sign(&eve, statement)), Err(Error::Stranger));
}

#[test]
fn revisions_count_up_by_one() {
    let propose = |revision: u32| {
        let ledger = begun();
        let terms = Terms::offered(noon());
        let mut statement = next(&ledger, &anna(), Intent::Propose(terms));
        let Act::Policy(policy) = &mut statement.act else { unreachable!() };
        policy.revision = revision;
        ledger.clone().append(&sign(&anna(), statement))
    };
    assert_eq!(propose(0), Err(Error::RevisionOutOfOrder { seq: 2 }));
    assert_eq!(propose(1), Ok(Appended::New));
    assert_eq!(propose(2), Err(Error::RevisionOutOfOrder { seq: 2 }));
    assert_eq!(propose(u32::MAX), Err(Error::RevisionOutOfOrder { seq: 2 }));
}

#[test]
fn c10_the_same_terms_in_other_words_are_not_agreed() {
    let terms = Terms::offered(noon());
    let agreed_with = |words: &[u8]| {
        let mut ledger = Ledger::new(pair());
        let mut proposal = next(&ledger, &anna(), Intent::Propose(terms));
        let mut answer = next(&ledger, &ben(), Intent::Propose(terms));
        let Act::Policy(policy) = &mut proposal.act else { unreachable!() };
        policy.terms_digest = crate::TermsDigest(crypto::digest::sha256(&[words]));
        ledger.append(&sign(&anna(), proposal)).unwrap();
        answer.seen = ledger.head_of(anna().public().person());
        ledger.append(&sign(&ben(), answer)).unwrap();
        ledger.agreed().is_some()
    };
    assert!(agreed_with(crate::terms::words(&terms).as_bytes()));
    assert!(!agreed_with(b"You may keep everything."));
}

#[test]
fn every_changed_byte_is_refused() {
    let ledger = begun();
    let signed = sign(&anna(), next(&ledger, &anna(), Intent::End));
    for at in 0..signed.as_bytes().len() {
        for change in [0x01, 0x20, 0x80] {
            let mut bytes = signed.as_bytes().to_vec();
            bytes[at] ^= change;
            let changed = Signed::from_bytes(bytes).unwrap();
            assert!(ledger.clone().append(&changed).is_err(), "byte {at}");
        }
        let cut = Signed::from_bytes(signed.as_bytes()[..at].to_vec()).unwrap();
        assert!(ledger.clone().append(&cut).is_err());
    }
    let mut longer = signed.as_bytes().to_vec();
    longer.push(0);
    assert_eq!(ledger.clone().append(&Signed::from_bytes(longer).unwrap()), Err(Error::Malformed));
    assert_eq!(Signed::from_bytes(vec![0; limits::STATEMENT_BYTES_MAX + 1]), Err(Error::TooBig));
}

#[test]
fn a_full_chain_still_takes_a_withdrawal_and_an_end() {
    let mut ledger = begun();
    let until = Terms::offered(noon()).until;
    let mut add = |intent: Intent| -> Result<(), Error> {
        let author = anna().public().person();
        ledger.take_in(Verified::trusted(ledger.next(author, intent, noon(), [0; 16])?))
    };
    let until_full = |add: &mut dyn FnMut(Intent) -> Result<(), Error>, intent: Intent| {
        let mut count = 0;
        while add(intent).is_ok() {
            count += 1;
        }
        assert_eq!(add(intent), Err(Error::Full));
        count
    };
    let grants = until_full(&mut add, Intent::grant(Verb::View, Subject::All, until));
    let withdrawals = until_full(&mut add, Intent::withdraw_all());
    assert_eq!((grants, withdrawals), (limits::STATEMENTS_MAX / 2 - 500 - 2, 499));
    assert_eq!(add(Intent::End), Ok(()));
    assert_eq!(add(Intent::End), Err(Error::Full));
}
