//! What is said about items: known properties, all used, each as long as its kind is.

use crate::mp4::Family;
use crate::residue::{Residue, What};
use crate::units::{self, Codec};
use crate::walk::Walk;
use crate::{bmff, icc};

const ALPHA: [&[u8]; 2] =
    [b"urn:mpeg:hevc:2015:auxid:1\0", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"];
const GAIN_MAP: &[u8] = b"urn:com:apple:photo:2020:aux:hdrgainmap\0";

pub(super) struct Properties {
    kinds: Vec<[u8; 4]>,
    /// For each item, which it has.
    of_items: Vec<Vec<usize>>,
    offset: u64,
}

impl Properties {
    pub(super) fn read(mut box_: Walk<'_>, items: usize) -> Result<Self, Residue> {
        let offset = box_.offset();
        let mut all = bmff::named(&mut box_, b"ipco")?;
        let mut kinds = Vec::new();
        while !all.is_done() {
            let (kind, property) = bmff::next(&mut all)?;
            audit(&kind, property)?;
            kinds.push(kind);
        }
        let is_wide = kinds.len() > 127;
        let mut map = bmff::full(&mut box_, b"ipma", 0, u32::from(is_wide))?;
        box_.end(What::UnknownPart)?;
        map.expect(&(items as u32).to_be_bytes(), What::Field)?;
        let mut of_items = Vec::new();
        // Properties stand in the order of their first use.
        let mut used = 0;
        for number in 1..=items as u16 {
            map.expect(&number.to_be_bytes(), What::Field)?;
            let count = map.u8()?;
            let mut own = Vec::new();
            for _ in 0..count {
                let (mark, place) = match is_wide {
                    true => map.u16().map(|raw| (raw >> 15, usize::from(raw & 0x7fff)))?,
                    false => map.u8().map(|raw| (u16::from(raw >> 7), usize::from(raw & 0x7f)))?,
                };
                let is_new = place == used + 1;
                let fits = (1..=used + 1).contains(&place) && place <= kinds.len();
                map.require(fits && !own.contains(&(place - 1)), What::Field)?;
                used += usize::from(is_new);
                let is_essential = u16::from(is_essential(&kinds[place - 1]));
                map.require(mark == is_essential, What::Field)?;
                own.push(place - 1);
            }
            of_items.push(own);
        }
        map.end(What::UnknownPart)?;
        map.require(used == kinds.len(), What::Unused)?;
        Ok(Self { kinds, of_items, offset })
    }

    /// Coded items have their decoder's configuration, and others none.
    pub(super) fn audit(&self, items: impl Iterator<Item = [u8; 4]>) -> Result<(), Residue> {
        for (kind, own) in items.zip(&self.of_items) {
            let has = |wanted: &[u8; 4]| own.iter().any(|place| &self.kinds[*place] == wanted);
            let fits = has(b"hvcC") == (&kind == b"hvc1") && has(b"av1C") == (&kind == b"av01");
            if !fits {
                return Err(Residue { offset: self.offset, what: What::Misplaced });
            }
        }
        Ok(())
    }
}

fn is_essential(kind: &[u8; 4]) -> bool {
    matches!(kind, b"hvcC" | b"av1C" | b"clap" | b"irot" | b"imir" | b"a1op" | b"lsel")
}

fn audit(kind: &[u8; 4], mut property: Walk<'_>) -> Result<(), Residue> {
    let content = property.rest();
    let is_plain = content.starts_with(&[0; 4]);
    let fits = match kind {
        b"hvcC" => return units::audit_configuration(Codec::Hevc, property),
        b"av1C" => return units::audit_configuration(Codec::Av1, property),
        b"ispe" => is_plain && content.len() == 12,
        b"pixi" => {
            let channels = content.get(4).copied().unwrap_or(0);
            is_plain && channels > 0 && content.len() == 5 + usize::from(channels)
        }
        b"colr" => return colour(property, Family::Iso),
        b"auxC" => {
            property.expect(&[0; 4], What::Field)?;
            let is_known = ALPHA.contains(&property.rest()) || property.rest() == GAIN_MAP;
            return property.require(is_known, What::Text);
        }
        b"pasp" | b"amve" => content.len() == 8,
        b"clli" => content.len() == 4,
        b"mdcv" => content.len() == 24,
        b"clap" => content.len() == 32,
        b"irot" => content.len() == 1 && content[0] < 4,
        b"imir" => content.len() == 1 && content[0] < 2,
        b"a1op" => content.len() == 1 && content[0] < 32,
        b"lsel" => content.len() == 2,
        b"a1lx" => match content {
            [0, rest @ ..] => rest.len() == 6,
            [1, rest @ ..] => rest.len() == 12,
            _ => false,
        },
        b"cclv" => {
            let flags = property.u8()?;
            let has = |bit: u8| usize::from(flags >> bit & 1);
            let size = has(5) * 24 + (has(4) + has(3) + has(2)) * 4;
            flags & 0xc3 == 0 && property.left() == size
        }
        _ => return property.refuse(What::UnknownPart),
    };
    property.require(fits, What::Field)
}

/// Four numbers, or a profile; QuickTime has a form of three numbers.
pub(crate) fn colour(mut box_: Walk<'_>, family: Family) -> Result<(), Residue> {
    match &box_.array()? {
        b"nclc" if family == Family::QuickTime => {
            let _numbers = box_.take(6)?;
            box_.end(What::UnknownPart)
        }
        b"nclx" => {
            let numbers = box_.take(7)?;
            box_.require(numbers[6] & 0x7f == 0, What::Padding)?;
            box_.end(What::UnknownPart)
        }
        b"prof" => icc::audit(box_.rest(), box_.offset()),
        _ => box_.refuse(What::UnknownPart),
    }
}
