//! What cannot be covered for sure is refused: nothing is covered by half.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use media::{Error, Limits};
use pixels::{Look, Mask};

use crate::{gif, jxl, parse, plant, png, tiff, webp};

/// What comes of covering all of it.
fn refusal(photo: &[u8], limits: &Limits) -> Option<Error> {
    let clean = parse(photo).unwrap().clean().unwrap();
    let mask = Mask::none(clean.shown_size()).inverted();
    clean.cover(&mask, &Look::Solid([0; 3]), limits).err()
}

#[test]
fn what_moves_is_refused() {
    let photos = [
        png::animation(png::FirstFrame::IsTheDefaultImage),
        png::animation(png::FirstFrame::HidesTheDefaultImage),
        webp::animation(),
    ];
    for photo in photos {
        assert_eq!(refusal(&photo, &Limits::default()), Some(Error::Moves));
    }
}

#[test]
fn what_cannot_be_coded_here_is_refused() {
    let photos = [
        gif::planted(),
        tiff::planted(),
        jxl::planted(),
        include_bytes!("../../data/heif-planted.heic").to_vec(),
        include_bytes!("../../data/heif-planted-grid.avif").to_vec(),
    ];
    for photo in photos {
        assert_eq!(refusal(&photo, &Limits::default()), Some(Error::NoDecoder));
    }
}

#[test]
fn jpegs_that_cannot_be_changed_in_places_are_refused() {
    let whole = plant::jpeg(plant::Coding::Progressive);
    let last_scan = whole.windows(2).rposition(|pair| pair == b"\xff\xda").unwrap();
    let incomplete = [&whole[..last_scan], b"\xff\xd9"].concat();
    let [sequential, progressive] = plant::arithmetic_jpegs();
    for photo in [sequential, progressive, incomplete] {
        assert_eq!(refusal(&photo, &Limits::default()), Some(Error::CannotCover));
    }
}

#[test]
fn pictures_beyond_the_limit_are_refused_before_they_are_decoded() {
    let limits = Limits { compared_pixels_max: 99, ..Limits::default() };
    let mut photo = Vec::new();
    PngEncoder::new(&mut photo).write_image(&[7; 100], 10, 10, ExtendedColorType::L8).unwrap();
    let too_big = Some(Error::PictureTooBig { width: 10, height: 10 });
    assert_eq!(refusal(&photo, &limits), too_big);
    assert_eq!(refusal(&photo, &Limits { compared_pixels_max: 100, ..limits }), None);
    let photo = plant::webp();
    assert_eq!(refusal(&photo, &limits), Some(Error::PictureTooBig { width: 40, height: 30 }));
}
