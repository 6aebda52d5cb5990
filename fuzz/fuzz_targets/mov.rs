//! Any bytes behind the first ones of a QuickTime clip.

#![no_main]

mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    oracle::check([b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", data].concat());
});
