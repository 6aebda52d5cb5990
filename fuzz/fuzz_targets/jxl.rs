//! A JPEG XL, or any bytes behind the first ones of one in boxes.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;
use media::Format;

fuzz_target!(|data: &[u8]| {
    let start = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ";
    oracle::check(oracle::file(&[Format::JpegXl], start, data));
});
