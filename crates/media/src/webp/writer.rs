//! Writes the clean WebP from its model: the plain form where it says enough, else the extended
//! one with exactly the flags that are true.

use crate::webp::WebP;
use crate::webp::reader::{Coded, Content, Flags, Picture};

pub(crate) fn write(webp: &WebP, original: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(original.len() + 64);
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    let exif = webp.orientation.neutral_exif();
    if let Some(flags) = flags(webp) {
        let sides = [webp.size.width - 1, webp.size.height - 1].map(u32::to_le_bytes);
        let head = [&[flags, 0, 0, 0], &sides[0][..3], &sides[1][..3]].concat();
        chunk(&mut out, b"VP8X", |out| out.extend(head));
    }
    if let Some(profile) = &webp.profile {
        chunk(&mut out, b"ICCP", |out| out.extend_from_slice(profile));
    }
    match &webp.content {
        Content::Still(picture) => write_picture(&mut out, picture, original),
        Content::Animated { control, frames } => {
            chunk(&mut out, b"ANIM", |out| out.extend_from_slice(&original[control.clone()]));
            for frame in frames {
                let mut control = original[frame.control.clone()].to_vec();
                // Of the last byte only two bits mean something: how to dispose and to blend.
                control[15] &= 3;
                chunk(&mut out, b"ANMF", |out| {
                    out.extend(control);
                    write_picture(out, &frame.picture, original);
                });
            }
        }
    }
    if let Some(exif) = exif {
        chunk(&mut out, b"EXIF", |out| out.extend(exif));
    }
    let size = (out.len() - 8) as u32;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    out
}

/// The flags of the extended form; `None` if the plain form does.
fn flags(webp: &WebP) -> Option<u8> {
    let (animation, coded_alpha, alpha_apart) = match &webp.content {
        Content::Still(picture) => (false, picture.has_alpha, picture.alpha.is_some()),
        Content::Animated { frames, .. } => {
            (true, frames.iter().any(|frame| frame.picture.has_alpha), true)
        }
    };
    // Viewers believe the flag of an extended file, so it stays even where it is wrong.
    let alpha = webp.flags.map_or(coded_alpha, |flags| flags.has(Flags::ALPHA));
    let set = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
    let flags = set(Flags::ANIMATION, animation)
        | set(Flags::ALPHA, alpha)
        | set(Flags::PROFILE, webp.profile.is_some())
        | set(Flags::EXIF, webp.orientation.neutral_exif().is_some());
    let plain_does = flags & !Flags::ALPHA == 0 && !alpha_apart && alpha == coded_alpha;
    (!plain_does).then_some(flags)
}

fn write_picture(out: &mut Vec<u8>, picture: &Picture, original: &[u8]) {
    if let Some(alpha) = &picture.alpha {
        chunk(out, b"ALPH", |out| alpha.clean(out, original));
    }
    match &picture.coded {
        Coded::Lossy(lossy) => chunk(out, b"VP8 ", |out| lossy.clean(out, original)),
        Coded::Lossless(lossless) => chunk(out, b"VP8L", |out| lossless.clean(out, original)),
    }
}

/// Writes a chunk where it belongs, so that a picture is not in memory once more. Its size is known
/// when it is there.
fn chunk(out: &mut Vec<u8>, name: &[u8; 4], inside: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(name);
    out.extend([0; 4]);
    let start = out.len();
    inside(out);
    let size = out.len() - start;
    out[start - 4..start].copy_from_slice(&(size as u32).to_le_bytes());
    if size % 2 == 1 {
        out.push(0);
    }
}
