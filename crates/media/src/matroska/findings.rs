//! What a file says beside its pictures and sound.

use crate::codec::Found;
use crate::error::Error;
use crate::exif::printable;
use crate::finding::{Fate, Finding, FindingKind, Source, Value};
use crate::matroska::Matroska;
use crate::matroska::ebml::{self, Head, Reader};
use crate::matroska::frames::Lost;
use crate::matroska::ids;
use crate::matroska::track::NO_LANGUAGE;
use crate::matroska::writer::NO_NAME;

/// Longest text that is shown.
const TEXT_BYTES_MAX: usize = 1 << 10;
/// Tags and files that are listed.
const LISTED_MAX: usize = 1 << 10;

pub(crate) fn of(
    clip: &Matroska,
    reader: &mut Reader<'_>,
    lost: &Lost,
) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    for head in clip.extras.iter().chain(&clip.layout.parts) {
        extra(reader, head, &mut found)?;
    }
    let first_cluster = clip.layout.parts.iter().find(|part| part.id == ids::CLUSTER);
    let at = first_cluster.map_or(clip.layout.segment.end, |cluster| cluster.at);
    for samples in lost.samples.iter().chain([&clip.found]) {
        found.extend(in_samples(samples, at));
    }
    for piece in &lost.pieces {
        if let Source::Element(id) = piece.source
            && !is_structure(id)
            && id != ids::TRACK
        {
            let bytes = piece.at.end - piece.at.start;
            found.push(plain(FindingKind::UnknownData, id, piece.at.start, bytes));
        }
    }
    let end = clip.layout.segment.end;
    if reader.size_bytes() > end {
        let bytes = reader.size_bytes() - end;
        let mut behind = plain(FindingKind::TrailingData, 0, end, bytes);
        behind.source = Source::AfterEnd;
        found.push(behind);
    }
    Ok(found)
}

fn plain(kind: FindingKind, id: u32, offset: u64, bytes: u64) -> Finding {
    let source = Source::Element(id);
    Finding { kind, value: Value::None, source, offset, bytes, fate: Fate::Removed }
}

/// What the samples held.
fn in_samples(samples: &Found, at: u64) -> Vec<Finding> {
    let finding = |kind, bytes| {
        let mut finding = plain(kind, ids::CLUSTER, at, bytes);
        finding.source = Source::Picture;
        finding
    };
    let mut found = Vec::new();
    if let Some(encoder) = &samples.encoder {
        let value = Value::Text(printable(encoder));
        found.push(finding(FindingKind::Software, samples.private_bytes).with(value));
    } else if samples.private_bytes > 0 {
        found.push(finding(FindingKind::UnknownData, samples.private_bytes));
    }
    if samples.caption_bytes > 0 {
        found.push(finding(FindingKind::Description, samples.caption_bytes));
    }
    let named = samples.private_bytes + samples.caption_bytes;
    if samples.bytes > named {
        found.push(finding(FindingKind::LooseData, samples.bytes - named));
    }
    found
}

/// Elements that say where others are, or fill space. A clean file has its own.
pub(crate) fn is_structure(id: u32) -> bool {
    // The last ones: lacing, forced display, caches, an old aspect, cluster and seek positions.
    const OTHERS: &[u32] = &[0x9c, 0x55aa, 0x6de7, 0x6df8, 0xaa, 0x54b3, 0xa7, 0xab, 0xfa, 0xfb];
    matches!(id, ids::SEEK_HEAD | ids::CUES | ids::CRC | ids::INFO | ids::TRACKS | ids::CLUSTER)
        || OTHERS.contains(&id)
}

/// Whether an element is as a clean copy has it.
pub(crate) fn is_clean(reader: &mut Reader<'_>, head: &Head) -> Result<bool, Error> {
    let bytes = head.whole().end - head.inside;
    Ok(match head.id {
        ids::MUXING_APP | ids::WRITING_APP => bytes <= 1 && reader.content(head, 1)? == NO_NAME,
        ids::LANGUAGE | 0x22_b59d => bytes <= 3 && reader.content(head, 3)? == NO_LANGUAGE,
        // A number that only counts tracks.
        ids::TRACK_UID => bytes <= 1 && reader.content(head, 1)?.first() < Some(&128),
        _ => false,
    })
}

fn extra(reader: &mut Reader<'_>, head: &Head, found: &mut Vec<Finding>) -> Result<(), Error> {
    if is_structure(head.id) || is_clean(reader, head)? {
        return Ok(());
    }
    let whole = head.whole();
    let bytes = whole.end - whole.start;
    let finding = |kind| plain(kind, head.id, head.at, bytes);
    let kind = match head.id {
        ids::TAGS => return tags(reader, head, found),
        ids::ATTACHMENTS => return attachments(reader, head, found),
        ids::VOID => {
            if !is_blank(reader, head)? {
                found.push(finding(FindingKind::LooseData));
            }
            return Ok(());
        }
        ids::DATE => {
            let value = reader.content(head, 8).ok().and_then(|content| ebml::signed(&content));
            let value = value.map_or(Value::None, |ns| Value::Text(date(ns)));
            found.push(finding(FindingKind::Time).with(value));
            return Ok(());
        }
        // Subtitles, and other tracks that are no pictures or sound; chapters have titles.
        ids::TRACK | ids::CHAPTERS => {
            found.push(finding(FindingKind::Description));
            return Ok(());
        }
        ids::SEGMENT_UUID | ids::PREVIOUS_UUID | ids::NEXT_UUID | ids::FAMILY | ids::TRACK_UID => {
            found.push(finding(FindingKind::Identifier));
            return Ok(());
        }
        ids::TITLE | ids::NAME => FindingKind::Description,
        ids::MUXING_APP | ids::WRITING_APP | ids::CODEC_NAME => FindingKind::Software,
        ids::SEGMENT_FILE | ids::PREVIOUS_FILE | ids::NEXT_FILE => FindingKind::Identifier,
        // Where a codec is explained and found, and the track's language.
        ids::LANGUAGE | 0x22_b59d | 0x3a_9697 | 0x3b_4040 | 0x26_b240 => FindingKind::OtherMetadata,
        _ => {
            found.push(finding(FindingKind::UnknownData));
            return Ok(());
        }
    };
    let text = text(reader, head)?;
    found.push(finding(kind).with(text.map_or(Value::None, Value::Text)));
    Ok(())
}

fn text(reader: &mut Reader<'_>, head: &Head) -> Result<Option<String>, Error> {
    let end = head.whole().end.min(head.inside + TEXT_BYTES_MAX as u64);
    let mut content = Vec::new();
    reader.read(head.inside..end, &mut content)?;
    let text = printable(&String::from_utf8_lossy(&content));
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn is_blank(reader: &mut Reader<'_>, head: &Head) -> Result<bool, Error> {
    let mut content = Vec::new();
    let (mut at, end) = (head.inside, head.whole().end);
    while at < end {
        let next = end.min(at + (64 << 10));
        reader.read(at..next, &mut content)?;
        if content.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at = next;
    }
    Ok(true)
}

/// The elements inside another; none if it is damaged, which takes nothing from what is found.
fn inner(reader: &mut Reader<'_>, head: &Head) -> Vec<Head> {
    reader.heads(head.inside..head.whole().end, LISTED_MAX).unwrap_or_default()
}

fn tags(reader: &mut Reader<'_>, head: &Head, found: &mut Vec<Finding>) -> Result<(), Error> {
    const TAG: u32 = 0x7373;
    const SIMPLE: u32 = 0x67c8;
    const TAG_NAME: u32 = 0x45a3;
    const TAG_TEXT: u32 = 0x4487;
    let before = found.len();
    for tag in inner(reader, head).into_iter().filter(|inner| inner.id == TAG) {
        for simple in inner(reader, &tag).into_iter().filter(|inner| inner.id == SIMPLE) {
            let (mut name, mut value) = (String::new(), None);
            for part in inner(reader, &simple) {
                match part.id {
                    TAG_NAME => name = text(reader, &part)?.unwrap_or_default(),
                    TAG_TEXT => value = text(reader, &part)?,
                    _ => {}
                }
            }
            let whole = simple.whole();
            let finding = plain(kind_of_tag(&name), head.id, simple.at, whole.end - whole.start);
            found.push(finding.with(value.map_or(Value::None, Value::Text)));
            if found.len() - before > LISTED_MAX {
                return Ok(());
            }
        }
    }
    if found.len() == before {
        let bytes = head.whole().end - head.at;
        found.push(plain(FindingKind::OtherMetadata, head.id, head.at, bytes));
    }
    Ok(())
}

fn kind_of_tag(name: &str) -> FindingKind {
    let name = name.to_ascii_uppercase();
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if is(&["LOCATION", "LATITUDE", "LONGITUDE", "GPS", "ISO6709"]) {
        FindingKind::Place
    } else if is(&["DURATION", "NUMBER_OF", "BPS", "STATISTICS"]) {
        FindingKind::OtherMetadata
    } else if is(&["DATE", "TIME"]) {
        FindingKind::Time
    } else if is(&["ENCODER", "SOFTWARE", "WRITING_APP", "TOOL"]) {
        FindingKind::Software
    } else if is(&["MAKE", "MODEL", "DEVICE"]) {
        FindingKind::Device
    } else if is(&["ARTIST", "AUTHOR", "COPYRIGHT", "DIRECTOR", "ENCODED_BY", "ACTOR"]) {
        FindingKind::Person
    } else if is(&["TITLE", "DESCRIPTION", "SUMMARY", "KEYWORDS", "SYNOPSIS", "SUBJECT"]) {
        FindingKind::Description
    } else if is(&["COMMENT"]) {
        FindingKind::Comment
    } else {
        FindingKind::OtherMetadata
    }
}

fn attachments(
    reader: &mut Reader<'_>,
    head: &Head,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    const FILE: u32 = 0x61a7;
    const FILE_NAME: u32 = 0x466e;
    const MEDIA_TYPE: u32 = 0x4660;
    let before = found.len();
    for file in inner(reader, head).into_iter().filter(|inner| inner.id == FILE) {
        let (mut name, mut kind) = (None, FindingKind::UnknownData);
        for part in inner(reader, &file) {
            match part.id {
                FILE_NAME => name = text(reader, &part)?,
                MEDIA_TYPE
                    if text(reader, &part)?.is_some_and(|text| text.starts_with("image/")) =>
                {
                    kind = FindingKind::OtherPicture;
                }
                _ => {}
            }
        }
        let whole = file.whole();
        let finding = plain(kind, head.id, file.at, whole.end - whole.start);
        found.push(finding.with(name.map_or(Value::None, Value::Text)));
    }
    if found.len() == before {
        let bytes = head.whole().end - head.at;
        found.push(plain(FindingKind::UnknownData, head.id, head.at, bytes));
    }
    Ok(())
}

/// A time in nanoseconds since the year 2001, as people write it.
fn date(ns: i64) -> String {
    // Days since the first of March in the year 0 make months easy.
    const DAYS_TO_2001: i64 = 730_791;
    let seconds = ns.div_euclid(1_000_000_000);
    let days = seconds.div_euclid(86_400) + DAYS_TO_2001;
    let second = seconds.rem_euclid(86_400);
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + later;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_2001() {
        assert_eq!(date(0), "2001-01-01 00:00:00");
        assert_eq!(date(-1), "2000-12-31 23:59:59");
        assert_eq!(date(728_179_199_000_000_000), "2024-01-28 23:59:59");
        assert_eq!(date(730_857_600_000_000_000), "2024-02-29 00:00:00");
    }
}
