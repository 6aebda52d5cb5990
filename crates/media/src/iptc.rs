//! Photoshop resource blocks and the IPTC records in them: captions, names, places, thumbnails.

use core::ops::Range;

use crate::exif::printable;
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::thumbnail::Photo;

const IPTC_RESOURCE: u16 = 0x0404;
/// Thumbnail resources of Photoshop 4 and 5: a JPEG after 28 bytes.
const THUMBNAIL_RESOURCES: [u16; 2] = [0x0409, 0x040c];
const THUMBNAIL_HEAD_BYTES: usize = 28;

/// Reads the resources at `at` in the file.
pub(crate) fn read_photoshop(bytes: &[u8], at: Range<usize>, photo: &Photo<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut rest = at.clone();
    let (mut others, mut other_bytes) = (0, 0);
    while let Some((id, data)) = next_resource(bytes, &mut rest) {
        match id {
            IPTC_RESOURCE => found.extend(read_records(bytes, data)),
            id if THUMBNAIL_RESOURCES.contains(&id) && data.len() > THUMBNAIL_HEAD_BYTES => {
                let picture = data.start + THUMBNAIL_HEAD_BYTES..data.end;
                found.push(photo.thumbnail(
                    Source::PhotoshopBlock,
                    &bytes[picture.clone()],
                    picture,
                ));
            }
            _ => {
                others += 1;
                other_bytes += data.len() as u64;
            }
        }
    }
    if others > 0 || found.is_empty() {
        let mut rest = Finding::removed(FindingKind::OtherMetadata, Source::PhotoshopBlock, at);
        if others > 0 {
            rest.bytes = other_bytes;
        }
        found.push(rest.with(Value::Count(others)));
    }
    found
}

/// Reads resources or bare records that are packed or spelt out at `at` in the file.
pub(crate) fn read_packed(block: &[u8], at: Range<usize>, photo: &Photo<'_>) -> Vec<Finding> {
    let mut found = match block.first() {
        Some(0x1c) => read_records(block, 0..block.len()),
        _ => read_photoshop(block, 0..block.len(), photo),
    };
    for finding in &mut found {
        finding.offset = at.start as u64;
    }
    found
}

/// Takes one resource off the front of `rest`: its number and where its data are.
fn next_resource(bytes: &[u8], rest: &mut Range<usize>) -> Option<(u16, Range<usize>)> {
    let head = bytes.get(rest.clone())?;
    let [b'8', b'B', b'I', b'M', id_high, id_low, name_bytes, ..] = head else { return None };
    // The name with its length byte is padded to even, and so are the data.
    let name_end = 6 + (usize::from(*name_bytes) + 2) / 2 * 2;
    let size = head.get(name_end..name_end + 4)?;
    let size = u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize;
    let start = rest.start + name_end + 4;
    let end = start.checked_add(size)?;
    if end > rest.end {
        return None;
    }
    rest.start = (end + size % 2).min(rest.end);
    Some((u16::from_be_bytes([*id_high, *id_low]), start..end))
}

fn read_records(bytes: &[u8], at: Range<usize>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut start = at.start;
    while let Some([0x1c, record, number, high, low]) =
        bytes.get(start..at.end).and_then(|b| b.get(..5))
    {
        let size = usize::from(u16::from_be_bytes([*high, *low]));
        let data = start + 5..start + 5 + size;
        let Some(value) = bytes.get(data.clone()).filter(|_| data.end <= at.end) else { break };
        if let Some(kind) = record_kind(*record, *number) {
            let text = printable(&String::from_utf8_lossy(value));
            let finding = Finding::removed(kind, Source::Iptc, data.clone());
            if !text.is_empty() {
                found.push(finding.with(Value::Text(text)));
            }
        }
        start = data.end;
    }
    if found.is_empty() {
        found.push(Finding::removed(FindingKind::OtherMetadata, Source::Iptc, at));
    }
    found
}

fn record_kind(record: u8, number: u8) -> Option<FindingKind> {
    if record != 2 {
        return None;
    }
    Some(match number {
        80 | 85 | 110 | 115 | 116 | 118 | 122 => FindingKind::Person,
        90 | 92 | 95 | 100 | 101 | 26 | 27 => FindingKind::OtherMetadata,
        55 | 60 | 62 | 63 | 30 | 35 => FindingKind::Time,
        5 | 15 | 20 | 25 | 40 | 105 | 120 => FindingKind::Description,
        65 | 70 => FindingKind::Software,
        103 => FindingKind::Identifier,
        _ => return None,
    })
}
