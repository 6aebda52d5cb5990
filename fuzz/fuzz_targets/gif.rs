//! Any bytes behind the first ones of a GIF.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"GIF89a", data].concat());
});
