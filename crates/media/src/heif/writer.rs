//! A clean file from the needed items: the same boxes in the same order for everyone.

use core::ops::Range;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bmff::{write_box, write_full_box};
use crate::codec::Found;
use crate::error::{Error, Part};
use crate::heif::coded;
use crate::heif::picture::{Codec, Content, Node, Picture};
use crate::heif::property::Property;
use crate::heif::tables::{Tables, not_supported};
use crate::mp4::movie::Movie;
use crate::mp4::plan::Plan;
use crate::mp4::writer as timeline;

/// An item that is only part of another is not shown by itself.
const HIDDEN: u32 = 1;

/// All that is known once the items' bytes have been written.
struct Layout<'a> {
    picture: &'a Picture,
    /// The frames of a sequence.
    movie: Option<&'a Movie>,
    /// Each item's bytes, counted from the first byte of all.
    data: Vec<Range<usize>>,
    /// All different properties, in the order of their first use.
    properties: Vec<Arc<Property>>,
    /// For each item, its properties' places among them.
    associations: Vec<Vec<usize>>,
}

/// Which properties have a place already. Most items share theirs, so that comparing addresses
/// spares comparing long profiles again and again.
#[derive(Default)]
struct Places {
    by_address: BTreeMap<usize, usize>,
    by_value: BTreeMap<Arc<Property>, usize>,
    /// Holds on to all, so that no address is used twice.
    seen: Vec<Arc<Property>>,
}

/// Room for the boxes before the data, so that putting them there seldom needs more memory.
const HEAD_BYTES: usize = 8 << 10;
const HEAD_BYTES_PER_ITEM: usize = 64;

/// Writes the file.
pub(crate) fn write(
    picture: &Picture,
    movie: Option<&Movie>,
    tables: &Tables,
    bytes: &[u8],
) -> Result<Vec<u8>, Error> {
    write_noting(picture, movie, tables, bytes, &mut Found::default())
}

/// Writes the file and notes what has been taken out of the coded pictures.
pub(crate) fn write_noting(
    picture: &Picture,
    movie: Option<&Movie>,
    tables: &Tables,
    bytes: &[u8],
    found: &mut Found,
) -> Result<Vec<u8>, Error> {
    let head_bytes = HEAD_BYTES + picture.nodes.len() * HEAD_BYTES_PER_ITEM;
    let mut out = Vec::with_capacity(bytes.len() + head_bytes);
    let layout = write_data(picture, movie, tables, bytes, &mut out, found)?;
    finish(&layout, bytes, out, found)
}

/// Puts the tables before the items' bytes, and the frames of a sequence behind them.
fn finish(
    layout: &Layout<'_>,
    bytes: &[u8],
    mut out: Vec<u8>,
    found: &mut Found,
) -> Result<Vec<u8>, Error> {
    const MDAT_HEAD_BYTES: usize = 8;
    let items_bytes = out.len();
    // The tables' size does not depend on the offsets in them.
    let head_bytes = layout.head(0).len();
    let Some(movie) = layout.movie else {
        let mut head = layout.head(head_bytes + MDAT_HEAD_BYTES);
        head.extend((items_bytes as u32 + 8).to_be_bytes());
        head.extend(b"mdat");
        out.splice(0..0, head);
        return Ok(out);
    };
    let mut source = bytes;
    let plan = Plan::new(movie, &mut source)?;
    plan.found().iter().for_each(|of_track| found.bytes += of_track.bytes);
    let between = (MDAT_HEAD_BYTES + items_bytes) as u64;
    let timeline = timeline::Layout::new(movie, &plan, head_bytes as u64, between)?;
    let items_at = head_bytes + timeline.moov_bytes as usize + MDAT_HEAD_BYTES;
    let mut head = layout.head(items_at);
    timeline::write_moov(movie, &plan, &timeline, &mut head)?;
    let data_bytes = between + plan.media_bytes();
    let data_bytes = u32::try_from(data_bytes).map_err(|_| not_supported())?;
    head.extend(data_bytes.to_be_bytes());
    head.extend(b"mdat");
    out.splice(0..0, head);
    timeline::write_media(movie, &plan, &mut source, &mut out)?;
    Ok(out)
}

/// Writes the items' bytes one after the other; equal bytes once.
fn write_data<'a>(
    picture: &'a Picture,
    movie: Option<&'a Movie>,
    tables: &Tables,
    bytes: &[u8],
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<Layout<'a>, Error> {
    let mut layout = Layout {
        picture,
        movie,
        data: Vec::new(),
        properties: Vec::new(),
        associations: Vec::new(),
    };
    let mut places = Places::default();
    let mut written: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    let mut budget = bytes.len();
    for node in &picture.nodes {
        let start = out.len();
        let mut properties = node.properties.clone();
        match node.content {
            Content::Coded(codec) => {
                let item = tables.items.get(&node.id).ok_or(Error::damaged(Part::Container, 0))?;
                let data = item.data(bytes, &mut budget)?;
                coded::append(codec, &data, &mut properties, out, found)?;
            }
            Content::Derived(_) if numbers_in_box(picture) => {}
            Content::Derived(_) => out.extend_from_slice(node.derived()),
        }
        let data = start..out.len();
        // Any two items may share their bytes, but not more than the file has.
        let key = (data.len(), crc32fast::hash(&out[data.clone()]));
        let known = written.get(&key).copied().unwrap_or(start);
        let shared = known..known + data.len();
        if known != start && out[shared.clone()] == out[data.clone()] {
            out.truncate(start);
            layout.data.push(shared);
        } else {
            written.insert(key, start);
            layout.data.push(data);
        }
        if out.len() > bytes.len().saturating_mul(2) {
            return Err(Error::damaged(Part::Container, 0));
        }
        layout.add_properties(properties, &mut places);
    }
    Ok(layout)
}

impl Layout<'_> {
    fn add_properties(&mut self, properties: Vec<Arc<Property>>, places: &mut Places) {
        let mut associations = Vec::with_capacity(properties.len());
        for property in properties {
            let address = Arc::as_ptr(&property) as usize;
            let place = places.by_address.get(&address).copied();
            let place = place.unwrap_or_else(|| {
                let next = self.properties.len();
                *places.by_value.entry(property.clone()).or_insert(next)
            });
            places.by_address.insert(address, place);
            if place == self.properties.len() {
                self.properties.push(property.clone());
            }
            places.seen.push(property);
            associations.push(place);
        }
        self.associations.push(associations);
    }

    /// The tables of items whose bytes begin at `items_at`.
    fn head(&self, items_at: usize) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_brands(&mut out);
        write_full_box(&mut out, b"meta", 0, 0, |out| {
            write_full_box(out, b"hdlr", 0, 0, |out| {
                out.extend(b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
            });
            write_full_box(out, b"pitm", 0, 0, |out| out.extend([0, 1]));
            self.write_locations(out, items_at);
            self.write_items(out);
            self.write_references(out);
            self.write_properties(out);
            self.write_derived(out);
            self.write_groups(out);
        });
        out
    }

    fn nodes(&self) -> &[Node] {
        &self.picture.nodes
    }

    /// Says what readers must be able to do: decode the first coded picture. What else there is,
    /// such as a gain map, they may leave alone.
    fn write_brands(&self, out: &mut Vec<u8>) {
        let major: &[u8; 4] = match self.picture.codec() {
            Some((Codec::Hevc, first)) => {
                let mut properties = self.associations[first].iter();
                let is_deep = properties.any(|place| {
                    let property = &self.properties[*place];
                    property.kind == *b"hvcC" && coded::is_beyond_main(property)
                });
                if is_deep { b"heix" } else { b"heic" }
            }
            _ => b"avif",
        };
        // A sequence says so first, or viewers show the still picture only.
        let first: &[u8; 4] = match (self.movie, major) {
            (None, _) => major,
            (Some(_), b"avif") => b"avis",
            (Some(_), b"heic") => b"hevc",
            (Some(_), _) => b"hevx",
        };
        write_box(out, b"ftyp", |out| {
            out.extend_from_slice(first);
            out.extend([0; 4]);
            out.extend(b"mif1");
            out.extend_from_slice(major);
            out.extend(b"miaf");
            if self.picture.tone_map.is_some() {
                out.extend(b"tmap");
            }
            if self.movie.is_some() {
                out.extend_from_slice(first);
                out.extend(b"msf1iso8");
            }
        });
    }

    /// Where each item's bytes are.
    fn write_locations(&self, out: &mut Vec<u8>, items_at: usize) {
        let in_box = |node: &Node| numbers_in_box(self.picture) && !node.derived().is_empty();
        let has_box = self.nodes().iter().any(in_box);
        let version = u8::from(has_box);
        let located = self.nodes().iter().filter(|node| node.has_data()).count();
        write_full_box(out, b"iloc", version, 0, |out| {
            out.extend([0x44, 0]);
            out.extend((located as u16).to_be_bytes());
            let mut derived_at = 0;
            for (place, node) in self.nodes().iter().enumerate() {
                if !node.has_data() {
                    continue;
                }
                let (at, size) = match in_box(node) {
                    false => (items_at + self.data[place].start, self.data[place].len()),
                    true => (derived_at, node.derived().len()),
                };
                derived_at += if in_box(node) { size } else { 0 };
                out.extend(number(place));
                if has_box {
                    out.extend([0, u8::from(in_box(node))]);
                }
                out.extend([0, 0, 0, 1]);
                out.extend((at as u32).to_be_bytes());
                out.extend((size as u32).to_be_bytes());
            }
        });
    }

    fn write_items(&self, out: &mut Vec<u8>) {
        let is_shown = |place| place == 0 || self.picture.tone_map == Some(place);
        write_full_box(out, b"iinf", 0, 0, |out| {
            out.extend((self.nodes().len() as u16).to_be_bytes());
            for (place, node) in self.nodes().iter().enumerate() {
                let flags = if is_shown(place) { 0 } else { HIDDEN };
                write_full_box(out, b"infe", 2, flags, |out| {
                    out.extend(number(place));
                    out.extend([0, 0]);
                    out.extend(node.kind);
                    out.push(0);
                });
            }
        });
    }

    fn write_references(&self, out: &mut Vec<u8>) {
        let lists = |node: &Node| {
            [
                (b"dimg", node.inputs.clone()),
                (b"auxl", node.auxiliary_of.clone()),
                (b"prem", node.premultiplied_by.clone()),
            ]
        };
        if self.nodes().iter().all(|node| lists(node).iter().all(|list| list.1.is_empty())) {
            return;
        }
        write_full_box(out, b"iref", 0, 0, |out| {
            for (place, node) in self.nodes().iter().enumerate() {
                for (kind, to) in lists(node) {
                    if !to.is_empty() {
                        write_box(out, kind, |out| {
                            out.extend(number(place));
                            out.extend((to.len() as u16).to_be_bytes());
                            to.iter().for_each(|to| out.extend(number(*to)));
                        });
                    }
                }
            }
        });
    }

    fn write_properties(&self, out: &mut Vec<u8>) {
        let is_wide = self.properties.len() > 127;
        write_box(out, b"iprp", |out| {
            write_box(out, b"ipco", |out| {
                self.properties.iter().for_each(|property| out.extend(property.to_bytes()));
            });
            write_full_box(out, b"ipma", 0, u32::from(is_wide), |out| {
                out.extend((self.nodes().len() as u32).to_be_bytes());
                for (place, associations) in self.associations.iter().enumerate() {
                    out.extend(number(place));
                    out.push(associations.len() as u8);
                    for association in associations {
                        let is_essential = self.properties[*association].is_essential();
                        match is_wide {
                            true => {
                                let mark = if is_essential { 0x8000 } else { 0 };
                                out.extend(((*association as u16 + 1) | mark).to_be_bytes());
                            }
                            false => {
                                let mark = if is_essential { 0x80 } else { 0 };
                                out.push((*association as u8 + 1) | mark);
                            }
                        }
                    }
                }
            });
        });
    }

    fn write_derived(&self, out: &mut Vec<u8>) {
        if !numbers_in_box(self.picture) {
            return;
        }
        let derived: Vec<u8> = self.nodes().iter().flat_map(Node::derived).copied().collect();
        if !derived.is_empty() {
            write_box(out, b"idat", |out| out.extend(derived));
        }
    }

    /// The gain-mapped picture, or the plain one where a viewer does not know how to.
    fn write_groups(&self, out: &mut Vec<u8>) {
        let Some(tone_map) = self.picture.tone_map else { return };
        let id = self.nodes().len() as u32 + 1;
        write_box(out, b"grpl", |out| {
            write_full_box(out, b"altr", 0, 0, |out| {
                for value in [id, 2, tone_map as u32 + 1, 1] {
                    out.extend(value.to_be_bytes());
                }
            });
        });
    }
}

/// Whether the numbers of derived items have a box of their own, as phones write HEIC; AVIF encoders
/// put them with the pictures' bytes. Each kind is written as its readers know it.
fn numbers_in_box(picture: &Picture) -> bool {
    !matches!(picture.codec(), Some((Codec::Av1, _)))
}

impl Node {
    /// The numbers of a derived item.
    fn derived(&self) -> &[u8] {
        match &self.content {
            Content::Derived(payload) => payload,
            Content::Coded(_) => &[],
        }
    }

    fn has_data(&self) -> bool {
        matches!(self.content, Content::Coded(_)) || !self.derived().is_empty()
    }
}

/// An item's number: there are fewer than 65,536.
fn number(place: usize) -> [u8; 2] {
    (place as u16 + 1).to_be_bytes()
}
