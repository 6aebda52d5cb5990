//! Which bytes of a file its clean copy does not take over.

use core::ops::Range;
use std::collections::BTreeSet;

use crate::finding::Source;
use crate::heif::Heif;
use crate::heif::picture::Picture;
use crate::heif::property::Property;
use crate::receipt::Piece;

/// All of them, for the receipt.
pub(crate) fn of(heif: &Heif, picture: &Picture, bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let boxes = heif.boxes.iter().filter(|found| !is_kept(heif, &found.kind));
    for found in boxes.chain(&heif.tables.others) {
        pieces.push(Piece::new(Source::Chunk(found.kind), found.whole.clone()));
    }
    let end = heif.boxes.last().map_or(0, |last| last.whole.end);
    pieces.push(Piece::new(Source::AfterEnd, end..bytes.len()));
    pieces.push(Piece::new(Source::Chunk(*b"hdlr"), heif.tables.handler_name.clone()));
    let needed: BTreeSet<u32> = picture.nodes.iter().map(|node| node.id).collect();
    for (id, item) in &heif.tables.items {
        let at = if needed.contains(id) { &item.name } else { &item.entry };
        pieces.push(Piece::new(Source::Chunk(*b"infe"), at.clone()));
    }
    pieces.extend(movie_extras(heif).into_iter().map(|(source, at)| Piece::new(source, at)));
    properties(heif, &needed, bytes, &mut pieces);
    data(heif, &needed, &mut pieces);
    pieces
}

/// Whether a box at the level of the file has a counterpart in the clean copy.
pub(crate) fn is_kept(heif: &Heif, kind: &[u8; 4]) -> bool {
    matches!(kind, b"ftyp" | b"meta" | b"mdat") || kind == b"moov" && heif.movie.is_some()
}

/// Where the frames are that a sequence keeps.
pub(crate) fn frames(heif: &Heif) -> Vec<Range<usize>> {
    let tracks = heif.movie.iter().flat_map(|movie| &movie.tracks);
    let chunks = tracks.flat_map(|track| {
        (0..track.samples.chunks.len()).map(|chunk| track.samples.bytes_of_chunk(chunk))
    });
    chunks.map(|range| range.start as usize..range.end as usize).collect()
}

/// Parts of a movie that say nothing about its frames.
pub(crate) fn movie_extras(heif: &Heif) -> Vec<(Source, Range<usize>)> {
    let Some(movie) = &heif.movie else { return Vec::new() };
    let extras = movie.extras.iter().map(|extra| (extra.kind, &extra.whole));
    let dropped = movie.dropped.iter().map(|track| (track.handler, &track.whole));
    let range = |range: &Range<u64>| range.start as usize..range.end as usize;
    extras.chain(dropped).map(|(kind, at)| (Source::Chunk(kind), range(at))).collect()
}

/// Properties that no needed item has, and those that say nothing about how it is shown.
fn properties(heif: &Heif, needed: &BTreeSet<u32>, bytes: &[u8], pieces: &mut Vec<Piece>) {
    let items = heif.tables.items.iter().filter(|(id, _)| needed.contains(id));
    let used: BTreeSet<usize> =
        items.flat_map(|(_, item)| item.properties.iter().map(|it| it.property)).collect();
    for (place, found) in heif.tables.properties.iter().enumerate() {
        let is_kept = used.contains(&place)
            && matches!(
                Property::read(bytes, &found.kind, found.inside.clone(), false),
                Ok(Some(_))
            );
        if !is_kept {
            pieces.push(Piece::new(Source::Chunk(found.kind), found.whole.clone()));
        }
    }
}

/// The bytes of items that are not needed, and bytes that no item has.
fn data(heif: &Heif, needed: &BTreeSet<u32>, pieces: &mut Vec<Piece>) {
    let (mut kept, mut all) = (Vec::new(), Vec::new());
    for (id, item) in &heif.tables.items {
        let extents = item.extents.iter().flatten();
        match needed.contains(id) {
            true => kept.extend(extents.clone().cloned()),
            false => all.extend(extents.clone().cloned()),
        }
    }
    kept.extend(frames(heif));
    let kept = merged(kept);
    let mut dropped = Vec::new();
    for (id, item) in &heif.tables.items {
        if !needed.contains(id) {
            let extents = item.extents.iter().flatten();
            dropped.extend(extents.map(|at| (at.start, at.end, source_of(&item.kind))));
        }
    }
    dropped.sort_by_key(|(start, end, _)| (*start, *end));
    // Each byte once, however many items claim it.
    let mut reached = 0;
    for (start, end, source) in dropped {
        let free = gaps(&(start.max(reached)..end), &kept);
        pieces.extend(free.into_iter().map(|at| Piece::new(source, at)));
        reached = reached.max(end);
    }
    all.extend(kept);
    let all = merged(all);
    for within in data_boxes(heif) {
        pieces.extend(gaps(&within, &all).into_iter().map(|at| Piece::new(Source::Between, at)));
    }
}

/// Where items' bytes usually are.
pub(crate) fn data_boxes(heif: &Heif) -> Vec<Range<usize>> {
    let boxes = heif.boxes.iter().filter(|found| &found.kind == b"mdat");
    let mut within: Vec<Range<usize>> = boxes.map(|found| found.inside.clone()).collect();
    within.push(heif.tables.idat.clone());
    within
}

/// What an item's bytes are called.
pub(crate) fn source_of(kind: &[u8; 4]) -> Source {
    match kind {
        b"Exif" => Source::Exif,
        b"mime" => Source::Xmp,
        kind => Source::Chunk(*kind),
    }
}

/// Ranges in their order, those that touch or overlap joined.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The parts of a range that merged other ranges leave free.
pub(crate) fn gaps(within: &Range<usize>, merged: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut reached = within.start;
    let first = merged.partition_point(|range| range.end <= within.start);
    for range in merged[first..].iter().take_while(|range| range.start < within.end) {
        if range.start > reached {
            found.push(reached..range.start);
        }
        reached = reached.max(range.end);
    }
    if reached < within.end {
        found.push(reached..within.end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_range_covers_is_a_gap() {
        let sorted = merged(vec![4..6, 0..2, 9..20, 3..5]);
        assert_eq!(gaps(&(1..12), &sorted), [2..3, 6..9]);
        assert_eq!(gaps(&(6..8), &sorted).first(), Some(&(6..8)));
        assert!(gaps(&(10..12), &sorted).is_empty());
    }
}
