//! The compressed samples: exactly as many as the picture has, and nothing behind them.

use core::ops::Range;

use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use crate::error::{Error, Part};
use crate::limits::{Limits, Size};
use crate::png::reader::Header;

/// What was learnt about a compressed stream.
pub(crate) struct Samples {
    /// How many bytes of samples and filter marks the picture has.
    wanted: u64,
    /// The stream, in pieces of the file.
    stream: Vec<Range<usize>>,
    /// Whether it holds the wanted bytes and nothing more, and ends as it should.
    is_exact: bool,
    /// Bytes of the file behind the stream's end.
    pub(crate) behind: Vec<Range<usize>>,
    /// Unpacked bytes beyond the picture.
    pub(crate) beyond: u64,
}

const SCRATCH_BYTES: usize = 64 << 10;
const LEVEL: i32 = 6;
const ZLIB_WINDOW_BITS: i32 = 15;

impl Samples {
    /// Unpacks the stream once to see where it ends.
    pub(crate) fn measure(
        bytes: &[u8],
        pieces: &[Range<usize>],
        header: &Header,
        size: Size,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let start = pieces.first().map_or(0, |piece| piece.start);
        let wanted = unpacked_bytes(header, size);
        let beyond_max = limits.metadata_bytes_max as u64;
        let mut unpacked = 0;
        let mut inflater = Inflater::new();
        let end = inflater.run(bytes, pieces, |data| {
            unpacked += data.len() as u64;
            unpacked <= wanted.saturating_add(beyond_max)
        });
        if unpacked < wanted {
            return Err(match end {
                End::Missing => Error::cut_short(pieces.last().map_or(0, |piece| piece.end)),
                _ => Error::damaged(Part::PictureData, start),
            });
        }
        let (stream, behind) = match end {
            End::At { piece, offset } => split(pieces, piece, offset),
            // The picture is whole, but its stream is broken behind it: it is packed anew.
            End::Missing | End::Broken | End::Stopped => (pieces.to_vec(), Vec::new()),
        };
        let is_exact = unpacked == wanted && matches!(end, End::At { .. });
        Ok(Self { wanted, stream, is_exact, behind, beyond: unpacked - wanted })
    }

    /// The stream to write: the original one if it is exact, else the wanted bytes packed anew.
    pub(crate) fn packed(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        if self.is_exact {
            return Ok(self
                .stream
                .iter()
                .flat_map(|piece| &bytes[piece.clone()])
                .copied()
                .collect());
        }
        let mut packer = Packer::new();
        let mut left = self.wanted;
        Inflater::new().run(bytes, &self.stream, |data| {
            let take = left.min(data.len() as u64) as usize;
            left -= take as u64;
            packer.push(&data[..take], MZFlush::None);
            left > 0
        });
        packer.push(&[], MZFlush::Finish);
        let start = self.stream.first().map_or(0, |piece| piece.start);
        if left > 0 || packer.failed {
            return Err(Error::damaged(Part::PictureData, start));
        }
        Ok(packer.out)
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
    let channels = match header.colour_type {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    let bits = channels * u64::from(header.depth);
    let rows = |width: u64, height: u64| match width {
        0 => 0,
        _ => height * (1 + (width * bits).div_ceil(8)),
    };
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    if !header.interlaced {
        return rows(width, height);
    }
    const PASSES: [(u64, u64, u64, u64); 7] = [
        (0, 8, 0, 8),
        (4, 8, 0, 8),
        (0, 4, 4, 8),
        (2, 4, 0, 4),
        (0, 2, 2, 4),
        (1, 2, 0, 2),
        (0, 1, 1, 2),
    ];
    let count = |length: u64, first: u64, step: u64| length.saturating_sub(first).div_ceil(step);
    let pass = |(x, step_x, y, step_y)| rows(count(width, x, step_x), count(height, y, step_y));
    PASSES.into_iter().map(pass).sum()
}

/// How unpacking ended.
enum End {
    /// Properly, in this piece, at this offset in the file.
    At { piece: usize, offset: usize },
    /// The pieces ran out first.
    Missing,
    /// The stream is not valid.
    Broken,
    /// The receiver had enough.
    Stopped,
}

struct Inflater {
    state: Box<InflateState>,
    scratch: Vec<u8>,
}

impl Inflater {
    fn new() -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Zlib), scratch: vec![0; SCRATCH_BYTES] }
    }

    /// Unpacks piece by piece; `receive` says whether it wants more.
    fn run(
        &mut self,
        bytes: &[u8],
        pieces: &[Range<usize>],
        mut receive: impl FnMut(&[u8]) -> bool,
    ) -> End {
        for (index, piece) in pieces.iter().enumerate() {
            let mut at = piece.start;
            loop {
                let input = &bytes[at..piece.end];
                let step = inflate(&mut self.state, input, &mut self.scratch, MZFlush::None);
                at += step.bytes_consumed;
                if step.bytes_written > 0 && !receive(&self.scratch[..step.bytes_written]) {
                    return End::Stopped;
                }
                match step.status {
                    Ok(MZStatus::StreamEnd) => return End::At { piece: index, offset: at },
                    Ok(_) if step.bytes_written == 0 && at == piece.end => break,
                    Ok(_) if step.bytes_written == 0 && step.bytes_consumed == 0 => break,
                    Ok(_) => {}
                    Err(MZError::Buf) if at == piece.end => break,
                    Err(_) => return End::Broken,
                }
            }
        }
        End::Missing
    }
}

/// Packs a stream. Always the same level, so that equal samples give equal bytes.
struct Packer {
    state: Box<CompressorOxide>,
    out: Vec<u8>,
    scratch: Vec<u8>,
    failed: bool,
}

impl Packer {
    fn new() -> Self {
        let flags = create_comp_flags_from_zip_params(LEVEL, ZLIB_WINDOW_BITS, 0);
        Self {
            state: Box::new(CompressorOxide::new(flags)),
            out: Vec::new(),
            scratch: vec![0; SCRATCH_BYTES],
            failed: false,
        }
    }

    fn push(&mut self, mut data: &[u8], flush: MZFlush) {
        while !self.failed {
            let step = deflate(&mut self.state, data, &mut self.scratch, flush);
            self.out.extend_from_slice(&self.scratch[..step.bytes_written]);
            data = &data[step.bytes_consumed..];
            match step.status {
                Ok(MZStatus::StreamEnd) => return,
                Ok(_) if data.is_empty() && flush == MZFlush::None => return,
                Ok(_) => {}
                Err(MZError::Buf) if data.is_empty() && flush == MZFlush::None => return,
                Err(_) => self.failed = true,
            }
        }
    }
}

/// Unpacks a small stream, such as a text or a profile; `None` if it is broken or too big.
pub(crate) fn unpack(data: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, bytes_max).ok()
}

/// Packs a small stream.
pub(crate) fn pack(data: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(data, LEVEL as u8)
}
