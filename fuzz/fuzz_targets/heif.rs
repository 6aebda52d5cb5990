//! A HEIC, or any bytes behind the first ones of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::file(&[Format::Heic], b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", data));
});
