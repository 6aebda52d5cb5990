//! Photos as files: recognise them by content, bound them, list what is hidden in them, and take
//! it out without touching a sample.
//!
//! ```no_run
//! # fn show(bytes: Vec<u8>) -> Result<(), media::Error> {
//! let original = media::Original::parse(bytes, &media::Limits::default())?;
//! for finding in original.findings() {
//!     let _ = (finding.kind.id(), finding.bytes);
//! }
//! let clean = original.clean()?;
//! assert!(media::Clean::verify(clean.into_bytes(), &media::Limits::default()).is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! The rule that everything follows: a clean copy is written from a model of the picture, never
//! copied with parts cut out. What the model does not understand is an error, not an output.
//!
//! Reading order: [`Original`] and [`Clean`] (the two states), [`Finding`] (what is told about the
//! first), then one module a format (`jpeg`, `png`, `webp`, `tiff`), then what they share: `ifd` and
//! `exif`, `xmp`, `iptc`, `icc`, `orientation`, `thumbnail`, `structure`.

mod bmff;
mod clean;
mod clip;
mod codec;
mod cover;
mod deflate;
mod error;
mod exif;
mod finding;
mod format;
mod gif;
mod heif;
mod icc;
mod ifd;
mod iptc;
mod jpeg;
mod jxl;
mod limits;
mod matroska;
mod model;
mod mp4;
mod options;
mod orientation;
mod original;
mod png;
mod receipt;
mod resave;
mod shown;
mod side_by_side;
mod structure;
mod thumbnail;
mod tiff;
mod webp;
mod xmp;

pub use clean::Clean;
pub use clip::{ByteSink, ByteSource, Clip};
pub use cover::Covered;
pub use error::{Error, OtherFormat, Part};
pub use finding::{Comparison, Fate, Finding, FindingKind, Place, Source, Value};
pub use format::{Format, HEAD_BYTES};
pub use limits::{Limits, Size};
pub use options::{CleanOptions, Hdr, Turn};
pub use orientation::Orientation;
pub use original::Original;
pub use receipt::{Receipt, ReceiptLine};
pub use resave::ResaveOptions;
pub use shown::to_png;
