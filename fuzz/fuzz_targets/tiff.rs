//! A TIFF, or any bytes behind the first ones of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::file(&[Format::Tiff], b"II\x2a\0", data));
});
