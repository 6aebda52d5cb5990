//! What can go wrong with a photo's bytes. Variants carry numbers only, never content.

use core::fmt;
use vocab::{ErrorKind, LogSafe};

/// Why a photo cannot be read or cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There are no bytes.
    Empty,
    /// The bytes are no image that is known here.
    NotAPhoto,
    /// The bytes are a known kind of image or clip that is not supported.
    NotSupported(OtherFormat),
    /// The file is larger than may be read.
    FileTooBig {
        /// Its size.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The picture claims more pixels than may be handled.
    PictureTooBig {
        /// Claimed width.
        width: u32,
        /// Claimed height.
        height: u32,
    },
    /// The file is made of more parts than any real photo.
    TooManyParts {
        /// The limit.
        parts_max: usize,
    },
    /// The file ends before the picture does.
    CutShort {
        /// Where it ends or where the missing part begins.
        offset: u64,
    },
    /// A part of the file contradicts its format, so that nobody can say what is needed to show it.
    Damaged {
        /// Which kind of part.
        part: Part,
        /// Where it is.
        offset: u64,
    },
    /// It is a clip, which is read as a stream: see [`crate::Clip`].
    IsClip(crate::Format),
    /// Its pictures or its sound are coded in a way that is not known here, so that nobody can say
    /// what else is in them.
    UnknownCodec,
    /// Its picture cannot be decoded here, which saving it anew needs.
    NoDecoder,
    /// It moves: frames that nobody looked at would keep what is covered in one.
    Moves,
    /// Its coding cannot be changed in places, which covering needs.
    CannotCover,
    /// What is to be covered is marked on a picture of another size.
    OtherSize,
    /// The source of the bytes could not be read.
    Unreadable,
    /// The place for the clean copy could not be written.
    Unwritable,
    /// A copy that should be clean holds more than its picture needs.
    NotClean,
    /// A copy was made and a second opinion did not agree that it is clean. It is thrown away;
    /// the fault is ours.
    AuditFailed(audit::Residue),
}

/// A part of a file, for [`Error::Damaged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The file's first bytes, or the header of its picture.
    Header,
    /// A segment, chunk or box.
    Container,
    /// A quantisation, Huffman or colour table.
    Table,
    /// The coded picture itself.
    PictureData,
    /// The frames of an animation.
    Animation,
}

/// Formats that are recognised so that the answer can name them, but not handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherFormat {
    /// A JPEG in a rare coding (lossless, hierarchical, large and arithmetic) that no browser shows.
    RareJpeg,
    /// A TIFF in a rare coding.
    Tiff,
    /// What a camera's sensor saw, before it became a picture.
    RawPhoto,
    /// A HEIC or AVIF that is put together in a rare way.
    Heif,
    /// A JPEG XL in a rare coding.
    JpegXl,
    /// A Matroska of a rare kind.
    Matroska,
    /// BMP.
    Bmp,
    /// PDF.
    Pdf,
}

impl Error {
    /// Whose move it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::FileTooBig { .. } | Self::PictureTooBig { .. } | Self::TooManyParts { .. } => {
                ErrorKind::TooBig
            }
            Self::NotClean => ErrorKind::Refused,
            Self::AuditFailed(_) => ErrorKind::Bug,
            Self::IsClip(_) | Self::OtherSize => ErrorKind::Misuse,
            Self::Unreadable | Self::Unwritable => ErrorKind::Unavailable,
            _ => ErrorKind::Malformed,
        }
    }

    pub(crate) fn damaged(part: Part, offset: usize) -> Self {
        Self::Damaged { part, offset: offset as u64 }
    }

    /// The same error for a part that begins so many bytes into the file.
    pub(crate) fn moved(self, by: u64) -> Self {
        match self {
            Self::Damaged { part, offset } => {
                Self::Damaged { part, offset: offset.saturating_add(by) }
            }
            Self::CutShort { offset } => Self::CutShort { offset: offset.saturating_add(by) },
            other => other,
        }
    }

    pub(crate) fn cut_short(offset: usize) -> Self {
        Self::CutShort { offset: offset as u64 }
    }
}

impl LogSafe for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no bytes"),
            Self::NotAPhoto => f.write_str("not an image"),
            Self::NotSupported(format) => write!(f, "format not supported: {format:?}"),
            Self::FileTooBig { bytes, bytes_max } => {
                write!(f, "{bytes} bytes, more than {bytes_max}")
            }
            Self::PictureTooBig { width, height } => write!(f, "{width} x {height} pixels"),
            Self::TooManyParts { parts_max } => write!(f, "more than {parts_max} parts"),
            Self::CutShort { offset } => write!(f, "cut short at byte {offset}"),
            Self::Damaged { part, offset } => write!(f, "damaged: {part:?} at byte {offset}"),
            Self::IsClip(format) => write!(f, "a clip, not a photo: {format:?}"),
            Self::UnknownCodec => f.write_str("unknown codec"),
            Self::NoDecoder => f.write_str("no decoder for this picture"),
            Self::Moves => f.write_str("moving pictures cannot be covered"),
            Self::CannotCover => f.write_str("this kind of picture cannot be covered"),
            Self::OtherSize => f.write_str("the mask is for a picture of another size"),
            Self::Unreadable => f.write_str("the source cannot be read"),
            Self::Unwritable => f.write_str("the copy cannot be written"),
            Self::NotClean => f.write_str("not a clean copy"),
            Self::AuditFailed(residue) => write!(f, "the copy failed its audit: {residue}"),
        }
    }
}

impl std::error::Error for Error {}
