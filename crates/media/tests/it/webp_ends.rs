//! WebP: nothing hides behind the end of coded pictures.

use media::{FindingKind, Source};

use crate::plant::{self, riff, riff_chunk, token, webp};
use crate::{assert_no_token, assert_same_samples, clean, hidden, kinds, parse};

/// A lossy picture with alpha.
fn lossy() -> Vec<u8> {
    include_bytes!("../data/lossy-alpha.webp").to_vec()
}

/// The chunks of a file.
fn chunks(photo: &[u8]) -> Vec<([u8; 4], Vec<u8>)> {
    let (mut at, mut out) = (12, Vec::new());
    while at + 8 <= photo.len() {
        let size = u32::from_le_bytes(photo[at + 4..at + 8].try_into().unwrap()) as usize;
        out.push((photo[at..at + 4].try_into().unwrap(), photo[at + 8..at + 8 + size].to_vec()));
        at += 8 + size + size % 2;
    }
    out
}

/// The file with one chunk's data changed.
fn with(photo: &[u8], name: &[u8; 4], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut parts = chunks(photo);
    parts.iter_mut().filter(|(this, _)| this == name).for_each(|(_, data)| change(data));
    riff(&parts.iter().map(|(name, data)| riff_chunk(name, data)).collect::<Vec<_>>())
}

#[test]
fn bytes_behind_coded_pictures_are_told_and_go() {
    for (photo, name) in [(webp(), b"VP8L"), (lossy(), b"VP8 "), (lossy(), b"ALPH")] {
        let planted = with(&photo, name, |data| data.extend(token("behind")));
        assert_eq!(kinds(&planted), [FindingKind::LooseData]);
        assert!(hidden(&planted).iter().all(|found| found.source == Source::Between));
        let copy = clean(&planted);
        assert_no_token(&copy);
        assert_same_samples(&planted, &copy);
        assert!(copy == clean(&photo));
    }
}

#[test]
fn bytes_behind_the_first_stream_of_a_lossy_picture_go_too() {
    let photo = clean(&lossy());
    // The size of the first stream is in the upper bits of the picture's first three bytes.
    let planted = with(&photo, b"VP8 ", |data| {
        let tag = u32::from_le_bytes([data[0], data[1], data[2], 0]);
        let end = 10 + (tag >> 5) as usize;
        let hidden = token("first");
        let tag = tag + ((hidden.len() as u32) << 5);
        data[..3].copy_from_slice(&tag.to_le_bytes()[..3]);
        data.splice(end..end, hidden);
    });
    assert_same_samples(&planted, &photo);
    assert!(clean(&planted) == photo);
}

#[test]
fn bits_that_ask_for_scaling_go() {
    let photo = lossy();
    let scaled = with(&photo, b"VP8 ", |data| data[7] |= 0xc0);
    assert!(clean(&scaled) == clean(&photo));
}

#[test]
fn a_clean_picture_without_its_last_byte_is_refused() {
    for (photo, name) in [(webp(), b"VP8L"), (lossy(), b"VP8 "), (lossy(), b"ALPH")] {
        let photo = clean(&photo);
        let cut = with(&photo, name, |data| data.truncate(data.len() - 1));
        assert!(parse(&cut).is_err(), "{}", name.escape_ascii());
    }
}

#[test]
fn plain_alpha_has_one_byte_for_each_pixel() {
    let alpha = [&[0][..], &[128; 64 * 48]].concat();
    let photo = with(&lossy(), b"ALPH", |data| *data = alpha.clone());
    let planted = with(&photo, b"ALPH", |data| data.extend(token("alpha")));
    assert_same_samples(&photo, &planted);
    assert!(clean(&planted) == clean(&photo));
    let short = with(&photo, b"ALPH", |data| data.truncate(3000));
    assert!(parse(&short).is_err());
}

#[test]
fn every_frame_of_an_animation_ends_where_it_ends() {
    let picture = |behind: &[u8]| {
        let (_, data) = chunks(&webp()).swap_remove(0);
        riff_chunk(b"VP8L", &[&data, behind].concat())
    };
    let frame = |behind: &[u8]| {
        let control = [0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0, 80, 0, 0, 0];
        riff_chunk(b"ANMF", &[&control[..], &picture(behind)].concat())
    };
    let head = riff_chunk(b"VP8X", &[2, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    let control = riff_chunk(b"ANIM", &[0; 6]);
    let of = |behind: &[u8]| riff(&[head.clone(), control.clone(), frame(b""), frame(behind)]);
    let copy = clean(&of(&plant::token("frame")));
    assert_no_token(&copy);
    assert!(copy == clean(&of(b"")));
}
