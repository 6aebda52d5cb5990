//! What was erased is nowhere on disk: not in the file, its log or its free pages.

use relay::command::{FreshRelease, Sealed};
use relay::contract::scene::{CAPABILITY, CONTROL, MAILBOX, READ, Scene, guard, put_mailbox};
use relay::memory::MemoryMirror;
use relay::model::{Allowance, WrappedHalf};
use relay::{Command, Reply};
use std::collections::BTreeSet;
use std::path::Path;
use store_sqlite::SqliteRecords;
use tempfile::TempDir;
use vocab::{ClaimId, ShareId};

const SHARES: u32 = 240;

/// A half that can be told from every other byte string in the file.
fn half(number: u32) -> Vec<u8> {
    let mut half = b"HALF".to_vec();
    half.extend_from_slice(&number.to_be_bytes());
    half.extend(
        (0..64_u32).map(|n| (number.wrapping_mul(2_654_435_761).rotate_left(n) >> 3) as u8),
    );
    half
}

/// Shares come in an order that has nothing to do with their ids.
fn share(number: u32) -> ShareId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(0x9E37_79B1).to_be_bytes());
    id[4..8].copy_from_slice(&number.to_be_bytes());
    ShareId::from_bytes(id)
}

/// The numbers of all halves found in any file of the directory.
fn halves_on_disk(directory: &Path) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for window in bytes.windows(8).filter(|window| window.starts_with(b"HALF")) {
            found.insert(u32::from_be_bytes(window[4..].try_into().unwrap()));
        }
    }
    found
}

fn put(scene: &Scene<SqliteRecords>, number: u32) {
    let mut record = scene.record(1);
    record.half = Some(WrappedHalf(half(number)));
    record.terms.blob_bytes = 1;
    let put = Command::PutShare { share: share(number), record: Box::new(record) };
    assert_eq!(scene.submit(put), Ok(Reply::Created));
    let finish = Command::FinishBlob {
        share: share(number),
        capability: CAPABILITY,
        object: relay::contract::scene::object(share(number)),
        bytes: 1,
        digest: relay::contract::scene::BLOB_DIGEST,
    };
    assert_eq!(scene.submit(finish), Ok(Reply::Created));
}

fn open(path: &Path, mirror: MemoryMirror) -> SqliteRecords {
    SqliteRecords::open(path, guard(mirror, 1)).unwrap()
}

fn stage(directory: &TempDir) -> Scene<SqliteRecords> {
    let records = open(&directory.path().join("relay.sqlite3"), MemoryMirror::default());
    let scene = Scene::new(records);
    scene.submit(put_mailbox()).unwrap();
    let allows =
        Allowance { bytes_max: 1000, shares_max: 256, not_after: scene.system.plus_days(1) };
    let consent =
        Command::PutCapability { capability: CAPABILITY, mailbox: MAILBOX, read: READ, allows };
    scene.submit(consent).unwrap();
    scene
}

#[test]
fn r3_a_withdrawn_half_is_nowhere_on_disk_when_the_withdrawal_is_answered() {
    let directory = TempDir::new().unwrap();
    let scene = stage(&directory);
    for number in 0..SHARES {
        put(&scene, number);
    }
    let all: BTreeSet<u32> = (0..SHARES).collect();
    assert_eq!(halves_on_disk(directory.path()), all, "the test finds halves that are there");

    // Every third, in several withdrawals, with new shares in between that use the room again.
    let mut left = all;
    for round in 0..4 {
        let numbers: Vec<u32> = left.iter().copied().filter(|n| n % 3 == round % 3).collect();
        let shares = numbers.iter().map(|number| (share(*number), CONTROL)).collect();
        let withdrawn = scene.submit(Command::Withdraw { shares }).unwrap();
        assert!(matches!(withdrawn, Reply::Withdrawn { .. }));
        left.retain(|number| !numbers.contains(number));
        assert_eq!(halves_on_disk(directory.path()), left);
        let new = 1000 * (round + 1);
        for number in new..new + 20 {
            put(&scene, number);
            left.insert(number);
        }
    }
}

#[test]
fn r8_a_used_half_is_nowhere_on_disk_after_the_store_was_closed() {
    let directory = TempDir::new().unwrap();
    let scene = stage(&directory);
    for number in 0..50 {
        put(&scene, number);
        let used = Command::Claim {
            share: share(number),
            claim: ClaimId::from_bytes([1; 16]),
            reply_key: [1; 32],
            fresh: Some(FreshRelease {
                sealed: Sealed(vec![0; 1168]),
                made_from: WrappedHalf(half(number)),
            }),
        };
        assert!(matches!(scene.submit(used), Ok(Reply::Claimed { views_left: 0, .. })));
    }
    drop(scene);
    assert_eq!(halves_on_disk(directory.path()), BTreeSet::new());
}
