//! Any bytes behind the first ones of an AVIF.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", data].concat());
});
