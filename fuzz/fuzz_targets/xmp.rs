//! Any bytes as an XMP packet in a small JPEG.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check(oracle::jpeg_with(0xe1, b"http://ns.adobe.com/xap/1.0/\0", data));
});
