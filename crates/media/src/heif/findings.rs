//! What the rest of a HEIC or AVIF says: its other items, its names, its loose ends.

use core::ops::Range;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::bmff::BoxAt;
use crate::codec::Found;
use crate::exif::{self, Location, printable};
use crate::finding::{Comparison, Finding, FindingKind, Source, Value};
use crate::heif::fields::Fields;
use crate::heif::pieces::{data_boxes, frames, gaps, is_kept, merged, movie_extras, source_of};
use crate::heif::property::{Auxiliary, Property};
use crate::heif::tables::Item;
use crate::heif::turn::Shown;
use crate::heif::{Heif, turn, writer};
use crate::icc;
use crate::limits::{Limits, Size};
use crate::thumbnail::Photo;
use crate::xmp;

/// The `uuid` of a box with a signed history.
const HISTORY: [u8; 16] = *b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";
/// Pictures whose shapes differ by more than this show different cuts. Small ones are rounded to
/// whole pixels, often to even ones.
const SHAPE_DIFFERENCE_MAX: f64 = 0.06;
const ROUNDED_PIXELS: f64 = 1.0;
/// Names that libraries give to every item of a sort. They tell nothing.
const USUAL_NAMES: [&[u8]; 6] = [b"Color", b"Alpha", b"Exif", b"XMP", b"GMap", b"HEVC Image"];

pub(crate) fn of(heif: &Heif, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let mut found = Vec::new();
    let boxes = heif.boxes.iter().filter(|found| !is_kept(heif, &found.kind));
    for other in boxes.chain(&heif.tables.others) {
        found.extend(other_box(bytes, other));
    }
    let end = heif.boxes.last().map_or(0, |last| last.whole.end);
    if end < bytes.len() {
        found.push(Finding::removed(FindingKind::TrailingData, Source::AfterEnd, end..bytes.len()));
    }
    for (source, at) in movie_extras(heif) {
        found.push(Finding::removed(FindingKind::OtherMetadata, source, at));
    }
    let headers = heif.movie.iter().flat_map(|movie| &movie.headers);
    if let Some(header) = { headers }.find(|it| it.created != 0 || it.modified != 0) {
        let at = header.whole.start as usize..header.whole.end as usize;
        found.push(Finding::removed(FindingKind::Time, Source::Chunk(*b"moov"), at));
    }
    let listing = Listing::new(heif, bytes, limits);
    listing.names(&mut found);
    listing.properties(&mut found);
    listing.items(&mut found);
    listing.loose(&mut found);
    listing.inside_pictures(&mut found);
    found
}

/// A box that is no part of the picture.
fn other_box(bytes: &[u8], other: &BoxAt) -> Option<Finding> {
    let inside = &bytes[other.inside.clone()];
    let kind = match &other.kind {
        b"free" | b"skip" | b"wide" if inside.iter().all(|byte| *byte == 0) => return None,
        b"free" | b"skip" | b"wide" => FindingKind::LooseData,
        b"mpvd" | b"moov" => FindingKind::Clip,
        b"jumb" => FindingKind::Provenance,
        b"uuid" if inside.starts_with(&HISTORY) => FindingKind::Provenance,
        b"sefd" | b"udta" | b"xml " | b"meta" => FindingKind::OtherMetadata,
        _ => FindingKind::UnknownData,
    };
    Some(Finding::removed(kind, Source::Chunk(other.kind), other.whole.clone()))
}

struct Listing<'a> {
    heif: &'a Heif,
    bytes: &'a [u8],
    limits: &'a Limits,
    needed: BTreeSet<u32>,
    /// Items that only exist as parts of others, or to join them.
    parts: BTreeSet<u32>,
    /// What made items are made of.
    inputs: BTreeMap<u32, &'a [u32]>,
    thumbnails: BTreeSet<u32>,
    gain_maps: BTreeSet<u32>,
    /// How many bytes may still be read: items can share bytes, which shall not be read without
    /// end.
    budget: Cell<usize>,
    shown: Shown,
}

impl<'a> Listing<'a> {
    fn new(heif: &'a Heif, bytes: &'a [u8], limits: &'a Limits) -> Self {
        let needed: BTreeSet<u32> = heif.picture.nodes.iter().map(|node| node.id).collect();
        let mut inputs: BTreeMap<u32, &[u32]> = BTreeMap::new();
        let (mut parts, mut gain_maps) = (BTreeSet::new(), BTreeSet::new());
        let mut thumbnails = BTreeSet::new();
        for reference in &heif.tables.references {
            let from = heif.tables.items.get(&reference.from);
            match (&reference.kind, from) {
                (b"thmb", _) => drop(thumbnails.insert(reference.from)),
                // A gain map is told as a picture of its own.
                (b"dimg", Some(from)) if &from.kind == b"tmap" => {
                    gain_maps.extend(reference.to.get(1));
                }
                (b"dimg", _) => {
                    inputs.insert(reference.from, &reference.to);
                    parts.extend(reference.to.iter().filter(|id| !needed.contains(id)));
                }
                _ => {}
            }
        }
        let budget = Cell::new(bytes.len());
        let shown = turn::of(&heif.picture);
        Self { heif, bytes, limits, needed, parts, inputs, thumbnails, gain_maps, budget, shown }
    }

    /// The bytes of an item, as long as there is budget.
    fn data(&self, item: &Item) -> Cow<'a, [u8]> {
        let extents = item.extents.iter().flatten();
        let size = extents.fold(0_usize, |sum, extent| sum.saturating_add(extent.len()));
        match self.budget.get().checked_sub(size) {
            Some(rest) => {
                self.budget.set(rest);
                item.data(self.bytes, &mut self.bytes.len()).unwrap_or_default()
            }
            None => Cow::Borrowed(&[]),
        }
    }

    fn items(&self, found: &mut Vec<Finding>) {
        for (id, item) in &self.heif.tables.items {
            if !self.needed.contains(id) && !self.parts.contains(id) {
                self.item(*id, item, found);
            }
        }
    }

    fn item(&self, id: u32, item: &Item, found: &mut Vec<Finding>) {
        let extents = item.extents.as_deref().unwrap_or_default();
        let (Some(first), Some(last)) = (extents.first(), extents.last()) else {
            let at = item.entry.clone();
            found.push(Finding::removed(FindingKind::OtherMetadata, source_of(&item.kind), at));
            return;
        };
        let at = match extents {
            [extent] => extent.clone(),
            _ => first.start.min(last.start)..first.end.max(last.end),
        };
        let content_type = &self.bytes[item.content_type.clone()];
        let is_packed = !item.content_encoding.is_empty();
        match &item.kind {
            b"Exif" => found.extend(self.exif(&self.data(item), at, extents.len() == 1)),
            b"mime" if content_type == b"application/rdf+xml" && !is_packed => {
                found.extend(xmp::read(&self.data(item), at));
            }
            b"mime" | b"uri " => {
                let text = printable(&String::from_utf8_lossy(content_type));
                let other = Finding::removed(FindingKind::OtherMetadata, Source::Xmp, at);
                found.push(other.with(Value::Text(text)));
            }
            b"jumb" => {
                found.push(Finding::removed(FindingKind::Provenance, Source::Chunk(item.kind), at));
            }
            _ => found.push(self.other_picture(id, item, at)),
        }
    }

    /// The block begins with the distance of its first byte from here.
    fn exif(&self, data: &[u8], at: Range<usize>, is_in_one_piece: bool) -> Vec<Finding> {
        let skip = crate::bmff::u32_at(data, 0).unwrap_or(0) as usize;
        let start = skip.saturating_add(4).min(data.len());
        let block = &data[start..];
        let prefix = if block.starts_with(b"Exif\0\0") { 6 } else { 0 };
        let block = &block[prefix..];
        let location = match is_in_one_piece {
            true => Location::At(at.start + start + prefix),
            false => Location::Packed(at),
        };
        let Shown { size, orientation, .. } = self.shown;
        exif::read(block, location, &Photo::known_by_shape(size, orientation, self.limits))
    }

    fn other_picture(&self, id: u32, item: &Item, at: Range<usize>) -> Finding {
        let kind = match self.heif.tables.auxiliary(self.bytes, item) {
            _ if &item.kind == b"tmap" || self.gain_maps.contains(&id) => FindingKind::GainMap,
            Some(Auxiliary::GainMap) => FindingKind::GainMap,
            Some(Auxiliary::Depth) => FindingKind::DepthMap,
            _ if self.thumbnails.contains(&id) => FindingKind::Thumbnail,
            _ => FindingKind::OtherPicture,
        };
        let mut finding = Finding::removed(kind, Source::Chunk(item.kind), at);
        finding.bytes = self.bytes_of(id, item);
        if &item.kind == b"tmap" {
            return finding;
        }
        let shown = self.shown_of(item);
        let comparison = shown.map_or(Comparison::Unknown, |shown| self.compare(shown));
        finding.with(Value::Picture { size: shown.map(|shown| shown.size), comparison })
    }

    /// The bytes of an item and of what it is made of.
    fn bytes_of(&self, id: u32, item: &Item) -> u64 {
        let own =
            |item: &Item| item.extents.iter().flatten().map(|it| it.len() as u64).sum::<u64>();
        let inputs = self.inputs.get(&id).into_iter().flat_map(|to| to.iter());
        let inputs = inputs.filter(|to| self.parts.contains(to));
        let sizes = inputs.filter_map(|to| self.heif.tables.items.get(to)).map(own);
        own(item) + sizes.sum::<u64>()
    }

    /// How viewers would show another item.
    fn shown_of(&self, item: &Item) -> Option<Shown> {
        let read = |property: usize| {
            let at = self.heif.tables.properties.get(property)?;
            matches!(&at.kind, b"ispe" | b"irot" | b"imir" | b"clap")
                .then(|| Property::read(self.bytes, &at.kind, at.inside.clone(), false).ok()?)
                .flatten()
        };
        let properties: Vec<Property> =
            item.properties.iter().filter_map(|it| read(it.property)).collect();
        let coded = properties.iter().find_map(Property::size)?;
        Some(turn::shown(coded, properties.iter().filter(|it| it.is_transform())))
    }

    /// By shape alone: nobody here decodes these pictures.
    fn compare(&self, other: Shown) -> Comparison {
        let shape = |shown: turn::Shown| shape_of(shown.orientation.shown_size(shown.size));
        let (photo, copy) = (shape(self.shown), shape(other));
        let short_side = f64::from(other.size.width.min(other.size.height).max(1));
        let difference_max = SHAPE_DIFFERENCE_MAX + ROUNDED_PIXELS / short_side;
        let is_close = |photo: f64| (photo / copy).ln().abs() <= difference_max;
        // Some programs turn the copy's samples and not the photo's.
        let is_turned = self.shown.orientation.is_sideways() && is_close(1.0 / photo);
        if is_close(photo) || is_turned { Comparison::Unknown } else { Comparison::Different }
    }

    fn names(&self, found: &mut Vec<Finding>) {
        let text = |at: &Range<usize>| {
            printable(String::from_utf8_lossy(&self.bytes[at.clone()]).trim_end_matches('\0'))
        };
        let handler = &self.heif.tables.handler_name;
        if self.bytes[handler.clone()].iter().any(|byte| *byte != 0) {
            let source = Source::Chunk(*b"hdlr");
            let finding = Finding::removed(FindingKind::Software, source, handler.clone());
            found.push(finding.with(Value::Text(text(handler))));
        }
        let mut names = BTreeSet::new();
        for item in self.heif.tables.items.values() {
            let name = &self.bytes[item.name.clone()];
            if name.is_empty() || USUAL_NAMES.contains(&name) {
                continue;
            }
            if names.len() < 16 && names.insert(text(&item.name)) {
                let source = Source::Chunk(*b"infe");
                let name = Finding::removed(FindingKind::OtherMetadata, source, item.name.clone());
                found.push(name.with(Value::Text(text(&item.name))));
            }
        }
    }

    fn properties(&self, found: &mut Vec<Finding>) {
        let used: BTreeSet<usize> = self.properties_of(|id| self.needed.contains(&id));
        let others: BTreeSet<usize> = self.properties_of(|id| !self.needed.contains(&id));
        for (place, at) in self.heif.tables.properties.iter().enumerate() {
            let read = Property::read(self.bytes, &at.kind, at.inside.clone(), false);
            let is_read = matches!(read, Ok(Some(_)));
            let plain = |kind| Finding::removed(kind, Source::Chunk(at.kind), at.whole.clone());
            match &at.kind {
                b"colr" => found.extend(self.profile(at, &read.ok().flatten())),
                b"free" | b"skip" => found.extend(other_box(self.bytes, at)),
                b"udes" | b"altt" => {
                    found.push(plain(FindingKind::Description).with(self.description(at)));
                }
                b"crtt" | b"mdft" => found.push(plain(FindingKind::Time)),
                _ if used.contains(&place) && is_read || others.contains(&place) => {}
                _ if is_read => found.push(plain(FindingKind::UnusedTable)),
                _ => found.push(plain(FindingKind::UnknownData)),
            }
        }
    }

    fn properties_of(&self, is_wanted: impl Fn(u32) -> bool) -> BTreeSet<usize> {
        let items = self.heif.tables.items.iter().filter(|(id, _)| is_wanted(**id));
        items.flat_map(|(_, item)| item.properties.iter().map(|it| it.property)).collect()
    }

    /// Language, name, description and tags; an alternative text has no name and no tags.
    fn description(&self, at: &BoxAt) -> Value {
        let mut fields = Fields::new(self.bytes, at.inside.clone());
        let Ok(_) = fields.version_and_flags() else { return Value::None };
        let mut texts = Vec::new();
        while !fields.is_at_end() {
            let text = fields.text();
            texts.push(printable(&String::from_utf8_lossy(&self.bytes[text])));
        }
        // The language is told by the text.
        let is_first_language = &at.kind == b"udes" && !texts.is_empty();
        texts.drain(..usize::from(is_first_language));
        texts.retain(|text| !text.is_empty());
        Value::Text(texts.join(", "))
    }

    /// A profile is worth telling unless it is already as a clean copy has it.
    fn profile(&self, at: &BoxAt, canonical: &Option<Property>) -> Option<Finding> {
        let inside = &self.bytes[at.inside.clone()];
        if inside.starts_with(b"nclx") {
            return None;
        }
        if canonical.as_ref().is_some_and(|canonical| canonical.payload == inside) {
            return None;
        }
        let finding =
            Finding::removed(FindingKind::ColourProfile, Source::Profile, at.whole.clone());
        let text = inside.get(4..).and_then(icc::description);
        Some(finding.with(text.map_or(Value::None, Value::Text)))
    }

    /// Bytes that no item has.
    fn loose(&self, found: &mut Vec<Finding>) {
        let items = self.heif.tables.items.values();
        let mut all: Vec<Range<usize>> =
            items.flat_map(|item| item.extents.iter().flatten().cloned()).collect();
        all.extend(frames(self.heif));
        let all = merged(all);
        for within in data_boxes(self.heif) {
            for at in gaps(&within, &all) {
                if self.bytes[at.clone()].iter().any(|byte| *byte != 0) {
                    found.push(Finding::removed(FindingKind::LooseData, Source::Between, at));
                }
            }
        }
    }

    /// What the coded pictures carry, and what of them is never shown.
    fn inside_pictures(&self, found: &mut Vec<Finding>) {
        let mut inside = Found::default();
        let Heif { picture, movie, tables, .. } = self.heif;
        let written =
            writer::write_noting(picture, movie.as_ref(), tables, self.bytes, &mut inside);
        if written.is_ok() && inside.bytes > 0 {
            let mut finding = Finding::removed(FindingKind::Software, Source::Picture, 0..0);
            finding.bytes = inside.bytes;
            match inside.encoder {
                Some(words) => found.push(finding.with(Value::Text(printable(&words)))),
                None => {
                    finding.kind = FindingKind::UnknownData;
                    found.push(finding);
                }
            }
        }
        if self.shown.is_cropped {
            let size = self.heif.picture.size();
            let value = Value::Picture { size: Some(size), comparison: Comparison::Different };
            let crop = Finding::removed(FindingKind::CroppedPixels, Source::Picture, 0..0);
            found.push(crop.with(value).kept());
        }
    }
}

fn shape_of(size: Size) -> f64 {
    f64::from(size.width.max(1)) / f64::from(size.height.max(1))
}
