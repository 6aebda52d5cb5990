//! GIF, still and animated.
//!
//! Reading order: `reader` (blocks into a model), `blocks` (data cut into short pieces), `unpack`
//! and `pack` (the compressed colour numbers), `palette` (which colours are needed), `writer` (the
//! model into a clean file), `findings` (what the rest says).

mod blocks;
mod findings;
mod pack;
mod palette;
mod reader;
mod unpack;
mod writer;

use core::ops::Range;

use crate::error::Error;
use crate::finding::{Finding, Source};
use crate::gif::palette::Palette;
use crate::gif::reader::{Extra, Frame, Reader};
use crate::limits::{Limits, Size};
use crate::model::{Model, Written};
use crate::options::CleanOptions;
use crate::orientation::Orientation;
use crate::receipt::Piece;

/// A GIF, understood.
pub(crate) struct Gif {
    screen: Size,
    global: Option<Palette>,
    background: u8,
    /// How often an animation plays, if it says so; it plays once if it does not.
    plays: Option<u16>,
    frames: Vec<Frame>,
    extras: Vec<Extra>,
    loose: Vec<Range<usize>>,
    after_end: Range<usize>,
    /// Whether some viewer fills an area with the background or the transparent colour.
    fills: bool,
}

impl Gif {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut gif = Reader::new(bytes, limits)?.read()?;
        gif.fills = gif.frames.iter().any(|frame| frame.clears_behind_itself())
            || gif.frames.iter().any(|frame| !frame.is_whole())
            || gif.frames.first().is_some_and(|frame| !frame.covers(gif.screen));
        palette::note_uses(&mut gif);
        Ok(gif)
    }
}

impl Model for Gif {
    fn size(&self) -> Size {
        self.screen
    }

    fn orientation(&self) -> Orientation {
        Orientation::Upright
    }

    fn findings(&self, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
        findings::of(self, bytes, limits)
    }

    fn pieces(&self, _bytes: &[u8], _options: &CleanOptions) -> Vec<Piece> {
        let extra = |extra: &Extra| Piece::new(Source::Extension(extra.label), extra.at.clone());
        let loose = self.loose.iter().map(|at| Piece::new(Source::Between, at.clone()));
        let behind = self.frames.iter().map(|frame| frame.behind.clone());
        let behind = behind.filter(|at| !at.is_empty()).map(|at| Piece::new(Source::Between, at));
        let tail = Piece::new(Source::AfterEnd, self.after_end.clone());
        self.extras.iter().map(extra).chain(loose).chain(behind).chain([tail]).collect()
    }

    fn write_clean(&self, bytes: &[u8], _options: &CleanOptions) -> Result<Written, Error> {
        Ok(Written { bytes: writer::write(self, bytes)?, orientation: Orientation::Upright })
    }
}
