//! GIF: what is planted is found, told and gone; every frame stays as it was.

use image::AnimationDecoder;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame, RgbaImage};
use media::{Error, FindingKind, Limits, Original, Part};
use proptest::prelude::*;

use crate::plant::{self, token};
use crate::{assert_no_token, clean, kinds, parse};

/// Two frames that play for ever.
pub(crate) fn gif() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for (number, width) in [40, 33].into_iter().enumerate() {
        let picture = DynamicImage::ImageRgb8(plant::picture(width, 30)).into_rgba8();
        let delay = Delay::from_numer_denom_ms(70 + 30 * number as u32, 1);
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay)).unwrap();
    }
    drop(encoder);
    out
}

fn frames(bytes: &[u8]) -> Vec<(RgbaImage, Delay)> {
    let decoder = GifDecoder::new(std::io::Cursor::new(bytes)).unwrap();
    let frames = decoder.into_frames().collect_frames().unwrap();
    frames.into_iter().map(|frame| (frame.buffer().clone(), frame.delay())).collect()
}

fn blocks(data: &[u8]) -> Vec<u8> {
    let cut = data.chunks(255).map(|piece| [&[piece.len() as u8], piece].concat());
    [cut.collect::<Vec<_>>().concat(), vec![0]].concat()
}

fn application(name: &[u8; 11], data: &[u8]) -> Vec<u8> {
    [&[0x21, 0xff, 11], &name[..], &blocks(data)].concat()
}

/// Where the blocks begin, behind the global palette.
fn start(photo: &[u8]) -> usize {
    let flags = photo[10];
    if flags & 0x80 != 0 { 13 + (3 << ((flags & 7) + 1)) } else { 13 }
}

/// Where the first picture's descriptor is, and where the blocks of its data begin.
fn first_picture(photo: &[u8]) -> (usize, usize) {
    let image = photo.windows(5).position(|bytes| bytes == [0x2c, 0, 0, 0, 0]).unwrap();
    let flags = photo[image + 9];
    let palette = if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
    (image, image + 10 + palette + 1)
}

fn end_of_blocks(photo: &[u8], mut at: usize) -> usize {
    while photo[at] != 0 {
        at += 1 + usize::from(photo[at]);
    }
    at
}

pub(crate) fn planted() -> Vec<u8> {
    let photo = gif();
    let (_, data) = first_picture(&photo);
    let (start, closing) = (start(&photo), end_of_blocks(&photo, data));
    let mut xmp = plant::xmp("xmp");
    xmp.push(1);
    xmp.extend((0..=255).rev());
    xmp.push(0);
    let hidden = token("data");
    [
        &photo[..start],
        &[&[0x21, 0xfe], &blocks(&token("comment"))[..]].concat(),
        &[&[0x21, 0xff, 11], &b"XMP DataXMP"[..], &xmp].concat(),
        &application(b"ACMEAPP1.00", &token("app")),
        &application(b"ICCRGBG1012", &token("icc")),
        &[&[0x21, 0x01, 12][..], &[0; 12], &blocks(&token("plain"))].concat(),
        &photo[start..closing],
        &[&[hidden.len() as u8], &hidden[..]].concat(),
        &photo[closing..],
        &token("trailer"),
    ]
    .concat()
}

#[test]
fn every_hiding_place_is_found_and_emptied() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_eq!(frames(&copy), frames(&gif()));
    let told = kinds(&photo);
    for kind in [
        FindingKind::Software,
        FindingKind::Comment,
        FindingKind::Description,
        FindingKind::ColourProfile,
        FindingKind::OtherMetadata,
        FindingKind::TrailingData,
        FindingKind::LooseData,
    ] {
        assert!(told.contains(&kind), "{kind:?} is not told");
    }
}

#[test]
fn equal_frames_give_equal_bytes_however_they_were_packed() {
    let photo = gif();
    let copy = clean(&photo);
    assert_eq!(clean(&planted()), copy);
    assert_eq!(frames(&copy), frames(&photo));
}

/// One row of four pixels, packed so that each has its own code.
fn tiny(palette_flags: u8, palette: &[u8], data: &[u8]) -> Vec<u8> {
    [
        &b"GIF87a\x04\0\x01\0"[..],
        &[palette_flags, 0, 0],
        palette,
        &[0x2c, 0, 0, 0, 0, 4, 0, 1, 0, 0, 2],
        &blocks(data),
        &[0x3b],
    ]
    .concat()
}

/// Clearing code, four pixels of the colours 0, 1, 1, 0, closing code: three bits each, four once
/// there are eight codes.
fn four_pixels() -> Vec<u8> {
    let codes: [(u32, u32); 6] = [(4, 3), (0, 3), (1, 3), (1, 3), (0, 4), (5, 4)];
    let (mut bits, mut count) = (0, 0);
    for (code, size) in codes {
        bits |= code << count;
        count += size;
    }
    bits.to_le_bytes()[..3].to_vec()
}

#[test]
fn colours_that_no_pixel_has_are_emptied_and_the_palette_is_as_small_as_can_be() {
    let palette = [&[10, 20, 30, 40, 50, 60][..], &token("palette")[..10], &[7; 8]].concat();
    let photo = tiny(0x82, &palette, &four_pixels());
    let copy = clean(&photo);
    assert_eq!(&copy[10..19], &[0xf0, 0, 0, 10, 20, 30, 40, 50, 60]);
    assert_eq!(frames(&copy), frames(&photo));
    assert_eq!(kinds(&photo), [FindingKind::UnusedTable]);
}

#[test]
fn a_file_without_its_last_byte_is_forgiven_but_not_one_without_its_last_pixel() {
    let photo = gif();
    assert_eq!(clean(&photo[..photo.len() - 1]), clean(&photo));
    let (_, data) = first_picture(&photo);
    let in_first = data + 20;
    assert!(matches!(parse(&photo[..in_first]).unwrap_err(), Error::CutShort { .. }));
    // The closing code comes too early.
    let early = tiny(0x80, &[0; 6], &[4 | 5 << 3]);
    let damaged = Error::Damaged { part: Part::PictureData, offset: 30 };
    assert_eq!(parse(&early).unwrap_err(), damaged);
}

#[test]
fn a_frame_whose_codes_end_early_still_ends_there() {
    // The clearing code, one or two pixels of colour 1, the closing code: three bits each.
    let one = (4_u16 | 1 << 3 | 5 << 6).to_le_bytes();
    let two = (4_u16 | 1 << 3 | 1 << 6 | 5 << 9).to_le_bytes();
    let palette = [10, 20, 30, 40, 50, 60];
    let early = tiny(0x80, &palette, &two);
    let copy = clean(&early);
    // Without the closing code, the data are over as well.
    let open = tiny(0x80, &palette, &[4 | 1 << 3]);
    assert_eq!(clean(&open), clean(&tiny(0x80, &palette, &one)));
    assert!(clean(&open) != copy);
    // Colour 0 stays too: some viewers fill with it.
    assert_eq!(&copy[13..19], &palette);
    let whole = tiny(0x80, &palette, &four_pixels());
    assert!(clean(&whole) != copy);
    // What hides behind the early end goes.
    let hidden_in = tiny(0x80, &palette, &[&two, &token("behind")[..]].concat());
    assert_eq!(clean(&hidden_in), copy);
    assert_eq!(kinds(&hidden_in), [FindingKind::LooseData]);
    // Rows in four passes stay so, because nobody knows which are missing.
    let mut passes = early;
    passes[28] = 0x40;
    assert_eq!(clean(&passes)[copy.len() - 7], 0x40);
}

#[test]
fn a_still_picture_says_nothing_about_playing_and_an_animation_says_it_once() {
    let still = tiny(0x80, &[1, 2, 3, 4, 5, 6], &four_pixels());
    let plays = application(b"NETSCAPE2.0", &[1, 7, 0]);
    let told = [&still[..19], &plays, &still[19..]].concat();
    assert_eq!(clean(&told), clean(&still));
    let animation = gif();
    let (head, rest) = animation.split_at(start(&animation));
    let twice = [head, &plays, &plays, rest].concat();
    let copy = clean(&twice);
    let said = copy.windows(11).filter(|name| name == b"NETSCAPE2.0").count();
    assert_eq!(said, 1);
}

#[test]
fn rows_in_four_passes_are_put_in_order() {
    let photo = gif();
    let copy = clean(&photo);
    let (image, _) = first_picture(&copy);
    assert_eq!(copy[image + 9] & 0x40, 0);
    // The same data, said to be interlaced, show the rows in another order.
    let (image, _) = first_picture(&photo);
    let mut mixed = photo.clone();
    mixed[image + 9] |= 0x40;
    let mixed_copy = clean(&mixed);
    assert_ne!(mixed_copy, copy);
    assert_eq!(frames(&mixed_copy), frames(&mixed));
}

#[test]
fn frames_that_hold_far_more_pixels_than_bytes_are_refused_together() {
    let photo = gif();
    let pixels = 40 * 30 + 33 * 30;
    let limits = |pixels_max| Limits { pixels_max, ..Limits::default() };
    assert!(Original::parse(photo.clone(), &limits(pixels)).is_ok());
    assert!(Original::parse(photo, &limits(1100)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pixels_come_back(width in 1..70_u32, height in 1..70_u32, seed in any::<u32>(), colours in 1..256_u32) {
        let mut state = seed;
        let picture = RgbaImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grey = ((state >> 16) % colours) as u8;
            image::Rgba([grey, 255 - grey, grey / 2, 255])
        });
        let mut photo = Vec::new();
        GifEncoder::new(&mut photo).encode_frame(Frame::new(picture)).unwrap();
        prop_assert_eq!(frames(&clean(&photo)), frames(&photo));
    }
}
