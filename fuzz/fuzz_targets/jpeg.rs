//! Any bytes behind the signature of a JPEG.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"\xff\xd8\xff", data].concat());
});
