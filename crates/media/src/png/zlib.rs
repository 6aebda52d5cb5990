//! Unpacks and packs zlib streams, piece by piece.

use core::ops::Range;

use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

const SCRATCH_BYTES: usize = 64 << 10;
/// Quick, and only a few parts in a hundred larger than the slowest.
const PICTURE_LEVEL: i32 = 3;
const SMALL_LEVEL: u8 = 6;
const ZLIB_WINDOW_BITS: i32 = 15;

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

/// Packs a stream. Always the same level, so that equal samples give equal bytes.
pub(super) struct Packer {
    state: Box<CompressorOxide>,
    pub(super) out: Vec<u8>,
    scratch: Vec<u8>,
    failed: bool,
}

impl Packer {
    pub(super) fn new() -> Self {
        let flags = create_comp_flags_from_zip_params(PICTURE_LEVEL, ZLIB_WINDOW_BITS, 0);
        Self {
            state: Box::new(CompressorOxide::new(flags)),
            out: Vec::new(),
            scratch: vec![0; SCRATCH_BYTES],
            failed: false,
        }
    }

    pub(super) fn push(&mut self, data: &[u8]) {
        self.run(data, MZFlush::None);
    }

    /// Whether all went well.
    pub(super) fn finish(&mut self) -> bool {
        self.run(&[], MZFlush::Finish);
        !self.failed
    }

    fn run(&mut self, mut data: &[u8], flush: MZFlush) {
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
pub(super) fn unpack(data: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, bytes_max).ok()
}

/// Packs a small stream.
pub(super) fn pack(data: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(data, SMALL_LEVEL)
}
