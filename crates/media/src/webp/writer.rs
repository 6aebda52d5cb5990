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
        chunk(&mut out, b"VP8X", &[&[flags, 0, 0, 0], &sides[0][..3], &sides[1][..3]]);
    }
    if let Some(profile) = &webp.profile {
        chunk(&mut out, b"ICCP", &[profile]);
    }
    match &webp.content {
        Content::Still(picture) => write_picture(&mut out, picture, original),
        Content::Animated { control, frames } => {
            chunk(&mut out, b"ANIM", &[&original[control.clone()]]);
            for frame in frames {
                let mut inner = original[frame.control.clone()].to_vec();
                // Of the last byte only two bits mean something: how to dispose and to blend.
                inner[15] &= 3;
                write_picture(&mut inner, &frame.picture, original);
                chunk(&mut out, b"ANMF", &[&inner]);
            }
        }
    }
    if let Some(exif) = exif {
        chunk(&mut out, b"EXIF", &[&exif]);
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
    let mut data = Vec::new();
    if let Some(alpha) = &picture.alpha {
        alpha.clean(&mut data, original);
        chunk(out, b"ALPH", &[&data]);
        data.clear();
    }
    match &picture.coded {
        Coded::Lossy(lossy) => {
            lossy.clean(&mut data, original);
            chunk(out, b"VP8 ", &[&data]);
        }
        Coded::Lossless(lossless) => {
            lossless.clean(&mut data, original);
            chunk(out, b"VP8L", &[&data]);
        }
    }
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], pieces: &[&[u8]]) {
    let size: usize = pieces.iter().map(|piece| piece.len()).sum();
    out.extend_from_slice(name);
    out.extend((size as u32).to_le_bytes());
    for piece in pieces {
        out.extend_from_slice(piece);
    }
    if size % 2 == 1 {
        out.push(0);
    }
}
