//! What others can check, and every way of tampering with it that must fail.

use crate::people::{PHOTO, People, grant, wide_terms};
use crate::raw::Raw;
use consent::{Act, Error, Intent, Report, Subject, Verb, export};
use minicbor::bytes::ByteVec;
use vocab::limits::STATEMENTS_MAX;

/// Five statements of Anna's, four of Ben's.
fn story() -> People {
    let mut people = People::sharing();
    for _ in 0..2 {
        people.now = people.now.plus_seconds(60);
        people.anna_says(Intent::grant(Verb::View, Subject::Share(PHOTO), wide_terms().until));
        people.now = people.now.plus_seconds(60);
        people.ben_says(grant(Verb::Receive));
    }
    people.now = people.now.plus_seconds(60);
    people.anna_says(Intent::Withdraw { verb: None, subject: Subject::Share(PHOTO) });
    people
}

fn bundle(people: &People) -> Vec<u8> {
    export(&people.ledger, people.now)
}

fn refused(name: &str, change: impl FnOnce(&mut Raw)) {
    let mut raw = Raw::parse(&bundle(&story()));
    change(&mut raw);
    assert!(Report::verify(&raw.to_bytes()).is_err(), "{name}");
}

#[test]
fn a_bundle_tells_who_stated_what_and_when() {
    let people = story();
    let report = Report::verify(&bundle(&people)).unwrap();
    assert_eq!(report.pair(), people.ledger.pair());
    assert_eq!(report.exported_at(), people.now);
    let told: Vec<_> = report.statements().map(|s| (s.author, s.seq)).collect();
    assert_eq!(told.len(), 9);
    let times: Vec<_> = report.statements().map(|s| s.time).collect();
    assert!(times.is_sorted());
    let Act::Withdraw { .. } = report.statements().last().unwrap().act else { panic!() };

    let standing = report.standing();
    assert_eq!(standing.terms.unwrap().0, wide_terms());
    assert_eq!(standing.grants.len(), 2);
    let view = standing.grants.iter().find(|g| g.grant.verb == Verb::View).unwrap();
    assert_eq!(view.except, [PHOTO]);
}

#[test]
fn a_bundle_says_after_which_moment_nothing_is_known() {
    let people = story();
    let raw = Raw::parse(&bundle(&people));
    let anna_at = people.ledger.pair().people().iter().position(|p| p.person() == people.anna_id());
    let (anna_at, ben_at) = (anna_at.unwrap(), 1 - anna_at.unwrap());

    let report = Report::verify(&raw.to_bytes()).unwrap();
    let halves = report.halves();
    assert_eq!((halves[anna_at].statements, halves[ben_at].statements), (5, 4));
    let ben_last = people.ledger.statements_of(people.ben_id()).last().unwrap().time;
    assert_eq!(report.unknown_after(), Some(ben_last));

    // Anna's withdrawal is left out. Nobody has cited it, so it cannot be missed; but the report
    // then ends before it and says so.
    let mut quiet = raw.clone();
    quiet.chains[anna_at].pop();
    let report = Report::verify(&quiet.to_bytes()).unwrap();
    let before = people.ledger.statements_of(people.anna_id())[3].time;
    assert_eq!(report.halves()[anna_at].unknown_after, Some(before));
    assert_eq!(report.unknown_after(), Some(before));

    // Leaving out what the other has cited is found.
    quiet.chains[anna_at].pop();
    assert!(matches!(Report::verify(&quiet.to_bytes()), Err(Error::SeenUnknown { .. })));

    let empty = People::strangers();
    assert_eq!(Report::verify(&bundle(&empty)).unwrap().unknown_after(), None);
}

#[test]
fn every_reordered_repeated_or_spliced_bundle_is_refused() {
    for side in 0..2 {
        let count = Raw::parse(&bundle(&story())).chains[side].len();
        for at in 0..count {
            refused("repeated", |raw| {
                let copy = raw.chains[side][at].clone();
                raw.chains[side].push(copy);
            });
            refused("moved to the other chain", |raw| {
                let moved = raw.chains[side].remove(at);
                raw.chains[1 - side].push(moved);
            });
            refused("copied into the other chain", |raw| {
                let copy = raw.chains[side][at].clone();
                raw.chains[1 - side].push(copy);
            });
            for other in at + 1..count {
                refused("reordered", |raw| raw.chains[side].swap(at, other));
            }
            if at + 1 < count {
                refused("missing in the middle", |raw| drop(raw.chains[side].remove(at)));
            }
        }
        refused("empty statement", |raw| raw.chains[side].push(ByteVec::from(Vec::new())));
        refused("a whole chain missing", |raw| raw.chains[side].clear());
    }
}

#[test]
fn a_bundle_of_other_people_or_another_invitation_is_refused() {
    refused("people swapped", |raw| raw.keys.swap(0, 1));
    refused("chains swapped", |raw| raw.chains.swap(0, 1));
    refused("both swapped", |raw| {
        raw.keys.swap(0, 1);
        raw.chains.swap(0, 1);
    });
    refused("other invitation", |raw| raw.invite[0] ^= 1);
    refused("other pair", |raw| raw.pair[0] ^= 1);
    refused("twice the same person", |raw| raw.keys[1] = raw.keys[0].clone());
    refused("another key", |raw| raw.keys[0][20] ^= 1);
    refused("another kind of key", |raw| raw.keys[0][2] ^= 1);
    refused("other version", |raw| raw.version = 2);
    refused("not an export", |raw| raw.exported_at = None);
    refused("one key", |raw| drop(raw.keys.pop()));
    refused("three chains", |raw| raw.chains.push(Vec::new()));
    refused("a time nobody can name", |raw| raw.exported_at = Some(u64::MAX));
}

#[test]
fn every_cut_bundle_is_refused() {
    let bytes = bundle(&story());
    for end in 0..bytes.len() {
        assert!(Report::verify(&bytes[..end]).is_err(), "cut at {end}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(Report::verify(&longer).unwrap_err(), Error::Malformed);
}

#[test]
fn every_changed_byte_of_a_bundle_is_refused_or_is_the_exporters_own_word() {
    let people = story();
    let bytes = bundle(&people);
    let exported_at = people.now.unix_seconds().to_be_bytes();
    let unsigned = bytes.windows(4).rposition(|window| window == &exported_at[4..]).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let is_unsigned = (unsigned..unsigned + 4).contains(&at);
        assert_eq!(Report::verify(&changed).is_ok(), is_unsigned, "byte {at}");
    }
}

#[test]
fn absurd_sizes_are_refused_without_reading_them() {
    let mut bytes = bundle(&story());
    bytes.resize(STATEMENTS_MAX * 600, 0);
    assert_eq!(Report::verify(&bytes).unwrap_err(), Error::TooBig);
    // A chain that claims 2⁶³ statements.
    let mut raw = Raw::parse(&bundle(&story()));
    raw.chains = vec![Vec::new(), Vec::new()];
    let bytes = raw.to_bytes();
    let at = bytes.windows(3).position(|window| window == [0x82, 0x80, 0x80]).unwrap();
    let claim = [0x82, 0x9B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let absurd = [&bytes[..at], &claim, &bytes[at + 2..]].concat();
    assert_eq!(Report::verify(&absurd).unwrap_err(), Error::Malformed);
}
