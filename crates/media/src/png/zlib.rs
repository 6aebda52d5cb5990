//! Unpacks zlib streams, piece by piece, and packs small ones.

use core::ops::Range;

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

const SCRATCH_BYTES: usize = 64 << 10;
const SMALL_LEVEL: u8 = 6;

/// How unpacking ended.
pub(super) enum End {
    /// Properly, in this piece, at this offset in the file.
    At { piece: usize, offset: usize },
    /// The pieces ran out first.
    Missing,
    /// The stream is not valid.
    Broken,
    /// The receiver had enough.
    Stopped,
}

pub(super) struct Inflater {
    state: Box<InflateState>,
    scratch: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Zlib), scratch: vec![0; SCRATCH_BYTES] }
    }

    /// Unpacks piece by piece; `receive` says whether it wants more.
    pub(super) fn run(
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

/// Unpacks a small stream, such as a text or a profile; `None` if it is broken or too big.
pub(super) fn unpack(data: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, bytes_max).ok()
}

/// Packs a small stream.
pub(super) fn pack(data: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(data, SMALL_LEVEL)
}
