//! Files to the disk: whole, or not at all.
//!
//! A file appears under its name only when it is complete and on the disk. Until then it has no
//! name, so that even a program killed in the middle leaves nothing behind. Where a file system
//! cannot do that, it has a hidden name, and goes away when something goes wrong ([`sweeper`] sees to
//! that). It is readable by its owner alone from the first byte.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::failure::Failure;
use crate::files::sweeper;
use crate::words;

/// Every copy carries this date: 1 January 1980, the earliest that all file systems can keep. The
/// time of cleaning would say something; this says nothing.
const NEUTRAL_TIME: Duration = Duration::from_secs(315_532_800);

/// Whether a file may take the place of one that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfThere {
    Refuse,
    Replace,
}

/// The folder a path is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
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
        let told = |error: io::Error| words::writing_failed(&error).about(words::shown(path));
        if path.symlink_metadata().is_ok() {
            return Err(told(io::ErrorKind::AlreadyExists.into()));
        }
        let make = || {
            let mut temporary = Temporary::create(folder_of(path))?;
            io::copy(&mut io::Read::take(io::repeat(0), size_bytes), temporary.file())?;
            temporary.finish()?;
            Ok(temporary)
        };
        Ok(Self { path: path.to_owned(), temporary: make().map_err(told)? })
    }

    /// Puts the bytes there and gives the file its name.
    pub(crate) fn fill(mut self, bytes: &[u8]) -> Result<(), Failure> {
        let mut fill = || {
            self.temporary.file().seek(SeekFrom::Start(0))?;
            self.temporary.file().set_len(bytes.len() as u64)?;
            self.temporary.file().write_all(bytes)?;
            self.temporary.finish()
        };
        let filled = fill().and_then(|()| self.temporary.become_file(&self.path, IfThere::Refuse));
        filled.map_err(|e| words::writing_failed(&e).about(words::shown(&self.path)))?;
        flush(folder_of(&self.path));
        Ok(())
    }
}

/// Writes bytes under a name that is not taken yet.
pub(crate) fn write_new(bytes: &[u8], path: &Path) -> Result<(), Failure> {
    Room::reserve(path, 0)?.fill(bytes)
}

/// Writes bytes into a folder, under the first name of a row that is not taken.
pub(crate) fn write_beside(
    bytes: &[u8],
    folder: &Path,
    names: impl Iterator<Item = String>,
) -> Result<PathBuf, Failure> {
    let write = || {
        let mut temporary = Temporary::create(folder)?;
        temporary.file().write_all(bytes)?;
        temporary.finish()?;
        for name in names {
            let path = folder.join(name);
            match temporary.become_file(&path, IfThere::Refuse) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                named => return named.map(|()| path),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    };
    write().map_err(|error| words::writing_failed(&error).about(words::shown(folder)))
}

/// Makes a folder for copies, if it is not there.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    let told = |error: io::Error| words::writing_failed(&error).about(words::shown(folder));
    if folder.is_file() {
        return Err(told(io::ErrorKind::NotADirectory.into()));
    }
    fs::create_dir_all(folder).map_err(told)
}

/// `photo-` or `clip-` and eight random letters and digits: unlike a counter or a date, it does not
/// tell which copies belong together.
pub(crate) fn neutral_name(format: media::Format) -> io::Result<String> {
    let what = if format.is_clip() { "clip" } else { "photo" };
    Ok(format!("{what}-{}.{}", random_letters()?, format.extension()))
}

fn random_letters() -> io::Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
    Ok(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// A file that nobody sees yet, gone unless it becomes a real one.
pub(crate) struct Temporary {
    file: File,
    folder: PathBuf,
    /// Where the file system cannot keep a file without a name.
    hidden: Option<Hidden>,
}

/// A hidden name that goes away by itself, and with the program.
struct Hidden {
    path: PathBuf,
}

impl Hidden {
    fn in_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!(".{}.tmp", random_letters()?));
        sweeper::announce(&path);
        Ok(Self { path })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _ = fs::remove_file(&self.path);
        sweeper::gone(&self.path);
    }
}

impl Temporary {
    /// An empty file that can only become a file of this folder.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        if let Some(file) = nameless::create(folder)? {
            return Ok(Self { file, folder: folder.to_owned(), hidden: None });
        }
        Self::create_hidden(folder)
    }

    fn create_hidden(folder: &Path) -> io::Result<Self> {
        let hidden = Hidden::in_folder(folder)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&hidden.path)?;
        keep_others_out(&file)?;
        Ok(Self { file, folder: folder.to_owned(), hidden: Some(hidden) })
    }

    /// An empty file in the system's folder for such, for what is never to have a name.
    pub(crate) fn anywhere() -> io::Result<Self> {
        Self::create(&std::env::temp_dir())
    }

    /// The file, without a name for good.
    pub(crate) fn into_file(self) -> io::Result<File> {
        drop(self.hidden);
        Ok(self.file)
    }

    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives it the date of all copies, and waits until it is on the disk.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let neutral = SystemTime::UNIX_EPOCH + NEUTRAL_TIME;
        self.file.set_times(FileTimes::new().set_modified(neutral).set_accessed(neutral))?;
        self.file.sync_all()
    }

    /// Gives the finished file its name. [`flush`] makes that last through a power cut.
    pub(crate) fn become_file(&mut self, path: &Path, if_there: IfThere) -> io::Result<()> {
        match self.link(path) {
            Err(error)
                if error.kind() == io::ErrorKind::AlreadyExists && if_there == IfThere::Replace =>
            {
                self.replace(path)?;
            }
            linked => linked?,
        }
        self.hidden = None;
        Ok(())
    }

    /// A link fails if the name is taken, without a moment in between. Some file systems have no
    /// links: there, the name is looked up first.
    fn link(&self, path: &Path) -> io::Result<()> {
        let Some(hidden) = &self.hidden else { return nameless::link(&self.file, path) };
        match fs::hard_link(&hidden.path, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                if path.symlink_metadata().is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                fs::rename(&hidden.path, path)
            }
            linked => linked,
        }
    }

    /// Only a file with a name can take another's place: for that moment it has a hidden one.
    fn replace(&self, path: &Path) -> io::Result<()> {
        if let Some(hidden) = &self.hidden {
            return fs::rename(&hidden.path, path);
        }
        let hidden = Hidden::in_folder(&self.folder)?;
        nameless::link(&self.file, &hidden.path)?;
        fs::rename(&hidden.path, path)
    }
}

/// Whatever the person's settings for new files are.
fn keep_others_out(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Makes new names in a folder last through a power cut. The files themselves are safe already, and
/// some systems cannot flush folders, so a failure is no failure of the copies.
pub(crate) fn flush(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Files without a name, where the system has them.
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat};
    use rustix::io::Errno;

    /// Where the system shows the files that this program has open; a name is given through it.
    const OPEN_FILES: &str = "/proc/self/fd";

    /// `None` if this file system or this system has no such files.
    pub(super) fn create(folder: &Path) -> io::Result<Option<File>> {
        if !Path::new(OPEN_FILES).is_dir() {
            return Ok(None);
        }
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match openat(CWD, folder, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                let file = File::from(file);
                super::keep_others_out(&file)?;
                Ok(Some(file))
            }
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
        Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

/// Elsewhere there are none.
#[cfg(not(target_os = "linux"))]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn create(_folder: &Path) -> io::Result<Option<File>> {
        Ok(None)
    }

    pub(super) fn link(_file: &File, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Create = fn(&Path) -> io::Result<Temporary>;

    /// With and without a hidden name.
    const BOTH: [Create; 2] = [Temporary::create, Temporary::create_hidden];

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(|e| name(e).into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn finished(create: Create, folder: &Path, bytes: &[u8]) -> Temporary {
        let mut temporary = create(folder).unwrap();
        temporary.file().write_all(bytes).unwrap();
        temporary.finish().unwrap();
        temporary
    }

    #[test]
    fn a_finished_file_gets_a_free_name_and_takes_another_only_when_told() {
        for create in BOTH {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("copy");
            let mut first = finished(create, folder.path(), b"first");
            first.become_file(&path, IfThere::Refuse).unwrap();
            let mut second = finished(create, folder.path(), b"second");
            let refused = second.become_file(&path, IfThere::Refuse).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&path).unwrap(), b"first");
            second.become_file(&path, IfThere::Replace).unwrap();
            drop((first, second));
            assert_eq!(fs::read(&path).unwrap(), b"second");
            assert_eq!(names(folder.path()), ["copy"]);
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        for create in BOTH {
            let folder = tempfile::tempdir().unwrap();
            drop(finished(create, folder.path(), b"half"));
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_in_the_making_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let _temporary = finished(Temporary::create, folder.path(), b"half");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
