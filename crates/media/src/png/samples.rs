//! The compressed samples: exactly as many as the picture has, nothing behind them, and written
//! in one form whichever program packed them.

use core::ops::Range;

use crate::deflate::Packer;
use crate::error::{Error, Part};
use crate::limits::{Limits, Size};
use crate::orientation::Orientation;
use crate::png::reader::Header;
use crate::png::rows::{self, Canvas, Filterer, RowReader};
use crate::png::zlib::{End, Inflater};

/// What was learnt about a compressed stream.
pub(crate) struct Samples {
    size: Size,
    /// How many bytes of samples and filter marks the picture has.
    wanted: u64,
    /// The stream, in pieces of the file.
    stream: Vec<Range<usize>>,
    /// Bytes of the file behind the stream's end.
    pub(crate) behind: Vec<Range<usize>>,
    /// Unpacked bytes beyond the picture.
    pub(crate) beyond: u64,
}

/// Interlaced pictures up to this size are put in order. Larger ones stay interlaced: they would
/// have to be held in memory whole.
const ORDERED_BYTES_MAX: u64 = 12 << 20;

/// Quick, and only a few parts in a hundred larger than the slowest.
const LEVEL: i32 = 3;

/// How the samples are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// In the order in which they came.
    AsStored,
    /// From top to bottom, turned for the viewer.
    Ordered(Orientation),
}

/// A small file that unpacks to very much is made to keep readers busy. No photo packs so well, and
/// an empty drawing that does is far smaller.
const BOMB_BYTES_MIN: u64 = 256 << 20;
const BOMB_RATIO: u64 = 256;

impl Samples {
    /// Unpacks the stream once to see where it ends. `note` is told all rows of colour numbers.
    pub(crate) fn measure(
        bytes: &[u8],
        pieces: &[Range<usize>],
        header: &Header,
        size: Size,
        limits: &Limits,
        mut note: impl FnMut(&[u8], u32),
    ) -> Result<Self, Error> {
        let start = pieces.first().map_or(0, |piece| piece.start);
        let wanted = unpacked_bytes(header, size);
        let packed: u64 = pieces.iter().map(|piece| piece.len() as u64).sum();
        if wanted > BOMB_BYTES_MIN && wanted / BOMB_RATIO > packed {
            return Err(Error::PictureTooBig { width: size.width, height: size.height });
        }
        let beyond_max = limits.metadata_bytes_max as u64;
        let mut unpacked = 0;
        let mut rows = RowReader::new(header, size, header.interlaced);
        let end = Inflater::new().run(bytes, pieces, |data| {
            unpacked += data.len() as u64;
            if header.colour_type == 3 {
                rows.push(data, |pass, _, row| note(row, pass.size.width));
            }
            unpacked <= wanted.saturating_add(beyond_max)
        });
        if unpacked < wanted || rows.is_damaged {
            return Err(match end {
                End::Missing if !rows.is_damaged => {
                    Error::cut_short(pieces.last().map_or(0, |piece| piece.end))
                }
                _ => Error::damaged(Part::PictureData, start),
            });
        }
        let (stream, behind) = match end {
            End::At { piece, offset } => split(pieces, piece, offset),
            // The picture is whole, but its stream is broken behind it.
            End::Missing | End::Broken | End::Stopped => (pieces.to_vec(), Vec::new()),
        };
        Ok(Self { size, wanted, stream, behind, beyond: unpacked - wanted })
    }

    /// Whether the picture is small enough to be held whole.
    pub(crate) fn can_be_ordered(&self) -> bool {
        self.wanted <= ORDERED_BYTES_MAX
    }

    /// Whether the picture is small enough, beside its file, to be turned.
    pub(crate) fn can_be_turned(&self, file_bytes: usize) -> bool {
        self.wanted <= ORDERED_BYTES_MAX + file_bytes as u64
    }

    /// Packs the samples anew. `send` is given the stream piece by piece.
    pub(crate) fn pack(
        &self,
        bytes: &[u8],
        header: &Header,
        layout: Layout,
        mut send: impl FnMut(&mut Vec<u8>, bool),
    ) -> Result<(), Error> {
        let mut rows = RowReader::new(header, self.size, header.interlaced);
        let mut out = Rows { filterer: Filterer::new(header), packer: Packer::new(LEVEL) };
        let mut left = self.wanted;
        let mut canvas = match layout {
            Layout::Ordered(turn) if header.interlaced || turn != Orientation::Upright => {
                Some((Canvas::new(header, self.size), turn))
            }
            _ => None,
        };
        Inflater::new().run(bytes, &self.stream, |data| {
            let take = left.min(data.len() as u64) as usize;
            left -= take as u64;
            rows.push(&data[..take], |pass, number, row| match &mut canvas {
                Some((canvas, _)) => canvas.put(pass, number, row),
                None => out.push(row, number == 0),
            });
            send(&mut out.packer.out, false);
            left > 0 && !rows.is_damaged
        });
        let start = self.stream.first().map_or(0, |piece| piece.start);
        if left > 0 || rows.is_damaged {
            return Err(Error::damaged(Part::PictureData, start));
        }
        if let Some((canvas, turn)) = canvas {
            self.push_turned(&canvas, turn, header, &mut out, &mut send);
        }
        let damaged = Error::damaged(Part::PictureData, start);
        send(&mut out.packer.finish().ok_or(damaged)?, true);
        Ok(())
    }

    fn push_turned(
        &self,
        canvas: &Canvas,
        turn: Orientation,
        header: &Header,
        out: &mut Rows,
        send: &mut impl FnMut(&mut Vec<u8>, bool),
    ) {
        let shown = turn.shown_size(self.size);
        let mut row = vec![0; rows::row_bytes(rows::pixel_bits(header), shown.width)];
        for y in 0..shown.height {
            canvas.row(&mut row, shown.width, |x| stored_place(turn, self.size, x, y));
            out.push(&row, y == 0);
            send(&mut out.packer.out, false);
        }
    }
}

/// Where rows are filtered and packed.
struct Rows {
    filterer: Filterer,
    packer: Packer,
}

impl Rows {
    fn push(&mut self, row: &[u8], is_first: bool) {
        let filtered = self.filterer.filter(row, is_first);
        self.packer.push(filtered);
    }
}

/// The stored pixel that a viewer shows at a place.
fn stored_place(turn: Orientation, stored: Size, x: u32, y: u32) -> (u32, u32) {
    let (right, bottom) = (stored.width - 1, stored.height - 1);
    match turn {
        Orientation::Upright => (x, y),
        Orientation::Mirrored => (right - x, y),
        Orientation::UpsideDown => (right - x, bottom - y),
        Orientation::MirroredUpsideDown => (x, bottom - y),
        Orientation::MirroredLeft => (y, x),
        Orientation::TurnedRight => (y, bottom - x),
        Orientation::MirroredRight => (right - y, bottom - x),
        Orientation::TurnedLeft => (right - y, x),
    }
}

fn split(
    pieces: &[Range<usize>],
    piece: usize,
    offset: usize,
) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let mut stream = pieces[..piece].to_vec();
    stream.push(pieces[piece].start..offset);
    let rest = offset..pieces[piece].end;
    let behind = core::iter::once(rest).chain(pieces[piece + 1..].iter().cloned());
    (stream, behind.filter(|range| !range.is_empty()).collect())
}

/// Bytes of all rows with their filter marks, over the passes of an interlaced picture.
fn unpacked_bytes(header: &Header, size: Size) -> u64 {
    let bits = rows::pixel_bits(header) as u64;
    let rows =
        |size: Size| u64::from(size.height) * (1 + (u64::from(size.width) * bits).div_ceil(8));
    rows::passes(header.interlaced, size).iter().map(|pass| rows(pass.size)).sum()
}
