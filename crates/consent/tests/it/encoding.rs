//! One encoding only: everything else is refused, although properly signed.

use crate::people::{People, grant, noon, wide_terms};
use crate::raw::{Fields, Value, fields, payload, sign};
use consent::{Error, Intent, Ledger, Signed, Terms, Verb};
use crypto::sign::unverified_payload;
use vocab::limits::{CONSENT_DAYS_MAX, VIEWS_MAX};

/// Ben's next grant with its fields changed, signed by Ben.
fn check(change: impl FnOnce(&mut Fields), expected: Error) {
    check_next(grant(Verb::Receive), change, expected);
}

fn check_next(intent: Intent, change: impl FnOnce(&mut Fields), expected: Error) {
    let mut people = People::agreed_on(wide_terms());
    let ben = people.ben.clone();
    let signed = people.sign(&ben, intent).unwrap();
    let good = unverified_payload(signed.as_bytes()).unwrap();
    let mut changed = fields(&good);
    assert_eq!(payload(&changed), good, "this test writes as the crate does");
    change(&mut changed);
    let changed = Signed::from_bytes(sign(&ben, payload(&changed))).unwrap();
    assert_eq!(people.ledger.append(&changed), Err(expected));
}

fn set(key: u8, value: Value) -> impl FnOnce(&mut Fields) {
    move |fields| {
        fields.retain(|(own, _)| *own != key);
        let at = fields.iter().position(|(own, _)| *own > key).unwrap_or(fields.len());
        fields.insert(at, (key, value));
    }
}

fn without(key: u8) -> impl FnOnce(&mut Fields) {
    move |fields| fields.retain(|(own, _)| *own != key)
}

#[test]
fn a_second_spelling_is_refused() {
    check(|fields| fields.swap(0, 1), Error::Malformed);
    check(|fields| fields.push(fields[0].clone()), Error::Malformed);
    check(set(16, Value::Number(1)), Error::Malformed);
    check(set(0, Value::Number(1)), Error::Malformed);
}

#[test]
fn longer_numbers_and_open_maps_are_refused() {
    let mut people = People::agreed_on(wide_terms());
    let ben = people.ben.clone();
    let signed = people.sign(&ben, grant(Verb::Receive)).unwrap();
    let good = unverified_payload(signed.as_bytes()).unwrap();
    let mut long_number = good.clone();
    long_number.splice(2..3, [0x18, 0x01]);
    let mut open_map = good.clone();
    open_map[0] = 0xBF;
    open_map.push(0xFF);
    let mut trailing = good;
    trailing.push(0xF6);
    for bad in [long_number, open_map, trailing, Vec::new()] {
        let bad = Signed::from_bytes(sign(&ben, bad)).unwrap();
        assert_eq!(people.ledger.append(&bad), Err(Error::Malformed));
    }
}

#[test]
fn each_kind_of_statement_has_exactly_its_fields() {
    let bytes = |count| Value::Bytes(vec![7; count]);
    for key in [1, 2, 3, 4, 7, 8, 12, 13, 14] {
        check(without(key), Error::Malformed);
    }
    check(set(15, Value::Map(vec![(1, 1), (2, 0), (3, 0), (4, 0), (5, 0)])), Error::Malformed);
    check(set(1, Value::Number(2)), Error::Malformed);
    for kind in [0, 1, 3, 4, 5, 6, 7, 255, 256] {
        check(set(7, Value::Number(kind)), Error::Malformed);
    }
    for verb in [0, 5, 256] {
        check(set(8, Value::Number(verb)), Error::Malformed);
    }
    for (key, count) in [(2, 15), (3, 31), (9, 17), (9, 32), (12, 31), (14, 0)] {
        check(set(key, bytes(count)), Error::Malformed);
    }
    check(set(4, Value::Number(1 << 32)), Error::Malformed);
    check(set(13, Value::Number(u64::MAX)), Error::Malformed);
    for (key, value) in
        [(8, Value::Number(2)), (9, bytes(16)), (10, Value::Number(0)), (12, bytes(32))]
    {
        check_next(Intent::End, set(key, value), Error::Malformed);
    }
    check_next(Intent::withdraw_all(), set(10, Value::Number(0)), Error::Malformed);
    check_next(Intent::withdraw_all(), set(12, bytes(32)), Error::Malformed);
}

#[test]
fn a_policy_within_its_limits_only() {
    let propose = Intent::Propose(Terms { views_max: 9, ..wide_terms() });
    let map = |change: (usize, u64)| {
        let mut map = vec![(1, 1), (2, 0), (3, 1), (4, 1), (5, 1)];
        map[change.0].1 = change.1;
        Value::Map(map)
    };
    for (change, expected) in [
        ((0, 0), Error::Malformed),
        ((0, 2), Error::Malformed),
        ((1, CONSENT_DAYS_MAX + 1), Error::TermsOutOfRange),
        ((2, 2), Error::Malformed),
        ((3, 2), Error::Malformed),
        ((4, 0), Error::RevisionOutOfOrder { seq: 1 }),
        ((4, 2), Error::RevisionOutOfOrder { seq: 1 }),
    ] {
        check_next(propose, set(15, map(change)), expected);
    }
    for views in [0, u64::from(VIEWS_MAX) + 1] {
        check_next(propose, set(11, Value::Number(views)), Error::TermsOutOfRange);
        check(set(11, Value::Number(views)), Error::TermsOutOfRange);
    }
}

#[test]
fn c2_a_signed_yes_without_a_near_end_is_malformed() {
    let latest = noon().plus_days(CONSENT_DAYS_MAX).unix_seconds();
    check(without(10), Error::ExpiryOutOfRange);
    for not_after in [0, noon().unix_seconds(), latest + 1] {
        check(set(10, Value::Number(not_after)), Error::ExpiryOutOfRange);
        let propose = Intent::Propose(wide_terms());
        check_next(propose, set(10, Value::Number(not_after)), Error::ExpiryOutOfRange);
    }
    check_next(Intent::Propose(wide_terms()), without(10), Error::ExpiryOutOfRange);
}

#[test]
fn the_longest_statement_fits_its_limit() {
    let mut people = People::sharing();
    let anna = people.anna.clone();
    let policy = people.sign(&anna, Intent::Propose(wide_terms())).unwrap();
    let grant = Intent::Grant {
        verb: Verb::Show,
        subject: consent::Subject::Share(crate::people::PHOTO),
        not_after: wide_terms().until,
        views_max: Some(VIEWS_MAX),
    };
    let grant = people.sign(&anna, grant).unwrap();
    let longest = policy.as_bytes().len().max(grant.as_bytes().len());
    assert!(longest + 16 < vocab::limits::STATEMENT_BYTES_MAX, "{longest} bytes");
}

#[test]
fn a_ledger_survives_the_vault() {
    let mut people = People::sharing();
    people.anna_says(grant(Verb::Keep));
    people.ben_says(Intent::withdraw_all());
    let bytes = people.ledger.to_bytes();
    assert_eq!(Ledger::parse(&bytes).unwrap(), people.ledger);
    let empty = People::strangers().ledger;
    assert_eq!(Ledger::parse(&empty.to_bytes()).unwrap(), empty);
    assert_eq!(Ledger::parse(&consent::export(&empty, noon())).unwrap_err(), Error::Malformed);
}
