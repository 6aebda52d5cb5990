//! A second opinion: reads a finished clean copy again and says whether every byte of it is
//! explained by what is needed to show it.
//!
//! It shares no code with the writers, on purpose: a mistake that both make must be made twice.
//! It is small and strict. It knows exactly the forms that a clean copy may have and refuses
//! everything else, also what would be harmless.
//!
//! There are two depths. [`photo`] and [`clip`] look at the structure: every box, chunk and
//! segment, every field, every gap. That costs little and runs on each copy before it is handed
//! out. [`photo_deep`] also follows the codes, to see that a picture's data end where the picture
//! does. That is slow and plain, and meant for tests.
//!
//! Reading order: `walk` (stepping through bytes), then a module a format; `exif`, `icc` and
//! `inflate` serve several.

mod bmff;
mod clip;
mod cover;
mod exif;
mod gif;
mod heif;
mod icc;
mod inflate;
mod jpeg;
mod jxl;
mod mp4;
mod png;
mod residue;
mod tiff;
mod units;
mod walk;
mod webm;
mod webp;

pub use clip::{ReadAt, Unreadable, clip};
pub use residue::{Residue, What};

/// How far a format's auditor looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Structure and fields.
    Structure,
    /// The coded data as well.
    Codes,
}

/// Looks at the structure of a clean photo, whatever its format.
pub fn photo(bytes: &[u8]) -> Result<(), Residue> {
    photo_to(bytes, Depth::Structure)
}

/// Looks at the structure of a clean photo and follows its codes to their end, where this crate
/// can: JPEG with Huffman codes, PNG, GIF. Slow; for tests.
pub fn photo_deep(bytes: &[u8]) -> Result<(), Residue> {
    photo_to(bytes, Depth::Codes)
}

fn photo_to(bytes: &[u8], depth: Depth) -> Result<(), Residue> {
    match bytes {
        [0xff, 0xd8, ..] => jpeg::audit(bytes, depth),
        [0x89, b'P', b'N', b'G', ..] => png::audit(bytes, depth),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::audit(bytes),
        [b'G', b'I', b'F', b'8', ..] => gif::audit(bytes, depth),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => tiff::audit(bytes),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => heif::audit(bytes),
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => jxl::audit(bytes),
        _ => Err(Residue { offset: 0, what: What::UnknownFormat }),
    }
}
