//! A WebP, or any bytes behind the signature of one. Its size is made right.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    let mut photo = oracle::file(&[Format::WebP], b"RIFF\0\0\0\0WEBP", data);
    let size = photo.len() as u32 - 8;
    photo[4..8].copy_from_slice(&size.to_le_bytes());
    oracle::check(photo);
});
