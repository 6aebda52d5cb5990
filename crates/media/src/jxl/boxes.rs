//! What the boxes around a JPEG XL codestream say, as they are or packed.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use crate::bmff::{BoxAt, u32_at};
use crate::exif::{self, Location};
use crate::finding::{Finding, FindingKind, Source};
use crate::thumbnail::Photo;
use crate::xmp;

/// The findings of all boxes that are not shown. Those that are packed may unpack to
/// `unpacked_bytes_max` together.
pub(crate) fn findings(
    bytes: &[u8],
    others: &[BoxAt],
    photo: &Photo<'_>,
    unpacked_bytes_max: usize,
) -> Vec<Finding> {
    let mut left = unpacked_bytes_max;
    let mut found = Vec::new();
    for other in others {
        let data = &bytes[other.inside.clone()];
        let packed = (&other.kind == b"brob").then(|| data.split_first_chunk::<4>()).flatten();
        let Some((kind, packed)) = packed else {
            found.extend(one(other.kind, Some(data), other, photo));
            continue;
        };
        let unpacked = unpack(packed, left);
        left -= unpacked.as_ref().map_or(0, Vec::len);
        found.extend(one(*kind, unpacked.as_deref(), other, photo));
    }
    found
}

/// What a box says. `kind` and `data` are those of what is packed in it; there are no data if they
/// cannot be unpacked.
fn one(kind: [u8; 4], data: Option<&[u8]>, other: &BoxAt, photo: &Photo<'_>) -> Vec<Finding> {
    let plain = |kind| vec![Finding::removed(kind, Source::Chunk(other.kind), other.whole.clone())];
    let is_packed = kind != other.kind;
    match (&kind, data) {
        (b"Exif", Some(data)) => {
            let start = exif_start(data);
            let location = match is_packed {
                true => Location::Packed(other.whole.clone()),
                false => Location::At(other.inside.start + start),
            };
            exif::read(&data[start..], location, photo)
        }
        (b"xml ", Some(data)) if is_packed => xmp::read(data, other.whole.clone()),
        (b"xml ", Some(data)) => xmp::read(data, other.inside.clone()),
        (b"jumb", _) => plain(FindingKind::Provenance),
        (b"jhgm", _) => plain(FindingKind::GainMap),
        (b"free" | b"skip", _) => plain(FindingKind::LooseData),
        (b"brob" | b"jbrd", _) => plain(FindingKind::OtherMetadata),
        _ if is_packed => plain(FindingKind::OtherMetadata),
        _ => plain(FindingKind::UnknownData),
    }
}

/// Where the block begins in an Exif box: behind its own place, which some programs forget.
fn exif_start(data: &[u8]) -> usize {
    if data.starts_with(b"II*\0") || data.starts_with(b"MM\0*") {
        return 0;
    }
    let skip = u32_at(data, 0).unwrap_or(0) as usize;
    skip.saturating_add(4).min(data.len())
}

/// What is packed; `None` if it is damaged or more than `bytes_max`. The stream's own window, at
/// most 16 MiB, is held beside it.
fn unpack(packed: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    const FIRST_BYTES: usize = 1 << 10;
    const STEP_BYTES_MAX: usize = 1 << 18;
    // The strict kind: the other knows windows of up to 1 GiB, which JPEG XL does not have.
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut left, mut taken) = (packed.len(), 0);
    let mut out = Vec::new();
    let mut put = 0;
    loop {
        let mut room = put.clamp(FIRST_BYTES, STEP_BYTES_MAX);
        out.resize(put + room, 0);
        let mut total = 0;
        let result = BrotliDecompressStream(
            &mut left, &mut taken, packed, &mut room, &mut put, &mut out, &mut total, &mut state,
        );
        if put > bytes_max {
            return None;
        }
        match result {
            BrotliResult::ResultSuccess => break,
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput | BrotliResult::ResultFailure => return None,
        }
    }
    out.truncate(put);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// "Hello" sixty thousand times, as `brotli -w 16` packs it.
    const MANY_HELLOS: &[u8] = &[
        0xf4, 0xff, 0x1f, 0xf0, 0x4b, 0x23, 0x95, 0xb1, 0xbd, 0x89, 0xd7, 0xa2, 0x80, 0xda, 0xfb,
        0x00, 0xac, 0xf5, 0xff, 0x1f, 0xf0, 0x4b, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0x7d, 0x40,
        0x7c, 0x4f, 0xe2, 0x97, 0x00, 0x88, 0xc3, 0x02, 0x00, 0xcd, 0x45, 0x00,
    ];

    #[test]
    fn what_is_packed_is_unpacked_within_its_bounds() {
        let whole = unpack(MANY_HELLOS, 300_000).unwrap();
        assert_eq!(whole, b"Hello".repeat(60_000));
        assert_eq!(unpack(MANY_HELLOS, 299_999), None);
        for end in 0..MANY_HELLOS.len() {
            assert_eq!(unpack(&MANY_HELLOS[..end], 300_000), None, "cut at {end}");
        }
    }

    #[test]
    fn windows_that_jpeg_xl_does_not_have_are_refused() {
        // Nothing, in the smallest window; then with the sign of a large one, of 30 bits.
        assert_eq!(unpack(&[0x06], 1000), Some(Vec::new()));
        assert_eq!(unpack(&[0x11, 0xde], 1000), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(out) = unpack(&bytes, 5000) {
                prop_assert!(out.len() <= 5000);
            }
        }
    }
}
