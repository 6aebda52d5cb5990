//! Photos and clips from the disk: bounded reads, told apart by their content.
//!
//! Reading order: this file, then `walk` (folders), `clips` (what is too large to hold), `writing`
//! (whole files or none) and `sweeper` (nothing hidden stays).

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use media::{Clip, Error, Format, HEAD_BYTES, Limits, Original};

use crate::failure::Failure;
use crate::words;

mod clips;
pub(crate) mod sweeper;
mod walk;
mod writing;

pub(crate) use clips::{FileSink, FileSource, Nowhere};
pub(crate) use walk::{Item, Route, items};
pub(crate) use writing::{
    IfThere, Room, Temporary, flush, folder_of, make_folder, neutral_name, write_beside, write_new,
};

/// The name that stands for standard input or output.
const STREAM: &str = "-";

pub(crate) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == STREAM
}

/// A photo in memory, or a clip that stays where it is.
pub(crate) enum Taken {
    Photo(Original),
    Clip(Clip, FileSource),
}

/// Why nothing was taken from a file.
pub(crate) enum NotTaken {
    /// It is neither a photo nor a clip nor anything that is nearly one.
    OtherKind,
    Failed(Failure),
}

impl From<Failure> for NotTaken {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Reads and understands a photo or clip; `-` is standard input.
pub(crate) fn take(path: &Path, route: Route) -> Result<Taken, NotTaken> {
    let unreadable = |error| words::reading_failed(&error).about(words::shown(path));
    let mut input = Input::open(path, route).map_err(unreadable)?;
    let head = input.head().map_err(unreadable)?;
    let taken = match Format::recognise(&head) {
        Ok(format) if format.is_clip() => input.into_clip(&head),
        // Whatever it is, `Original` says best what is wrong with it.
        _ => input.into_photo(head),
    };
    taken.map_err(|trouble| match trouble {
        Trouble::Disk(error) => unreadable(error).into(),
        Trouble::Media(error) if route == Route::Walked && is_other_kind(&error) => {
            NotTaken::OtherKind
        }
        Trouble::Media(error) => words::not_usable(&error).about(words::shown(path)).into(),
    })
}

/// In a folder there may be anything; only what could be a photo or a clip is worth a failure.
fn is_other_kind(error: &Error) -> bool {
    matches!(error, Error::NotAPhoto | Error::Empty | Error::NotSupported(media::OtherFormat::Pdf))
}

enum Trouble {
    Disk(io::Error),
    Media(Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// An open file or standard input.
enum Input {
    Stdin(io::Stdin),
    File(File, Metadata),
}

impl Input {
    fn open(path: &Path, route: Route) -> io::Result<Self> {
        if is_stream(path) {
            return Ok(Self::Stdin(io::stdin()));
        }
        let file = open(path, route)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Self::File(file, metadata))
    }

    fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        self.take_up_to(HEAD_BYTES as u64, &mut head)?;
        Ok(head)
    }

    fn take_up_to(&mut self, bytes_max: u64, into: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Stdin(stdin) => stdin.lock().take(bytes_max).read_to_end(into)?,
            Self::File(file, _) => file.take(bytes_max).read_to_end(into)?,
        };
        Ok(())
    }

    /// One byte more than allowed is enough to see that there are too many.
    fn into_photo(mut self, head: Vec<u8>) -> Result<Taken, Trouble> {
        let limits = Limits::default();
        let bytes_max = limits.file_bytes_max + 1;
        let mut bytes = head;
        if let Self::File(_, metadata) = &self {
            let more = metadata.len().min(bytes_max).saturating_sub(bytes.len() as u64);
            bytes.reserve_exact(more as usize + 1);
        }
        self.take_up_to(bytes_max - bytes.len() as u64, &mut bytes)?;
        Original::parse(bytes, &limits).map(Taken::Photo).map_err(Trouble::Media)
    }

    /// A clip is read here and there, so what comes through a pipe is first put into a file that
    /// has no name.
    fn into_clip(self, head: &[u8]) -> Result<Taken, Trouble> {
        let mut source = match self {
            Self::File(file, metadata) if metadata.is_file() => {
                FileSource::new(file, metadata.len())
            }
            Self::File(file, _) => FileSource::spool(head, file)?,
            Self::Stdin(stdin) => FileSource::spool(head, stdin.lock())?,
        };
        match Clip::parse(&mut source, &Limits::default()) {
            Ok(clip) => Ok(Taken::Clip(clip, source)),
            Err(error) => Err(source.take_error().map_or(Trouble::Media(error), Trouble::Disk)),
        }
    }
}

/// What a folder held as a file a moment ago may be a link or a pipe now: neither is followed or
/// waited for.
fn open(path: &Path, route: Route) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(target_os = "linux")]
    if route == Route::Walked {
        use rustix::fs::OFlags;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    #[cfg(not(target_os = "linux"))]
    let _ = route;
    options.open(path)
}

/// Reads and understands one photo; `-` is standard input.
pub(crate) fn read_photo(path: &Path) -> Result<Original, Failure> {
    match take(path, Route::Named) {
        Ok(Taken::Photo(original)) => Ok(original),
        Ok(Taken::Clip(clip, _)) => Err(words::not_usable(&Error::IsClip(clip.format()))),
        Err(NotTaken::Failed(failure)) => return Err(failure),
        Err(NotTaken::OtherKind) => Err(words::not_usable(&Error::NotAPhoto)),
    }
    .map_err(|failure| failure.about(words::shown(path)))
}

/// Reads a file that is no photo, at most so many bytes; `-` is standard input.
pub(crate) fn read_file(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let told = |failure: Failure| failure.about(words::shown(path));
    let read = || {
        let mut bytes = Vec::new();
        Input::open(path, Route::Named)?.take_up_to(bytes_max + 1, &mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|e| told(words::reading_failed(&e)))?;
    if bytes.len() as u64 > bytes_max {
        return Err(told(Failure::new("The file is too big.", "Check that it is the right one."))
            .named(vocab::ErrorKind::TooBig, "file-too-big"));
    }
    Ok(bytes)
}
