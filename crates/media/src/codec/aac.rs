//! AAC: what says how to decode it, and the frames.
//!
//! A frame is a row of elements. Fill and data elements before the first sound lose their content:
//! that is where encoders name themselves. Elements behind the first sound stay as they are, because
//! only a whole decoder can tell where a sound element ends; there, encoders put spectral band
//! replication, and could hide more.

use crate::codec::Found;
use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::fields::Fields;
use crate::error::{Error, Part};

const DATA: u32 = 4;
const PROGRAM: u32 = 5;
const FILL: u32 = 6;
/// How loud is too loud; the one extension that may stand in front.
const DYNAMIC_RANGE: u32 = 11;

/// An `AudioSpecificConfig` written anew. Only plain AAC and its band replication are understood.
pub(crate) fn clean_configuration(body: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let mut fields = Fields::new(body);
    let known = configuration(&mut fields, found).ok_or(Error::cut_short(body.len()))?;
    if !known {
        return Err(Error::UnknownCodec);
    }
    Ok(fields.to.into_bytes())
}

fn configuration(fields: &mut Fields<'_>, found: &mut Found) -> Option<bool> {
    let mut kind = object_type(fields)?;
    sampling(fields)?;
    let channels = fields.bits(4)?;
    let is_extended = matches!(kind, 5 | 29);
    if is_extended {
        sampling(fields)?;
        kind = object_type(fields)?;
    }
    if !matches!(kind, 1..=4) {
        return Some(false);
    }
    fields.bits(1)?;
    if fields.flag()? {
        fields.bits(14)?;
    }
    fields.instead(1, 0)?;
    if channels == 0 {
        fields.bits(4)?;
        program(fields, found)?;
    }
    if !is_extended {
        band_replication(fields);
    }
    Some(true)
}

fn object_type(fields: &mut Fields<'_>) -> Option<u32> {
    Some(match fields.bits(5)? {
        31 => 32 + fields.bits(6)?,
        kind => kind,
    })
}

fn sampling(fields: &mut Fields<'_>) -> Option<()> {
    if fields.bits(4)? == 15 {
        fields.bits(24)?;
    }
    Some(())
}

/// The part behind the end that older decoders do not see. It begins with a mark.
fn band_replication(fields: &mut Fields<'_>) {
    let next = |fields: &Fields<'_>, count| fields.from.clone().bits(count);
    if next(fields, 16) != Some(0x2b7 << 5 | 5) {
        return;
    }
    // What is cut short here is read as absent.
    let _ = (|| {
        fields.bits(16)?;
        if fields.flag()? {
            sampling(fields)?;
            if next(fields, 11) == Some(0x548) {
                fields.bits(12)?;
            }
        }
        Some(())
    })();
}

/// Which channels there are, behind its tag; its comment goes.
fn program(fields: &mut Fields<'_>, found: &mut Found) -> Option<()> {
    fields.bits(6)?;
    let mut bits = 0;
    for (width, each) in [(4, 5), (4, 5), (4, 5), (2, 4), (3, 4), (4, 5)] {
        bits += fields.bits(width)? * each;
    }
    for width in [4, 4, 3] {
        if fields.flag()? {
            fields.bits(width)?;
        }
    }
    fields.repeat(bits, 1)?;
    align(fields)?;
    let comment = fields.from.bits(8)?;
    fields.to.bits(8, 0);
    lose(fields, comment, found)
}

/// Both sides stand at the same place of a byte, because only whole bytes are left out.
fn align(fields: &mut Fields<'_>) -> Option<()> {
    let into = fields.from.position() % 8;
    if into > 0 {
        fields.instead(8 - into as u32, 0)?;
    }
    Some(())
}

/// Appends a frame without what its first elements say to people.
pub(crate) fn clean_sample(
    sample: &[u8],
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Error> {
    let mut fields = Fields::new(sample);
    // An empty frame is sometimes written at the start.
    while !sample.is_empty() {
        let Some(kind) = fields.from.clone().bits(3) else { break };
        let element = match kind {
            DATA => data(&mut fields, found),
            PROGRAM => fields.bits(7).and_then(|_| program(&mut fields, found)),
            FILL => match is_dynamic_range(&fields.from) {
                true => whole_fill(&mut fields),
                false => fill(&mut fields, found),
            },
            _ => break,
        };
        element.ok_or(Error::damaged(Part::PictureData, fields.from.position() / 8))?;
    }
    finish(fields, sample, out);
    Ok(())
}

/// Leaves out so many bytes.
fn lose(fields: &mut Fields<'_>, bytes: u32, found: &mut Found) -> Option<()> {
    note(&take(&mut fields.from, bytes)?, found);
    Some(())
}

fn take(from: &mut BitReader<'_>, bytes: u32) -> Option<Vec<u8>> {
    (0..bytes).map(|_| from.bits(8).map(|byte| byte as u8)).collect()
}

fn note(text: &[u8], found: &mut Found) {
    if !text.is_empty() {
        found.add(text.len());
        found.private_bytes += text.len() as u64;
        found.add_words(&most_readable(text));
    }
}

/// Text need not begin where a byte of the element does.
fn most_readable(text: &[u8]) -> Vec<u8> {
    let shifted = |bits: u32| {
        let pairs = text.windows(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
        pairs.map(|pair| (pair >> (8 - bits)) as u8).collect::<Vec<_>>()
    };
    let letters = |text: &Vec<u8>| text.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    let all = (1..8).map(shifted).chain([text.to_vec()]);
    all.max_by_key(letters).unwrap_or_default()
}

/// A data element, emptied. It is left out where that leaves the place in the byte as it was.
fn data(fields: &mut Fields<'_>, found: &mut Found) -> Option<()> {
    fields.from.bits(3)?;
    let tag = fields.from.bits(4)?;
    let is_aligned = fields.from.flag()?;
    let mut count = fields.from.bits(8)?;
    if count == 255 {
        count += fields.from.bits(8)?;
    }
    let into = fields.from.position() % 8;
    if is_aligned && into > 0 {
        let padding = 8 - into as u32;
        fields.from.bits(padding)?;
        fields.to.bits(3, DATA);
        fields.to.bits(4, tag);
        fields.to.bits(9, 1 << 8);
        fields.to.bits(padding, 0);
    }
    lose(fields, count, found)
}

/// A fill element, emptied. What stays are seven bits, so that all others keep their place.
fn fill(fields: &mut Fields<'_>, found: &mut Found) -> Option<()> {
    let count = fill_count(&mut fields.from)?;
    let text = take(&mut fields.from, count)?;
    if !is_faac(&text) {
        fields.to.bits(7, FILL << 4);
        note(&text, found);
        return Some(());
    }
    let kept = faac();
    fields.to.bits(7, FILL << 4 | kept.len() as u32);
    fields.to.append(&kept);
    if text != kept {
        note(&text, found);
    }
    Some(())
}

/// One old encoder's name makes players leave out the first frame, which is only its run-up. So its
/// name stays, in one form for everyone.
const FAAC: &[u8] = b"libfaac ";
/// Bits before the name.
const FAAC_OFFSET: u32 = 17;

fn is_faac(text: &[u8]) -> bool {
    let mut from = BitReader::new(text);
    let has_offset = from.bits(FAAC_OFFSET).is_some_and(|bits| bits >> 13 == 0);
    let name = take(&mut from, FAAC.len() as u32);
    let left = (from.left() / 8) as u32;
    let rest = take(&mut from, left).unwrap_or_default();
    let behind_digits = rest.iter().position(|byte| !byte.is_ascii_digit());
    let is_version = behind_digits.is_some_and(|end| {
        end > 0 && rest[end] == b'.' && rest.get(end + 1).is_some_and(u8::is_ascii_digit)
    });
    has_offset && name.as_deref() == Some(FAAC) && is_version
}

fn faac() -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.bits(FAAC_OFFSET, 0);
    bits.append(FAAC);
    bits.append(b"1.0");
    bits.into_bytes()
}

fn fill_count(from: &mut BitReader<'_>) -> Option<u32> {
    from.bits(3)?;
    let count = from.bits(4)?;
    if count < 15 { Some(count) } else { Some(14 + from.bits(8)?) }
}

fn is_dynamic_range(from: &BitReader<'_>) -> bool {
    let mut from = from.clone();
    let count = fill_count(&mut from);
    count.is_some_and(|count| count > 0) && from.bits(4) == Some(DYNAMIC_RANGE)
}

fn whole_fill(fields: &mut Fields<'_>) -> Option<()> {
    let start = fields.from.position();
    let mut behind = fields.from.clone();
    let count = fill_count(&mut behind)?;
    let bits = behind.position() - start + count as usize * 8;
    fields.repeat(bits as u32, 1)
}

/// The rest as it is: it begins at the same place of a byte as before.
fn finish(mut fields: Fields<'_>, sample: &[u8], out: &mut Vec<u8>) {
    let into = fields.from.position() % 8;
    if into > 0 {
        let _ = fields.bits(8 - into as u32);
    }
    let rest = fields.from.position() / 8;
    out.extend(fields.to.into_bytes());
    out.extend_from_slice(&sample[rest..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fill element, an aligned data element, and then what stands for sound.
    fn frame(fill: &[u8], data: &[u8]) -> Vec<u8> {
        let mut bits = BitWriter::default();
        bits.bits(7, FILL << 4 | fill.len().min(15) as u32);
        if fill.len() > 14 {
            bits.bits(8, fill.len() as u32 - 14);
        }
        fill.iter().for_each(|byte| bits.bits(8, u32::from(*byte)));
        bits.bits(8, DATA << 5 | 1);
        bits.bits(8, data.len() as u32);
        while !bits.is_aligned() {
            bits.bits(1, 0);
        }
        data.iter().for_each(|byte| bits.bits(8, u32::from(*byte)));
        bits.bits(3, 1);
        b"the sound itself".iter().for_each(|byte| bits.bits(8, u32::from(*byte)));
        bits.into_bytes()
    }

    #[test]
    fn elements_before_the_sound_are_emptied_and_the_sound_keeps_its_place_in_the_byte() {
        let empty = frame(b"", b"");
        for (fill, data) in [(&b"Lavc59"[..], &b"at home"[..]), (b"a longer name of it", b"")] {
            let (mut out, mut found) = (Vec::new(), Found::default());
            clean_sample(&frame(fill, data), &mut out, &mut found).unwrap();
            assert_eq!(out, empty);
            assert_eq!(found.bytes as usize, fill.len() + data.len());
            let mut again = Vec::new();
            clean_sample(&out, &mut again, &mut Found::default()).unwrap();
            assert_eq!(again, empty);
        }
    }

    #[test]
    fn the_encoders_name_is_read_though_it_begins_inside_a_byte() {
        let mut bits = BitWriter::default();
        bits.bits(7, FILL << 4 | 9);
        bits.bits(4, 0);
        b"Lavc59.3".iter().for_each(|byte| bits.bits(8, u32::from(*byte)));
        bits.bits(4, 0);
        bits.bits(8, 0xff);
        let (mut out, mut found) = (Vec::new(), Found::default());
        clean_sample(&bits.into_bytes(), &mut out, &mut found).unwrap();
        assert_eq!(found.encoder.as_deref(), Some("Lavc59.3"));
    }

    #[test]
    fn the_name_that_makes_players_leave_out_a_frame_stays_in_one_form() {
        let named = |name: &[u8]| {
            let mut bits = BitWriter::default();
            bits.bits(7, FILL << 4 | 14);
            bits.bits(FAAC_OFFSET, 0);
            bits.append(name);
            bits.bits(7 + 1, 0);
            bits.append(b"\x20the sound");
            let (mut out, mut found) = (Vec::new(), Found::default());
            clean_sample(&bits.into_bytes(), &mut out, &mut found).unwrap();
            (out, found.bytes)
        };
        let (canonical, bytes) = named(b"libfaac 1.0");
        assert_eq!(bytes, 0);
        assert_eq!(named(b"libfaac 7.3"), (canonical.clone(), 14));
        assert!(named(b"libfoac 1.0").0.len() + 14 == canonical.len());
    }

    #[test]
    fn configurations_end_where_they_end() {
        let clean = |body: &[u8]| clean_configuration(body, &mut Found::default());
        assert_eq!(clean(b"\x11\x90").unwrap(), b"\x11\x90");
        assert_eq!(clean(b"\x11\x90\x56\xe5\0").unwrap(), b"\x11\x90\x56\xe5\0");
        assert_eq!(clean(b"\x11\x90abc").unwrap(), b"\x11\x90");
        assert_eq!(clean(b"\xf9\x46\x40"), Err(Error::UnknownCodec));
    }

    #[test]
    fn cut_or_changed_frames_never_panic() {
        let whole = frame(b"a longer name of it", b"more");
        for at in 0..whole.len() {
            for value in 0..=255 {
                let mut changed = whole.clone();
                changed[at] = value;
                let _ = clean_sample(&changed, &mut Vec::new(), &mut Found::default());
                let _ = clean_configuration(&changed[at..], &mut Found::default());
            }
            let _ = clean_sample(&whole[..at], &mut Vec::new(), &mut Found::default());
        }
    }
}
