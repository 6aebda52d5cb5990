//! A vault as files: one folder for its owner alone, one file for each sealed record.
//!
//! A record is written whole under a temporary name, flushed, and renamed; then the folder is
//! flushed too. A lock file lets one command at a time in. Links are not followed.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use client::{Storage, StorageError};
use vocab::limits;

/// The file that commands lock. It stays empty.
const LOCK: &str = "lock";

/// What a file is called before it is whole.
const TEMPORARY: &str = "unfinished";

/// How long to wait for another command that uses the vault.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// How often to look whether it has finished.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// The largest record: one photo, and what sealing adds to it.
const RECORD_BYTES_MAX: u64 = limits::PHOTO_BYTES_MAX + (1 << 20);

/// Why a folder cannot be used as a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotUsable {
    /// There is no folder.
    Missing,
    /// It is a file or a link, not a folder.
    NotAFolder,
    /// It holds other things.
    NotEmpty,
    /// Another command has been using it all the time we waited.
    Busy,
    /// The system says no.
    Storage(StorageError),
}

/// An existing folder, locked for this command.
#[derive(Debug)]
pub(crate) struct VaultFiles {
    folder: PathBuf,
    /// The lock ends when this is dropped.
    _lock: File,
}

impl VaultFiles {
    /// Opens a folder that is there.
    pub(crate) fn open(folder: &Path) -> Result<Self, NotUsable> {
        match folder.symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(NotUsable::NotAFolder),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(NotUsable::Missing),
            Err(error) => return Err(NotUsable::Storage(judge(&error))),
        }
        let lock = lock(&folder.join(LOCK), WAIT_MAX)?;
        let files = Self { folder: folder.to_owned(), _lock: lock };
        // From a command that was cut off; we hold the lock, so nobody is writing it now.
        let _ = fs::remove_file(files.folder.join(TEMPORARY));
        Ok(files)
    }

    /// Makes a folder for a new vault, or takes an empty one.
    pub(crate) fn make(folder: &Path) -> Result<Self, NotUsable> {
        if !is_ours_or_empty(folder)? {
            return Err(NotUsable::NotEmpty);
        }
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| NotUsable::Storage(judge(&error)))?;
        keep_others_out(folder).map_err(|error| NotUsable::Storage(judge(&error)))?;
        Self::open(folder)
    }

    fn read_record(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path_of(name)?;
        match path.symlink_metadata() {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(ErrorKind::InvalidInput.into()),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(RECORD_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > RECORD_BYTES_MAX {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(Some(bytes))
    }

    fn write_record(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path_of(name)?;
        let temporary = self.folder.join(TEMPORARY);
        let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written?;
        self.flush()
    }

    fn remove_record(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path_of(name)?) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => self.flush(),
        }
    }

    /// Names come from `client` and are plain; anything else would be a fault of ours.
    fn path_of(&self, name: &str) -> io::Result<PathBuf> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || !name.bytes().all(is_plain) || [LOCK, TEMPORARY].contains(&name) {
            return Err(ErrorKind::InvalidInput.into());
        }
        Ok(self.folder.join(name))
    }

    /// Makes new and removed names last through a power cut.
    fn flush(&self) -> io::Result<()> {
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}

impl Storage for VaultFiles {
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.read_record(name).map_err(|error| judge(&error))
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.write_record(name, bytes).map_err(|error| judge(&error))
    }

    async fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.remove_record(name).map_err(|error| judge(&error))
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn lock(path: &Path, wait_max: Duration) -> Result<File, NotUsable> {
    let refused = |error: io::Error| NotUsable::Storage(judge(&error));
    if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(NotUsable::Storage(StorageError::Unavailable));
    }
    let file = private().write(true).create(true).truncate(false).open(path).map_err(refused)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(refused(error)),
            Err(TryLockError::WouldBlock) if started.elapsed() >= wait_max => {
                return Err(NotUsable::Busy);
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_EVERY),
        }
    }
}

/// Files that only their owner can read, from the first byte.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Whether nothing but a vault's files is in the folder, so that nobody loses or mixes anything.
fn is_ours_or_empty(folder: &Path) -> Result<bool, NotUsable> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(NotUsable::NotAFolder);
        }
        Err(error) => return Err(NotUsable::Storage(judge(&error))),
    };
    let ours = ["head", "body", LOCK, TEMPORARY];
    for entry in entries {
        let name = entry.map_err(|error| NotUsable::Storage(judge(&error)))?.file_name();
        let is_item = name.to_str().is_some_and(|name| name.starts_with("item-"));
        if !is_item && !ours.iter().any(|own| name == *own) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn keep_others_out(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn judge(error: &io::Error) -> StorageError {
    match error.kind() {
        // "File too large" is a limit of the person's account: there is room no more, either.
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StorageError::Full
        }
        _ => StorageError::Unavailable,
    }
}

#[cfg(test)]
mod tests;
