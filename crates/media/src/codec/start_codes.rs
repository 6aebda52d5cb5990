//! MPEG-2 and MPEG-4 (part 2) video: parts behind start codes. Encoders name themselves in user
//! data, and cameras and broadcasters put captions there.
//!
//! Decoders look at the encoder's name too, to follow the faults of old ones. Where that changes a
//! picture, the name stays, in one form for everyone.

use crate::codec::Found;
use crate::error::{Error, Part};

const USER_DATA: u8 = 0xb2;
const STUFFING: u8 = 0xc3;

/// What is before the first start code, and then each part from its start code on.
fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    core::iter::from_fn(move || {
        let bytes = rest?;
        let from = if bytes.starts_with(&[0, 0, 1]) { 3 } else { 0 };
        let next = bytes[from..].windows(3).position(|three| three == [0, 0, 1]);
        let end = next.map_or(bytes.len(), |next| from + next);
        rest = next.map(|_| &bytes[end..]);
        Some(&bytes[..end])
    })
}

/// A stretch of MPEG-4 video without what only its maker needs.
pub(crate) fn clean_mpeg4(bytes: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(bytes.len());
    for part in parts(bytes) {
        match part {
            [] => {}
            [0, 0, 1, USER_DATA, words @ ..] => {
                let kept = needed_name(words).unwrap_or_default();
                if kept.as_bytes() != without_zeros(words) {
                    found.add(words.len());
                    found.private_bytes += words.len() as u64;
                    found.add_words(words);
                }
                if !kept.is_empty() {
                    out.extend([0, 0, 1, USER_DATA]);
                    out.extend(kept.into_bytes());
                }
            }
            [0, 0, 1, STUFFING, ..] => found.add(part.len()),
            [0, 0, 1, 0..=0x2f | 0xb0 | 0xb1 | 0xb3 | 0xb5 | 0xb6, ..] => {
                out.extend_from_slice(part);
            }
            // A picture with the short header of H.263.
            [0, 0, third, ..] if third & 0xfc == 0x80 => out.extend_from_slice(part),
            zeros if zeros.iter().all(|byte| *byte == 0) => {}
            _ => return Err(Error::damaged(Part::PictureData, 0)),
        }
    }
    Ok(out)
}

/// A stretch of MPEG-1 or MPEG-2 video without user data.
pub(crate) fn clean_mpeg2(bytes: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(bytes.len());
    for part in parts(bytes) {
        match part {
            [] => {}
            [0, 0, 1, USER_DATA, words @ ..] => {
                found.add(words.len());
                found.caption_bytes += words.len() as u64;
            }
            [0, 0, 1, 0..=0xaf | 0xb3 | 0xb5 | 0xb7 | 0xb8, ..] => out.extend_from_slice(part),
            zeros if zeros.iter().all(|byte| *byte == 0) => {}
            _ => return Err(Error::damaged(Part::PictureData, 0)),
        }
    }
    Ok(out)
}

fn without_zeros(mut words: &[u8]) -> &[u8] {
    while let Some(shorter) = words.strip_suffix(&[0]) {
        words = shorter;
    }
    words
}

/// The encoder's name as far as decoders act on it: its kind and build.
fn needed_name(words: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(without_zeros(words)).ok()?;
    if let Some(rest) = text.strip_prefix("XviD") {
        let (build, _) = number(rest)?;
        // From build 33 on decoders make no difference.
        return Some(format!("XviD{:04}", build.min(64)));
    }
    if let Some(rest) = text.strip_prefix("DivX") {
        let (version, rest) = number(rest)?;
        let rest = rest.strip_prefix("Build").or_else(|| rest.strip_prefix('b'))?;
        let (build, rest) = number(rest)?;
        let packed = if rest.starts_with('p') { "p" } else { "" };
        return Some(format!("DivX{version}b{build}{packed}"));
    }
    if text == "ffmpeg" {
        return Some("FFmpegb4600".into());
    }
    let rest = text.strip_prefix("FFmpe")?;
    let (build, _) = number(&rest[rest.find('b')? + 1..])?;
    Some(format!("FFmpegb{build}"))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end.min(9)].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stays_only_as_far_as_decoders_act_on_it() {
        let mut found = Found::default();
        let mut clean = |words: &[u8]| {
            let stream = [b"\0\0\x01\xb2", words, b"\0\0\x01\xb6abc"].concat();
            clean_mpeg4(&stream, &mut found).unwrap()
        };
        assert_eq!(clean(b"Lavc59.37.100"), b"\0\0\x01\xb6abc");
        assert_eq!(clean(b"my cat is called Tom"), b"\0\0\x01\xb6abc");
        assert_eq!(clean(b"XviD0073 and more"), b"\0\0\x01\xb2XviD0064\0\0\x01\xb6abc");
        assert_eq!(clean(b"DivX503b1393p"), b"\0\0\x01\xb2DivX503b1393p\0\0\x01\xb6abc");
        assert_eq!(found.encoder.as_deref(), Some("Lavc59.37.100"));
    }
}
