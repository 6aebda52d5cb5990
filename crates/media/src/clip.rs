//! Clips: moving pictures that are too large to hold, read and written piece by piece.

use core::fmt;

use crate::error::Error;
use crate::finding::Finding;
use crate::format::Format;
use crate::limits::{Limits, Size};
use crate::matroska::Matroska;
use crate::mp4::Mp4;
use crate::receipt::{Piece, Receipt};

/// Where a clip's bytes come from: a file, a browser's `Blob`, or memory.
pub trait ByteSource {
    /// How many bytes there are.
    fn size_bytes(&self) -> u64;

    /// Fills `into` from this place on. [`Error::Unreadable`] if it cannot be filled.
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error>;
}

/// Where a clean clip's bytes go, from the first to the last.
pub trait ByteSink {
    /// Takes the next bytes. [`Error::Unwritable`] if they cannot be taken.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error>;
}

impl ByteSource for &[u8] {
    fn size_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        let start = usize::try_from(at).map_err(|_| Error::Unreadable)?;
        let end = start.checked_add(into.len()).ok_or(Error::Unreadable)?;
        into.copy_from_slice(self.get(start..end).ok_or(Error::Unreadable)?);
        Ok(())
    }
}

impl ByteSink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// What every format's model of a clip can do. `source` is always the one it was made from.
pub(crate) trait ClipModel: Send {
    /// Width and height as a viewer shows them; `None` if there is only sound.
    fn shown_size(&self) -> Option<Size>;

    /// Everything hidden in it, in any order.
    fn findings(&self, source: &mut dyn ByteSource) -> Result<Vec<Finding>, Error>;

    /// What a clean copy does not take over, for the receipt.
    fn pieces(&self, source: &mut dyn ByteSource) -> Result<Vec<Piece>, Error>;

    /// Writes the clean file; says how many bytes it has.
    fn write_clean(
        &self,
        source: &mut dyn ByteSource,
        sink: &mut dyn ByteSink,
    ) -> Result<u64, Error>;
}

/// A clip whose parts are all known: it can be listed and cleaned. Holds its tables in memory, not
/// its pictures and sound.
pub struct Clip {
    format: Format,
    size_bytes: u64,
    model: Box<dyn ClipModel>,
}

impl Clip {
    /// Reads a clip's structure, whatever it is called. What cannot be told apart for certain is an
    /// error, so that a clean copy never holds a byte that nobody understood.
    pub fn parse(source: &mut dyn ByteSource, limits: &Limits) -> Result<Self, Error> {
        let size_bytes = source.size_bytes();
        let mut head = vec![0; size_bytes.min(crate::format::HEAD_BYTES as u64) as usize];
        source.read_at(0, &mut head)?;
        let format = Format::recognise(&head)?;
        let model = open(format, source, limits)?;
        Ok(Self { format, size_bytes, model })
    }

    /// The format, told by content.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Size of the file.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Width and height as a viewer shows them; `None` if there is only sound.
    pub fn shown_size(&self) -> Option<Size> {
        self.model.shown_size()
    }

    /// Everything hidden in it, what matters most first.
    pub fn findings(&self, source: &mut dyn ByteSource) -> Result<Vec<Finding>, Error> {
        let mut findings = self.model.findings(source)?;
        findings.sort_by_key(|finding| (finding.kind, finding.offset));
        Ok(findings)
    }

    /// Writes a copy with the same pictures and sound, and nothing else. On an error the sink may
    /// hold a part of it, which its owner must throw away. The finished copy must pass
    /// [`Clip::audit`] before it gets its name.
    pub fn clean(
        &self,
        source: &mut dyn ByteSource,
        sink: &mut dyn ByteSink,
    ) -> Result<Receipt, Error> {
        let clean_bytes = self.model.write_clean(source, sink)?;
        let pieces = self.model.pieces(source)?;
        Ok(Receipt::new(pieces, self.size_bytes, clean_bytes))
    }
}

impl Clip {
    /// A second opinion about a finished copy, by code that its writer does not share. Whoever has
    /// a copy written asks for it before handing the copy out, and throws the copy away if it
    /// fails.
    pub fn audit(copy: &mut dyn ByteSource) -> Result<(), Error> {
        audit::clip(&mut Finished(copy)).map_err(|residue| match residue.what {
            audit::What::Unreadable => Error::Unreadable,
            _ => Error::AuditFailed(residue),
        })
    }
}

/// A finished copy, as the auditor reads it.
struct Finished<'a>(&'a mut dyn ByteSource);

impl audit::ReadAt for Finished<'_> {
    fn size_bytes(&self) -> u64 {
        self.0.size_bytes()
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), audit::Unreadable> {
        self.0.read_at(at, into).map_err(|_| audit::Unreadable)
    }
}

fn open(
    format: Format,
    source: &mut dyn ByteSource,
    limits: &Limits,
) -> Result<Box<dyn ClipModel>, Error> {
    match format {
        Format::Mp4 | Format::Mov => Ok(Box::new(Mp4::parse(source, format, limits)?)),
        Format::WebM => Ok(Box::new(Matroska::parse(source, limits)?)),
        _ => Err(Error::NotAPhoto),
    }
}

impl fmt::Debug for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[Clip {:?}, {} bytes]", self.format, self.size_bytes)
    }
}
