//! Any bytes as an Exif block in a small JPEG.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::jpeg_with(0xe1, b"Exif\0\0", data));
});
