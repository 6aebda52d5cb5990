//! A WebM, or any bytes behind the first ones of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    let start = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x84webm\x42\x87\x81\x04";
    oracle::check(oracle::file(&[Format::WebM], start, data));
});
