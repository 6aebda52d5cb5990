//! What a TIFF holds beside its pages, and which bytes of it a clean copy does not take over.

use core::ops::Range;

use crate::exif;
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::icc;
use crate::iptc;
use crate::limits::{Limits, Size};
use crate::receipt::Piece;
use crate::thumbnail::Photo;
use crate::tiff::fields::{Directory, Field, File};
use crate::tiff::old_jpeg::OldJpeg;
use crate::tiff::page::Page;
use crate::tiff::strips;
use crate::tiff::{OtherPicture, Tiff, preview, tags};
use crate::xmp;

pub(crate) fn of(tiff: &Tiff, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let Ok(file) = File::parse(bytes) else { return Vec::new() };
    let turn = tiff.pages.first().map(|page| page.orientation).unwrap_or_default();
    let photo = Photo::new(|| preview::of(tiff.pages.first()?, bytes), turn, limits);
    let mut found = Vec::new();
    if !file.is_big {
        found.extend(exif::read_file(bytes, tags::is_told_elsewhere, &photo));
    }
    for (index, page) in tiff.pages.iter().enumerate() {
        for field in &page.directory.fields {
            // The reader of Exif blocks has told of the first directory.
            let is_told = index == 0 && !file.is_big && !tags::is_told_elsewhere(field.tag);
            if !is_told {
                found.extend(field_findings(file, page, field, &photo));
            }
        }
        if index > 0 {
            found.push(page_finding(page));
        }
        if strips::hides_samples(page) {
            let at = page.strips.first().map(|strip| strip.at.clone()).unwrap_or_default();
            let hidden = Finding::removed(FindingKind::LooseData, Source::Picture, at);
            found.push(hidden.kept());
        }
    }
    found.extend(tiff.others.iter().map(|other| other_finding(file, other, &photo)));
    found.extend(loose(tiff, bytes).into_iter().filter_map(|at| loose_finding(bytes, at)));
    found
}

fn value_range(field: &Field) -> Range<usize> {
    field.value.clone().unwrap_or(field.entry.clone())
}

fn field_findings(file: File<'_>, page: &Page, field: &Field, photo: &Photo<'_>) -> Vec<Finding> {
    let (value, at) = (file.value(field), value_range(field));
    let plain = |kind, source| vec![Finding::removed(kind, source, at.clone())];
    match field.tag {
        tags::XMP => xmp::read(value, at),
        tags::IPTC => iptc::read_packed(value, at, photo),
        tags::PHOTOSHOP => iptc::read_photoshop(file.bytes, at, photo),
        tags::PROFILE if page.profile.as_deref() == Some(value) => Vec::new(),
        tags::PROFILE => {
            let text = icc::description(value);
            let found = Finding::removed(FindingKind::ColourProfile, Source::Profile, at);
            vec![found.with(text.map_or(Value::None, Value::Text))]
        }
        tags::LAYERS => plain(FindingKind::OtherPicture, Source::PhotoshopBlock),
        // Its pictures are told one by one.
        tags::SUB_DIRECTORIES => Vec::new(),
        tag if tags::is_of_picture(tag) => Vec::new(),
        tag => {
            let kind = exif::kind_of(tag);
            let found = Finding::removed(kind, Source::Exif, at);
            let text = exif::printable(&String::from_utf8_lossy(value));
            let has_text = field.is_text() && !text.is_empty();
            vec![found.with(if has_text { Value::Text(text) } else { Value::None })]
        }
    }
}

/// A further page: viewers that show only the first do not tell of it.
fn page_finding(page: &Page) -> Finding {
    let at = page.strips.first().map(|strip| strip.at.clone()).unwrap_or_default();
    let mut found = Finding::removed(FindingKind::OtherPicture, Source::Picture, at).kept();
    found.bytes = page.strips.iter().map(|strip| strip.at.len() as u64).sum();
    let comparison = crate::finding::Comparison::Unknown;
    found.with(Value::Picture { size: Some(page.size), comparison })
}

fn other_finding(file: File<'_>, other: &OtherPicture, photo: &Photo<'_>) -> Finding {
    let at = other.data.first().cloned().unwrap_or(other.directory.at.clone());
    let kind = match other.is_small_copy {
        true => FindingKind::Thumbnail,
        false => FindingKind::OtherPicture,
    };
    let mut found = Finding::removed(kind, Source::Picture, at);
    found.bytes = other.data.iter().map(|data| data.len() as u64).sum();
    let size = size_of(file, &other.directory);
    let comparison = photo.compare(&preview::of_other(file, other).unwrap_or_default());
    found.with(Value::Picture { size, comparison })
}

fn size_of(file: File<'_>, directory: &Directory) -> Option<Size> {
    let side = |tag| {
        let number = *file.numbers(directory.field(tag)?)?.first()?;
        u32::try_from(number).ok()
    };
    Some(Size { width: side(tags::WIDTH)?, height: side(tags::HEIGHT)? })
}

fn loose_finding(bytes: &[u8], at: Range<usize>) -> Option<Finding> {
    // A single zero puts what follows at an even offset.
    if at.len() == 1 && bytes[at.start] == 0 {
        return None;
    }
    Some(match at.end == bytes.len() {
        true => Finding::removed(FindingKind::TrailingData, Source::AfterEnd, at),
        false => Finding::removed(FindingKind::LooseData, Source::Between, at),
    })
}

/// What is not taken over, each byte once.
pub(crate) fn pieces(tiff: &Tiff, bytes: &[u8]) -> Vec<Piece> {
    let gone = without(0..bytes.len(), kept(tiff, bytes));
    let mut pieces = Vec::new();
    let told = told(tiff);
    for (source, at) in &told {
        pieces.extend(overlaps(&gone, at).map(|at| Piece::new(*source, at)));
    }
    for at in loose(tiff, bytes) {
        let source = if at.end == bytes.len() { Source::AfterEnd } else { Source::Between };
        pieces.push(Piece::new(source, at));
    }
    pieces
}

/// What nothing in the file points at.
fn loose(tiff: &Tiff, bytes: &[u8]) -> Vec<Range<usize>> {
    let mut known = kept(tiff, bytes);
    known.extend(told(tiff).into_iter().map(|told| told.1));
    without(0..bytes.len(), known)
}

/// What a clean copy takes over.
fn kept(tiff: &Tiff, bytes: &[u8]) -> Vec<Range<usize>> {
    let header = File::parse(bytes).map_or(0, |file| file.header_bytes());
    let mut kept: Vec<Range<usize>> = core::iter::once(0..header).collect();
    for page in &tiff.pages {
        let directory = &page.directory;
        let count_bytes =
            directory.fields.first().map_or(0, |field| field.entry.start - directory.at.start);
        let last = directory.fields.last().map_or(directory.at.end, |field| field.entry.end);
        kept.push(directory.at.start..directory.at.start + count_bytes);
        kept.push(last..directory.at.end);
        let stays = |field: &&Field| match field.tag {
            tags::PROFILE => page.profile.is_some(),
            tag => tags::is_of_picture(tag),
        };
        for field in directory.fields.iter().filter(stays) {
            kept.push(field.entry.clone());
            kept.extend(field.value.clone());
        }
        kept.extend(page.strips.iter().map(|strip| strip.at.clone()));
        if let Some(OldJpeg::Apart { at, .. }) = &page.old_jpeg {
            kept.extend(at.iter().cloned());
        }
    }
    kept
}

/// What is not taken over and known for what it is.
fn told(tiff: &Tiff) -> Vec<(Source, Range<usize>)> {
    let mut told = Vec::new();
    for page in &tiff.pages {
        for field in page.directory.fields.iter().filter(|f| !tags::is_of_picture(f.tag)) {
            let source = source_of(field.tag);
            told.push((source, field.entry.clone()));
            told.extend(field.value.clone().map(|value| (source, value)));
        }
    }
    for other in &tiff.others {
        told.push((Source::Picture, other.directory.at.clone()));
        told.extend(other.data.iter().map(|data| (Source::Picture, data.clone())));
        let values = other.directory.fields.iter().filter(|field| field.is_elsewhere());
        told.extend(values.filter_map(|field| Some((Source::Picture, field.value.clone()?))));
    }
    told.extend(tiff.exif.iter().map(|at| (Source::Exif, at.clone())));
    told
}

fn source_of(tag: u16) -> Source {
    match tag {
        tags::XMP => Source::Xmp,
        tags::IPTC => Source::Iptc,
        tags::PHOTOSHOP | tags::LAYERS => Source::PhotoshopBlock,
        tags::PROFILE => Source::Profile,
        _ => Source::Exif,
    }
}

/// The parts of `whole` that none of the ranges covers.
fn without(whole: Range<usize>, mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut left = Vec::new();
    let mut reached = whole.start;
    for range in ranges {
        if range.start > reached {
            left.push(reached..range.start.min(whole.end));
        }
        reached = reached.max(range.end);
    }
    if reached < whole.end {
        left.push(reached..whole.end);
    }
    left
}

/// What sorted ranges have in common with another one.
fn overlaps<'a>(
    ranges: &'a [Range<usize>],
    other: &'a Range<usize>,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let first = ranges.partition_point(|range| range.end <= other.start);
    let reach = ranges[first..].iter().take_while(|range| range.start < other.end);
    reach.map(|range| range.start.max(other.start)..range.end.min(other.end))
}
