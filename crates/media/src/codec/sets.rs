//! What the parameter sets of H.264 and HEVC share.

use crate::codec::bits::{escape, unescape, without_padding};
use crate::codec::fields::Fields;

/// What other parts need to know of a sequence parameter set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    pub(crate) id: u32,
    /// Profile, constraints and level: three bytes in H.264, twelve in HEVC.
    pub(crate) profile: [u8; 12],
    pub(crate) chroma_format: u32,
    pub(crate) depth_luma_minus8: u32,
    pub(crate) depth_chroma_minus8: u32,
    pub(crate) timing: Timing,
}

/// What it takes to read when a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Timing {
    /// Bits of the removal delay, the output delay and a clock's offset; absent without a buffer
    /// model.
    pub(crate) delays: Option<(u32, u32, u32)>,
    pub(crate) says_structure: bool,
    /// Pictures may be fields.
    pub(crate) has_fields: bool,
}

/// Reads a set behind its header of so many bytes, and writes it anew.
pub(crate) fn rewritten<T>(
    nal: &[u8],
    head_bytes: usize,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Option<(T, Vec<u8>)> {
    let (head, body) = without_padding(nal).split_at_checked(head_bytes)?;
    let mut content = Vec::with_capacity(body.len());
    unescape(body, &mut content);
    let mut fields = Fields::new(&content);
    let value = read(&mut fields)?;
    let mut out = head.to_vec();
    escape(&fields.to.into_bytes_with_stop(), &mut out);
    Some((value, out))
}

/// The shape of a pixel, what may be cut at the edges, the colours, and where the chroma is.
pub(crate) fn shape_and_colour(fields: &mut Fields<'_>) -> Option<()> {
    if fields.flag()? && fields.bits(8)? == 255 {
        fields.repeat(2, 16)?;
    }
    if fields.flag()? {
        fields.flag()?;
    }
    if fields.flag()? {
        fields.bits(4)?;
        if fields.flag()? {
            fields.repeat(3, 8)?;
        }
    }
    if fields.flag()? {
        fields.golombs(2)?;
    }
    Some(())
}
