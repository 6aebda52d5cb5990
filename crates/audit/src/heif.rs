//! HEIC and AVIF: tables in their one order, items that all belong to the picture, and their bytes
//! with no gap.

mod properties;

pub(crate) use properties::colour;

use core::ops::Range;

use crate::residue::{Residue, What};
use crate::units::{self, Codec};
use crate::walk::Walk;
use crate::{bmff, cover, mp4};
use properties::Properties;

/// One item.
struct Item {
    kind: [u8; 4],
    /// It is only a part of another, and viewers do not show it by itself.
    is_hidden: bool,
    /// Something makes it part of the picture.
    is_needed: bool,
    inputs: usize,
    data: Option<Place>,
}

/// Where an item's bytes are.
#[derive(Clone)]
enum Place {
    File(Range<u64>),
    Box(Range<u64>),
}

pub(crate) fn audit(bytes: &[u8]) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    let is_sequence = brands(bmff::named(&mut file, b"ftyp")?)?;
    let mut meta = bmff::full(&mut file, b"meta", 0, 0)?;
    let mut handler = bmff::full(&mut meta, b"hdlr", 0, 0)?;
    handler.expect(b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0", What::Field)?;
    handler.expect(b"\0", What::Text)?;
    handler.end(What::Text)?;
    let mut primary = bmff::full(&mut meta, b"pitm", 0, 0)?;
    primary.expect(&[0, 1], What::Field)?;
    primary.end(What::UnknownPart)?;
    let places = locations(bmff::named(&mut meta, b"iloc")?)?;
    let mut items = list(bmff::full(&mut meta, b"iinf", 0, 0)?)?;
    for (number, place) in places {
        let item = items.get_mut(number.wrapping_sub(1)).ok_or(meta.residue(What::Field))?;
        meta.require(item.data.replace(place).is_none(), What::Misplaced)?;
    }
    if bmff::peek(&meta) == Some(*b"iref") {
        references(bmff::full(&mut meta, b"iref", 0, 0)?, &mut items)?;
    }
    let properties = Properties::read(bmff::named(&mut meta, b"iprp")?, items.len())?;
    let derived = match bmff::peek(&meta) {
        Some(kind) if &kind == b"idat" => bmff::named(&mut meta, b"idat")?,
        _ => Walk::new(&[]),
    };
    if !meta.is_done() {
        groups(bmff::named(&mut meta, b"grpl")?, &mut items)?;
    }
    meta.end(What::UnknownPart)?;
    let frames = match bmff::peek(&file) {
        Some(kind) if &kind == b"moov" && is_sequence => {
            mp4::sequence(bmff::named(&mut file, b"moov")?, bytes)?
        }
        _ => Vec::new(),
    };
    let data = bmff::named(&mut file, b"mdat")?;
    file.end(What::AfterEnd)?;
    contents(bytes, &items, &properties, derived, data, frames)
}

/// Says whether it is a sequence.
fn brands(mut box_: Walk<'_>) -> Result<bool, Residue> {
    let major: [u8; 4] = box_.array()?;
    let (still, is_sequence) = match &major {
        b"avif" | b"heic" | b"heix" => (&major, false),
        b"avis" => (b"avif", true),
        b"hevc" => (b"heic", true),
        b"hevx" => (b"heix", true),
        _ => return box_.refuse(What::Field),
    };
    box_.zeros(4, What::Field)?;
    box_.expect(b"mif1", What::Field)?;
    box_.expect(still, What::Field)?;
    box_.expect(b"miaf", What::Field)?;
    for optional in [b"avif", b"tmap"] {
        if box_.rest().starts_with(optional) {
            box_.take(4)?;
        }
    }
    if is_sequence {
        box_.expect(&major, What::Field)?;
        box_.expect(b"msf1iso8", What::Field)?;
    }
    box_.end(What::UnknownPart)?;
    Ok(is_sequence)
}

/// Where items' bytes are, in the order of their numbers.
fn locations(mut box_: Walk<'_>) -> Result<Vec<(usize, Place)>, Residue> {
    let version = box_.u32()? >> 24;
    box_.require(version < 2, What::Field)?;
    box_.expect(&[0x44, 0], What::Field)?;
    let count = box_.u16()?;
    let mut places: Vec<(usize, Place)> = Vec::new();
    for _ in 0..count {
        let number = usize::from(box_.u16()?);
        box_.require(places.last().is_none_or(|last| last.0 < number), What::Misplaced)?;
        let method = if version == 1 { box_.u16()? } else { 0 };
        box_.expect(&[0, 0, 0, 1], What::Field)?;
        let (at, size) = (u64::from(box_.u32()?), u64::from(box_.u32()?));
        let range = at..at + size;
        let place = match method {
            0 => Place::File(range),
            1 => Place::Box(range),
            _ => return box_.refuse(What::Field),
        };
        places.push((number, place));
    }
    box_.end(What::UnknownPart)?;
    Ok(places)
}

fn list(mut box_: Walk<'_>) -> Result<Vec<Item>, Residue> {
    let mut items = Vec::new();
    for number in 1..=box_.u16()? {
        let mut entry = bmff::named(&mut box_, b"infe")?;
        entry.expect(&[2, 0, 0], What::Field)?;
        let flags = entry.u8()?;
        entry.require(flags < 2, What::Field)?;
        entry.expect(&number.to_be_bytes(), What::Field)?;
        entry.zeros(2, What::Field)?;
        let kind = entry.array()?;
        let is_known = matches!(&kind, b"hvc1" | b"av01" | b"grid" | b"iovl" | b"iden" | b"tmap");
        entry.require(is_known, What::UnknownPart)?;
        entry.expect(b"\0", What::Text)?;
        entry.end(What::Text)?;
        let is_needed = number == 1;
        items.push(Item { kind, is_hidden: flags == 1, is_needed, inputs: 0, data: None });
    }
    box_.end(What::UnknownPart)?;
    Ok(items)
}

fn references(mut box_: Walk<'_>, items: &mut [Item]) -> Result<(), Residue> {
    while !box_.is_done() {
        let (kind, mut list) = bmff::next(&mut box_)?;
        let from = usize::from(list.u16()?);
        let count = list.u16()?;
        list.require(count > 0, What::Unused)?;
        for _ in 0..count {
            let to = usize::from(list.u16()?);
            let is_item = (1..=items.len()).contains(&to) && (1..=items.len()).contains(&from);
            list.require(is_item && from != to, What::Field)?;
            match &kind {
                b"dimg" => {
                    items[to - 1].is_needed = true;
                    items[from - 1].inputs += 1;
                }
                b"auxl" => items[from - 1].is_needed = true,
                b"prem" => {}
                _ => return list.refuse(What::UnknownPart),
            }
        }
        list.end(What::UnknownPart)?;
    }
    Ok(())
}

/// The one group there may be: the gain-mapped picture, or else the plain one.
fn groups(mut box_: Walk<'_>, items: &mut [Item]) -> Result<(), Residue> {
    let mut group = bmff::full(&mut box_, b"altr", 0, 0)?;
    group.expect(&(items.len() as u32 + 1).to_be_bytes(), What::Field)?;
    group.expect(&2_u32.to_be_bytes(), What::Field)?;
    let joined = group.u32()? as usize;
    let item = items.get_mut(joined.wrapping_sub(1)).ok_or(group.residue(What::Field))?;
    group.require(&item.kind == b"tmap", What::Field)?;
    item.is_needed = true;
    group.expect(&1_u32.to_be_bytes(), What::Field)?;
    group.end(What::UnknownPart)?;
    box_.end(What::UnknownPart)
}

/// The bytes of all items: explained one by one, and nothing between them.
fn contents(
    bytes: &[u8],
    items: &[Item],
    properties: &Properties,
    derived: Walk<'_>,
    data: Walk<'_>,
    frames: Vec<Range<u64>>,
) -> Result<(), Residue> {
    let (mut in_file, mut in_box) = (frames, Vec::new());
    for (index, item) in items.iter().enumerate() {
        let is_shown = index == 0 || &item.kind == b"tmap";
        data.require(item.is_needed && item.is_hidden != is_shown, What::Unused)?;
        match item.data.clone() {
            Some(Place::File(range)) => {
                in_file.push(range.clone());
                let content = bytes.get(range.start as usize..range.end as usize);
                let content = content.ok_or(data.residue(What::CutShort))?;
                let content = Walk::behind(content, range.start);
                match &item.kind {
                    b"hvc1" => units::audit_sample(Codec::Hevc, content)?,
                    b"av01" => units::audit_sample(Codec::Av1, content)?,
                    _ => numbers(item, content.rest()).ok_or(content.residue(What::Field))?,
                }
            }
            Some(Place::Box(range)) => {
                in_box.push(range.clone());
                let content = derived.rest().get(range.start as usize..range.end as usize);
                numbers(item, content.ok_or(derived.residue(What::CutShort))?)
                    .ok_or(derived.residue(What::Field))?;
            }
            None => data.require(&item.kind == b"iden", What::CutShort)?,
        }
    }
    properties.audit(items.iter().map(|item| item.kind))?;
    cover::exactly(&mut in_box, 0..derived.left() as u64)?;
    let start = data.offset();
    cover::exactly(&mut in_file, start..start + data.left() as u64)
}

/// The numbers of a picture made of others: as many as its kind has.
fn numbers(item: &Item, content: &[u8]) -> Option<()> {
    let side = match content.get(1)? {
        0 => 2,
        1 => 4,
        _ => 0,
    };
    let size = match &item.kind {
        b"grid" if side > 0 => {
            let tiles = (usize::from(*content.get(2)?) + 1) * (usize::from(*content.get(3)?) + 1);
            (tiles == item.inputs).then_some(())?;
            4 + 2 * side
        }
        b"iovl" if side > 0 => 10 + side * (2 + 2 * item.inputs),
        b"tmap" => {
            let flags = *content.get(5)?;
            (content[..5] == [0; 5] && flags & 0x3f == 0 && item.inputs == 2).then_some(())?;
            6 + 16 + if flags & 0x80 == 0 { 40 } else { 120 }
        }
        _ => return None,
    };
    (content[0] == 0 && content.len() == size).then_some(())
}
