//! A clean copy that keeps its gain map: two pictures, an index that has their exact places, and
//! nothing else but numbers that say how the second brightens the first.

use super::peek;
use crate::residue::{Residue, What};
use crate::walk::Walk;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ISO: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";
const MPF: &[u8] = b"MPF\0";

/// Header and directory of the index: version, two pictures, where the entries are.
const INDEX_HEAD: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x03\
    \xb0\0\0\x07\0\0\0\x040100\
    \xb0\x01\0\x04\0\0\0\x01\0\0\0\x02\
    \xb0\x02\0\x07\0\0\0\x20\0\0\0\x32\0\0\0\0";

const OPENING: &[u8] = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
    <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\"";
const CLOSING: &[u8] = b"</rdf:Description></rdf:RDF></x:xmpmeta>";
const GAIN: &[u8] = b" xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\" hdrgm:Version=\"1.0\"";

const DIRECTORY: [&[u8]; 2] = [
    b" xmlns:Container=\"http://ns.google.com/photos/1.0/container/\" \
      xmlns:Item=\"http://ns.google.com/photos/1.0/container/item/\"",
    b"><Container:Directory><rdf:Seq><rdf:li rdf:parseType=\"Resource\"><Container:Item \
      Item:Semantic=\"Primary\" Item:Mime=\"image/jpeg\"/></rdf:li>\
      <rdf:li rdf:parseType=\"Resource\"><Container:Item \
      Item:Semantic=\"GainMap\" Item:Mime=\"image/jpeg\" Item:Length=\"",
];

const APPLE: [&[u8]; 3] = [
    b" xmlns:apdi=\"http://ns.apple.com/pixeldatainfo/1.0/\" \
      xmlns:HDRGainMap=\"http://ns.apple.com/HDRGainMap/1.0/\">\
      <apdi:AuxiliaryImageType>urn:com:apple:photo:2020:aux:hdrgainmap</apdi:AuxiliaryImageType>\
      <HDRGainMap:HDRGainMapVersion>",
    b"</HDRGainMap:HDRGainMapVersion><HDRGainMap:HDRGainMapHeadroom>",
    b"</HDRGainMap:HDRGainMapHeadroom>",
];

const NUMBERS: [&[u8]; 7] = [
    b"GainMapMin",
    b"GainMapMax",
    b"Gamma",
    b"OffsetSDR",
    b"OffsetHDR",
    b"HDRCapacityMin",
    b"HDRCapacityMax",
];

/// More digits than these no number needs.
const DIGITS_MAX: usize = 64;

/// What the first picture says about the second.
pub(super) struct Index {
    first_bytes: u32,
    second_bytes: u32,
    second_at: u64,
    /// The size that the text names, if there is one.
    listed: Option<Vec<u8>>,
}

/// Reads what the first picture says about a second, if it does.
pub(super) fn first(file: &mut Walk<'_>) -> Result<Option<Index>, Residue> {
    let mut listed = None;
    let text = segment_of(file, 0xe1, XMP)?;
    let has_text = text.is_some();
    if let Some(mut text) = text {
        text.expect(OPENING, What::Text)?;
        text.expect(DIRECTORY[0], What::Text)?;
        text.expect(GAIN, What::Text)?;
        text.expect(DIRECTORY[1], What::Text)?;
        listed = Some(number(&mut text)?.to_vec());
        text.expect(b"\"/></rdf:li></rdf:Seq></Container:Directory>", What::Text)?;
        text.expect(CLOSING, What::Text)?;
        text.end(What::Text)?;
    }
    let version = segment_of(file, 0xe2, ISO)?;
    let has_version = version.is_some();
    if let Some(mut version) = version {
        version.expect(&[0; 4], What::Field)?;
        version.end(What::Field)?;
    }
    let Some(mut index) = segment_of(file, 0xe2, MPF)? else {
        file.require(!has_text && !has_version, What::Unused)?;
        return Ok(None);
    };
    let base = index.offset();
    index.expect(INDEX_HEAD, What::Field)?;
    index.expect(&[0, 3, 0, 0], What::Field)?;
    let first_bytes = index.u32()?;
    index.zeros(12, What::Field)?;
    let second_bytes = index.u32()?;
    let second_at = base + u64::from(index.u32()?);
    index.zeros(4, What::Field)?;
    index.end(What::Field)?;
    Ok(Some(Index { first_bytes, second_bytes, second_at, listed }))
}

impl Index {
    /// Whether the second picture is where the first says; `file` stands between them.
    pub(super) fn check(&self, file: &Walk<'_>) -> Result<(), Residue> {
        let second_bytes = file.left() as u64;
        let fits = file.offset() == u64::from(self.first_bytes)
            && file.offset() == self.second_at
            && second_bytes == u64::from(self.second_bytes);
        let listed = self.listed.as_ref();
        let is_listed = listed.is_none_or(|text| *text == second_bytes.to_string().into_bytes());
        file.require(fits && is_listed, What::Field)
    }
}

/// Reads what the second picture says about itself.
pub(super) fn second(file: &mut Walk<'_>) -> Result<(), Residue> {
    let text = segment_of(file, 0xe1, XMP)?;
    let has_text = text.is_some();
    if let Some(mut text) = text {
        text.expect(OPENING, What::Text)?;
        if text.rest().starts_with(GAIN) {
            gain(&mut text)?;
        } else {
            text.expect(APPLE[0], What::Text)?;
            number(&mut text)?;
            text.expect(APPLE[1], What::Text)?;
            number(&mut text)?;
            text.expect(APPLE[2], What::Text)?;
        }
        text.expect(CLOSING, What::Text)?;
        text.end(What::Text)?;
    }
    match segment_of(file, 0xe2, ISO)? {
        Some(numbers) => iso(numbers),
        None => file.require(has_text, What::Unused),
    }
}

/// Numbers that count for all colours are attributes, the others lists; each is there once.
fn gain(text: &mut Walk<'_>) -> Result<(), Residue> {
    text.expect(GAIN, What::Text)?;
    text.expect(b" hdrgm:BaseRenditionIsHDR=\"", What::Text)?;
    let base: &[u8] = if text.rest().starts_with(b"True") { b"True\"" } else { b"False\"" };
    text.expect(base, What::Text)?;
    let mut lists = Vec::new();
    for name in NUMBERS {
        let attribute = [b" hdrgm:", name, b"=\""].concat();
        if text.rest().starts_with(&attribute) {
            text.take(attribute.len())?;
            number(text)?;
            text.expect(b"\"", What::Text)?;
        } else {
            lists.push(name);
        }
    }
    text.expect(b">", What::Text)?;
    for name in lists {
        text.expect(&[b"<hdrgm:", name, b"><rdf:Seq>"].concat(), What::Text)?;
        for _ in 0..3 {
            text.expect(b"<rdf:li>", What::Text)?;
            number(text)?;
            text.expect(b"</rdf:li>", What::Text)?;
        }
        text.expect(&[b"</rdf:Seq></hdrgm:", name, b">"].concat(), What::Text)?;
    }
    Ok(())
}

/// Version, flags, and as many fractions as the flags say.
fn iso(mut numbers: Walk<'_>) -> Result<(), Residue> {
    numbers.expect(&[0; 4], What::Field)?;
    let flags = numbers.u8()?;
    numbers.require(flags & !0xc4 == 0, What::Field)?;
    let channels = if flags & 0x80 == 0 { 1 } else { 3 };
    for _ in 0..2 + channels * 5 {
        numbers.take(4)?;
        let denominator = numbers.u32()?;
        numbers.require(denominator > 0, What::Field)?;
    }
    numbers.end(What::Field)
}

fn number<'a>(text: &mut Walk<'a>) -> Result<&'a [u8], Residue> {
    let is_digit = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-');
    let count = text.rest().iter().take_while(is_digit).count();
    text.require((1..=DIGITS_MAX).contains(&count), What::Text)?;
    text.take(count)
}

/// The next segment without its signature, if it has this one.
fn segment_of<'a>(
    file: &mut Walk<'a>,
    marker: u8,
    signature: &[u8],
) -> Result<Option<Walk<'a>>, Residue> {
    let data = file.rest().get(4..).unwrap_or_default();
    if peek(file) != Some(marker) || !data.starts_with(signature) {
        return Ok(None);
    }
    let mut segment = super::segment(file)?.1;
    segment.take(signature.len())?;
    Ok(Some(segment))
}
