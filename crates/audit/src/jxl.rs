//! JPEG XL: the bare codestream, or boxes that hold nothing but it.
//!
//! Of the codestream the header is read: it names nothing, has no smaller copy and no clock, and
//! says its colours by numbers or with a neutral profile. The frames are not looked at.

mod bits;
mod header;
mod profile;

use crate::bmff;
use crate::residue::{Residue, What};
use crate::walk::Walk;
use bits::Bits;

pub(crate) fn audit(bytes: &[u8]) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    if bytes.starts_with(b"\xff\x0a") {
        return codestream(file);
    }
    file.expect(b"\0\0\0\x0cJXL \r\n\x87\n", What::Field)?;
    file.expect(b"\0\0\0\x14ftypjxl \0\0\0\0jxl ", What::Field)?;
    if bmff::peek(&file) == Some(*b"jxll") {
        let mut level = bmff::named(&mut file, b"jxll")?;
        level.expect(b"\x0a", What::Field)?;
        level.end(What::UnknownPart)?;
    }
    let code = bmff::named(&mut file, b"jxlc")?;
    code.require(code.rest().starts_with(b"\xff\x0a"), What::Codes)?;
    codestream(code)?;
    file.end(What::AfterEnd)
}

fn codestream(code: Walk<'_>) -> Result<(), Residue> {
    let mut bits = Bits::new(code);
    if header::has_profile(&mut bits)? {
        profile::audit(&mut bits)?;
    }
    bits.pad()
}
