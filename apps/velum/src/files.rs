//! Photos from and to the disk: bounded reads, whole writes.
//!
//! A copy appears under its name only when it is complete and on the disk: it is written to a
//! temporary file in the same folder, flushed, and renamed. Whatever goes wrong before that, the
//! temporary file goes away. It is readable by its owner alone from the first byte.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use media::{Clean, Limits, Original};

use crate::failure::Failure;
use crate::words;

/// Every copy carries this date: 1 January 1980, the earliest that all file systems can keep. The
/// time of cleaning would say something; this says nothing.
const NEUTRAL_TIME: Duration = Duration::from_secs(315_532_800);

/// The name that stands for standard input or output.
const STREAM: &str = "-";

pub(crate) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == STREAM
}

/// Reads and understands one photo; `-` is standard input.
pub(crate) fn read_photo(path: &Path) -> Result<Original, Failure> {
    let limits = Limits::default();
    let bytes = read_bounded(path, limits.file_bytes_max).map_err(|e| words::reading_failed(&e));
    let parsed =
        bytes.and_then(|bytes| Original::parse(bytes, &limits).map_err(|e| words::not_usable(&e)));
    parsed.map_err(|failure| failure.about(path.display()))
}

/// Reads at most one byte more than allowed, which is enough to see that there are too many.
fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_stream(path) {
        io::stdin().lock().take(bytes_max + 1).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    bytes.reserve_exact(metadata.len().min(bytes_max).saturating_add(1) as usize);
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a copy may take the place of a file that is already there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfThere {
    Refuse,
    Replace,
}

/// Writes a clean copy under exactly this name.
pub(crate) fn write_as(clean: &Clean, path: &Path, if_there: IfThere) -> Result<(), Failure> {
    let told = |error: io::Error| words::writing_failed(&error).about(path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let temporary = Temporary::write(folder, clean.bytes()).map_err(told)?;
    temporary.become_file(path, if_there).map_err(told)
}

/// Room on the disk for a file that is about to be had once only: whatever can go wrong with the
/// disk goes wrong before.
pub(crate) struct Room {
    path: PathBuf,
    temporary: Temporary,
}

impl Room {
    /// Fails if the name is taken or there is not room for so many bytes.
    pub(crate) fn reserve(path: &Path, size_bytes: u64) -> Result<Self, Failure> {
        let told = |error: io::Error| words::writing_failed(&error).about(path.display());
        if path.symlink_metadata().is_ok() {
            return Err(told(io::ErrorKind::AlreadyExists.into()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let zeros = vec![0; usize::try_from(size_bytes).unwrap_or(0)];
        let temporary = Temporary::write(folder.unwrap_or(Path::new(".")), &zeros).map_err(told)?;
        Ok(Self { path: path.to_owned(), temporary })
    }

    /// Puts the bytes there and gives the file its name.
    pub(crate) fn fill(self, bytes: &[u8]) -> Result<(), Failure> {
        let told = |error: io::Error| words::writing_failed(&error).about(self.path.display());
        self.temporary.write_over(bytes).map_err(told)?;
        self.temporary.become_file(&self.path, IfThere::Refuse).map_err(told)
    }
}

/// Writes bytes under a name that is not taken yet.
pub(crate) fn write_new(bytes: &[u8], path: &Path) -> Result<(), Failure> {
    Room::reserve(path, 0)?.fill(bytes)
}

/// Reads a file that is no photo, at most so many bytes; `-` is standard input.
pub(crate) fn read_file(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let told = |failure: Failure| failure.about(path.display());
    let bytes = read_bounded(path, bytes_max).map_err(|e| told(words::reading_failed(&e)))?;
    if bytes.len() as u64 > bytes_max {
        return Err(told(Failure::new("The file is too big.", "Check that it is the right one."))
            .named(vocab::ErrorKind::TooBig, "file-too-big"));
    }
    Ok(bytes)
}

/// Writes a clean copy into a folder, under a new name that says nothing.
pub(crate) fn write_into(clean: &Clean, folder: &Path) -> Result<PathBuf, Failure> {
    let told = |error: io::Error| words::writing_failed(&error).about(folder.display());
    if folder.is_file() {
        return Err(told(io::ErrorKind::NotADirectory.into()));
    }
    fs::create_dir_all(folder).map_err(told)?;
    let temporary = Temporary::write(folder, clean.bytes()).map_err(told)?;
    let path = folder.join(neutral_name(clean.format().extension()).map_err(told)?);
    temporary.become_file(&path, IfThere::Refuse).map_err(told)?;
    Ok(path)
}

/// `photo-` and eight random letters and digits: unlike a counter or a date, it does not tell
/// which copies belong together.
fn neutral_name(extension: &str) -> io::Result<String> {
    Ok(format!("photo-{}.{extension}", random_letters()?))
}

fn random_letters() -> io::Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
    Ok(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// A complete file under a hidden name, removed unless it becomes the real one.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn write(folder: &Path, bytes: &[u8]) -> io::Result<Self> {
        let path = folder.join(format!(".{}.tmp", random_letters()?));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let temporary = Self { path };
        write_whole(&mut file, bytes)?;
        Ok(temporary)
    }

    fn write_over(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.set_len(bytes.len() as u64)?;
        write_whole(&mut file, bytes)
    }

    fn become_file(self, path: &Path, if_there: IfThere) -> io::Result<()> {
        match if_there {
            IfThere::Replace => fs::rename(&self.path, path)?,
            // A hard link fails if the name is taken, without a moment in between. The temporary
            // name goes when `self` does. Some file systems have no links: there, the name is
            // looked up first.
            IfThere::Refuse => match fs::hard_link(&self.path, path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    if path.symlink_metadata().is_ok() {
                        return Err(io::ErrorKind::AlreadyExists.into());
                    }
                    fs::rename(&self.path, path)?;
                }
                linked => linked?,
            },
        }
        drop(self);
        flush_folder(path);
        Ok(())
    }
}

fn write_whole(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.set_modified(SystemTime::UNIX_EPOCH + NEUTRAL_TIME)?;
    file.sync_all()
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes the new name last through a power cut. The file itself is safe already, and some systems
/// cannot flush folders, so a failure is no failure of the copy.
fn flush_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}
