//! Strips and tiles packed without loss: unpacked to learn where they end and what is beside the
//! picture, and packed anew where something is.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use crate::deflate;
use crate::tiff::lzw;

/// How a strip or tile is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    PackBits,
    Lzw,
    Deflate,
}

/// Where the data of a strip or tile end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) bytes: usize,
    /// Bits of the last byte that are data.
    pub(crate) tail_mask: u8,
    /// Whether the data hold what was wanted and no more.
    pub(crate) is_exact: bool,
}

/// Takes unpacked bytes; they are a copy, and may be changed.
type Sink<'a> = &'a mut dyn FnMut(&mut [u8]);

const SCRATCH_BYTES: usize = 64 << 10;
const DEFLATE_LEVEL: i32 = 6;

/// Unpacks `wanted` bytes; `None` if there are fewer, or the data are broken before.
pub(crate) fn unpack(packing: Packing, data: &[u8], wanted: u64, sink: Sink<'_>) -> Option<End> {
    match packing {
        Packing::None => {
            let bytes = usize::try_from(wanted).ok()?;
            let mut scratch = Vec::with_capacity(SCRATCH_BYTES);
            for piece in data.get(..bytes)?.chunks(SCRATCH_BYTES) {
                scratch.clear();
                scratch.extend_from_slice(piece);
                sink(&mut scratch);
            }
            Some(End { bytes, tail_mask: 0xff, is_exact: true })
        }
        Packing::PackBits => unpack_bits(data, wanted, sink),
        Packing::Lzw => lzw::unpack(data, wanted, sink),
        Packing::Deflate => inflate_to(data, wanted, sink),
    }
}

fn unpack_bits(data: &[u8], wanted: u64, sink: Sink<'_>) -> Option<End> {
    let mut scratch = [0; 128];
    let (mut at, mut left) = (0, wanted);
    while left > 0 {
        let head = *data.get(at)?;
        at += 1;
        let length = match head {
            0..=127 => {
                let length = usize::from(head) + 1;
                scratch[..length].copy_from_slice(data.get(at..at + length)?);
                at += length;
                length
            }
            128 => continue,
            129..=255 => {
                let length = 257 - usize::from(head);
                scratch[..length].fill(*data.get(at)?);
                at += 1;
                length
            }
        };
        let take = left.min(length as u64);
        sink(&mut scratch[..take as usize]);
        left -= take;
        if left == 0 {
            return Some(End { bytes: at, tail_mask: 0xff, is_exact: take == length as u64 });
        }
    }
    None
}

fn inflate_to(data: &[u8], wanted: u64, sink: Sink<'_>) -> Option<End> {
    let mut state = InflateState::new_boxed(DataFormat::Zlib);
    let mut scratch = vec![0; SCRATCH_BYTES];
    let (mut at, mut left) = (0, wanted);
    let mut has_more = false;
    loop {
        let step = inflate(&mut state, &data[at..], &mut scratch, MZFlush::None);
        at += step.bytes_consumed;
        let take = left.min(step.bytes_written as u64);
        sink(&mut scratch[..take as usize]);
        left -= take;
        has_more |= take < step.bytes_written as u64;
        let is_stuck = step.bytes_written == 0 && step.bytes_consumed == 0;
        match step.status {
            Ok(MZStatus::StreamEnd) if left == 0 => {
                return Some(End { bytes: at, tail_mask: 0xff, is_exact: !has_more });
            }
            Ok(MZStatus::StreamEnd) => return None,
            Ok(_) if !is_stuck && !has_more => {}
            // Whole, but with more behind, or without its end: packed anew.
            Ok(_) | Err(MZError::Buf) if left == 0 => break,
            Err(_) if left == 0 => break,
            _ => return None,
        }
    }
    Some(End { bytes: at, tail_mask: 0xff, is_exact: false })
}

/// Packs unpacked bytes, always in one way.
pub(crate) enum Packer {
    None(Vec<u8>),
    PackBits(RowPacker),
    Lzw(lzw::Packer),
    Deflate(deflate::Packer),
}

impl Packer {
    pub(crate) fn new(packing: Packing, row_bytes: u64) -> Self {
        match packing {
            Packing::None => Self::None(Vec::new()),
            Packing::PackBits => Self::PackBits(RowPacker {
                row_bytes: row_bytes as usize,
                row: Vec::new(),
                out: Vec::new(),
            }),
            Packing::Lzw => Self::Lzw(lzw::Packer::new()),
            Packing::Deflate => Self::Deflate(deflate::Packer::new(DEFLATE_LEVEL)),
        }
    }

    pub(crate) fn push(&mut self, data: &[u8]) {
        match self {
            Self::None(out) => out.extend_from_slice(data),
            Self::PackBits(packer) => packer.push(data),
            Self::Lzw(packer) => packer.push(data),
            Self::Deflate(packer) => packer.push(data),
        }
    }

    /// The packed bytes; `None` if packing failed.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        match self {
            Self::None(out) => Some(out),
            Self::PackBits(packer) => Some(packer.out),
            Self::Lzw(packer) => Some(packer.finish()),
            Self::Deflate(packer) => packer.finish(),
        }
    }
}

/// PackBits never lets a run cross from one row to the next.
pub(crate) struct RowPacker {
    row_bytes: usize,
    row: Vec<u8>,
    out: Vec<u8>,
}

impl RowPacker {
    fn push(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let take = (self.row_bytes - self.row.len()).min(data.len());
            self.row.extend_from_slice(&data[..take]);
            data = &data[take..];
            if self.row.len() == self.row_bytes {
                pack_row(&self.row, &mut self.out);
                self.row.clear();
            }
        }
    }
}

fn pack_row(row: &[u8], out: &mut Vec<u8>) {
    const LENGTH_MAX: usize = 128;
    let run_at =
        |at: usize| row[at..].iter().take(LENGTH_MAX).take_while(|byte| **byte == row[at]).count();
    let mut at = 0;
    while at < row.len() {
        let run = run_at(at);
        if run > 2 {
            out.extend([(257 - run) as u8, row[at]]);
            at += run;
            continue;
        }
        let start = at;
        while at < row.len() && at - start < LENGTH_MAX && (at + 2 >= row.len() || run_at(at) < 3) {
            at += 1;
        }
        out.push((at - start - 1) as u8);
        out.extend_from_slice(&row[start..at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Packing; 4] = [Packing::None, Packing::PackBits, Packing::Lzw, Packing::Deflate];

    fn pack(packing: Packing, data: &[u8], row_bytes: u64) -> Vec<u8> {
        let mut packer = Packer::new(packing, row_bytes);
        data.chunks(1000).for_each(|piece| packer.push(piece));
        packer.finish().unwrap()
    }

    fn unpacked(packing: Packing, data: &[u8], wanted: u64) -> Option<(End, Vec<u8>)> {
        let mut out = Vec::new();
        let end = unpack(packing, data, wanted, &mut |piece| out.extend_from_slice(piece))?;
        Some((end, out))
    }

    fn pattern(length: usize) -> Vec<u8> {
        (0..length).map(|i| ((i * i / 97) ^ (i / 13)) as u8).collect()
    }

    #[test]
    fn what_was_packed_unpacks_to_the_same_and_ends_where_it_ends() {
        for length in [1, 2, 100, 4000, 40_000, 200_000] {
            let data = pattern(length);
            for packing in ALL {
                let packed = pack(packing, &data, 100.min(length as u64));
                let (end, out) = unpacked(packing, &packed, length as u64).unwrap();
                assert_eq!(out, data);
                assert!(end.is_exact && end.bytes == packed.len(), "{packing:?} {length}");
                let tail = [&packed[..], b"hidden"].concat();
                let (end, _) = unpacked(packing, &tail, length as u64).unwrap();
                assert_eq!(end.bytes, packed.len(), "{packing:?}");
                let half = unpacked(packing, &packed[..packed.len() / 2], length as u64);
                assert!(half.is_none() || length < 100);
            }
        }
    }

    #[test]
    fn data_that_hold_more_than_the_picture_are_not_exact() {
        let data = [7; 900];
        for packing in [Packing::PackBits, Packing::Lzw, Packing::Deflate] {
            let packed = pack(packing, &data, 900);
            let (end, out) = unpacked(packing, &packed, 500).unwrap();
            assert!(!end.is_exact && out == data[..500], "{packing:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_pack_and_unpack(data in prop::collection::vec(0_u8..4, 1..5000)) {
            for packing in ALL {
                let packed = pack(packing, &data, 1);
                let (end, out) = unpacked(packing, &packed, data.len() as u64).unwrap();
                prop_assert!(out == data && end.is_exact && end.bytes == packed.len());
            }
        }

        #[test]
        fn broken_data_never_give_more_than_wanted(data in prop::collection::vec(any::<u8>(), 0..600)) {
            for packing in ALL {
                if let Some((end, out)) = unpacked(packing, &data, 300) {
                    prop_assert!(out.len() == 300 && end.bytes <= data.len());
                }
            }
        }
    }
}
