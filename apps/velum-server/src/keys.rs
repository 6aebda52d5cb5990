//! Epoch keys: one pair a UTC day, in files outside the database and its backups.
//!
//! Several servers may share the folder: the first to make a day's keys wins, and the others read
//! what it made.
//!
//! When the last share that can rest under a day's keys is over, the file is overwritten and
//! deleted. From then on every old copy of those halves, wherever it lies, is noise.
//!
//! Keys belong to one life of the database (R17). Those of an earlier life are destroyed at the
//! start: all that rested under them was ended by the fence, and a late copy of an upload, sealed
//! to them before a restore, opens to nobody.

use crate::work::rng;
use crypto::digest::sha256;
use getrandom::rand_core::Rng as _;
use relay::fence::Incarnation;
use relay::half::EpochKeys;
use std::collections::{BTreeMap, btree_map::Entry};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use vocab::EpochKeyDigest;
use vocab::limits::CONSENT_DAYS_MAX;
use zeroize::Zeroizing;

/// A key is taken into use by devices on its own day and, by those that fetched it before
/// midnight, on the next.
const DAYS_IN_USE: u64 = 2;

/// Days a key is kept: while it is in use, then as long as a share can last, and one for clocks
/// that differ.
const DAYS_KEPT: u64 = DAYS_IN_USE + CONSENT_DAYS_MAX + 1;

const FILE_BYTES: usize = 64;

/// The keys that are alive.
#[derive(Debug)]
pub(crate) struct KeyRing {
    directory: PathBuf,
    incarnation: Incarnation,
    keys: RwLock<BTreeMap<u64, Arc<EpochKeys>>>,
    /// Digests of public keys, made when they are first asked for.
    digests: Mutex<BTreeMap<u64, EpochKeyDigest>>,
}

impl KeyRing {
    /// Reads a directory's keys of one life of the database, making it if it is not there.
    pub(crate) fn open(directory: &Path, incarnation: Incarnation) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let mut keys = BTreeMap::new();
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            match epoch_of(&path, incarnation) {
                Some(epoch) => {
                    keys.insert(epoch, Arc::new(read(&path)?));
                }
                // Of an earlier life.
                None if path.extension().is_some_and(|e| e == "key") => destroy(&path)?,
                // Written by a run that ended before it could name it; not one of a moment ago,
                // which another server is about to name.
                None if path.extension().is_some_and(|e| e == "new") && is_stale(&path)? => {
                    destroy(&path)?;
                }
                None => {}
            }
        }
        let (keys, digests) = (RwLock::new(keys), Mutex::default());
        Ok(Self { directory: directory.to_owned(), incarnation, keys, digests })
    }

    /// The keys a half may rest under. Keys that are not known here may have been made by another
    /// server: the folder is looked at.
    pub(crate) fn at(&self, epoch: u64) -> Option<Arc<EpochKeys>> {
        let known = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&epoch).cloned();
        if known.is_some() {
            return known;
        }
        let found = Arc::new(read(&self.path_of(epoch)).ok()?);
        let mut ring = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(ring.entry(epoch).or_insert(found)))
    }

    /// The keys a new half may arrive under today.
    pub(crate) fn arriving(&self, epoch: u64, today: u64) -> Option<Arc<EpochKeys>> {
        let in_use = epoch <= today && today - epoch < DAYS_IN_USE;
        in_use.then(|| self.at(epoch))?
    }

    /// R17: whether this is the key of today or yesterday, in this life.
    pub(crate) fn names_one_in_use(&self, key: EpochKeyDigest, today: u64) -> bool {
        (0..DAYS_IN_USE)
            .filter_map(|days| today.checked_sub(days))
            .any(|epoch| self.digest(epoch) == Some(key))
    }

    fn digest(&self, epoch: u64) -> Option<EpochKeyDigest> {
        let keys = self.at(epoch)?;
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = digests
            .entry(epoch)
            .or_insert_with(|| EpochKeyDigest::from_bytes(sha256(&[&keys.public().to_bytes()])));
        Some(*digest)
    }

    /// Makes today's keys if they are missing and destroys those whose time is over. Reads and
    /// writes files.
    pub(crate) fn turn(&self, today: u64) -> io::Result<Arc<EpochKeys>> {
        if let Some(keys) = self.at(today) {
            self.destroy_old(today)?;
            return Ok(keys);
        }
        let mut ring = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have made them while we waited.
        if let Entry::Vacant(place) = ring.entry(today) {
            let keys = EpochKeys::generate(&mut rng());
            let place_of_day = self.path_of(today);
            let keys = match write(&place_of_day, &keys) {
                // Another server was faster: its keys are the day's.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(&place_of_day)?,
                written => written.map(|()| keys)?,
            };
            place.insert(Arc::new(keys));
        }
        drop(ring);
        self.destroy_old(today)?;
        self.at(today).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn path_of(&self, epoch: u64) -> PathBuf {
        self.directory.join(format!("epoch-{epoch}{}", ending(self.incarnation)))
    }

    fn destroy_old(&self, today: u64) -> io::Result<()> {
        let Some(oldest) = today.checked_sub(DAYS_KEPT) else { return Ok(()) };
        let is_old =
            |ring: &BTreeMap<u64, _>| ring.first_key_value().is_some_and(|k| *k.0 < oldest);
        if !is_old(&self.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let mut ring = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        while let Some(entry) = ring.first_entry()
            && *entry.key() < oldest
        {
            destroy(&self.path_of(*entry.key()))?;
            entry.remove();
        }
        Ok(())
    }
}

/// How the names of one life's keys end.
fn ending(incarnation: Incarnation) -> String {
    let hex: String = incarnation.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("-{hex}.key")
}

fn epoch_of(path: &Path, incarnation: Incarnation) -> Option<u64> {
    let name = path.file_name()?.to_str()?.strip_prefix("epoch-")?;
    name.strip_suffix(&ending(incarnation))?.parse().ok()
}

fn read(path: &Path) -> io::Result<EpochKeys> {
    let mut bytes = Zeroizing::new([0; FILE_BYTES]);
    let mut file = File::open(path)?;
    file.read_exact(bytes.as_mut())?;
    let mut halves = bytes.chunks_exact(32).map(<&[u8; 32]>::try_from);
    match (halves.next(), halves.next()) {
        (Some(Ok(arrival)), Some(Ok(rest))) => Ok(EpochKeys::from_bytes(arrival, *rest)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn write(place: &Path, keys: &EpochKeys) -> io::Result<()> {
    let (arrival, rest) = keys.expose();
    let mut bytes = Zeroizing::new([0; FILE_BYTES]);
    bytes[..32].copy_from_slice(arrival);
    bytes[32..].copy_from_slice(rest);
    // A name of our own; nobody may truncate what another is writing.
    let temporary = place.with_extension(format!("{:016x}.new", rng().next_u64()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(bytes.as_ref())?;
    file.sync_all()?;
    // A link is made only where nothing is, unlike a rename, which would take the place of keys
    // that another server has given out already.
    let linked = fs::hard_link(&temporary, place);
    match linked {
        Ok(()) => fs::remove_file(&temporary)?,
        // Nobody uses these.
        Err(_) => destroy(&temporary)?,
    }
    linked?;
    place.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

/// How long a file may wait for its name.
const NAMELESS_MAX: Duration = Duration::from_secs(60 * 60);

fn is_stale(path: &Path) -> io::Result<bool> {
    let written = fs::metadata(path).and_then(|about| about.modified());
    match written {
        Ok(written) => Ok(written.elapsed().is_ok_and(|age| age > NAMELESS_MAX)),
        // Named or gone meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Overwrites and deletes; what another server has deleted meanwhile is gone already. Storage that
/// remaps blocks may keep a copy: an operator who needs more puts this directory on storage that
/// forgets (see the operator's guide).
fn destroy(path: &Path) -> io::Result<()> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if gone(&error) => return Ok(()),
        opened => opened?,
    };
    file.rewind()?;
    file.write_all(&[0; FILE_BYTES])?;
    file.sync_all()?;
    match fs::remove_file(path) {
        Err(error) if !gone(&error) => return Err(error),
        _ => {}
    }
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const LIFE: Incarnation = Incarnation::from_bytes([0xAB; 16]);
    const FILE: &str = "epoch-20000-abababababababababababababababab.key";

    #[test]
    fn keys_are_made_once_a_day_and_read_back() {
        let directory = TempDir::new().unwrap();
        let ring = KeyRing::open(directory.path(), LIFE).unwrap();
        let today = ring.turn(20_000).unwrap();
        assert_eq!(ring.turn(20_000).unwrap().public(), today.public());
        let tomorrow = ring.turn(20_001).unwrap();
        assert_ne!(tomorrow.public(), today.public());

        let again = KeyRing::open(directory.path(), LIFE).unwrap();
        assert_eq!(again.at(20_000).unwrap().public(), today.public());
        assert_eq!(again.turn(20_001).unwrap().public(), tomorrow.public());
    }

    #[test]
    fn halves_arrive_under_the_keys_of_today_and_yesterday_only() {
        let directory = TempDir::new().unwrap();
        let ring = KeyRing::open(directory.path(), LIFE).unwrap();
        for day in 20_000..20_004 {
            ring.turn(day).unwrap();
        }
        let arriving = |epoch| ring.arriving(epoch, 20_003).is_some();
        assert_eq!([20_001, 20_002, 20_003, 20_004].map(arriving), [false, true, true, false]);
        assert!(ring.at(20_000).is_some(), "halves still rest under it");
    }

    #[test]
    fn r16_a_key_is_destroyed_when_no_share_of_its_day_can_be_alive() {
        let directory = TempDir::new().unwrap();
        let ring = KeyRing::open(directory.path(), LIFE).unwrap();
        ring.turn(20_000).unwrap();
        let file = directory.path().join(FILE);
        ring.turn(20_000 + DAYS_KEPT).unwrap();
        assert!(file.exists() && ring.at(20_000).is_some());
        ring.turn(20_001 + DAYS_KEPT).unwrap();
        assert!(!file.exists() && ring.at(20_000).is_none());
        assert!(KeyRing::open(directory.path(), LIFE).unwrap().at(20_000).is_none());
    }

    #[test]
    fn servers_that_share_the_folder_have_the_same_keys() {
        let directory = TempDir::new().unwrap();
        let rings: Vec<KeyRing> =
            (0..8).map(|_| KeyRing::open(directory.path(), LIFE).unwrap()).collect();
        for day in 20_000..20_020 {
            let start = std::sync::Barrier::new(rings.len());
            let made: Vec<Vec<u8>> = std::thread::scope(|scope| {
                let start = &start;
                let turn = |ring| {
                    scope.spawn(move || {
                        start.wait();
                        KeyRing::turn(ring, day).unwrap().public().to_bytes()
                    })
                };
                let threads: Vec<_> = rings.iter().map(turn).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert!(made.iter().all(|public| *public == made[0]), "day {day}");
        }
        let files = fs::read_dir(directory.path()).unwrap();
        assert_eq!(files.count(), 20, "nothing is left of those that were too late");
    }

    #[test]
    fn keys_that_another_server_made_are_found_when_they_are_needed() {
        let directory = TempDir::new().unwrap();
        let (one, other) = (
            KeyRing::open(directory.path(), LIFE).unwrap(),
            KeyRing::open(directory.path(), LIFE).unwrap(),
        );
        let made = one.turn(20_000).unwrap();
        assert_eq!(other.at(20_000).unwrap().public(), made.public());
        assert!(other.at(20_001).is_none());
        one.turn(20_001 + DAYS_KEPT).unwrap();
        other.turn(20_001 + DAYS_KEPT).unwrap();
        assert!(other.at(20_000).is_none(), "destroyed for both");
    }

    #[cfg(unix)]
    #[test]
    fn key_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = TempDir::new().unwrap();
        KeyRing::open(directory.path(), LIFE).unwrap().turn(20_000).unwrap();
        let mode = fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_file_cut_short_is_an_error_and_not_a_key() {
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join(FILE), [1; 63]).unwrap();
        assert!(KeyRing::open(directory.path(), LIFE).is_err());
    }

    #[test]
    fn r17_only_a_key_of_this_life_and_these_days_can_be_named() {
        let digest =
            |keys: &EpochKeys| EpochKeyDigest::from_bytes(sha256(&[&keys.public().to_bytes()]));
        let directory = TempDir::new().unwrap();
        let ring = KeyRing::open(directory.path(), LIFE).unwrap();
        let keys: Vec<_> = (20_000..20_004).map(|day| ring.turn(day).unwrap()).collect();
        let named: Vec<_> =
            keys.iter().map(|keys| ring.names_one_in_use(digest(keys), 20_003)).collect();
        assert_eq!(named, [false, false, true, true]);
        let next = KeyRing::open(directory.path(), Incarnation::from_bytes([1; 16])).unwrap();
        next.turn(20_003).unwrap();
        assert!(!next.names_one_in_use(digest(&keys[3]), 20_003));
    }

    #[test]
    fn r17_keys_of_an_earlier_life_are_destroyed() {
        let directory = TempDir::new().unwrap();
        let old = KeyRing::open(directory.path(), LIFE).unwrap().turn(20_000).unwrap();
        fs::write(directory.path().join("epoch-19999.key"), [1; 64]).unwrap();
        fs::write(directory.path().join("age"), [1; 64]).unwrap();
        let next = Incarnation::from_bytes([1; 16]);
        let ring = KeyRing::open(directory.path(), next).unwrap();
        assert!(ring.at(20_000).is_none() && ring.at(19_999).is_none());
        assert!(!directory.path().join(FILE).exists());
        assert_ne!(ring.turn(20_000).unwrap().public(), old.public());
        let names: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(names.len(), 2, "the new key, and the mirror beside it");
    }
}
