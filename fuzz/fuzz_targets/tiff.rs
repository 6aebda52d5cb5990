//! Any bytes behind the first ones of a TIFF, of either order of bytes.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (order, rest) = data.split_first().unwrap_or((&0, data));
    let start: &[u8] = if order & 1 == 0 { b"II\x2a\0" } else { b"MM\0\x2a" };
    oracle::check([start, rest].concat());
});
