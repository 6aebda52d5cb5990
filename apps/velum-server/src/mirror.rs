//! The mirror of the database's age (R17): one small file, outside the database and its backups.
//!
//! Two slots of 64 bytes, 4096 bytes apart so that a torn write reaches one of them only. A slot
//! is `velumag1 ‖ incarnation (16) ‖ generation (8, big endian) ‖ SHA-256 of these 32 bytes`, or
//! zeros. Each write goes to the slot that does not hold the latest age, in place, and is synced:
//! one small sync for a whole group of changes.

use crypto::digest::sha256;
use relay::Error;
use relay::fence::{Age, Incarnation, Mirror};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

const MAGIC: &[u8; 8] = b"velumag1";
const SLOT_BYTES: usize = 64;
const APART_BYTES: u64 = 4096;

/// The mirror in a file.
#[derive(Debug)]
pub(crate) struct FileMirror {
    file: File,
    /// Where the next write goes: 0 or 1.
    next: u64,
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// Nothing was ever written here.
    Empty,
    /// A whole age.
    Whole(Age),
    /// A write that did not end.
    Torn,
}

impl FileMirror {
    /// Opens the file, making it if it is not there.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = if path.try_exists()? { edit(path)? } else { make(path)? };
        let mut mirror = Self { file, next: 0 };
        if let [Slot::Torn, Slot::Torn | Slot::Empty] | [Slot::Empty, Slot::Torn] =
            mirror.slots()?
        {
            // Nothing in it can be read: as good as none, and no reason to fence twice.
            mirror.file = make(path)?;
        }
        Ok(mirror)
    }

    fn slots(&mut self) -> io::Result<[Slot; 2]> {
        let mut slots = [Slot::Empty; 2];
        for (place, slot) in (0..).zip(&mut slots) {
            self.file.seek(SeekFrom::Start(place * APART_BYTES))?;
            let mut bytes = [0; SLOT_BYTES];
            *slot = match self.file.read_exact(&mut bytes) {
                Ok(()) => parse(&bytes),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Slot::Torn,
                Err(error) => return Err(error),
            };
        }
        Ok(slots)
    }

    fn put(&mut self, age: Age) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.next * APART_BYTES))?;
        self.file.write_all(&to_bytes(age))?;
        self.file.sync_data()
    }
}

impl Mirror for FileMirror {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        let slots = self.slots().map_err(|_| Error::Unavailable)?;
        let (latest, other) = match slots {
            [Slot::Whole(a), Slot::Whole(b)] if a.generation > b.generation => (0, slots[1]),
            [_, Slot::Whole(_)] => (1, slots[0]),
            [Slot::Whole(_), _] => (0, slots[1]),
            _ => return Ok(None),
        };
        self.next = 1 - latest;
        let Slot::Whole(mut age) = slots[latest as usize] else { return Ok(None) };
        if other == Slot::Torn {
            // The write began after its commit, so the database must have come so far.
            age.generation = age.generation.saturating_add(1);
        }
        Ok(Some(age))
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        // After a failure the same slot is written again: the other one is the one that is whole.
        self.put(age).map_err(|_| Error::Unavailable)?;
        self.next = 1 - self.next;
        Ok(())
    }
}

fn parse(bytes: &[u8; SLOT_BYTES]) -> Slot {
    if bytes == &[0; SLOT_BYTES] {
        return Slot::Empty;
    }
    let mut incarnation = [0; Incarnation::BYTES];
    incarnation.copy_from_slice(&bytes[8..24]);
    let mut generation = [0; 8];
    generation.copy_from_slice(&bytes[24..32]);
    let age = Age {
        incarnation: Incarnation::from_bytes(incarnation),
        generation: u64::from_be_bytes(generation),
    };
    if to_bytes(age) == *bytes { Slot::Whole(age) } else { Slot::Torn }
}

fn to_bytes(age: Age) -> [u8; SLOT_BYTES] {
    let mut bytes = [0; SLOT_BYTES];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..24].copy_from_slice(age.incarnation.as_bytes());
    bytes[24..32].copy_from_slice(&age.generation.to_be_bytes());
    let digest = sha256(&[&bytes[..32]]);
    bytes[32..].copy_from_slice(&digest);
    bytes
}

fn edit(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Makes an empty file, whole or not at all.
fn make(path: &Path) -> io::Result<File> {
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(&[0; APART_BYTES as usize * 2])?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())?;
    edit(path)
}

#[cfg(test)]
mod tests;
