//! An MP4, or any bytes behind the first ones of one.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::file(&[Format::Mp4], b"\0\0\0\x18ftypisom\0\0\0\0isommp41", data));
});
