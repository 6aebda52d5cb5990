//! What a clip carries beside its pictures and sound, and which of its bytes a copy leaves out.

use core::ops::Range;

use crate::clip::ByteSource;
use crate::codec::Found;
use crate::error::Error;
use crate::exif::printable;
use crate::finding::{Comparison, Finding, FindingKind, Source, Value};
use crate::mp4::movie::{Dropped, Header, Movie, Why};
use crate::mp4::scan::{self, BoxSpan};
use crate::mp4::{Mp4, each_box, userdata};
use crate::receipt::Piece;

/// Names that a handler has in everyone's copies.
const PLAIN_NAMES: [&str; 4] = ["VideoHandler", "SoundHandler", "PictureHandler", "DataHandler"];
/// Days from the year that these clocks begin with, 1904, to 1970.
const DAYS_TO_1970: i64 = 24_107;
/// `und`, zero, and QuickTime's word for none.
const NO_LANGUAGE: [u16; 3] = [0x55c4, 0, 0x7fff];
/// Boxes that say how a file is laid out, or how older players should show it.
const LAYOUT: &[[u8; 4]] = &[
    *b"iods", *b"mvex", *b"sidx", *b"ssix", *b"mfra", *b"styp", *b"pdin", *b"wide", *b"tapt",
    *b"load", *b"clip", *b"matt", *b"ctab", *b"mehd", *b"hdlr", *b"elng", *b"code", *b"trgr",
];

pub(crate) fn of(
    mp4: &Mp4,
    source: &mut dyn ByteSource,
    in_samples: &[Found],
) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    headers(&mp4.movie, &mut found);
    for extra in mp4.extras.iter().chain(&mp4.movie.extras) {
        extra_findings(source, extra, &mut found)?;
    }
    for dropped in &mp4.movie.dropped {
        found.push(dropped_track(source, dropped)?);
    }
    for track in &mp4.movie.tracks {
        for entry in &track.entries {
            if let Some(name) = &entry.compressor {
                let at = entry.at..entry.at + name.len() as u64;
                found.push(removed(FindingKind::Software, *b"stsd", at).with(text(name)));
            }
            samples_finding(&entry.found, entry.at, &mut found);
        }
    }
    for (track, in_samples) in mp4.movie.tracks.iter().zip(in_samples) {
        let at = track.samples.chunks.first().map_or(0, |chunk| chunk.at);
        samples_finding(in_samples, at, &mut found);
    }
    for (track, hidden) in mp4.movie.tracks.iter().zip(&mp4.hidden) {
        if hidden.samples > 0 {
            let at = track.samples.chunks.first().map_or(0, |chunk| chunk.at);
            let at = at..at.saturating_add(hidden.bytes);
            let finding = removed(FindingKind::HiddenFrame, *b"elst", at);
            found.push(finding.with(Value::Count(hidden.samples)));
        }
    }
    loose(mp4, source, &mut found)?;
    Ok(found)
}

fn removed(kind: FindingKind, of: [u8; 4], at: Range<u64>) -> Finding {
    let mut finding = Finding::removed(kind, Source::Chunk(of), 0..0);
    finding.offset = at.start;
    finding.bytes = at.end.saturating_sub(at.start);
    finding
}

fn text(words: &str) -> Value {
    Value::Text(printable(words))
}

/// Times, names and languages in headers: the same one is told once.
fn headers(movie: &Movie, found: &mut Vec<Finding>) {
    let mut add = |kind, at: &Range<u64>, bytes: u64, words: String| {
        let value = text(&words);
        let same = found
            .iter_mut()
            .find(|other: &&mut Finding| other.kind == kind && other.value == value);
        match same {
            Some(same) => same.bytes += bytes,
            None => {
                let at = at.start..at.start + bytes;
                found.push(removed(kind, *b"moov", at).with(value));
            }
        }
    };
    for Header { whole, created, modified, language, name } in &movie.headers {
        for time in [created, modified] {
            if *time != 0 {
                add(FindingKind::Time, whole, 4, moment(*time));
            }
        }
        if let Some(language) = language.filter(|language| !NO_LANGUAGE.contains(language)) {
            add(FindingKind::OtherMetadata, whole, 2, language_name(language));
        }
        if let Some(name) = name.as_ref().filter(|name| !PLAIN_NAMES.contains(&name.as_str())) {
            add(FindingKind::Software, whole, name.len() as u64, name.clone());
        }
    }
}

/// Seconds since 1904 as Exif writes a time; some programs count from 1970.
fn moment(seconds: u64) -> String {
    let (days, of_day) = ((seconds / 86_400).min(4_000_000) as i64, seconds % 86_400);
    let since_1970 = if days >= DAYS_TO_1970 { days - DAYS_TO_1970 } else { days };
    // Years that begin in March, so that the leap day is the last one.
    let day = since_1970 + 719_468;
    let era = day / 146_097;
    let of_era = day % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Three letters of five bits, or one of QuickTime's numbers.
fn language_name(language: u16) -> String {
    if language < 0x400 {
        return format!("language {language}");
    }
    let letter = |shift: u16| char::from((language >> shift & 31) as u8 + 0x60);
    format!("language {}{}{}", letter(10), letter(5), letter(0))
}

fn extra_findings(
    source: &mut dyn ByteSource,
    extra: &BoxSpan,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    let whole = extra.whole.clone();
    match &extra.kind {
        b"udta" | b"meta" => userdata::read(source, extra, found)?,
        b"uuid" => userdata::read_uuid(source, extra, found)?,
        b"free" | b"skip" => {
            if !is_zero(source, extra.inside.clone())? {
                found.push(removed(FindingKind::LooseData, extra.kind, whole));
            }
        }
        b"prft" => found.push(removed(FindingKind::Time, extra.kind, whole)),
        b"emsg" => found.push(removed(FindingKind::OtherMetadata, extra.kind, whole)),
        b"pnot" | b"PICT" => found.push(removed(FindingKind::Thumbnail, extra.kind, whole)),
        kind if LAYOUT.contains(kind) => {}
        _ => found.push(removed(FindingKind::UnknownData, extra.kind, whole)),
    }
    Ok(())
}

/// Whether a stretch is padding.
fn is_zero(source: &mut dyn ByteSource, at: Range<u64>) -> Result<bool, Error> {
    const STEP: u64 = 64 << 10;
    let mut next = at.start;
    while next < at.end {
        let end = at.end.min(next + STEP);
        if scan::read(source, next..end, STEP)?.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        next = end;
    }
    Ok(true)
}

fn dropped_track(source: &mut dyn ByteSource, dropped: &Dropped) -> Result<Finding, Error> {
    let count = Value::Count(dropped.samples.count());
    let (kind, value) = match (dropped.why, &dropped.handler, &dropped.coding) {
        (Why::Chapters | Why::Subtitles, b"vide", _) => (FindingKind::Thumbnail, count),
        (Why::Chapters | Why::Subtitles, ..) => {
            (FindingKind::Description, words(source, dropped)?.map_or(count, |words| text(&words)))
        }
        (Why::Cover, ..) => {
            let value = Value::Picture { size: None, comparison: Comparison::Unknown };
            (FindingKind::Thumbnail, value)
        }
        (Why::Disabled, b"soun", _) => (FindingKind::Clip, count),
        (Why::Disabled, ..) => (FindingKind::OtherPicture, count),
        (Why::Data, b"tmcd", _) | (Why::Data, _, b"tmcd") => (FindingKind::Time, Value::None),
        (Why::Data, b"hint", _) => (FindingKind::UnknownData, count),
        (Why::Data, ..) => (FindingKind::Telemetry, count),
    };
    let mut finding = removed(kind, dropped.coding, dropped.whole.clone()).with(value);
    finding.bytes += dropped.samples.sizes.sum(0..dropped.samples.count());
    Ok(finding)
}

/// The texts of a track of chapters or subtitles: each behind its length.
fn words(source: &mut dyn ByteSource, dropped: &Dropped) -> Result<Option<String>, Error> {
    const TEXTS_MAX: u32 = 16;
    let samples = &dropped.samples;
    let mut texts = Vec::new();
    for chunk in 0..samples.chunks.len() {
        let mut at = samples.chunks[chunk].at;
        for sample in samples.in_chunk(chunk).take_while(|sample| *sample < TEXTS_MAX) {
            let bytes = u64::from(samples.sizes.of(sample));
            let end = at.saturating_add(bytes.min(1024)).min(source.size_bytes());
            let data = scan::read(source, at..end.max(at), 1024).unwrap_or_default();
            let length =
                data.first_chunk().map_or(0, |length| usize::from(u16::from_be_bytes(*length)));
            let words = data.get(2..2 + length).and_then(|words| core::str::from_utf8(words).ok());
            texts.extend(words.filter(|words| !words.is_empty()).map(str::to_owned));
            at = at.saturating_add(bytes);
        }
    }
    Ok((!texts.is_empty()).then(|| texts.join(", ")))
}

/// What was inside coded samples, or in their decoder's configuration.
fn samples_finding(in_samples: &Found, at: u64, found: &mut Vec<Finding>) {
    let of = |kind, bytes| {
        let mut finding = Finding::removed(kind, Source::Picture, 0..0);
        (finding.offset, finding.bytes) = (at, bytes);
        finding
    };
    let Found { pieces, bytes, caption_bytes, encoder, .. } = in_samples;
    if *caption_bytes > 0 {
        found.push(of(FindingKind::Description, *caption_bytes));
    }
    let rest = bytes - caption_bytes.min(bytes);
    if let Some(encoder) = encoder {
        found.push(of(FindingKind::Software, rest).with(text(encoder)));
    } else if rest > 0 {
        found.push(of(FindingKind::OtherMetadata, rest).with(Value::Count(*pieces)));
    }
}

/// Bytes that no track uses, and what follows the last box.
fn loose(mp4: &Mp4, source: &mut dyn ByteSource, found: &mut Vec<Finding>) -> Result<(), Error> {
    let mut gaps = Vec::new();
    each_gap(mp4, source, &mut |at| gaps.push(at))?;
    let mut first = None;
    let mut bytes = 0;
    for gap in gaps {
        if !is_zero(source, gap.clone())? {
            first.get_or_insert(gap.start);
            bytes += gap.end - gap.start;
        }
    }
    // Hidden samples are told already.
    bytes -= mp4.hidden.iter().map(|hidden| hidden.bytes).sum::<u64>().min(bytes);
    if let Some(first) = first.filter(|_| bytes > 0) {
        let mut finding = Finding::removed(FindingKind::LooseData, Source::Between, 0..0);
        (finding.offset, finding.bytes) = (first, bytes);
        found.push(finding);
    }
    if !mp4.trailing.is_empty() {
        let mut finding = Finding::removed(FindingKind::TrailingData, Source::AfterEnd, 0..0);
        (finding.offset, finding.bytes) =
            (mp4.trailing.start, mp4.trailing.end - mp4.trailing.start);
        found.push(finding);
    }
    Ok(())
}

/// Every stretch of the sample data that no track refers to.
fn each_gap(
    mp4: &Mp4,
    source: &mut dyn ByteSource,
    seen: &mut dyn FnMut(Range<u64>),
) -> Result<(), Error> {
    let used = used(&mp4.movie);
    each_box(source, |_, next| {
        if next.kind != *b"mdat" {
            return Ok(());
        }
        let mut reached = next.inside.start;
        let first = used.partition_point(|range| range.end <= reached);
        for range in used[first..].iter().take_while(|range| range.start < next.inside.end) {
            if range.start > reached {
                seen(reached..range.start);
            }
            reached = reached.max(range.end);
        }
        if reached < next.inside.end {
            seen(reached..next.inside.end);
        }
        Ok(())
    })?;
    Ok(())
}

/// Where samples are, of kept and of dropped tracks: in order, joined where they touch.
fn used(movie: &Movie) -> Vec<Range<u64>> {
    let kept = movie.tracks.iter().map(|track| &track.samples);
    let all = kept.chain(movie.dropped.iter().map(|dropped| &dropped.samples));
    let mut ranges: Vec<Range<u64>> = all
        .flat_map(|samples| (0..samples.chunks.len()).map(|chunk| samples.bytes_of_chunk(chunk)))
        .filter(|range| !range.is_empty())
        .collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    ranges
}

/// What a copy does not take over.
pub(crate) fn pieces(
    mp4: &Mp4,
    source: &mut dyn ByteSource,
    in_samples: &[Found],
) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    let mut add = |source, at| pieces.push(Piece::of(source, at));
    for extra in mp4.extras.iter().chain(&mp4.movie.extras) {
        add(Source::Chunk(extra.kind), extra.whole.clone());
    }
    for dropped in &mp4.movie.dropped {
        add(Source::Chunk(dropped.coding), dropped.whole.clone());
        for chunk in 0..dropped.samples.chunks.len() {
            add(Source::Chunk(dropped.coding), dropped.samples.bytes_of_chunk(chunk));
        }
    }
    for (track, found) in mp4.movie.tracks.iter().zip(in_samples) {
        // Counted at the track's beginning, wherever they were: a receipt counts bytes.
        let mut left = found.bytes;
        for chunk in 0..track.samples.chunks.len() {
            let at = track.samples.bytes_of_chunk(chunk);
            let taken = left.min(at.end - at.start);
            if taken == 0 {
                break;
            }
            add(Source::Picture, at.start..at.start + taken);
            left -= taken;
        }
    }
    add(Source::AfterEnd, mp4.trailing.clone());
    each_gap(mp4, source, &mut |at| add(Source::Between, at))?;
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_count_from_1904_and_languages_are_three_letters() {
        assert_eq!(moment(2_082_844_800), "1970:01:01 00:00:00");
        assert_eq!(moment(3_783_613_387), "2023:11:23 19:43:07");
        assert_eq!(language_name(0x2df2), "language kor");
    }
}
