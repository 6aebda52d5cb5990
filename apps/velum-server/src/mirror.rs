//! The mirror of the database's age (R17): one small file, outside the database and its backups.
//!
//! Its two slots lie 4096 bytes apart, so that a torn write reaches one of them only. Each write
//! goes to one slot, in place, and is synced: one small sync for a whole group of changes. Servers
//! that share a database have a file each: [`SharedMirror`].

mod shared;

pub(crate) use shared::SharedMirror;

use relay::Error;
use relay::fence::slots::{self, Found, SLOT_BYTES};
use relay::fence::{Age, Mirror};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

const APART_BYTES: usize = 4096;

/// Length of the file.
const FILE_BYTES: usize = 2 * APART_BYTES;

/// The mirror in a file.
#[derive(Debug)]
pub(crate) struct FileMirror {
    file: File,
    found: Option<Age>,
    /// Where the next write goes: 0 or 1.
    next: usize,
}

impl FileMirror {
    /// Opens the file, making it if it is not there. What cannot be read is as good as none.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = if path.try_exists()? { edit(path)? } else { make(path)? };
        let Found { age, next, garbage } = read(&mut file)?;
        if garbage {
            file = make(path)?;
        }
        Ok(Self { file, found: age, next })
    }

    fn put(&mut self, age: Age) -> io::Result<()> {
        self.file.seek(SeekFrom::Start((self.next * APART_BYTES) as u64))?;
        self.file.write_all(&slots::write(age))?;
        self.file.sync_data()
    }
}

impl Mirror for FileMirror {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        Ok(self.found)
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        // After a failure the same slot is written again: the other one is the one that is whole.
        self.put(age).map_err(|_| Error::Unavailable)?;
        self.found = Some(age);
        self.next = 1 - self.next;
        Ok(())
    }
}

/// A file cut short has zeros where it ends.
fn read(file: &mut File) -> io::Result<Found> {
    let mut bytes = Vec::with_capacity(FILE_BYTES);
    file.take(FILE_BYTES as u64).read_to_end(&mut bytes)?;
    bytes.resize(FILE_BYTES, 0);
    let slot = |place: usize| {
        let mut slot = [0; SLOT_BYTES];
        slot.copy_from_slice(&bytes[place * APART_BYTES..][..SLOT_BYTES]);
        slot
    };
    Ok(slots::read([&slot(0), &slot(1)]))
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
    file.write_all(&[0; FILE_BYTES])?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())?;
    edit(path)
}

#[cfg(test)]
mod tests;
