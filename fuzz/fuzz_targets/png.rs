//! A PNG, or any bytes behind the signature of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    let mut photo = oracle::file(&[Format::Png], b"\x89PNG\r\n\x1a\n", data);
    mend_checksums(&mut photo);
    oracle::check(photo);
});

/// Gives each chunk a right checksum, or the fuzzer would never get behind the first one.
fn mend_checksums(photo: &mut [u8]) {
    let mut at = 8;
    while let Some(head) = photo.get(at..at + 4) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let end = at.saturating_add(8).saturating_add(size);
        if end.saturating_add(4) > photo.len() {
            return;
        }
        let checksum = crc32(&photo[at + 4..end]);
        photo[end..end + 4].copy_from_slice(&checksum.to_be_bytes());
        at = end + 4;
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
