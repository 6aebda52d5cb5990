//! AV1: samples made of OBUs, and the box that says how to read them.
//!
//! Units that stay: sequence headers, frames, tiles, and metadata about HDR. Delimiters, padding and
//! everything else goes. What a frame's tiles hold is not looked at.

use std::borrow::Cow;

use crate::codec::Found;
use crate::codec::bits::BitReader;
use crate::codec::fields::Fields;
use crate::codec::sei;
use crate::error::{Error, Part};

const SEQUENCE_HEADER: u8 = 1;
const METADATA: u8 = 5;

const CONTENT_LIGHT: u8 = 1;
const MASTERING_DISPLAY: u8 = 2;
const REGISTERED: u8 = 4;

/// The content of an `av1C` box (Matroska's `CodecPrivate` is the same), written anew.
pub(crate) fn clean_configuration(body: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let (head, units) = body.split_at_checked(4).ok_or(Error::cut_short(body.len()))?;
    if head[0] != 0x81 {
        return Err(damaged(0));
    }
    // The delay of the first frame is a hint that programs fill in or not.
    let mut out = vec![0x81, head[1], head[2], 0];
    clean(units, &mut out, found, |kind| matches!(kind, SEQUENCE_HEADER | METADATA))?;
    Ok(out)
}

/// Appends a sample with only the units that are needed, each with its size.
pub(crate) fn clean_sample(
    sample: &[u8],
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Error> {
    // Frame headers 3 and 7, frames 6, tiles 4.
    clean(sample, out, found, |kind| matches!(kind, SEQUENCE_HEADER | 3..=7))
}

fn clean(
    bytes: &[u8],
    out: &mut Vec<u8>,
    found: &mut Found,
    is_wanted: impl Fn(u8) -> bool,
) -> Result<(), Error> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let unit = Unit::parse(rest).ok_or(damaged(offset))?;
        rest = unit.behind;
        let content = match unit.kind() {
            kind if !is_wanted(kind) => None,
            SEQUENCE_HEADER => Some(sequence_header(unit.content).ok_or(damaged(offset))?.into()),
            METADATA => metadata(unit.content).map(Cow::Owned),
            // A whole picture may be one unit: it is not held once more.
            _ => Some(Cow::Borrowed(unit.content)),
        };
        match content {
            Some(content) => unit.write(&content, out),
            None => note(&unit, found),
        }
    }
    Ok(())
}

fn note(unit: &Unit<'_>, found: &mut Found) {
    // A delimiter without content says nothing.
    if unit.kind() == 2 && unit.content.is_empty() {
        return;
    }
    found.add(unit.content.len());
    if unit.kind() == METADATA {
        found.private_bytes += unit.content.len() as u64;
        found.add_words(unit.content);
    }
}

struct Unit<'a> {
    head: u8,
    /// The layers it belongs to.
    extension: Option<u8>,
    content: &'a [u8],
    behind: &'a [u8],
}

impl<'a> Unit<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, mut rest) = bytes.split_first()?;
        if head & 0x80 != 0 {
            return None;
        }
        let mut extension = None;
        if head & 4 != 0 {
            let (first, behind) = rest.split_first()?;
            // The lowest bits are reserved.
            (extension, rest) = (Some(first & 0xf8), behind);
        }
        let (content, behind) = match head & 2 != 0 {
            true => {
                let (size, behind) = leb128(rest)?;
                behind.split_at_checked(usize::try_from(size).ok()?)?
            }
            // Without a size it is the last one.
            false => (rest, &rest[rest.len()..]),
        };
        Some(Self { head: *head, extension, content, behind })
    }

    fn kind(&self) -> u8 {
        self.head >> 3 & 15
    }

    fn write(&self, content: &[u8], out: &mut Vec<u8>) {
        out.push(self.head & 0x7c | 2);
        out.extend(self.extension);
        write_leb128(content.len() as u64, out);
        out.extend_from_slice(content);
    }
}

/// A number of up to eight bytes, the lowest first, seven bits in each.
pub(crate) fn leb128(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for index in 0..8 {
        let byte = *bytes.get(index)?;
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

fn write_leb128(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Metadata written anew, or nothing if it goes.
fn metadata(content: &[u8]) -> Option<Vec<u8>> {
    let (kind, payload) = content.split_first()?;
    let mut fields = Fields::new(payload);
    match *kind {
        CONTENT_LIGHT => fields.repeat(2, 16)?,
        MASTERING_DISPLAY => {
            fields.repeat(8, 16)?;
            fields.repeat(2, 32)?;
        }
        REGISTERED => fields.to.append(&sei::clean_registered(payload)?),
        _ => return None,
    }
    let mut out = vec![*kind];
    out.extend(fields.to.into_bytes());
    // The bit that ends the content.
    out.push(0x80);
    Some(out)
}

/// A sequence header written anew; `None` if it is none.
fn sequence_header(content: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Fields::new(content);
    sequence(&mut fields)?;
    Some(fields.to.into_bytes_with_stop())
}

fn sequence(fields: &mut Fields<'_>) -> Option<()> {
    let profile = fields.bits(3).filter(|profile| *profile < 3)?;
    fields.flag()?;
    let is_reduced = fields.flag()?;
    match is_reduced {
        true => fields.bits(5).map(drop)?,
        false => operating_points(fields)?,
    }
    let (width, height) = (fields.bits(4)?, fields.bits(4)?);
    fields.bits(width + 1)?;
    fields.bits(height + 1)?;
    if !is_reduced && fields.flag()? {
        fields.bits(7)?;
    }
    fields.bits(3)?;
    if !is_reduced {
        tools(fields)?;
    }
    fields.bits(3)?;
    colour(fields, profile)?;
    fields.flag().map(drop)
}

fn operating_points(fields: &mut Fields<'_>) -> Option<()> {
    let mut delay_bits = None;
    if fields.flag()? {
        fields.repeat(2, 32)?;
        if fields.flag()? {
            fields.golomb()?;
        }
        if fields.flag()? {
            delay_bits = Some(fields.bits(5)? + 1);
            fields.bits(32)?;
            fields.bits(10)?;
        }
    }
    let says_delays = fields.flag()?;
    for _ in 0..=fields.bits(5)? {
        fields.bits(12)?;
        if fields.bits(5)? > 7 {
            fields.bits(1)?;
        }
        if let Some(bits) = delay_bits
            && fields.flag()?
        {
            fields.repeat(2, bits)?;
            fields.bits(1)?;
        }
        if says_delays && fields.flag()? {
            fields.bits(4)?;
        }
    }
    Some(())
}

fn tools(fields: &mut Fields<'_>) -> Option<()> {
    fields.bits(4)?;
    let has_order = fields.flag()?;
    if has_order {
        fields.bits(2)?;
    }
    // Screen content: chosen per frame, or a fixed choice.
    let screen = match fields.flag()? {
        true => 2,
        false => fields.bits(1)?,
    };
    if screen > 0 && !fields.flag()? {
        fields.bits(1)?;
    }
    if has_order {
        fields.bits(3)?;
    }
    Some(())
}

fn colour(fields: &mut Fields<'_>, profile: u32) -> Option<()> {
    let is_deep = fields.flag()?;
    let mut depth = if is_deep { 10 } else { 8 };
    if profile == 2 && is_deep {
        depth = if fields.flag()? { 12 } else { 10 };
    }
    let is_grey = profile != 1 && fields.flag()?;
    let mut codes = [2, 2, 2];
    if fields.flag()? {
        codes = [fields.bits(8)?, fields.bits(8)?, fields.bits(8)?];
    }
    if is_grey {
        return fields.bits(1).map(drop);
    }
    // RGB in sRGB: full range, nothing left out.
    if codes == [1, 13, 0] {
        return fields.bits(1).map(drop);
    }
    fields.bits(1)?;
    let (mut halves_width, mut halves_height) = (profile != 1, profile == 0);
    if profile == 2 && depth == 12 {
        halves_width = fields.flag()?;
        halves_height = halves_width && fields.flag()?;
    }
    if halves_width && halves_height {
        fields.bits(2)?;
    }
    fields.bits(1).map(drop)
}

/// Whether a sample begins with a sequence header, and so can be shown without others.
pub(crate) fn begins_anew(sample: &[u8]) -> bool {
    let mut rest = sample;
    while let Some(unit) = Unit::parse(rest) {
        match unit.kind() {
            SEQUENCE_HEADER => return BitReader::new(unit.content).bits(3).is_some(),
            2 => rest = unit.behind,
            _ => return false,
        }
    }
    false
}

fn damaged(offset: usize) -> Error {
    Error::damaged(Part::PictureData, offset)
}
