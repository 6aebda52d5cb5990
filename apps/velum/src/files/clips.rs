//! Clips on the disk: read here and there, written from the first byte to the last. Their size is
//! limited by the disk alone.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write as _};

use media::{ByteSink, ByteSource, Error};

use crate::files::writing::Temporary;

/// How much is read at once where little is asked for.
const WINDOW_BYTES: usize = 64 << 10;

/// A file as a clip's source. Small reads come out of a window that is kept.
pub(crate) struct FileSource {
    file: File,
    size_bytes: u64,
    window: Vec<u8>,
    window_at: u64,
    error: Option<io::Error>,
}

impl FileSource {
    pub(crate) fn new(file: File, size_bytes: u64) -> Self {
        Self { file, size_bytes, window: Vec::new(), window_at: 0, error: None }
    }

    /// Puts what comes through a pipe into a file without a name.
    pub(crate) fn spool(head: &[u8], rest: impl Read) -> io::Result<Self> {
        let mut file = Temporary::anywhere()?.into_file()?;
        file.write_all(head)?;
        let mut rest = rest;
        let size_bytes = head.len() as u64 + io::copy(&mut rest, &mut file)?;
        Ok(Self::new(file, size_bytes))
    }

    /// What the system said, where [`Error::Unreadable`] does not.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn read(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let end = at.checked_add(into.len() as u64).filter(|end| *end <= self.size_bytes);
        if end.is_none() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if into.len() >= WINDOW_BYTES {
            return read_exact_at(&mut self.file, at, into);
        }
        if self.in_window(at, into.len()).is_none() {
            let size = (self.size_bytes - at).min(WINDOW_BYTES as u64) as usize;
            // Should the read fail, the window must not pretend to hold anything.
            let mut window = std::mem::take(&mut self.window);
            window.resize(size, 0);
            read_exact_at(&mut self.file, at, &mut window)?;
            (self.window, self.window_at) = (window, at);
        }
        let found = self.in_window(at, into.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(found);
        Ok(())
    }

    fn in_window(&self, at: u64, size: usize) -> Option<&[u8]> {
        let start = usize::try_from(at.checked_sub(self.window_at)?).ok()?;
        self.window.get(start..start.checked_add(size)?)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &mut File, at: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(not(unix))]
fn read_exact_at(file: &mut File, at: u64, into: &mut [u8]) -> io::Result<()> {
    use std::io::Seek as _;
    file.seek(io::SeekFrom::Start(at))?;
    file.read_exact(into)
}

impl ByteSource for FileSource {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        self.read(at, into).map_err(|error| {
            self.error = Some(error);
            Error::Unreadable
        })
    }
}

/// A file as the place for a clip, buffered.
pub(crate) struct FileSink<'a> {
    writer: BufWriter<&'a mut File>,
    error: Option<io::Error>,
}

impl<'a> FileSink<'a> {
    pub(crate) fn new(file: &'a mut File) -> Self {
        Self { writer: BufWriter::with_capacity(256 << 10, file), error: None }
    }

    /// Sends on what is buffered.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// What the system said, where [`Error::Unwritable`] does not.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }
}

impl ByteSink for FileSink<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|error| {
            self.error = Some(error);
            Error::Unwritable
        })
    }
}

/// Takes everything and keeps nothing, to see what would happen.
pub(crate) struct Nowhere;

impl ByteSink for Nowhere {
    fn write(&mut self, _bytes: &[u8]) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> FileSource {
        FileSource::spool(&bytes[..10], &bytes[10..]).unwrap()
    }

    #[test]
    fn every_place_reads_as_in_memory_whatever_was_read_before() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let mut source = source(&bytes);
        for (at, size) in [(0, 8), (299_990, 10), (5, 70_000), (65_530, 20), (65_531, 20), (0, 0)] {
            let mut into = vec![0; size];
            source.read_at(at as u64, &mut into).unwrap();
            assert!(into == bytes[at..at + size], "{at} {size}");
        }
    }

    #[test]
    fn past_the_end_there_is_nothing() {
        let mut source = source(&[7; 100]);
        for at in [99, 100, u64::MAX] {
            assert_eq!(source.read_at(at, &mut [0; 2]), Err(Error::Unreadable));
            assert!(source.take_error().is_some());
        }
        assert_eq!(source.read_at(98, &mut [0; 2]), Ok(()));
    }
}
