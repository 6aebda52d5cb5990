//! Colour profiles: the neutral header, known tags in their order, no gap, no text but two
//! constants.

use crate::residue::{Residue, What};

const HEADER_BYTES: usize = 128;
const D50: &[u8; 12] = b"\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d";

/// All tags there may be, in their order.
const TAGS: [&[u8; 4]; 14] = [
    b"desc", b"cprt", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC",
    b"A2B0", b"A2B1", b"A2B2", b"cicp",
];

/// Every byte of a profile must be explained.
pub(crate) fn audit(profile: &[u8], offset: u64) -> Result<(), Residue> {
    let refused = Residue { offset, what: What::Profile };
    Profile { bytes: profile }.audit().ok_or(refused)
}

struct Profile<'a> {
    bytes: &'a [u8],
}

impl Profile<'_> {
    fn audit(&self) -> Option<()> {
        let channels = self.header()?;
        let count = number(self.bytes, HEADER_BYTES)?;
        let mut place = HEADER_BYTES + 4 + count.checked_mul(12)?;
        let mut known: Vec<(usize, usize)> = Vec::new();
        let mut order = TAGS.iter();
        for index in 0..count {
            let entry = self.bytes.get(HEADER_BYTES + 4 + index * 12..)?.get(..12)?;
            order.find(|tag| entry.starts_with(tag.as_slice()))?;
            let range = (number(entry, 4)?, number(entry, 8)?);
            let tag = self.bytes.get(range.0..range.0.checked_add(range.1)?)?;
            fits(entry, tag, channels, self.bytes[8])?;
            if known.contains(&range) {
                continue;
            }
            // A new tag begins where the one before ended.
            is_so(range.0 == place)?;
            known.push(range);
            let end = range.0 + range.1;
            place = end.next_multiple_of(4);
            zeros(self.bytes.get(end..place)?)?;
        }
        let has_neutral_tags = known.len() >= 3;
        is_so(has_neutral_tags && place == self.bytes.len())
    }

    /// Channels of the colour space, if the header says nothing that it need not.
    fn header(&self) -> Option<usize> {
        let header = self.bytes.get(..HEADER_BYTES)?;
        is_so(number(header, 0)? == self.bytes.len())?;
        zeros(&header[4..8])?;
        is_so(matches!(&header[8..12], [2, 0x10, 0, 0] | [4, 0x40, 0, 0]))?;
        is_so(matches!(&header[12..16], b"scnr" | b"mntr" | b"prtr" | b"spac"))?;
        let channels = match &header[16..20] {
            b"GRAY" => 1,
            b"RGB " | b"Lab " => 3,
            b"CMYK" => 4,
            _ => return None,
        };
        is_so(matches!(&header[20..24], b"XYZ " | b"Lab "))?;
        // Date, platform, flags, maker, model, attributes; then creator and id.
        zeros(&header[24..36])?;
        is_so(&header[36..40] == b"acsp")?;
        zeros(&header[40..67])?;
        is_so(header[67] < 4 && header[68..80] == *D50)?;
        zeros(&header[80..])?;
        Some(channels)
    }
}

/// Whether a tag holds exactly what one of its name may hold.
fn fits(entry: &[u8], tag: &[u8], channels: usize, major: u8) -> Option<()> {
    match &entry[..4] {
        b"desc" if major == 2 => {
            let text = tag.strip_prefix(b"desc\0\0\0\0\0\0\0\x07colour\0")?;
            is_so(text.len() == 78)?;
            zeros(text)
        }
        b"cprt" if major == 2 => is_so(tag == b"text\0\0\0\0none\0"),
        b"desc" => is_so(
            tag == b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x0c\0\0\0\x1c\0c\0o\0l\0o\0u\0r",
        ),
        b"cprt" => {
            is_so(tag == b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x08\0\0\0\x1c\0n\0o\0n\0e")
        }
        b"wtpt" => is_so(tag.strip_prefix(b"XYZ \0\0\0\0")? == D50),
        b"rXYZ" | b"gXYZ" | b"bXYZ" => is_so(tag.starts_with(b"XYZ \0\0\0\0") && tag.len() == 20),
        b"rTRC" | b"gTRC" | b"bTRC" | b"kTRC" => is_so(curve(tag)? == tag.len()),
        b"cicp" => is_so(tag.starts_with(b"cicp\0\0\0\0") && tag.len() == 12),
        _ => table(tag, channels),
    }
}

/// How long the curve is that these bytes begin with.
fn curve(bytes: &[u8]) -> Option<usize> {
    zeros(bytes.get(4..8)?)?;
    match &bytes[..4] {
        b"curv" => number(bytes, 8)?.checked_mul(2)?.checked_add(12),
        b"para" => {
            let function = short(bytes, 8)?;
            zeros(bytes.get(10..12)?)?;
            Some(12 + 4 * [1, 3, 4, 5, 7].get(function)?)
        }
        _ => None,
    }
}

fn table(tag: &[u8], channels: usize) -> Option<()> {
    zeros(tag.get(4..8)?)?;
    is_so(tag.get(8..10)? == [channels as u8, 3])?;
    let width = match &tag[..4] {
        b"mft1" => 1,
        b"mft2" => 2,
        b"mAB " => return staged_table(tag, channels),
        _ => return None,
    };
    is_so(*tag.get(11)? == 0)?;
    let grid = usize::from(tag[10]).checked_pow(channels as u32)?;
    let (head, inputs, outputs) = match width {
        1 => (48, 256, 256),
        _ => (52, short(tag, 48)?, short(tag, 50)?),
    };
    let samples = grid.checked_mul(3)?.checked_add(inputs * channels + outputs * 3)?;
    is_so(samples.checked_mul(width)?.checked_add(head)? == tag.len())
}

/// Up to five stages, one behind the other in the order of their offsets' places.
fn staged_table(tag: &[u8], channels: usize) -> Option<()> {
    zeros(tag.get(10..12)?)?;
    let mut place = 32;
    for stage in 0..5 {
        let at = number(tag, 12 + stage * 4)?;
        if at == 0 {
            continue;
        }
        is_so(at == place)?;
        match stage {
            1 => place += 48,
            3 => place += grid_bytes(tag.get(at..)?, channels)?,
            _ => {
                for _ in 0..if stage == 4 { channels } else { 3 } {
                    let end = place + curve(tag.get(place..)?)?;
                    place = end.next_multiple_of(4);
                    zeros(tag.get(end..place)?)?;
                }
            }
        }
        let end = place;
        place = end.next_multiple_of(4);
        zeros(tag.get(end..place)?)?;
    }
    is_so(place == tag.len())
}

fn grid_bytes(grid: &[u8], channels: usize) -> Option<usize> {
    let mut along = grid.get(..channels)?.iter();
    let points = along.try_fold(1_usize, |all, side| all.checked_mul(usize::from(*side)))?;
    zeros(grid.get(channels..16)?)?;
    let width = usize::from(*grid.get(16)?);
    is_so(matches!(width, 1 | 2))?;
    zeros(grid.get(17..20)?)?;
    points.checked_mul(3 * width)?.checked_add(20)
}

fn is_so(condition: bool) -> Option<()> {
    condition.then_some(())
}

fn zeros(bytes: &[u8]) -> Option<()> {
    is_so(bytes.iter().all(|byte| *byte == 0))
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}
