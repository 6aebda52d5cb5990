//! One track: its headers, its handler's constant name, and the tables of its samples.

use crate::bmff;
use crate::clip::ReadAt;
use crate::mp4::entry::{self, Coding};
use crate::mp4::samples::Samples;
use crate::mp4::{Family, version};
use crate::residue::{Residue, What};
use crate::walk::Walk;

/// `und`: no language.
const NO_LANGUAGE: &[u8] = &[0x55, 0xc4];

pub(super) struct Track {
    codings: Vec<Coding>,
    pub(super) samples: Samples,
}

impl Track {
    /// `next_id` is one more than the highest number of a track.
    pub(super) fn read(
        mut box_: Walk<'_>,
        number: u32,
        next_id: u32,
        family: Family,
    ) -> Result<Self, Residue> {
        header(bmff::named(&mut box_, b"tkhd")?, number)?;
        if bmff::peek(&box_) == Some(*b"tref") {
            references(bmff::named(&mut box_, b"tref")?, next_id)?;
        }
        if bmff::peek(&box_) == Some(*b"edts") {
            edits(bmff::named(&mut box_, b"edts")?)?;
        }
        let media = bmff::named(&mut box_, b"mdia")?;
        box_.end(What::UnknownPart)?;
        self::media(media, family)
    }

    /// Looks into the samples where other things than pictures could be among the codes.
    pub(super) fn audit_samples(&mut self, source: &mut dyn ReadAt) -> Result<(), Residue> {
        let codings = &self.codings;
        if codings.iter().all(|coding| *coding == Coding::Other) {
            return Ok(());
        }
        self.samples.each(source, |entry, source, at| {
            let unknown = Residue { offset: at.start, what: What::Field };
            codings.get(entry).ok_or(unknown)?.audit_sample(source, at)
        })
    }
}

fn header(mut box_: Walk<'_>, number: u32) -> Result<(), Residue> {
    let flags = box_.rest().get(3).copied().unwrap_or(0);
    // In the movie, and perhaps enabled.
    box_.require(matches!(flags, 2 | 3), What::Field)?;
    let long = version(&mut box_, u32::from(flags))?;
    box_.zeros(if long { 16 } else { 8 }, What::Time)?;
    box_.expect(&number.to_be_bytes(), What::Field)?;
    box_.zeros(4, What::Padding)?;
    let _duration = box_.take(if long { 8 } else { 4 })?;
    box_.zeros(10, What::Padding)?;
    let group = box_.u16()?;
    box_.require(group < 2, What::Field)?;
    let volume = box_.u32()?;
    box_.require(matches!(volume, 0 | 0x0100_0000), What::Field)?;
    let _matrix_and_size = box_.take(44)?;
    box_.end(What::UnknownPart)
}

fn references(mut box_: Walk<'_>, next_id: u32) -> Result<(), Residue> {
    while !box_.is_done() {
        let (kind, mut list) = bmff::next(&mut box_)?;
        list.require(matches!(&kind, b"auxl" | b"vdep"), What::UnknownPart)?;
        while !list.is_done() {
            let to = list.u32()?;
            list.require((1..next_id).contains(&to), What::Field)?;
        }
    }
    Ok(())
}

fn edits(mut box_: Walk<'_>) -> Result<(), Residue> {
    let mut list = bmff::named(&mut box_, b"elst")?;
    box_.end(What::UnknownPart)?;
    let long = version(&mut list, 0)?;
    let count = list.u32()? as usize;
    let each = if long { 20 } else { 12 };
    list.require(count > 0 && list.left() / each == count, What::Field)?;
    list.require(list.left() == count * each, What::UnknownPart)
}

fn media(mut box_: Walk<'_>, family: Family) -> Result<Track, Residue> {
    let mut header = bmff::named(&mut box_, b"mdhd")?;
    let long = version(&mut header, 0)?;
    header.zeros(if long { 16 } else { 8 }, What::Time)?;
    let _timescale_and_duration = header.take(if long { 12 } else { 8 })?;
    header.expect(NO_LANGUAGE, What::Text)?;
    header.zeros(2, What::Padding)?;
    header.end(What::UnknownPart)?;
    let kind = handler(&mut box_, family, b"mhlr")?;
    let mut inside = bmff::named(&mut box_, b"minf")?;
    box_.end(What::UnknownPart)?;
    match &kind {
        b"soun" => {
            let mut sound = bmff::full(&mut inside, b"smhd", 0, 0)?;
            sound.zeros(4, What::Field)?;
            sound.end(What::UnknownPart)?;
        }
        b"vide" | b"pict" | b"auxv" => {
            let mut picture = bmff::full(&mut inside, b"vmhd", 0, 1)?;
            picture.zeros(8, What::Field)?;
            picture.end(What::UnknownPart)?;
        }
        _ => return inside.refuse(What::UnknownPart),
    }
    if family == Family::QuickTime {
        let kind = handler(&mut inside, family, b"dhlr")?;
        inside.require(&kind == b"url ", What::Field)?;
    }
    let mut data = bmff::named(&mut inside, b"dinf")?;
    data.expect(b"\0\0\0\x1cdref\0\0\0\0\0\0\0\x01", What::Field)?;
    data.expect(b"\0\0\0\x0curl \0\0\0\x01", What::Field)?;
    data.end(What::UnknownPart)?;
    let mut tables = bmff::named(&mut inside, b"stbl")?;
    inside.end(What::UnknownPart)?;
    let codings = entry::list(bmff::full(&mut tables, b"stsd", 0, 0)?, &kind, family)?;
    let samples = Samples::read(tables, codings.len())?;
    Ok(Track { codings, samples })
}

/// A handler, with the one name that its kind has.
fn handler(box_: &mut Walk<'_>, family: Family, class: &[u8; 4]) -> Result<[u8; 4], Residue> {
    let mut inside = bmff::full(box_, b"hdlr", 0, 0)?;
    let is_quicktime = family == Family::QuickTime;
    inside.expect(if is_quicktime { class } else { &[0; 4] }, What::Field)?;
    let kind = inside.array()?;
    inside.zeros(12, What::Field)?;
    let name: &[u8] = match &kind {
        b"vide" => b"VideoHandler",
        b"soun" => b"SoundHandler",
        b"url " => b"",
        _ => b"PictureHandler",
    };
    if is_quicktime {
        inside.expect(&[name.len() as u8], What::Text)?;
        inside.expect(name, What::Text)?;
    } else {
        inside.expect(name, What::Text)?;
        inside.expect(&[0], What::Text)?;
    }
    inside.end(What::Text)?;
    Ok(kind)
}
