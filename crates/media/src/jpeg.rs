//! JPEG: baseline, extended and progressive, grey, colour, CMYK, with whatever cameras hang on.
//!
//! Reading order: `reader` (segments into a model), `frame`, `scan` (headers, and the walk where a
//! picture keeps its coding), `recode` (the one coding for everyone) with `sequential` for the common
//! case and `rows`, `cursor` and `sheet` for all others, `turn`, `cover`, `hdr` (gain maps), `writer` (the
//! model into a clean file), `findings` (what the rest says). Beneath them: `quant`, `bits`, `huffman`,
//! `codes`, `steps`, `arithmetic`.

mod arithmetic;
mod bits;
mod codes;
mod cover;
mod cursor;
mod findings;
mod frame;
mod hdr;
mod huffman;
mod quant;
mod reader;
mod recode;
mod rows;
mod scan;
mod sequential;
mod sheet;
mod spacing;
mod steps;
mod symbols;
mod tail;
mod turn;
mod writer;

use core::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::finding::{Comparison, Finding, Source};
use crate::icc::{self, Colour};
pub(crate) use crate::jpeg::cover::cover;
use crate::jpeg::frame::Frame;
use crate::jpeg::hdr::GainMap;
use crate::jpeg::reader::{Extra, ExtraKind, Parts, QuantTable, Reader};
use crate::jpeg::recode::Plan;
use crate::jpeg::scan::Scan;
use crate::jpeg::turn::Turned;
use crate::jpeg::writer::{Change, Front};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::{CleanOptions, Hdr, Turn};
use crate::orientation::Orientation;
use crate::receipt::Piece;
use crate::thumbnail::Photo;

/// A JPEG, understood.
pub(crate) struct Jpeg {
    frame: Frame,
    quant: Vec<Arc<QuantTable>>,
    /// Where the first of them is.
    quant_at: Range<usize>,
    scans: Vec<Scan>,
    /// How to code it anew; absent where it keeps its coding.
    plan: Option<Plan>,
    extras: Vec<Extra>,
    transform: Transform,
    orientation: Orientation,
    /// The colour profile in its canonical form; absent for sRGB.
    profile: Option<Vec<u8>>,
    limits: Limits,
}

/// How the components become colours, as libjpeg decides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    /// Grey, YCbCr, or anything that needs no mark.
    Default,
    /// Three components that are red, green and blue.
    Rgb,
    /// Four components with an Adobe mark of this value; without one they are plain CMYK.
    Adobe(u8),
}

impl Transform {
    fn of(parts: &Parts) -> Self {
        let ids: Vec<u8> = parts.frame.components.iter().map(|component| component.id).collect();
        match (ids.as_slice(), parts.has_jfif, parts.adobe_transform) {
            (&[_, _, _], true, _) => Self::Default,
            (&[_, _, _], false, Some(0)) => Self::Rgb,
            (&[_, _, _], false, Some(_)) => Self::Default,
            (b"RGB", false, None) => Self::Rgb,
            // Of the values an Adobe mark may have, only 0 is not YCCK.
            (&[_, _, _, _], _, Some(0)) => Self::Adobe(0),
            (&[_, _, _, _], _, Some(_)) => Self::Adobe(2),
            _ => Self::Default,
        }
    }

    fn adobe_value(self) -> Option<u8> {
        match self {
            Self::Default => None,
            Self::Rgb => Some(0),
            Self::Adobe(value) => Some(value),
        }
    }

    fn component_id(self, index: usize) -> u8 {
        match self {
            Self::Rgb => b"RGB"[index % 3],
            _ => index as u8 + 1,
        }
    }
}

impl Jpeg {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let parts = Reader::new(bytes, limits).read()?;
        let transform = Transform::of(&parts);
        let orientation = orientation_of(bytes, &parts.extras);
        let profile = icc_profile(bytes, &parts.extras);
        // An untagged picture is shown as sRGB, so sRGB need not be said.
        let profile = match profile.and_then(|profile| icc::judge(&profile)) {
            Some(Colour::Profile(canonical)) => Some(canonical),
            Some(Colour::Standard) | None => None,
        };
        Ok(Self {
            frame: parts.frame,
            quant: parts.quant,
            quant_at: parts.quant_at,
            scans: parts.scans,
            plan: parts.plan,
            extras: parts.extras,
            transform,
            orientation,
            profile,
            limits: *limits,
        })
    }
}

impl Jpeg {
    /// Reads a strip or tile of a TIFF, which says itself what the colours are and how the picture
    /// is turned.
    pub(crate) fn parse_inside(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let jpeg = Self::parse(bytes, limits)?;
        let transform = Transform::Default;
        Ok(Self { transform, orientation: Orientation::Upright, profile: None, ..jpeg })
    }
}

impl Jpeg {
    pub(crate) fn stored_size(&self) -> Size {
        self.frame.size
    }

    /// How many components there are, and how many samples of the first share one of the others,
    /// across and down. `None` unless they are grey, or brightness and two colours.
    pub(crate) fn colours(&self) -> Option<(usize, (u16, u16))> {
        let factors = |index: usize| {
            self.frame.components.get(index).map(|component| (component.across, component.down))
        };
        match (self.frame.components.len(), self.transform) {
            (1, Transform::Default) => Some((1, (1, 1))),
            (3, Transform::Default) if factors(1) == Some((1, 1)) && factors(2) == factors(1) => {
                factors(0).map(|(across, down)| (3, (across as u16, down as u16)))
            }
            _ => None,
        }
    }

    /// Where the picture ends in the bytes that it was read from.
    pub(crate) fn end(&self, bytes: &[u8]) -> usize {
        let behind = self.extras.iter().find(|extra| extra.kind == ExtraKind::AfterEnd);
        behind.map_or(bytes.len(), |extra| extra.at.start)
    }
}

impl Model for Jpeg {
    fn size(&self) -> Size {
        self.frame.size
    }

    fn orientation(&self) -> Orientation {
        self.orientation
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, bytes: &[u8], options: &CleanOptions) -> Vec<Piece> {
        let spacing = spacing::pieces(bytes, &self.extras, self.plan.is_some());
        let Some(map) = self.kept_gain_map(bytes, options) else {
            return self.told_pieces().chain(spacing).collect();
        };
        // The gain map and its index stay; what is around and inside it goes.
        let around = |extra: &Extra| match extra.kind {
            ExtraKind::PictureIndex => Vec::new(),
            ExtraKind::AfterEnd => {
                let ranges = [extra.at.start..map.at.start, map.at.end..extra.at.end];
                ranges.map(|at| Piece::new(Source::AfterEnd, at)).into()
            }
            _ => vec![extra.piece(0)],
        };
        let inside = map.picture.extras.iter().filter(|extra| extra.kind != ExtraKind::AfterEnd);
        let inside = inside.map(|extra| extra.piece(map.at.start));
        let of_map = &bytes[map.at.clone()];
        let in_map = spacing::pieces(of_map, &map.picture.extras, map.picture.plan.is_some());
        let in_map = in_map.into_iter().map(|piece| piece.moved(map.at.start));
        self.extras.iter().flat_map(around).chain(inside).chain(spacing).chain(in_map).collect()
    }

    fn write_clean(&self, bytes: &[u8], options: &CleanOptions) -> Result<Written, Error> {
        let orientation = self.orientation;
        if let Some(map) = self.kept_gain_map(bytes, options) {
            // A gain map lies over the picture as it is stored, so neither of them is turned.
            return Ok(Written { bytes: map.write(self, bytes)?, orientation });
        }
        if options.turn == Turn::Upright
            && let Some(turned) = Turned::of(self, bytes)?
        {
            let orientation = Orientation::Upright;
            let front = Front { orientation, change: Change::Turned(&turned), apps: &[] };
            return Ok(Written { bytes: writer::write_with(self, bytes, &front)?, orientation });
        }
        Ok(Written { bytes: writer::write(self, bytes)?, orientation })
    }
}

impl Jpeg {
    /// What is taken out and says something.
    pub(crate) fn told_pieces(&self) -> impl Iterator<Item = Piece> {
        self.extras.iter().map(|extra| extra.piece(0))
    }

    fn kept_gain_map(&self, bytes: &[u8], options: &CleanOptions) -> Option<GainMap> {
        match options.hdr {
            Hdr::Keep => GainMap::find(self, bytes, &self.limits)
                .filter(|map| !self.shows_more(bytes, &bytes[map.at.clone()])),
            Hdr::Drop => None,
        }
    }

    /// Whether a gain map is of a wider view than the picture, which was cut later.
    fn shows_more(&self, bytes: &[u8], map: &[u8]) -> bool {
        let photo = Photo::new(|| writer::write(self, bytes).ok(), self.orientation, &self.limits);
        photo.compare_map(map) == Comparison::Different
    }
}

impl Extra {
    /// For the receipt; `base` is where the picture begins in the file.
    fn piece(&self, base: usize) -> Piece {
        let at = self.at.start + base..self.at.end + base;
        Piece::new(findings::source_of(self.kind), at)
    }

    /// The data behind marker, length and signature.
    fn data<'a>(&self, bytes: &'a [u8], signature: &[u8]) -> &'a [u8] {
        bytes.get(self.at.start + 4 + signature.len()..self.at.end).unwrap_or_default()
    }
}

fn orientation_of(bytes: &[u8], extras: &[Extra]) -> Orientation {
    let first = |kind| extras.iter().find(|extra| extra.kind == kind);
    let exif = first(ExtraKind::Exif).map(|extra| extra.data(bytes, reader::EXIF_SIGNATURE));
    let xmp = first(ExtraKind::Xmp).map(|extra| extra.data(bytes, reader::XMP_SIGNATURE));
    exif.and_then(Orientation::from_exif)
        .or_else(|| xmp.and_then(Orientation::from_xmp))
        .unwrap_or_default()
}

/// Puts the pieces of a colour profile together; `None` unless all are there once.
fn icc_profile(bytes: &[u8], extras: &[Extra]) -> Option<Vec<u8>> {
    let pieces = extras.iter().filter(|extra| extra.kind == ExtraKind::Profile);
    let mut pieces: Vec<(u8, u8, &[u8])> = pieces
        .map(|extra| match extra.data(bytes, reader::PROFILE_SIGNATURE) {
            [index, count, data @ ..] => Some((*index, *count, data)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    pieces.sort_by_key(|piece| piece.0);
    let whole = pieces.iter().enumerate().all(|(position, (index, count, _))| {
        usize::from(*index) == position + 1 && usize::from(*count) == pieces.len()
    });
    (whole && !pieces.is_empty())
        .then(|| pieces.iter().flat_map(|piece| piece.2).copied().collect())
}
