//! Properties of items: which ones say how a picture is shown, and the one form of each.

use core::ops::Range;

use crate::bmff::write_box;
use crate::error::{Error, Part};
use crate::heif::fields::Fields;
use crate::heif::tables::not_supported;
use crate::icc::{self, Colour};
use crate::limits::Size;

/// A property, read and put into the form that is written. Equal meaning, equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Property {
    rank: u8,
    pub(crate) kind: [u8; 4],
    pub(crate) payload: Vec<u8>,
}

/// What an auxiliary picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auxiliary {
    Alpha,
    Depth,
    GainMap,
    Other,
}

const URN_BYTES_MAX: usize = 256;
const ALPHA_OF_HEVC: &[u8] = b"urn:mpeg:hevc:2015:auxid:1";
const ALPHA: &[u8] = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
const DEPTH_OF_HEVC: &[u8] = b"urn:mpeg:hevc:2015:auxid:2";
const DEPTH: &[u8] = b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth";
const GAIN_MAP: &[u8] = b"urn:com:apple:photo:2020:aux:hdrgainmap";

/// The order in which an item's properties are written. Those that change the picture's shape come
/// last, all with the same rank: they are applied one after the other, so their order stays.
const RANKS: &[(&[u8; 4], u8)] = &[
    (b"hvcC", 0),
    (b"av1C", 0),
    (b"ispe", 1),
    (b"pixi", 2),
    (b"pasp", 3),
    (b"colr", 4),
    (b"auxC", 5),
    (b"clli", 6),
    (b"mdcv", 7),
    (b"cclv", 8),
    (b"amve", 9),
    (b"a1op", 10),
    (b"lsel", 11),
    (b"a1lx", 12),
    (b"clap", SHAPE),
    (b"irot", SHAPE),
    (b"imir", SHAPE),
];
const SHAPE: u8 = 20;

/// Properties that only tell something. No viewer needs them, even where a file says so.
const TELLING: &[&[u8; 4]] = &[b"udes", b"altt", b"crtt", b"mdft", b"free", b"skip"];

impl Property {
    pub(crate) fn new(kind: &[u8; 4], payload: Vec<u8>) -> Self {
        let rank = RANKS.iter().find(|known| known.0 == kind).map_or(u8::MAX, |known| known.1);
        Self { rank, kind: *kind, payload }
    }

    /// Reads the property whose content is at `inside`; `None` for one that is left out.
    pub(crate) fn read(
        bytes: &[u8],
        kind: &[u8; 4],
        inside: Range<usize>,
        is_essential: bool,
    ) -> Result<Option<Self>, Error> {
        let damaged = Error::damaged(Part::Container, inside.start);
        let mut fields = Fields::new(bytes, inside);
        let payload = match kind {
            b"colr" => colour(&mut fields)?,
            b"auxC" => Some(auxiliary_type(bytes, &mut fields)?),
            b"pixi" => Some(channels(&mut fields)?),
            b"cclv" => Some(colour_volume(&mut fields)?),
            b"a1lx" => Some(layer_sizes(&mut fields)?),
            b"ispe" => {
                fields.version_and_flags()?;
                Some([&[0; 4][..], fields.take(8)?].concat())
            }
            // Numbers only, in a box of fixed size.
            b"pasp" | b"amve" => Some(fields.take(8)?.to_vec()),
            b"clli" => Some(fields.take(4)?.to_vec()),
            b"mdcv" => Some(fields.take(24)?.to_vec()),
            b"clap" => Some(fields.take(32)?.to_vec()),
            b"irot" => Some(vec![fields.u8()? & 3]),
            b"imir" => Some(vec![fields.u8()? & 1]),
            b"a1op" => Some(vec![fields.u8()? & 31]),
            b"lsel" => Some(fields.take(2)?.to_vec()),
            b"hvcC" | b"av1C" => Some(fields.take(fields.rest().len())?.to_vec()),
            kind if is_essential && !TELLING.contains(&kind) => return Err(not_supported()),
            _ => None,
        };
        let is_whole = fields.is_at_end() || matches!(kind, b"auxC" | b"colr" | b"a1lx" | b"pixi");
        if payload.is_some() && !is_whole {
            return Err(damaged);
        }
        Ok(payload.map(|payload| Self::new(kind, payload)))
    }

    /// Whether readers that do not know it must leave the item alone: fixed by the standards.
    pub(crate) fn is_essential(&self) -> bool {
        let kinds = [b"hvcC", b"av1C", b"clap", b"irot", b"imir", b"a1op", b"lsel"];
        kinds.contains(&&self.kind)
    }

    /// Whether it changes the picture's shape.
    pub(crate) fn is_transform(&self) -> bool {
        self.rank == SHAPE
    }

    /// Whether an item can have only one of the two.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        let one_of_each = self.kind == *b"colr" && self.payload.get(..4) != other.payload.get(..4);
        self.kind == other.kind && !one_of_each
    }

    /// The whole box.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.payload.len() + 8);
        write_box(&mut out, &self.kind, |out| out.extend_from_slice(&self.payload));
        out
    }

    /// Width and height in an `ispe`.
    pub(crate) fn size(&self) -> Option<Size> {
        let number = |at: usize| crate::bmff::u32_at(&self.payload, at);
        (self.kind == *b"ispe")
            .then(|| Some(Size { width: number(4)?, height: number(8)? }))
            .flatten()
    }

    /// What an `auxC` says.
    pub(crate) fn auxiliary(&self) -> Option<Auxiliary> {
        let urn = self.payload.get(4..).filter(|_| self.kind == *b"auxC")?;
        Some(match urn.strip_suffix(&[0]).unwrap_or(urn) {
            ALPHA | ALPHA_OF_HEVC => Auxiliary::Alpha,
            DEPTH | DEPTH_OF_HEVC => Auxiliary::Depth,
            GAIN_MAP => Auxiliary::GainMap,
            _ => Auxiliary::Other,
        })
    }

    /// Whether a `colr` holds a profile, before it is put into its own order.
    pub(crate) fn sort_key(&self) -> (u8, bool) {
        (self.rank, self.kind == *b"colr" && self.payload.starts_with(b"prof"))
    }
}

/// Four numbers from the standard, or a profile in its canonical form; a profile that viewers
/// cannot use is left out.
///
/// A picture without any colour is not taken for sRGB by every viewer: some believe the coded
/// picture's own hints, which the profile overruled. So sRGB stays, in one form for everyone.
fn colour(fields: &mut Fields<'_>) -> Result<Option<Vec<u8>>, Error> {
    match &fields.name()? {
        b"nclx" => {
            let numbers = fields.take(6)?;
            let is_full_range = fields.u8()? & 0x80;
            Ok(Some([&b"nclx"[..], numbers, &[is_full_range]].concat()))
        }
        b"prof" | b"rICC" => {
            let profile = fields.take(fields.rest().len())?;
            let profile = match icc::judge(profile) {
                Some(Colour::Standard) => Some(icc::standard()),
                Some(Colour::Profile(canonical)) => Some(canonical),
                None => None,
            };
            Ok(profile.map(|profile| [&b"prof"[..], &profile].concat()))
        }
        // QuickTime's older form of the four numbers, and anything else: viewers of pictures do
        // not read it.
        _ => Ok(None),
    }
}

/// The type of an auxiliary picture, without what may follow it.
fn auxiliary_type(bytes: &[u8], fields: &mut Fields<'_>) -> Result<Vec<u8>, Error> {
    fields.version_and_flags()?;
    let urn = fields.text();
    if urn.len() > URN_BYTES_MAX {
        return Err(fields.damaged());
    }
    Ok([&[0; 4][..], &bytes[urn], &[0]].concat())
}

fn channels(fields: &mut Fields<'_>) -> Result<Vec<u8>, Error> {
    fields.version_and_flags()?;
    let count = fields.u8()?;
    if count == 0 {
        return Err(fields.damaged());
    }
    let depths = fields.take(usize::from(count))?;
    Ok([&[0, 0, 0, 0, count][..], depths].concat())
}

/// The range of colours: flags say which of four groups of numbers are there.
fn colour_volume(fields: &mut Fields<'_>) -> Result<Vec<u8>, Error> {
    let flags = fields.u8()?;
    let has = |bit: u8| usize::from(flags >> bit & 1);
    let size = has(5) * 24 + (has(4) + has(3) + has(2)) * 4;
    Ok([&[flags & 0x3c][..], fields.take(size)?].concat())
}

/// The sizes of all layers but the last.
fn layer_sizes(fields: &mut Fields<'_>) -> Result<Vec<u8>, Error> {
    let width = if fields.u8()? & 1 == 0 { 2 } else { 4 };
    let mut sizes = [0_u32; 3];
    for size in &mut sizes {
        *size = fields.number(width)? as u32;
    }
    Ok(sizes_of_layers(sizes))
}

/// An `a1lx` in its shortest form.
pub(crate) fn sizes_of_layers(sizes: [u32; 3]) -> Vec<u8> {
    let is_wide = sizes.iter().any(|size| *size > u32::from(u16::MAX));
    let mut out = vec![u8::from(is_wide)];
    for size in sizes {
        match is_wide {
            true => out.extend(size.to_be_bytes()),
            false => out.extend((size as u16).to_be_bytes()),
        }
    }
    out
}
