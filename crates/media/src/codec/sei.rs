//! The messages that encoders put beside the coded pictures (SEI): which stay, and in which form.
//!
//! Those stay that change what is shown: frame packing, turn, film grain, HDR, interlacing, alpha.
//! Encoder settings, clocks, captions, digests and everything unknown goes.

use crate::codec::Found;
use crate::codec::bits::{escape, unescape, without_padding};
use crate::codec::fields::Fields;
use crate::codec::nal::Family;
use crate::codec::sets::Timing;

const PICTURE_TIMING: u32 = 1;
const REGISTERED: u32 = 4;
const UNREGISTERED: u32 = 5;
const RECOVERY_POINT: u32 = 6;
const FILM_GRAIN: u32 = 19;
const FRAME_PACKING: u32 = 45;
const TURN: u32 = 47;
const ACTIVE_SETS: u32 = 129;
const MASTERING_DISPLAY: u32 = 137;
const CONTENT_LIGHT: u32 = 144;
const ALTERNATIVE_TRANSFER: u32 = 147;
const AMBIENT_LIGHT: u32 = 148;
const ALPHA: u32 = 165;
const STEREO_DISPLAY: u32 = 176;

/// Country, provider, provider's code and application of HDR10+.
const HDR10_PLUS: &[u8] = &[0xb5, 0, 0x3c, 0, 1, 4];

/// What the pictures are that the messages belong to.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) family: Family,
    pub(crate) timing: Option<Timing>,
    /// HEVC with further layers, for alpha or stereo.
    pub(crate) is_layered: bool,
    /// H.264 in the profile that can be coded without loss.
    pub(crate) may_be_lossless: bool,
}

/// Appends the content of an SEI unit, escaped, with only the messages that stay. `head` are the
/// bytes that the unit begins with. Says whether there were any; nothing is appended otherwise.
pub(crate) fn clean(nal: &[u8], setting: Setting, out: &mut Vec<u8>, found: &mut Found) -> bool {
    let nal = without_padding(nal);
    let head = setting.family.head_bytes().min(nal.len());
    let mut content = Vec::with_capacity(nal.len());
    unescape(&nal[head..], &mut content);
    // The bit that ends the content.
    if content.last() == Some(&0x80) {
        content.pop();
    }
    let mut kept = Vec::new();
    let mut rest = content.as_slice();
    while let Some((kind, payload, behind)) = message(rest) {
        match clean_payload(kind, payload, setting) {
            Some(clean) => {
                if clean.len() < payload.len() && kind == UNREGISTERED {
                    note(kind, payload, found);
                }
                let payload = clean;
                write_number(kind, &mut kept);
                write_number(payload.len() as u32, &mut kept);
                kept.extend(payload);
            }
            None => note(kind, payload, found),
        }
        rest = behind;
    }
    if !rest.is_empty() {
        found.add(rest.len());
        found.private_bytes += rest.len() as u64;
    }
    if kept.is_empty() {
        return false;
    }
    kept.push(0x80);
    out.extend_from_slice(&nal[..head]);
    escape(&kept, out);
    true
}

/// Kind, payload and what is behind it.
fn message(rest: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (kind, rest) = number(rest)?;
    let (size, rest) = number(rest)?;
    let size = size as usize;
    Some((kind, rest.get(..size)?, &rest[size..]))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let full = bytes.iter().take_while(|byte| **byte == 0xff).count();
    let last = *bytes.get(full)?;
    Some((u32::try_from(full).ok()?.checked_mul(255)? + u32::from(last), &bytes[full + 1..]))
}

fn write_number(mut value: u32, out: &mut Vec<u8>) {
    while value >= 255 {
        out.push(0xff);
        value -= 255;
    }
    out.push(value as u8);
}

fn note(kind: u32, payload: &[u8], found: &mut Found) {
    found.add(payload.len());
    match kind {
        REGISTERED => found.caption_bytes += payload.len() as u64,
        UNREGISTERED => {
            found.private_bytes += payload.len() as u64;
            found.add_words(payload.get(16..).unwrap_or_default());
        }
        _ => {}
    }
}

/// The payload written anew, or nothing if it goes.
fn clean_payload(kind: u32, payload: &[u8], setting: Setting) -> Option<Vec<u8>> {
    let family = setting.family;
    let mut fields = Fields::new(payload);
    match kind {
        PICTURE_TIMING => picture_timing(&mut fields, family, setting.timing?)?,
        REGISTERED => return clean_registered(payload),
        UNREGISTERED if setting.may_be_lossless => return old_x264(payload),
        RECOVERY_POINT => {
            fields.golomb()?;
            fields.bits(if family == Family::Avc { 4 } else { 2 })?;
        }
        FILM_GRAIN => film_grain(&mut fields, family)?,
        FRAME_PACKING => frame_packing(&mut fields, family)?,
        TURN => turn(&mut fields, family)?,
        // Decoders read the timing of pictures only behind this one.
        ACTIVE_SETS if setting.timing.is_some_and(|timing| timing.says_structure) => {
            fields.bits(6)?;
            let sets = fields.golomb().filter(|sets| *sets < 16)?;
            fields.golombs(sets + 1)?;
        }
        MASTERING_DISPLAY => fields.repeat(12, 16)?,
        CONTENT_LIGHT => fields.repeat(2, 16)?,
        ALTERNATIVE_TRANSFER => fields.repeat(1, 8)?,
        AMBIENT_LIGHT => fields.repeat(2, 32)?,
        ALPHA if setting.is_layered => alpha(&mut fields)?,
        STEREO_DISPLAY if setting.is_layered => stereo_display(&mut fields)?,
        _ => return None,
    }
    // A payload ends on a whole byte: a set bit, then zeros.
    if fields.to.is_aligned() {
        return Some(fields.to.into_bytes());
    }
    Some(fields.to.into_bytes_with_stop())
}

/// Old versions of x264 coded lossless pictures in a way of their own, and decoders follow them by
/// the version that they name. It stays, without the settings.
fn old_x264(payload: &[u8]) -> Option<Vec<u8>> {
    const MARK: [u8; 16] = [
        0xdc, 0x45, 0xe9, 0xbd, 0xe6, 0xd9, 0x48, 0xb7, 0x96, 0x2c, 0xd8, 0x20, 0xd9, 0x23, 0xee,
        0xef,
    ];
    const NAME: &[u8] = b"x264 - core ";
    let words = payload.strip_prefix(&MARK)?.strip_prefix(NAME)?;
    let digits = words.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let version: u32 = core::str::from_utf8(&words[..digits]).ok()?.parse().ok()?;
    let is_old = (1..151).contains(&version);
    is_old.then(|| [&MARK, NAME, version.to_string().as_bytes(), b"\0"].concat())
}

/// Whether a picture is one field, two, or shown longer. Clocks become zero. `None` for the plain
/// case, a whole frame of a clip that has no fields, which is what decoders assume.
fn picture_timing(fields: &mut Fields<'_>, family: Family, timing: Timing) -> Option<()> {
    if !timing.says_structure {
        return None;
    }
    if family == Family::Hevc {
        let structure = fields.bits(4)?;
        let scan = fields.bits(2)?;
        fields.bits(1)?;
        let Some((removal, output, _)) = timing.delays else {
            return (structure != 0 || scan != 1).then_some(());
        };
        fields.bits(removal)?;
        fields.bits(output)?;
        return (structure != 0 || scan != 1).then_some(());
    }
    if let Some((removal, output, _)) = timing.delays {
        fields.bits(removal)?;
        fields.bits(output)?;
    }
    let structure = fields.bits(4)?;
    let clocks = *[1, 1, 1, 2, 2, 3, 3, 2, 3].get(structure as usize)?;
    let offset_bits = timing.delays.map_or(24, |delays| delays.2);
    let mut scans = 0;
    for _ in 0..clocks {
        if fields.flag()? {
            scans |= clock(fields, offset_bits)?;
        }
    }
    (timing.has_fields || structure != 0 || scans != 0).then_some(())
}

/// A clock of which only the kind of scan stays.
fn clock(fields: &mut Fields<'_>, offset_bits: u32) -> Option<u32> {
    let scan = fields.bits(2)?;
    fields.instead(6, 0)?;
    let is_full = fields.from.flag()?;
    fields.to.bits(1, 0);
    fields.instead(2, 0)?;
    fields.instead(8, 0)?;
    if is_full {
        fields.from.bits(17)?;
    } else if fields.from.flag()? {
        fields.from.bits(6)?;
        if fields.from.flag()? {
            fields.from.bits(6)?;
            if fields.from.flag()? {
                fields.from.bits(5)?;
            }
        }
    }
    // No seconds, and so no minutes and hours.
    fields.to.bits(1, 0);
    fields.instead(offset_bits, 0)?;
    Some(scan)
}

/// How long a message holds: H.264 counts pictures, HEVC has a flag.
fn persistence(fields: &mut Fields<'_>, family: Family) -> Option<()> {
    match family {
        Family::Avc => fields.golomb().map(drop),
        Family::Hevc => fields.flag().map(drop),
    }
}

fn film_grain(fields: &mut Fields<'_>, family: Family) -> Option<()> {
    if fields.flag()? {
        return Some(());
    }
    fields.bits(2)?;
    if fields.flag()? {
        fields.bits(7)?;
        fields.repeat(3, 8)?;
    }
    fields.bits(6)?;
    let present = [fields.flag()?, fields.flag()?, fields.flag()?];
    for _ in present.into_iter().filter(|present| *present) {
        let intervals = fields.bits(8)?;
        let values = fields.bits(3)?;
        for _ in 0..=intervals {
            fields.repeat(2, 8)?;
            fields.golombs(values + 1)?;
        }
    }
    persistence(fields, family)
}

fn frame_packing(fields: &mut Fields<'_>, family: Family) -> Option<()> {
    fields.golomb_instead(0)?;
    if !fields.flag()? {
        let kind = fields.bits(7)?;
        let is_quincunx = fields.flag()?;
        fields.bits(12)?;
        if !is_quincunx && kind != 5 {
            fields.bits(16)?;
        }
        fields.instead(8, 0)?;
        persistence(fields, family)?;
    }
    match family {
        Family::Avc => fields.instead(1, 0),
        Family::Hevc => fields.flag().map(drop),
    }
}

fn turn(fields: &mut Fields<'_>, family: Family) -> Option<()> {
    if fields.flag()? {
        return Some(());
    }
    fields.bits(18)?;
    persistence(fields, family)?;
    if family == Family::Avc {
        fields.instead(1, 0)?;
    }
    Some(())
}

fn alpha(fields: &mut Fields<'_>) -> Option<()> {
    if fields.flag()? {
        return Some(());
    }
    fields.bits(3)?;
    let depth = fields.bits(3)? + 8;
    fields.repeat(2, depth + 1)?;
    fields.bits(1)?;
    if fields.flag()? {
        fields.bits(1)?;
    }
    Some(())
}

/// How large and how far away the screen is that a stereo picture is meant for.
fn stereo_display(fields: &mut Fields<'_>) -> Option<()> {
    let size_bits = fields.golomb()?;
    let mut distance_bits = None;
    if fields.flag()? {
        distance_bits = Some(fields.golomb()?);
    }
    let displays = fields.golomb().filter(|displays| *displays < 32)?;
    for _ in 0..=displays {
        fields.golombs(2)?;
        for precision in [Some(size_bits), distance_bits].into_iter().flatten() {
            let exponent = fields.bits(6)?;
            let least = if exponent == 0 { 30 } else { 31 };
            fields.bits(exponent.checked_add(precision)?.saturating_sub(least))?;
        }
        if fields.flag()? {
            fields.bits(10)?;
        }
    }
    fields.instead(1, 0)
}

/// Brightness curves per scene, as SMPTE ST 2094-40 has them.
fn hdr10_plus(fields: &mut Fields<'_>) -> Option<()> {
    fields.repeat(HDR10_PLUS.len() as u32 + 1, 8)?;
    let windows = fields.bits(2).filter(|windows| *windows > 0)?;
    for _ in 1..windows {
        fields.repeat(6, 16)?;
        fields.bits(8)?;
        fields.repeat(3, 16)?;
        fields.bits(1)?;
    }
    fields.bits(27)?;
    peaks(fields)?;
    for _ in 0..windows {
        fields.repeat(4, 17)?;
        let percentiles = fields.bits(4)?;
        fields.repeat(percentiles, 24)?;
        fields.bits(10)?;
    }
    peaks(fields)?;
    for _ in 0..windows {
        if fields.flag()? {
            fields.repeat(2, 12)?;
            let anchors = fields.bits(4)?;
            fields.repeat(anchors, 10)?;
        }
        if fields.flag()? {
            fields.bits(6)?;
        }
    }
    Some(())
}

/// How bright the parts of a screen get.
fn peaks(fields: &mut Fields<'_>) -> Option<()> {
    if fields.flag()? {
        let (rows, columns) = (fields.bits(5)?, fields.bits(5)?);
        fields.repeat(rows * columns, 4)?;
    }
    Some(())
}

/// A message of ITU-T T.35 written anew if it is HDR10+.
pub(crate) fn clean_registered(payload: &[u8]) -> Option<Vec<u8>> {
    if !payload.starts_with(HDR10_PLUS) {
        return None;
    }
    let mut fields = Fields::new(payload);
    hdr10_plus(&mut fields)?;
    Some(fields.to.into_bytes())
}
