//! JPEG XL: the bare codestream, or boxes that hold nothing but it.
//!
//! What is inside the codestream is not looked at.

use crate::bmff;
use crate::residue::{Residue, What};
use crate::walk::Walk;

pub(crate) fn audit(bytes: &[u8]) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    if bytes.starts_with(b"\xff\x0a") {
        return file.require(bytes.len() > 2, What::CutShort);
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
    file.end(What::AfterEnd)
}
