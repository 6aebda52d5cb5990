//! Packs samples as a zlib stream, for PNG and TIFF.

use miniz_oxide::deflate::core::{CompressorOxide, create_comp_flags_from_zip_params};
use miniz_oxide::deflate::stream::deflate;
use miniz_oxide::{MZError, MZFlush, MZStatus};

const SCRATCH_BYTES: usize = 64 << 10;
const ZLIB_WINDOW_BITS: i32 = 15;

/// Packs what is pushed. Each format always uses one level, so that equal samples give equal bytes.
pub(crate) struct Packer {
    state: Box<CompressorOxide>,
    /// What is packed so far. May be taken away between two pushes.
    pub(crate) out: Vec<u8>,
    scratch: Vec<u8>,
    failed: bool,
}

impl Packer {
    pub(crate) fn new(level: i32) -> Self {
        let flags = create_comp_flags_from_zip_params(level, ZLIB_WINDOW_BITS, 0);
        Self {
            state: Box::new(CompressorOxide::new(flags)),
            out: Vec::new(),
            scratch: vec![0; SCRATCH_BYTES],
            failed: false,
        }
    }

    pub(crate) fn push(&mut self, data: &[u8]) {
        self.run(data, MZFlush::None);
    }

    /// The end of the stream, behind what was not taken away; `None` if packing failed.
    pub(crate) fn finish(mut self) -> Option<Vec<u8>> {
        self.run(&[], MZFlush::Finish);
        (!self.failed).then_some(self.out)
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
