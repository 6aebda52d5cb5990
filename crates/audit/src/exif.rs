//! The one Exif block that a clean copy may have: a turn, and nothing else.

use crate::residue::{Residue, What};
use crate::walk::Walk;

/// The whole block must be one directory with one entry, a turn from 2 to 8.
pub(crate) fn audit(mut block: Walk<'_>) -> Result<(), Residue> {
    block.expect(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", What::Exif)?;
    let turn = block.u8()?;
    block.require((2..=8).contains(&turn), What::Exif)?;
    block.zeros(6, What::Exif)?;
    block.end(What::Exif)
}
