//! What a PNG's extras say.

use crate::exif::{self, Location, printable};
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::icc::{self, Colour};
use crate::iptc;
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::png::reader::Chunk;
use crate::png::text::{self, Text};
use crate::png::{Png, profile, without_exif_prefix, writer};
use crate::thumbnail::Photo;
use crate::xmp;

pub(crate) fn of(png: &Png, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let photo = Photo::new(
        || writer::write(png, bytes, Orientation::Upright).ok(),
        png.orientation,
        limits,
    );
    let mut found = Vec::new();
    for chunk in &png.extras {
        match text::read(bytes, chunk, limits) {
            Some(text) => found.extend(text_findings(&text, chunk, &photo)),
            None => found.extend(chunk_findings(png, chunk, bytes, &photo)),
        }
    }
    found.extend(profile_finding(png, bytes, limits));
    found.extend(palette_finding(png, bytes));
    for samples in png.streams() {
        for range in &samples.behind {
            found.push(Finding::removed(FindingKind::LooseData, Source::Between, range.clone()));
        }
        if samples.beyond > 0 {
            let mut rows = Finding::removed(FindingKind::LooseData, Source::Picture, 0..0);
            rows.bytes = samples.beyond;
            found.push(rows);
        }
    }
    if !png.after_end.is_empty() {
        let tail = png.after_end.clone();
        found.push(Finding::removed(FindingKind::TrailingData, Source::AfterEnd, tail));
    }
    if png.frames.first().is_some_and(|frame| !frame.is_default_image) {
        found.push(Finding::removed(FindingKind::HiddenFrame, Source::Picture, 0..0).kept());
    }
    if matches!(png.header.colour_type, 4 | 6) && photo.has_hidden_colours() {
        found.push(Finding::removed(FindingKind::HiddenColours, Source::Picture, 0..0).kept());
    }
    found
}

fn text_findings(text: &Text<'_>, chunk: &Chunk, photo: &Photo<'_>) -> Vec<Finding> {
    let whole = chunk.whole();
    let packed = Location::Packed(whole.clone());
    match text.keyword {
        text::XMP_KEYWORD => return xmp::read(&text.value, whole),
        b"Raw profile type exif" | b"Raw profile type APP1" => {
            if let Some(block) = text::raw_profile(&text.value) {
                let xmp_prefix = b"http://ns.adobe.com/xap/1.0/\0";
                return match block.strip_prefix(xmp_prefix) {
                    Some(packet) => xmp::read(packet, whole),
                    None => exif::read(without_exif_prefix(&block), packed, photo),
                };
            }
        }
        b"Raw profile type xmp" => {
            if let Some(packet) = text::raw_profile(&text.value) {
                return xmp::read(&packet, whole);
            }
        }
        b"Raw profile type iptc" | b"Raw profile type 8bim" => {
            if let Some(block) = text::raw_profile(&text.value) {
                return iptc::read_packed(&block, whole, photo);
            }
        }
        _ => {}
    }
    let kind = text::kind_of(text.keyword);
    let value = printable(&String::from_utf8_lossy(&text.value));
    // A keyword of a known kind need not be repeated; others tell what the text is about.
    let value = match kind {
        FindingKind::OtherMetadata => {
            format!("{}: {value}", printable(&String::from_utf8_lossy(text.keyword)))
        }
        _ => value,
    };
    vec![Finding::removed(kind, Source::Chunk(chunk.name), whole).with(Value::Text(value))]
}

fn chunk_findings(png: &Png, chunk: &Chunk, bytes: &[u8], photo: &Photo<'_>) -> Vec<Finding> {
    let data = &bytes[chunk.data.clone()];
    let plain = |kind| Finding::removed(kind, Source::Chunk(chunk.name), chunk.whole());
    match &chunk.name {
        b"eXIf" => {
            if png.orientation.neutral_exif().is_some_and(|neutral| neutral == data) {
                return Vec::new();
            }
            let block = without_exif_prefix(data);
            exif::read(block, Location::At(chunk.data.end - block.len()), photo)
        }
        b"tIME" if data.len() == 7 => {
            let year = u16::from_be_bytes([data[0], data[1]]);
            let [_, _, month, day, hour, minute, second] = data else { return Vec::new() };
            let time = format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}");
            vec![plain(FindingKind::Time).with(Value::Text(time))]
        }
        b"caBX" => vec![plain(FindingKind::Provenance)],
        // How big a print would be, how exact the samples are, which colours are frequent: said by
        // nearly every program about every picture. It goes, but it is nothing to tell.
        b"pHYs" | b"sBIT" | b"hIST" | b"PLTE" | b"sRGB" | b"gAMA" | b"cHRM" => Vec::new(),
        b"iCCP" => vec![plain(FindingKind::ColourProfile)],
        b"tEXt" | b"zTXt" | b"iTXt" | b"sPLT" | b"pCAL" | b"sCAL" | b"oFFs" => {
            vec![plain(FindingKind::OtherMetadata)]
        }
        b"IDAT" | b"IEND" => vec![plain(FindingKind::LooseData)],
        b"fcTL" | b"fdAT" => vec![plain(FindingKind::OtherPicture)],
        _ => vec![plain(FindingKind::UnknownData)],
    }
}

fn palette_finding(png: &Png, bytes: &[u8]) -> Option<Finding> {
    let chunk = png.wanted.iter().find(|chunk| &chunk.name == b"PLTE")?;
    let unused = png.uses.unused_bytes(&bytes[chunk.data.clone()]);
    let at = chunk.data.clone();
    let mut table = Finding::removed(FindingKind::UnusedTable, Source::Picture, at);
    table.bytes = unused;
    (unused > 0).then_some(table)
}

/// A profile is worth telling unless it is already as a clean copy has it.
fn profile_finding(png: &Png, bytes: &[u8], limits: &Limits) -> Option<Finding> {
    let chunk = png.wanted.iter().find(|chunk| &chunk.name == b"iCCP")?;
    let read = profile(&bytes[chunk.data.clone()], limits);
    let is_canonical = match (&png.colour, &read) {
        (Some(Colour::Profile(canonical)), Some(read)) => canonical == read,
        _ => false,
    };
    let name_end = bytes[chunk.data.clone()].iter().position(|byte| *byte == 0)?;
    if is_canonical && &bytes[chunk.data.start..chunk.data.start + name_end] == b"icc" {
        return None;
    }
    let finding = Finding::removed(FindingKind::ColourProfile, Source::Profile, chunk.whole());
    let text = read.as_deref().and_then(icc::description);
    Some(finding.with(text.map_or(Value::None, Value::Text)))
}
