//! What programs and cameras write beside a movie: QuickTime's and 3GPP's user data, and lists of
//! named values.

use core::ops::Range;

use crate::bmff::{u16_at, u32_at};
use crate::clip::ByteSource;
use crate::error::Error;
use crate::exif::printable;
use crate::finding::{Comparison, Finding, FindingKind, Place, Source, Value};
use crate::mp4::entry::children as boxes_in;
use crate::mp4::scan::{self, BoxSpan};
use crate::thumbnail;
use crate::xmp;

/// A text longer than this is told by its beginning.
const VALUE_BYTES_MAX: u64 = 1 << 20;
/// `udta` in `moov` in a file; `meta` in it; nothing real is deeper.
const DEPTH_MAX: u32 = 4;

/// What the names of boxes, keys and items tell. Ends of names: `com.apple.quicktime.make`.
const NAMES: &[(&str, FindingKind)] = &[
    ("\u{a9}xyz", FindingKind::Place),
    ("loci", FindingKind::Place),
    ("location.ISO6709", FindingKind::Place),
    ("location.name", FindingKind::Place),
    ("location", FindingKind::Place),
    ("\u{a9}day", FindingKind::Time),
    ("creationdate", FindingKind::Time),
    ("creation_time", FindingKind::Time),
    ("date", FindingKind::Time),
    ("yrrc", FindingKind::Time),
    ("\u{a9}ART", FindingKind::Person),
    ("aART", FindingKind::Person),
    ("\u{a9}aut", FindingKind::Person),
    ("\u{a9}wrt", FindingKind::Person),
    ("\u{a9}dir", FindingKind::Person),
    ("\u{a9}prd", FindingKind::Person),
    ("\u{a9}prf", FindingKind::Person),
    ("\u{a9}cpy", FindingKind::Person),
    ("author", FindingKind::Person),
    ("artist", FindingKind::Person),
    ("copyright", FindingKind::Person),
    ("auth", FindingKind::Person),
    ("perf", FindingKind::Person),
    ("cprt", FindingKind::Person),
    ("CAME", FindingKind::Serial),
    ("serial", FindingKind::Serial),
    ("\u{a9}mak", FindingKind::Device),
    ("\u{a9}mod", FindingKind::Device),
    ("make", FindingKind::Device),
    ("model", FindingKind::Device),
    ("manufacturer", FindingKind::Device),
    ("lens_model", FindingKind::Device),
    ("FIRM", FindingKind::Device),
    ("LENS", FindingKind::Device),
    ("SETT", FindingKind::CameraSettings),
    ("AMBA", FindingKind::CameraSettings),
    ("capture.fps", FindingKind::CameraSettings),
    ("focal_length.35mm_equivalent", FindingKind::CameraSettings),
    ("GPMF", FindingKind::Telemetry),
    ("HMMT", FindingKind::Telemetry),
    ("MUID", FindingKind::Identifier),
    ("GUMI", FindingKind::Identifier),
    ("BCID", FindingKind::Identifier),
    ("content.identifier", FindingKind::Identifier),
    ("SDLN", FindingKind::OtherMetadata),
    ("smta", FindingKind::OtherMetadata),
    ("covr", FindingKind::Thumbnail),
    ("thmb", FindingKind::Thumbnail),
    ("\u{a9}nam", FindingKind::Description),
    ("titl", FindingKind::Description),
    ("title", FindingKind::Description),
    ("dscp", FindingKind::Description),
    ("desc", FindingKind::Description),
    ("ldes", FindingKind::Description),
    ("\u{a9}des", FindingKind::Description),
    ("\u{a9}alb", FindingKind::Description),
    ("\u{a9}gen", FindingKind::Description),
    ("description", FindingKind::Description),
    ("keywords", FindingKind::Description),
    ("chpl", FindingKind::Description),
    ("name", FindingKind::Description),
    ("\u{a9}cmt", FindingKind::Comment),
    ("\u{a9}inf", FindingKind::Comment),
    ("comment", FindingKind::Comment),
    ("\u{a9}swr", FindingKind::Software),
    ("\u{a9}too", FindingKind::Software),
    ("\u{a9}enc", FindingKind::Software),
    ("software", FindingKind::Software),
    ("encoder", FindingKind::Software),
    ("android.version", FindingKind::Software),
];

/// What a value with this name tells.
fn kind_of(name: &str) -> FindingKind {
    let known = NAMES.iter().find(|(known, _)| {
        name.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    known.map_or(FindingKind::OtherMetadata, |(_, kind)| *kind)
}

/// The type of a box as text: the sign that QuickTime's own begin with is one byte.
fn name_of(kind: [u8; 4]) -> String {
    kind.iter().map(|byte| char::from(*byte)).collect()
}

/// Reads `udta`, `meta` or one of the boxes in them.
pub(crate) fn read(
    source: &mut dyn ByteSource,
    span: &BoxSpan,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    read_deep(source, span, found, 0)
}

fn read_deep(
    source: &mut dyn ByteSource,
    span: &BoxSpan,
    found: &mut Vec<Finding>,
    depth: u32,
) -> Result<(), Error> {
    if depth < DEPTH_MAX {
        let skipped = match &span.kind {
            b"udta" => Some(0),
            b"meta" => Some(meta_head(source, span)?),
            _ => None,
        };
        if let Some(skipped) = skipped {
            let start = (span.inside.start + skipped).min(span.inside.end);
            if let Ok((boxes, _)) = scan::children(source, start..span.inside.end) {
                return read_list(source, span, &boxes, found, depth);
            }
        }
    }
    found.push(leaf(source, span)?);
    Ok(())
}

/// QuickTime's `meta` has no version before its boxes.
fn meta_head(source: &mut dyn ByteSource, span: &BoxSpan) -> Result<u64, Error> {
    let head = span.inside.start..span.inside.end.min(span.inside.start + 8);
    let head = scan::read(source, head, 8)?;
    Ok(if head.get(4..8) == Some(b"hdlr") { 0 } else { 4 })
}

fn read_list(
    source: &mut dyn ByteSource,
    parent: &BoxSpan,
    boxes: &[BoxSpan],
    found: &mut Vec<Finding>,
    depth: u32,
) -> Result<(), Error> {
    let before = found.len();
    let of_kind = |kind: &[u8; 4]| boxes.iter().find(|child| child.kind == *kind);
    let keys = match of_kind(b"keys") {
        Some(keys) => key_names(&scan::read(source, keys.inside.clone(), VALUE_BYTES_MAX)?),
        None => Vec::new(),
    };
    for child in boxes {
        match &child.kind {
            b"hdlr" | b"keys" => {}
            b"free" | b"skip" => {}
            b"ilst" => read_items(source, child, &keys, found)?,
            _ => read_deep(source, child, found, depth + 1)?,
        }
    }
    if found.len() == before && !boxes.is_empty() {
        found.push(plain(FindingKind::OtherMetadata, parent));
    }
    Ok(())
}

fn plain(kind: FindingKind, span: &BoxSpan) -> Finding {
    let mut finding = Finding::removed(kind, Source::Chunk(span.kind), 0..0);
    finding.offset = span.whole.start;
    finding.bytes = span.whole.end - span.whole.start;
    finding
}

/// The names that a list's items refer to by number.
fn key_names(keys: &[u8]) -> Vec<String> {
    let count = u32_at(keys, 4).unwrap_or(0).min(4096);
    let mut names = Vec::new();
    let mut at = 8;
    for _ in 0..count {
        let Some(size) = u32_at(keys, at).map(|size| size as usize).filter(|size| *size >= 8)
        else {
            break;
        };
        let name = at.checked_add(size).and_then(|end| keys.get(at + 8..end));
        names.push(String::from_utf8_lossy(name.unwrap_or_default()).into_owned());
        at = at.saturating_add(size);
    }
    names
}

/// The items of a list: a type, a number of a key, or a name of their own.
fn read_items(
    source: &mut dyn ByteSource,
    ilst: &BoxSpan,
    keys: &[String],
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    let Ok((items, _)) = scan::children(source, ilst.inside.clone()) else {
        found.push(plain(FindingKind::OtherMetadata, ilst));
        return Ok(());
    };
    for item in &items {
        let number = u32::from_be_bytes(item.kind).checked_sub(1);
        let key = number.and_then(|number| keys.get(number as usize));
        let bytes = beginning(source, item.inside.clone())?;
        let boxes = boxes_in(&bytes).unwrap_or_default();
        let part = |kind: &[u8; 4]| {
            boxes.iter().find(|child| child.kind == *kind).map(|child| child.bytes)
        };
        let own = part(b"name").and_then(|name| name.get(4..));
        let name = match (key, own) {
            (Some(key), _) => key.clone(),
            (None, Some(own)) => String::from_utf8_lossy(own).into_owned(),
            (None, None) => name_of(item.kind),
        };
        let data = part(b"data").and_then(|data| data.get(8..)).unwrap_or_default();
        let kind = kind_of(&name);
        let mut finding = plain(kind, item).with(value(kind, data));
        if key.is_some() {
            finding.source = Source::Chunk(ilst.kind);
        }
        found.push(finding);
    }
    Ok(())
}

/// A box of user data, by its type.
fn leaf(source: &mut dyn ByteSource, span: &BoxSpan) -> Result<Finding, Error> {
    let kind = kind_of(&name_of(span.kind));
    let bytes = beginning(source, span.inside.clone())?;
    let value = match &span.kind {
        b"loci" => loci(&bytes).map_or(Value::None, Value::Place),
        // 3GPP: version, language, text.
        b"titl" | b"auth" | b"perf" | b"cprt" | b"dscp" | b"gnre" | b"albm" => {
            value(kind, bytes.get(6..).unwrap_or_default())
        }
        [0xa9, ..] => {
            let length = u16_at(&bytes, 0).map_or(0, usize::from);
            value(kind, bytes.get(4..4 + length).or(bytes.get(4..)).unwrap_or_default())
        }
        _ => value(kind, &bytes),
    };
    Ok(plain(kind, span).with(value))
}

fn beginning(source: &mut dyn ByteSource, at: Range<u64>) -> Result<Vec<u8>, Error> {
    let end = at.end.min(at.start + VALUE_BYTES_MAX);
    scan::read(source, at.start..end, VALUE_BYTES_MAX)
}

/// What a value says: a place, a picture, or text if it is one.
fn value(kind: FindingKind, data: &[u8]) -> Value {
    let data = data.strip_suffix(b"\0").unwrap_or(data);
    let text = match data {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            let text: String =
                char::decode_utf16(units).map(|char| char.unwrap_or('\u{fffd}')).collect();
            Some(text)
        }
        _ => core::str::from_utf8(data).ok().map(str::to_owned),
    };
    if kind == FindingKind::Thumbnail {
        let size = thumbnail::jpeg_size(data);
        return Value::Picture { size, comparison: Comparison::Unknown };
    }
    let Some(text) = text.filter(|text| !text.chars().any(|char| (char as u32) < 9)) else {
        return Value::None;
    };
    if kind == FindingKind::Place
        && let Some(place) = place(&text)
    {
        return Value::Place(place);
    }
    let text = printable(&text);
    if text.trim().is_empty() { Value::None } else { Value::Text(text) }
}

/// A place as in ISO 6709: `+48.8577+002.2950+034.0/`.
fn place(text: &str) -> Option<Place> {
    let text = text.trim_end_matches('/');
    let signs: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).collect();
    let number = |place: usize| {
        let start = *signs.get(place)?;
        let end = signs.get(place + 1).copied().unwrap_or(text.len());
        let digits = text.get(start..end)?;
        digits.split(|c: char| c.is_ascii_alphabetic()).next()?.parse::<f64>().ok()
    };
    if signs.first() != Some(&0) {
        return None;
    }
    let (latitude_degrees, longitude_degrees) = (number(0)?, number(1)?);
    Some(Place { latitude_degrees, longitude_degrees, altitude_m: number(2) })
}

/// 3GPP's place: a name, a role, then longitude, latitude and height with 16 bits of fraction.
fn loci(bytes: &[u8]) -> Option<Place> {
    let name = bytes.get(6..)?;
    let wide = name.starts_with(&[0xfe, 0xff]);
    let end = match wide {
        true => name.chunks_exact(2).position(|unit| unit == [0, 0])? * 2 + 2,
        false => name.iter().position(|byte| *byte == 0)? + 1,
    };
    let at = 6 + end + 1;
    let number = |place: usize| Some(f64::from(u32_at(bytes, at + 4 * place)? as i32) / 65536.0);
    Some(Place {
        latitude_degrees: number(1)?,
        longitude_degrees: number(0)?,
        altitude_m: number(2),
    })
}

/// A box that names its kind by 16 bytes.
pub(crate) fn read_uuid(
    source: &mut dyn ByteSource,
    span: &BoxSpan,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    const XMP: &[u8] = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
    const PROVENANCE: &[u8] = b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";
    let bytes = beginning(source, span.inside.clone())?;
    if let Some(packet) = bytes.strip_prefix(XMP) {
        found.extend(xmp_findings(packet, span));
        return Ok(());
    }
    let kind = match bytes.starts_with(PROVENANCE) {
        true => FindingKind::Provenance,
        false => FindingKind::UnknownData,
    };
    found.push(plain(kind, span));
    Ok(())
}

/// The findings of an XMP packet count from its box.
fn xmp_findings(packet: &[u8], span: &BoxSpan) -> Vec<Finding> {
    let bytes = span.whole.end - span.whole.start;
    let mut findings = xmp::read(packet, 0..usize::try_from(bytes).unwrap_or(usize::MAX));
    for finding in &mut findings {
        finding.offset = span.whole.start;
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_with_and_without_height() {
        let read = place("+48.8577+002.2950+034.5/").unwrap();
        assert_eq!((read.latitude_degrees, read.longitude_degrees), (48.8577, 2.295));
        assert_eq!(read.altitude_m, Some(34.5));
        assert_eq!(place("-33.5-070.25/").unwrap().longitude_degrees, -70.25);
        assert!(place("Paris").is_none());
    }

    #[test]
    fn names_tell_by_their_last_part() {
        assert_eq!(kind_of("com.apple.quicktime.make"), FindingKind::Device);
        assert_eq!(kind_of("com.apple.quicktime.location.ISO6709"), FindingKind::Place);
        assert_eq!(kind_of("\u{a9}xyz"), FindingKind::Place);
        assert_eq!(kind_of("unheard"), FindingKind::OtherMetadata);
    }
}
