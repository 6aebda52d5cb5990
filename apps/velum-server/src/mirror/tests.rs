//! Tests of the mirror: torn writes, garbage, cut files.

use super::*;
use relay::fence::Incarnation;
use std::path::PathBuf;
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("age")
    }

    fn open(&self) -> FileMirror {
        FileMirror::open(&self.path()).unwrap()
    }

    fn read(&self) -> Option<Age> {
        self.open().read().unwrap()
    }

    /// Writes ages as a server does: read once, then write.
    fn write(&self, generations: impl IntoIterator<Item = u64>) {
        let mut mirror = self.open();
        mirror.read().unwrap();
        generations.into_iter().for_each(|generation| mirror.write(age(generation)).unwrap());
    }

    fn damage(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.path()).unwrap();
        change(&mut bytes);
        fs::write(self.path(), bytes).unwrap();
    }
}

fn age(generation: u64) -> Age {
    Age { incarnation: Incarnation::from_bytes([7; 16]), generation }
}

#[test]
fn the_latest_age_is_read_back() {
    let place = Place::new();
    assert_eq!(place.read(), None);
    for last in 1..6 {
        place.write([last]);
        assert_eq!(place.read(), Some(age(last)));
    }
    place.write(10..17);
    assert_eq!(place.read(), Some(age(16)));
}

#[test]
fn r17_a_write_torn_at_any_byte_leaves_the_age_before_it_and_tells() {
    for torn_at in 0..SLOT_BYTES {
        for last in [4, 5] {
            let place = Place::new();
            place.write(1..last);
            let before = fs::read(place.path()).unwrap();
            place.write([last]);
            // The bytes from here on never reached the disk.
            place.damage(|bytes| {
                for slot in [0, APART_BYTES] {
                    let rest = slot + torn_at..slot + SLOT_BYTES;
                    bytes[rest.clone()].copy_from_slice(&before[rest]);
                }
            });
            let read = place.read().unwrap();
            // Where nothing had changed yet it is as if nothing had been written.
            assert!(read == age(last - 1) || read == age(last), "{last} torn at {torn_at}");
            place.write([last + 1]);
            assert_eq!(place.read(), Some(age(last + 1)), "the torn slot is used again");
        }
    }
}

#[test]
fn r17_where_a_write_was_torn_the_age_it_began_to_write_counts() {
    let place = Place::new();
    place.write(1..5);
    let newest = if fs::read(place.path()).unwrap()[31] == 4 { 0 } else { APART_BYTES };
    place.damage(|bytes| bytes[newest + 40] ^= 1);
    assert_eq!(place.read(), Some(age(4)), "not 3: a database of age 3 has forgotten something");
}

#[test]
fn a_file_of_garbage_says_nothing() {
    let place = Place::new();
    place.write(1..3);
    place.damage(|bytes| bytes.fill(0xA5));
    assert_eq!(place.read(), None);
    place.write([9]);
    assert_eq!(place.read(), Some(age(9)));
    place.damage(|bytes| bytes.truncate(10));
    assert_eq!(place.read(), None);
}

#[cfg(unix)]
#[test]
fn the_mirror_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write([1]);
    assert_eq!(fs::metadata(place.path()).unwrap().permissions().mode() & 0o777, 0o600);
}
