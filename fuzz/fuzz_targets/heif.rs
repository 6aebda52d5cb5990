//! Any bytes behind the first ones of a HEIC.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", data].concat());
});
