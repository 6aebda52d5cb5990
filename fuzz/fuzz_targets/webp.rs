//! Any bytes behind the signature of a WebP.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let size = (data.len() as u32 + 4).to_le_bytes();
    oracle::check([b"RIFF", &size[..], b"WEBP", data].concat());
});
