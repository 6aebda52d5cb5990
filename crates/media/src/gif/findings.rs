//! What a GIF's extras say.

use core::ops::Range;

use crate::exif::printable;
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::gif::Gif;
use crate::gif::blocks;
use crate::gif::reader::{APPLICATION, COMMENT, CONTROL, Extra, PLAIN_TEXT};
use crate::limits::Limits;
use crate::orientation::Orientation;
use crate::thumbnail::Photo;
use crate::{icc, iptc, xmp};

/// How long an application's name is; its data begin behind it.
const NAME_BYTES: usize = 11;

pub(super) fn of(gif: &Gif, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let photo = Photo::new(|| None, Orientation::Upright, limits);
    let mut found = Vec::new();
    for extra in &gif.extras {
        found.extend(extension(extra, bytes, &photo));
    }
    let behind = gif.frames.iter().map(|frame| &frame.behind);
    for at in gif.loose.iter().chain(behind).filter(|at| !at.is_empty()) {
        found.push(Finding::removed(FindingKind::LooseData, Source::Between, at.clone()));
    }
    for palette in gif.global.iter().chain(gif.frames.iter().flat_map(|frame| &frame.local)) {
        let unused = palette.unused_bytes(bytes);
        if unused > 0 {
            let at = palette.at.clone();
            let mut table = Finding::removed(FindingKind::UnusedTable, Source::Picture, at);
            table.bytes = unused;
            found.push(table);
        }
    }
    if !gif.after_end.is_empty() {
        let tail = gif.after_end.clone();
        found.push(Finding::removed(FindingKind::TrailingData, Source::AfterEnd, tail));
    }
    found
}

fn extension(extra: &Extra, bytes: &[u8], photo: &Photo<'_>) -> Vec<Finding> {
    let at = extra.at.clone();
    let plain = |kind| Finding::removed(kind, Source::Extension(extra.label), at.clone());
    match extra.label {
        COMMENT => {
            let text = blocks::joined(bytes, at.start + 2);
            vec![plain(FindingKind::Comment).with(text_value(&text))]
        }
        PLAIN_TEXT => {
            let all = blocks::joined(bytes, at.start + 2);
            let text = all.get(12..).unwrap_or_default();
            vec![plain(FindingKind::Description).with(text_value(text))]
        }
        APPLICATION => application(at, bytes, photo),
        CONTROL => vec![plain(FindingKind::LooseData)],
        _ => vec![plain(FindingKind::UnknownData)],
    }
}

fn application(at: Range<usize>, bytes: &[u8], photo: &Photo<'_>) -> Vec<Finding> {
    let plain = |kind| Finding::removed(kind, Source::Extension(APPLICATION), at.clone());
    let data_at = at.start + 3 + NAME_BYTES;
    if bytes.get(at.start + 2) != Some(&(NAME_BYTES as u8)) || data_at > at.end {
        return vec![plain(FindingKind::UnknownData)];
    }
    match &bytes[at.start + 3..data_at] {
        b"XMP DataXMP" => {
            // The packet stands there in one piece; behind it are bytes that lead readers of
            // blocks to the end.
            let raw = &bytes[data_at..at.end];
            let end = raw.iter().rposition(|byte| *byte == b'>').map_or(0, |last| last + 1);
            xmp::read(&raw[..end], at)
        }
        b"ICCRGBG1012" => {
            let text = icc::description(&blocks::joined(bytes, data_at));
            let value = text.map_or(Value::None, Value::Text);
            vec![plain(FindingKind::ColourProfile).with(value)]
        }
        b"MGK8BIM0000" | b"MGKIPTC0000" => {
            iptc::read_packed(&blocks::joined(bytes, data_at), at, photo)
        }
        name if name.starts_with(b"C2PA") => vec![plain(FindingKind::Provenance)],
        // How often a single frame is shown, or the same said twice.
        b"NETSCAPE2.0" | b"ANIMEXTS1.0" if at.len() == 19 => Vec::new(),
        name => {
            let name = printable(&String::from_utf8_lossy(name));
            vec![plain(FindingKind::OtherMetadata).with(Value::Text(name))]
        }
    }
}

fn text_value(text: &[u8]) -> Value {
    Value::Text(printable(&String::from_utf8_lossy(text)))
}
