//! A GIF, or any bytes behind the first ones of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::file(&[Format::Gif], b"GIF89a", data));
});
