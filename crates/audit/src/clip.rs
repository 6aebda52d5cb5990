//! Clips are read piece by piece: what they are read from, and which auditor they go to.

use crate::mp4;
use crate::residue::{Residue, What};
use crate::webm;

/// Where a finished clip is read from.
pub trait ReadAt {
    /// How many bytes there are.
    fn size_bytes(&self) -> u64;

    /// Fills `into` from this place on.
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Unreadable>;
}

/// A source did not give the bytes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl ReadAt for &[u8] {
    fn size_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Unreadable> {
        let start = usize::try_from(at).map_err(|_| Unreadable)?;
        let end = start.checked_add(into.len()).ok_or(Unreadable)?;
        into.copy_from_slice(self.get(start..end).ok_or(Unreadable)?);
        Ok(())
    }
}

/// Most bytes of one part that are held in memory: a description of a movie, or one sample.
const PART_BYTES_MAX: u64 = 512 << 20;

/// Looks at a clean clip, whatever its format. What lies in its tables is held in memory, one
/// sample at a time is read.
pub fn clip(source: &mut dyn ReadAt) -> Result<(), Residue> {
    let head_bytes = source.size_bytes().min(16);
    let head = part(source, 0, head_bytes)?;
    match head.as_slice() {
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::audit(source),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => webm::audit(source),
        _ => Err(Residue { offset: 0, what: What::UnknownFormat }),
    }
}

/// Some bytes of the source.
pub(crate) fn part(source: &mut dyn ReadAt, at: u64, size: u64) -> Result<Vec<u8>, Residue> {
    let residue = |what| Residue { offset: at, what };
    let end = at.checked_add(size).filter(|end| *end <= source.size_bytes());
    if end.is_none() || size > PART_BYTES_MAX {
        return Err(residue(What::CutShort));
    }
    let mut bytes = vec![0; size as usize];
    source.read_at(at, &mut bytes).map_err(|Unreadable| residue(What::Unreadable))?;
    Ok(bytes)
}
