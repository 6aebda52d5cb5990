//! The mirrors of servers that share a database (R17): each writes a file of its own, all are read.
//!
//! A server takes the first of `age-0`, `age-1`, … that no other holds. The lock on it ends with
//! its process, so the next server goes on in the same file. What counts is the largest age in any
//! of them, also in those of servers that are gone. Nobody else's file is ever written to.

use super::{FILE_BYTES, FileMirror, read};
use relay::Error;
use relay::fence::slots::Found;
use relay::fence::{Age, Mirror};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Most servers on one database.
const SERVERS_MAX: u32 = 1024;

/// How often a file is read in which nothing is whole: its server may be writing just now.
const TRIES: u32 = 16;

/// The files' names but for their number.
const NAME: &str = "age-";

/// One server's mirror among others.
#[derive(Debug)]
pub(crate) struct SharedMirror {
    folder: PathBuf,
    own: FileMirror,
}

impl SharedMirror {
    /// Takes a file in the folder, making it if all others are held.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        for number in 0..SERVERS_MAX {
            let file = edit_or_make(&folder.join(format!("{NAME}{number}")))?;
            match file.try_lock() {
                Ok(()) => {
                    let own = take(file)?;
                    File::open(folder)?.sync_all()?;
                    return Ok(Self { folder: folder.to_owned(), own });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::other("too many servers share this folder"))
    }

    fn latest(&self) -> io::Result<Option<Age>> {
        let mut latest = None;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(NAME));
            if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
                latest = later(latest, age_in(&entry.path())?);
            }
        }
        Ok(latest)
    }
}

impl Mirror for SharedMirror {
    /// A write of another server that is under way counts as if it were done: it began after its
    /// commit.
    fn read(&mut self) -> Result<Option<Age>, Error> {
        self.latest().map_err(|_| Error::Unavailable)
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        self.own.write(age)
    }
}

fn later(one: Option<Age>, other: Option<Age>) -> Option<Age> {
    [one, other].into_iter().flatten().max_by_key(|age| age.generation)
}

fn age_in(path: &Path) -> io::Result<Option<Age>> {
    for _ in 1..TRIES {
        let Found { age, garbage, .. } = read(&mut File::open(path)?)?;
        if !garbage {
            return Ok(age);
        }
    }
    read(&mut File::open(path)?).map(|found| found.age)
}

/// Makes the file that we hold whole. Never by a rename: the lock would stay with the old one.
fn take(mut file: File) -> io::Result<FileMirror> {
    let Found { age, next, garbage } = read(&mut file)?;
    let good = if garbage { 0 } else { file.metadata()?.len().min(FILE_BYTES as u64) };
    file.seek(SeekFrom::Start(good))?;
    file.write_all(&vec![0; FILE_BYTES - good as usize])?;
    file.sync_all()?;
    Ok(FileMirror { file, found: age, next })
}

fn edit_or_make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relay::fence::Incarnation;
    use tempfile::TempDir;

    fn age(generation: u64) -> Age {
        Age { incarnation: Incarnation::from_bytes([7; 16]), generation }
    }

    #[test]
    fn each_server_has_a_file_and_the_largest_age_counts() {
        let folder = TempDir::new().unwrap();
        let open = || SharedMirror::open(folder.path()).unwrap();
        let (mut one, mut other) = (open(), open());
        assert_eq!(one.read(), Ok(None));
        one.write(age(5)).unwrap();
        other.write(age(9)).unwrap();
        one.write(age(7)).unwrap();
        assert_eq!((one.read(), other.read()), (Ok(Some(age(9))), Ok(Some(age(9)))));
        drop(other);
        assert_eq!(one.read(), Ok(Some(age(9))), "of a server that is gone");
        let mut next = open();
        next.write(age(10)).unwrap();
        next.write(age(11)).unwrap();
        assert_eq!(one.read(), Ok(Some(age(11))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "files are taken over");
    }

    #[test]
    fn a_damaged_file_is_made_whole_by_the_server_that_takes_it() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("age-0");
        for damaged in [vec![1; FILE_BYTES], vec![1; 9], vec![]] {
            fs::write(&path, damaged).unwrap();
            let mut mirror = SharedMirror::open(folder.path()).unwrap();
            assert_eq!(mirror.read(), Ok(None));
            mirror.write(age(3)).unwrap();
            assert_eq!(mirror.read(), Ok(Some(age(3))), "as written, and no more");
            assert_eq!(fs::metadata(&path).unwrap().len(), FILE_BYTES as u64);
        }
    }

    #[test]
    fn a_torn_write_of_a_server_that_is_gone_counts() {
        let folder = TempDir::new().unwrap();
        let mut gone = SharedMirror::open(folder.path()).unwrap();
        [4, 5].into_iter().for_each(|generation| gone.write(age(generation)).unwrap());
        drop(gone);
        let path = folder.path().join("age-0");
        let mut bytes = fs::read(&path).unwrap();
        bytes[20] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(SharedMirror::open(folder.path()).unwrap().read(), Ok(Some(age(6))));
    }
}
