//! Clusters: a time, then blocks of known tracks.

use super::element;
use super::track::Track;
use crate::residue::{Residue, What};
use crate::units;
use crate::walk::Walk;

const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const ADDITIONS: u32 = 0x75a1;
const ADDITION: u32 = 0xa6;
const HDR10_PLUS: &[u8] = b"\xb5\0\x3c\0\x01\x04";

pub(super) fn audit(mut cluster: Walk<'_>, tracks: &[Track]) -> Result<(), Residue> {
    let (id, time) = element::next(&mut cluster)?;
    time.require(id == TIMESTAMP, What::Misplaced)?;
    element::number(&time)?;
    cluster.require(!cluster.is_done(), What::Unused)?;
    while !cluster.is_done() {
        let before = cluster.clone();
        match element::next(&mut cluster)? {
            (SIMPLE_BLOCK, content) => block(content, tracks, 0x8b)?,
            (BLOCK_GROUP, content) => group(content, tracks)?,
            _ => return before.refuse(What::UnknownPart),
        }
    }
    Ok(())
}

/// A block and what is said about it. Each thing at most once, in one order.
fn group(mut walk: Walk<'_>, tracks: &[Track]) -> Result<(), Residue> {
    let mut order = [BLOCK, ADDITIONS, 0x9b, 0xfb, 0x75a2].iter();
    let mut is_first = true;
    while !walk.is_done() {
        let before = walk.clone();
        let (id, content) = element::next(&mut walk)?;
        before.require(order.any(|known| *known == id), What::UnknownPart)?;
        before.require(is_first == (id == BLOCK), What::Misplaced)?;
        is_first = false;
        match id {
            BLOCK => block(content, tracks, 0x0a)?,
            ADDITIONS => additions(content)?,
            0x9b => element::number(&content).map(|_| ())?,
            _ => content.require((1..=8).contains(&content.left()), What::Field)?,
        }
    }
    walk.require(!is_first, What::CutShort)
}

/// Track, time, flags of which only some may be set, and samples.
fn block(mut walk: Walk<'_>, tracks: &[Track], flags_known: u8) -> Result<(), Residue> {
    let number = element::size(&mut walk)?;
    let track = usize::try_from(number).ok().and_then(|number| tracks.get(number.checked_sub(1)?));
    let track = track.ok_or(walk.residue(What::Field))?;
    let _time = walk.take(2)?;
    let flags = walk.u8()?;
    walk.require(flags & !flags_known == 0, What::Field)?;
    if flags & 2 == 0 {
        return sample(track, walk);
    }
    let mut sizes = Vec::new();
    for _ in 0..walk.u8()? {
        let mut size = 0;
        loop {
            let byte = walk.u8()?;
            size += usize::from(byte);
            if byte != 255 {
                break;
            }
        }
        sizes.push(size);
    }
    walk.require(!sizes.is_empty(), What::Field)?;
    for size in sizes {
        sample(track, walk.part(size)?)?;
    }
    sample(track, walk)
}

fn sample(track: &Track, sample: Walk<'_>) -> Result<(), Residue> {
    match track.units {
        Some(codec) => units::audit_sample(codec, sample),
        None => Ok(()),
    }
}

/// Alpha, or how bright each scene is.
fn additions(mut walk: Walk<'_>) -> Result<(), Residue> {
    while !walk.is_done() {
        let (id, mut addition) = element::next(&mut walk)?;
        addition.require(id == ADDITION, What::UnknownPart)?;
        let (id, kind) = element::next(&mut addition)?;
        kind.require(id == 0xee, What::UnknownPart)?;
        let kind = element::number(&kind)?;
        let (id, data) = element::next(&mut addition)?;
        data.require(id == 0xa5, What::UnknownPart)?;
        let is_known = match kind {
            1 => true,
            4 => data.rest().starts_with(HDR10_PLUS),
            _ => false,
        };
        data.require(is_known, What::Message)?;
        addition.end(What::UnknownPart)?;
    }
    Ok(())
}
