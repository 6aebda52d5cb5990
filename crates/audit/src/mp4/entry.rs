//! Sample entries: how pictures and sound are coded, with no maker's name and only the boxes that
//! a decoder needs.

mod sound;

use core::ops::Range;

use crate::clip::{ReadAt, part};
use crate::mp4::Family;
use crate::residue::{Residue, What};
use crate::units::{self, Codec};
use crate::walk::Walk;
use crate::{Depth, bmff, heif, jpeg};

/// Samples and units above this are not held.
const HELD_BYTES_MAX: u64 = 4 << 20;
/// A unit's length and the first three bytes of it.
const LARGE_HEAD_BYTES: u64 = 4 + 3;
const PRORES_HEAD_BYTES: u64 = 16;

/// How samples are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Units(Codec),
    Jpeg,
    ProRes,
    /// Video whose parts stand behind start codes.
    Mpeg4,
    Other,
}

impl Coding {
    /// Looks into the sample that is there. What only its head says is read alone.
    pub(super) fn audit_sample(
        self,
        source: &mut dyn ReadAt,
        at: Range<u64>,
    ) -> Result<(), Residue> {
        let whole = at.end - at.start;
        match self {
            Self::Other => return Ok(()),
            Self::Units(codec @ (Codec::Avc | Codec::Hevc)) if whole > HELD_BYTES_MAX => {
                return large_sample(codec, source, at);
            }
            _ => {}
        }
        let held = if self == Self::ProRes { whole.min(PRORES_HEAD_BYTES) } else { whole };
        let bytes = part(source, at.start, held)?;
        let mut sample = Walk::behind(&bytes, at.start);
        match self {
            Self::Units(codec) => units::audit_sample(codec, sample),
            Self::Jpeg => jpeg::audit(sample.rest(), Depth::Structure)
                .map_err(|residue| Residue { offset: sample.offset() + residue.offset, ..residue }),
            Self::ProRes => {
                let size = u64::from(sample.u32()?);
                sample.require(size == whole, What::AfterEnd)?;
                sample.expect(b"icpf", What::Field)?;
                sample.take(4)?;
                sample.expect(b"apl0", What::Text)
            }
            Self::Mpeg4 => units::audit_mpeg4(sample),
            Self::Other => Ok(()),
        }
    }
}

/// Units of a sample that is too large to be held: of the large ones among them, which can only be
/// parts of pictures, the begin and the end are read.
fn large_sample(codec: Codec, source: &mut dyn ReadAt, at: Range<u64>) -> Result<(), Residue> {
    let mut place = at.start;
    while place < at.end {
        let head = part(source, place, (at.end - place).min(LARGE_HEAD_BYTES))?;
        let mut unit = Walk::behind(&head, place);
        let size = u64::from(unit.u32()?);
        let start = place + 4;
        place = start + size;
        unit.require(place <= at.end, What::CutShort)?;
        if size <= HELD_BYTES_MAX {
            let bytes = part(source, start, size)?;
            units::audit_unit(codec, Walk::behind(&bytes, start))?;
        } else {
            let ends = [unit.rest(), &part(source, place - 1, 1)?].concat();
            units::audit_slice(codec, Walk::behind(&ends, start))?;
        }
    }
    Ok(())
}

/// All entries of a track, and how their samples are coded.
pub(super) fn list(
    mut box_: Walk<'_>,
    handler: &[u8; 4],
    family: Family,
) -> Result<Vec<Coding>, Residue> {
    let count = box_.u32()?;
    let mut codings = Vec::new();
    for _ in 0..count {
        let (kind, mut entry) = bmff::next(&mut box_)?;
        entry.expect(&[0, 0, 0, 0, 0, 0, 0, 1], What::Field)?;
        codings.push(match handler {
            b"soun" => sound::audit(&kind, entry, family)?,
            _ => video(&kind, entry)?,
        });
    }
    box_.end(What::UnknownPart)?;
    box_.require(!codings.is_empty(), What::CutShort)?;
    Ok(codings)
}

fn video(kind: &[u8; 4], mut entry: Walk<'_>) -> Result<Coding, Residue> {
    let (coding, configuration) = match kind {
        b"avc1" | b"avc3" | b"dva1" | b"dvav" => (Coding::Units(Codec::Avc), Some(b"avcC")),
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => (Coding::Units(Codec::Hevc), Some(b"hvcC")),
        b"av01" => (Coding::Units(Codec::Av1), Some(b"av1C")),
        b"vp08" | b"vp09" => (Coding::Other, Some(b"vpcC")),
        b"mp4v" => (Coding::Mpeg4, Some(b"esds")),
        b"s263" => (Coding::Other, Some(b"d263")),
        b"jpeg" | b"mjpa" => (Coding::Jpeg, None),
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => (Coding::ProRes, None),
        _ => return entry.refuse(What::UnknownPart),
    };
    // Version, revision, maker, qualities.
    entry.zeros(16, What::Field)?;
    let _width_and_height = entry.take(4)?;
    entry.expect(&[0, 72, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0, 1], What::Field)?;
    entry.zeros(32, What::Text)?;
    let _depth = entry.take(2)?;
    entry.expect(&[0xff, 0xff], What::Field)?;
    let mut has_configuration = configuration.is_none();
    let mut seen: Vec<[u8; 4]> = Vec::new();
    while !entry.is_done() {
        let (kind, inside) = bmff::next(&mut entry)?;
        // Of colour there may be numbers and a profile.
        let is_twice = seen.contains(&kind) && &kind != b"colr";
        inside.require(!is_twice, What::Misplaced)?;
        seen.push(kind);
        has_configuration |= Some(&kind) == configuration;
        picture_box(&kind, inside, coding)?;
    }
    entry.require(has_configuration, What::CutShort)?;
    Ok(coding)
}

/// A box of a picture's entry: a configuration, or something about how it is shown.
fn picture_box(kind: &[u8; 4], mut inside: Walk<'_>, coding: Coding) -> Result<(), Residue> {
    const ALPHA: [&[u8]; 2] =
        [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0"];
    let content = inside.rest();
    let is_plain = content.starts_with(&[0; 4]);
    let is = |codec: Codec| coding == Coding::Units(codec);
    let fits = match kind {
        b"avcC" if is(Codec::Avc) => return units::audit_configuration(Codec::Avc, inside),
        b"hvcC" if is(Codec::Hevc) => return units::audit_configuration(Codec::Hevc, inside),
        b"lhvC" if is(Codec::Hevc) => {
            inside.expect(&[1, 0xf0, 0, 0xfc], What::Field)?;
            let lengths = inside.u8()?;
            inside.require(lengths & 0xc3 == 0xc3, What::Field)?;
            return units::arrays(inside);
        }
        b"av1C" if is(Codec::Av1) => return units::audit_configuration(Codec::Av1, inside),
        b"esds" if coding == Coding::Mpeg4 => return sound::descriptor(inside, 4).map(|_| ()),
        b"d263" => content.len() == 7 && content[..5] == [0; 5],
        b"vpcC" => {
            content.len() == 12 && content.starts_with(&[1, 0, 0, 0]) && content[10..] == [0; 2]
        }
        b"dvcC" | b"dvvC" | b"dvwC" => {
            content.len() == 24 && content[4] & 0x0f == 0 && content[5..].iter().all(|it| *it == 0)
        }
        b"ccst" => is_plain && content.len() == 8 && content[4] & 3 == 0 && content[5..] == [0; 3],
        b"auxi" => is_plain && ALPHA.contains(&&content[4..]),
        b"colr" => return heif::colour(inside, Family::QuickTime),
        b"clli" => content.len() == 4,
        b"mdcv" => content.len() == 24,
        b"pasp" => content.len() == 8,
        b"clap" => content.len() == 32,
        b"fiel" => content.len() == 2,
        b"SmDm" => is_plain && content.len() == 28,
        b"CoLL" => is_plain && content.len() == 8,
        _ => return inside.refuse(What::UnknownPart),
    };
    inside.require(fits, What::Field)
}
