//! Colour profiles: what a viewer needs of one, in one canonical form.
//!
//! A profile is read into its curves, matrix and tables, and written anew from them: the same
//! header for everyone, no text, date, maker or serial number. A profile that cannot be told from a
//! space in common use becomes the one profile of that space; one that says no more than "sRGB"
//! becomes nothing at all, because that is what viewers take an untagged picture for.
//!
//! Parts: `curves` (tone curves), `tables` (look-up tables, as printing profiles have), `space`
//! (what colours a profile means), `known` (the spaces that are in use), `name` (those that have a
//! name in formats that know some).

mod curves;
mod known;
mod name;
mod space;
mod tables;

use crate::exif::printable;
use curves::Curve;
pub(crate) use name::{Gamut, Tone, name};
use space::Space;

/// What becomes of a profile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// It is sRGB: nothing need be said.
    Standard,
    /// It says something else: this profile, in canonical form.
    Profile(Vec<u8>),
}

const HEADER_BYTES: usize = 128;
const TAG_ENTRY_BYTES: usize = 12;
const TAGS_MAX: usize = 256;
/// Largest profile that is written. Those of presses, the largest there are, stay below half.
const CANONICAL_BYTES_MAX: usize = 4 << 20;
/// The white of the connection space, as profiles write it.
const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];
const COLOURANTS: [&[u8; 4]; 3] = [b"rXYZ", b"gXYZ", b"bXYZ"];
const RGB_CURVES: [&[u8; 4]; 3] = [b"rTRC", b"gTRC", b"bTRC"];
const TABLES: [&[u8; 4]; 3] = [b"A2B0", b"A2B1", b"A2B2"];

/// A profile whose tag table has been read.
struct Profile<'a> {
    bytes: &'a [u8],
    tags: Vec<([u8; 4], &'a [u8])>,
}

/// A tag to be written.
type Tag = ([u8; 4], Vec<u8>);

impl<'a> Profile<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        if bytes.get(36..40)? != b"acsp" {
            return None;
        }
        let count = u32_at(bytes, HEADER_BYTES)? as usize;
        if count > TAGS_MAX {
            return None;
        }
        let tags = (0..count).map(|index| {
            let entry = bytes.get(HEADER_BYTES + 4 + index * TAG_ENTRY_BYTES..)?;
            let signature = entry.get(..4)?.try_into().ok()?;
            let (at, size) = (u32_at(entry, 4)? as usize, u32_at(entry, 8)? as usize);
            Some((signature, bytes.get(at..at.checked_add(size)?)?))
        });
        Some(Self { bytes, tags: tags.collect::<Option<_>>()? })
    }

    fn tag(&self, signature: &[u8; 4]) -> Option<&'a [u8]> {
        self.tags.iter().find(|tag| &tag.0 == signature).map(|tag| tag.1)
    }

    fn field(&self, at: usize) -> [u8; 4] {
        self.bytes.get(at..at + 4).and_then(|raw| raw.try_into().ok()).unwrap_or_default()
    }

    fn colour_space(&self) -> [u8; 4] {
        self.field(16)
    }

    fn connection_space(&self) -> [u8; 4] {
        self.field(20)
    }

    /// Channels of the colour space; `None` for spaces that no photo has.
    fn channels(&self) -> Option<usize> {
        match &self.colour_space() {
            b"GRAY" => Some(1),
            b"RGB " | b"Lab " => Some(3),
            b"CMYK" => Some(4),
            _ => None,
        }
    }

    fn major_version(&self) -> u8 {
        if self.bytes[8] >= 4 { 4 } else { 2 }
    }
}

/// The canonical form of a profile; `None` for one that viewers cannot use either.
pub(crate) fn judge(bytes: &[u8]) -> Option<Colour> {
    let profile = Profile::parse(bytes)?;
    let class = profile.field(12);
    if !matches!(&class, b"scnr" | b"mntr" | b"prtr" | b"spac") {
        return None;
    }
    let channels = profile.channels()?;
    let tables = tables(&profile, channels);
    let cicp = profile.tag(b"cicp").filter(|tag| tag.starts_with(b"cicp") && tag.len() >= 12);
    let (mut tags, space) = match &profile.colour_space() {
        b"RGB " => matrix_and_curves(&profile).unzip(),
        b"GRAY" => grey_curve(&profile).unzip(),
        _ => (None, None),
    };
    // In the other connection space, a curve gives lightness and not light.
    let is_light = &profile.connection_space() == b"XYZ ";
    if tables.is_empty() && cicp.is_none() && is_light {
        let known = space.as_ref().and_then(known::recognise);
        if known.is_some() {
            return known;
        }
    }
    let tags = tags.get_or_insert_default();
    tags.extend(tables);
    if tags.is_empty() {
        return None;
    }
    if let Some(cicp) = cicp {
        tags.push((*b"cicp", [b"cicp\0\0\0\0", &cicp[8..12]].concat()));
    }
    let canonical = write(&Header::of(&profile), core::mem::take(tags));
    (canonical.len() <= CANONICAL_BYTES_MAX).then_some(Colour::Profile(canonical))
}

/// Matrix and curves of an RGB profile, as written and as a space.
fn matrix_and_curves(profile: &Profile<'_>) -> Option<(Vec<Tag>, Space)> {
    if &profile.connection_space() != b"XYZ " {
        return None;
    }
    let mut tags = Vec::with_capacity(6);
    let mut colourants = [[0.0; 3]; 3];
    for (signature, colourant) in COLOURANTS.into_iter().zip(&mut colourants) {
        let raw = profile.tag(signature)?;
        let values = raw.get(8..20).filter(|_| raw.starts_with(b"XYZ "))?;
        for (value, raw) in colourant.iter_mut().zip(values.chunks_exact(4)) {
            *value = fixed_at(raw, 0)?;
        }
        tags.push((*signature, [b"XYZ \0\0\0\0", values].concat()));
    }
    let curve = |signature| Curve::parse(profile.tag(signature)?).map(|parsed| parsed.0);
    let [red, green, blue] = RGB_CURVES.map(curve);
    let curves = [red?, green?, blue?];
    for (signature, curve) in RGB_CURVES.into_iter().zip(&curves) {
        tags.push((*signature, curve.to_bytes()));
    }
    Some((tags, Space { colourants, curves, is_grey: false }))
}

/// The curve of a grey profile, as written and as a space.
fn grey_curve(profile: &Profile<'_>) -> Option<(Vec<Tag>, Space)> {
    let curve = || Curve::parse(profile.tag(b"kTRC")?).map(|parsed| parsed.0);
    let tags = vec![(*b"kTRC", curve()?.to_bytes())];
    Some((tags, known::grey_space([curve()?, curve()?, curve()?])))
}

fn tables(profile: &Profile<'_>, channels: usize) -> Vec<Tag> {
    let tables = TABLES.into_iter().filter_map(|signature| {
        let table = tables::canonical(profile.tag(signature)?, channels)?;
        Some((*signature, table))
    });
    tables.collect()
}

/// What the header of a profile says that is not the same for all.
struct Header {
    major: u8,
    class: [u8; 4],
    colours: [u8; 4],
    connection: [u8; 4],
    /// Some viewers choose among the tables by this.
    intent: u8,
}

impl Header {
    fn of(profile: &Profile<'_>) -> Self {
        Self {
            major: profile.major_version(),
            class: profile.field(12),
            colours: profile.colour_space(),
            connection: profile.connection_space(),
            intent: profile.bytes[67] & 3,
        }
    }

    fn to_bytes(&self, size: usize) -> Vec<u8> {
        let mut header = vec![0; HEADER_BYTES];
        let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &(size as u32).to_be_bytes());
        put(8, &[self.major, if self.major == 4 { 0x40 } else { 0x10 }]);
        put(12, &self.class);
        put(16, &self.colours);
        put(20, &self.connection);
        put(36, b"acsp");
        put(67, &[self.intent]);
        put(68, &D50);
        header
    }
}

fn write(header: &Header, tags: Vec<Tag>) -> Vec<u8> {
    let mut all = neutral_tags(header.major);
    all.extend(tags);
    let table_bytes = 4 + all.len() * TAG_ENTRY_BYTES;
    let mut table = (all.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let mut written: Vec<(usize, usize)> = Vec::new();
    for (signature, tag) in &all {
        // Equal tags, such as three equal curves, share their bytes.
        let known = written.iter().copied().find(|(at, size)| data[*at..*at + *size] == tag[..]);
        let (at, size) = known.unwrap_or_else(|| {
            let at = data.len();
            data.extend_from_slice(tag);
            data.resize(data.len().next_multiple_of(4), 0);
            written.push((at, tag.len()));
            (at, tag.len())
        });
        table.extend_from_slice(signature);
        table.extend(((HEADER_BYTES + table_bytes + at) as u32).to_be_bytes());
        table.extend((size as u32).to_be_bytes());
    }
    let mut out = header.to_bytes(HEADER_BYTES + table_bytes + data.len());
    out.extend(table);
    out.extend(data);
    out
}

/// The tags that every profile must have: the same for all.
fn neutral_tags(major: u8) -> Vec<Tag> {
    let (description, copyright) = match major {
        4 => (localised("colour"), localised("none")),
        _ => {
            let mut description = b"desc\0\0\0\0\0\0\0\x07colour\0".to_vec();
            // An empty Unicode and an empty Macintosh description.
            description.resize(description.len() + 8 + 3 + 67, 0);
            (description, b"text\0\0\0\0none\0".to_vec())
        }
    };
    let white = [b"XYZ \0\0\0\0", &D50[..]].concat();
    vec![(*b"desc", description), (*b"cprt", copyright), (*b"wtpt", white)]
}

fn localised(text: &str) -> Vec<u8> {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    out.extend((utf16.len() as u32).to_be_bytes());
    out.extend(28_u32.to_be_bytes());
    out.extend(utf16);
    out
}

/// sRGB said in full, for formats in which a picture must say it.
pub(crate) fn standard() -> Vec<u8> {
    known::standard()
}

/// What a profile calls itself.
pub(crate) fn description(bytes: &[u8]) -> Option<String> {
    let profile = Profile::parse(bytes)?;
    let tag = profile.tag(b"desc")?;
    let text = match tag.get(..4)? {
        b"desc" => {
            let size = u32_at(tag, 8)? as usize;
            String::from_utf8_lossy(tag.get(12..12usize.checked_add(size)?)?).into_owned()
        }
        b"mluc" => {
            let (size, at) = (u32_at(tag, 20)? as usize, u32_at(tag, 24)? as usize);
            let raw = tag.get(at..at.checked_add(size)?)?;
            let units = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => return None,
    };
    let text = printable(text.trim_end_matches('\0'));
    (!text.is_empty()).then_some(text)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A number with sixteen bits behind the point.
fn fixed_at(bytes: &[u8], at: usize) -> Option<f64> {
    u32_at(bytes, at).map(|raw| f64::from(raw.cast_signed()) / 65536.0)
}

/// Writes such a number.
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

#[cfg(test)]
mod tests;
