//! Any bytes behind the first ones of an MP4.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"\0\0\0\x18ftypisom\0\0\0\0isommp41", data].concat());
});
