//! A JPEG, or any bytes behind the signature of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::file(&[Format::Jpeg], b"\xff\xd8\xff", data));
});
