//! Any bytes as a colour profile in a small JPEG.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::jpeg_with(0xe2, b"ICC_PROFILE\0\x01\x01", data));
});
