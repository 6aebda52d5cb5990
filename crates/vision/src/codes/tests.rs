//! Codes made by others' encoders, drawn at many sizes and angles.

use super::*;
use crate::tests::drawn::{ground, paste, place};
use proptest::prelude::*;
use rxing::{MultiFormatWriter, Writer as _};

fn found(picture: &Picture) -> Vec<Code> {
    find(picture, &mut Watch::nobody()).unwrap()
}

/// Black squares on white.
fn drawn(width: usize, is_black: &[bool]) -> Picture {
    let samples = is_black.iter().flat_map(|black| [if *black { 15 } else { 240 }; 3]).collect();
    let size = Size { width: width as u32, height: (is_black.len() / width) as u32 };
    Picture::new(size, samples).unwrap()
}

/// A QR code, one pixel a module, with the white around it that belongs to it.
fn qr(text: &str) -> Picture {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, colours) = (code.width(), code.to_colors());
    let wide = side + 8;
    let mut is_black = vec![false; wide * wide];
    for (index, colour) in colours.iter().enumerate() {
        is_black[(index / side + 4) * wide + index % side + 4] = *colour == qrcode::Color::Dark;
    }
    drawn(wide, &is_black)
}

/// A code of another kind; `height` in modules, where the kind does not say it.
fn other(format: BarcodeFormat, text: &str, height: i32) -> Picture {
    let matrix = MultiFormatWriter.encode(text, &format, 0, height).unwrap();
    let (width, height) = (matrix.getWidth() as usize, matrix.getHeight() as usize);
    let edge = 10;
    let wide = width + 2 * edge;
    let mut is_black = vec![false; wide * (height + 2 * edge)];
    for y in 0..height {
        for x in 0..width {
            is_black[(y + edge) * wide + x + edge] = matrix.get(x as u32, y as u32);
        }
    }
    drawn(wide, &is_black)
}

/// A code in the middle of a picture that is no larger than it must be: drawing takes longer than
/// finding.
fn with_code(code: &Picture, module: f32, degrees: f32) -> (Picture, Outline) {
    let corners = place(code.size(), (0.0, 0.0), module, degrees);
    let around = Region::around(&corners);
    let (across, down) = (around.right + 30.0, around.bottom + 30.0);
    let corners = corners.map(|at| Point { x: at.x + across, y: at.y + down });
    let ground = ground(2 * across as u32, 2 * down as u32, 150);
    (paste(&ground, &enlarged(code), &corners), corners)
}

/// Four pixels for each, so that modules have edges when they are drawn at another size.
fn enlarged(code: &Picture) -> Picture {
    let size = Size { width: code.size().width * 4, height: code.size().height * 4 };
    let mut samples = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let at = ((y / 4 * code.size().width + x / 4) * 3) as usize;
            samples.extend_from_slice(&code.samples()[at..at + 3]);
        }
    }
    Picture::new(size, samples).unwrap()
}

fn assert_found(code: &Picture, text: &str, module: f32, degrees: f32) {
    let (picture, corners) = with_code(code, module, degrees);
    let found = found(&picture);
    assert_eq!(found.len(), 1, "{module} pixels a module, {degrees} degrees");
    assert_eq!(found[0].text.as_deref(), Some(text), "{module} pixels a module, {degrees} degrees");
    let (there, here) = (Region::around(&corners), Region::around(&found[0].outline));
    assert!(there.overlap(&here) > 0.3, "{degrees}: {here:?} for {there:?}");
}

#[test]
fn qr_codes_are_found_small_large_and_turned() {
    let text = "https://example.org/anna";
    for (module, degrees) in [(2.0, 0.0), (3.0, 30.0), (5.0, 180.0), (4.0, 317.0)] {
        assert_found(&qr(text), text, module, degrees);
    }
}

#[test]
fn bar_codes_are_found_small_large_and_turned() {
    let goods = other(BarcodeFormat::EAN_13, "4006381333931", 30);
    let parcel = other(BarcodeFormat::CODE_128, "RR123456785DE", 30);
    assert_found(&goods, "4006381333931", 2.0, 0.0);
    assert_found(&parcel, "RR123456785DE", 2.0, 90.0);
    assert_found(&goods, "4006381333931", 2.5, 45.0);
    assert_found(&parcel, "RR123456785DE", 2.0, 195.0);
}

#[test]
fn short_bar_codes_are_found() {
    assert_found(&other(BarcodeFormat::EAN_8, "96385074", 30), "96385074", 2.0, 0.0);
    assert_found(&other(BarcodeFormat::UPC_E, "04252614", 30), "04252614", 3.0, 100.0);
    assert_found(&other(BarcodeFormat::ITF, "12345678901231", 30), "12345678901231", 2.0, 7.0);
    assert_found(&other(BarcodeFormat::CODABAR, "A123456789B", 30), "123456789", 2.0, 170.0);
}

#[test]
fn codes_of_licences_tickets_and_parcels_are_found() {
    let text = "DAQ D1234567 DCS QUILL DAC ZEPHYRINE";
    assert_found(&other(BarcodeFormat::PDF_417, text, 60), text, 2.0, 90.0);
    assert_found(&other(BarcodeFormat::PDF_417, text, 60), text, 2.0, 40.0);
    assert_found(&other(BarcodeFormat::DATA_MATRIX, text, 0), text, 5.0, 30.0);
    assert_found(&other(BarcodeFormat::AZTEC, text, 0), text, 5.0, 0.0);
}

/// The same with a dark patch on it; edges are parts of the whole.
fn smudged(code: &Picture, [left, top, right, bottom]: [f32; 4]) -> Picture {
    let Size { width, height } = code.size();
    let mut samples = code.samples().to_vec();
    let at = |side: u32, part: f32| (side as f32 * part) as usize;
    for row in
        samples.chunks_exact_mut(width as usize * 3).take(at(height, bottom)).skip(at(height, top))
    {
        row[at(width, left) * 3..at(width, right) * 3].fill(60);
    }
    Picture::new(code.size(), samples).unwrap()
}

#[test]
fn a_code_that_cannot_be_read_is_told_as_such() {
    let says = |code: &Picture, module: f32| {
        let found = found(&with_code(code, module, 0.0).0);
        let told = found.into_iter().map(|code| (code.text, code.says));
        told.collect::<Vec<_>>()
    };
    let unread = vec![(None, vec![Sensitive::Unread])];
    let parcel = other(BarcodeFormat::CODE_128, "RR123456785DE", 30);
    assert_eq!(says(&smudged(&parcel, [0.5, 0.0, 0.55, 1.0]), 2.0), unread);
    let link = qr("https://example.org/anna/holiday");
    assert_eq!(says(&smudged(&link, [0.45, 0.45, 0.8, 0.8]), 3.0), unread);
    let text = "DAQ D1234567 DCS QUILL DAC ZEPHYRINE";
    let licence = other(BarcodeFormat::PDF_417, text, 60);
    assert_eq!(says(&smudged(&licence, [0.4, 0.2, 0.6, 0.8]), 3.0), unread);
    let ticket = other(BarcodeFormat::DATA_MATRIX, text, 0);
    assert_eq!(says(&smudged(&ticket, [0.4, 0.4, 0.6, 0.6]), 5.0), unread);
}

/// Bars of these widths, by turns dark and light.
fn bars(widths: impl IntoIterator<Item = usize>, height: usize) -> Picture {
    let turns = widths.into_iter().enumerate();
    let line: Vec<bool> =
        turns.flat_map(|(index, width)| core::iter::repeat_n(index % 2 == 1, width)).collect();
    drawn(line.len(), &line.repeat(height))
}

#[test]
fn other_bars_are_no_codes() {
    let fence = [12].into_iter().chain([2; 61]).chain([12]);
    assert_eq!(found(&with_code(&bars(fence, 30), 2.0, 0.0).0).len(), 0);
    let boards = [12].into_iter().chain([3, 1].repeat(30)).chain([12]);
    assert_eq!(found(&with_code(&bars(boards, 30), 2.0, 0.0).0).len(), 0);
}

#[test]
fn a_short_bar_code_counts_only_if_all_of_its_height_says_the_same() {
    let above = other(BarcodeFormat::UPC_E, "04252614", 12);
    let below = other(BarcodeFormat::UPC_E, "01234565", 12);
    let both = [above.samples(), below.samples()].concat();
    let size = Size { height: 2 * above.size().height, ..above.size() };
    let cut = Picture::new(size, both).unwrap();
    let read = |code: &Picture| {
        let found = found(&with_code(code, 3.0, 0.0).0);
        found.into_iter().filter_map(|code| code.text).collect::<Vec<_>>()
    };
    assert_eq!(read(&above), ["04252614"]);
    let middle = cut.part(0, 10, Size { height: size.height - 20, ..size });
    assert_eq!(read(&without_gap(&middle)), Vec::<String>::new());
}

/// The same without lines that are white all along.
fn without_gap(picture: &Picture) -> Picture {
    let width = picture.size().width as usize;
    let lines = picture.samples().chunks_exact(width * 3);
    let samples: Vec<u8> =
        lines.filter(|line| line.iter().any(|sample| *sample < 99)).flatten().copied().collect();
    let size = Size { width: width as u32, height: (samples.len() / width / 3) as u32 };
    Picture::new(size, samples).unwrap()
}

#[test]
fn corners_come_one_after_the_other() {
    let (picture, _) = with_code(&qr("anna"), 4.0, 25.0);
    let [a, b, c, d] = found(&picture)[0].outline;
    let turn = |one: Point, at: Point, to: Point| {
        (at.x - one.x) * (to.y - at.y) - (at.y - one.y) * (to.x - at.x)
    };
    assert!([turn(a, b, c), turn(b, c, d), turn(c, d, a), turn(d, a, b)].iter().all(|t| *t > 0.0));
}

#[test]
fn several_codes_in_one_picture_are_all_found() {
    let link = qr("https://example.org");
    let parcel = other(BarcodeFormat::CODE_128, "4711-0815", 30);
    let first = paste(
        &ground(420, 320, 150),
        &enlarged(&link),
        &place(link.size(), (110.0, 110.0), 4.0, 10.0),
    );
    let corners = place(parcel.size(), (240.0, 250.0), 2.0, 0.0);
    let mut texts: Vec<_> = found(&paste(&first, &enlarged(&parcel), &corners))
        .into_iter()
        .filter_map(|code| code.text)
        .collect();
    texts.sort();
    assert_eq!(texts, ["4711-0815", "https://example.org"]);
}

#[test]
fn what_a_code_says_about_a_person_is_told() {
    let says = |code: &Picture| -> Vec<Sensitive> {
        let (picture, _) = with_code(code, 2.0, 0.0);
        found(&picture).into_iter().flat_map(|code| code.says).collect()
    };
    let card =
        "BEGIN:VCARD\nFN:Anna Schmidt\nTEL:+49 171 2345678\nEMAIL:anna@example.org\nEND:VCARD";
    let said = says(&qr(card));
    for kind in [Sensitive::Email, Sensitive::Phone, Sensitive::Name] {
        assert!(said.contains(&kind), "{said:?}");
    }
    assert_eq!(says(&qr("just words")), []);
    assert_eq!(says(&other(BarcodeFormat::EAN_13, "4006381333931", 40)), []);
    assert!(says(&other(BarcodeFormat::CODE_128, "4711-0815", 40)).contains(&Sensitive::Document));
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for (width, height) in [(1, 1), (1, 900), (33, 7), (640, 480)] {
        assert!(found(&ground(width, height, 128)).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn no_picture_stops_the_search(
        width in 1_u32..130, height in 1_u32..130, seed in any::<u32>(), step in 1_u32..40, bars in any::<bool>()
    ) {
        // Noise, stripes and squares with sharp edges: what decoders stumble over.
        let mut state = seed | 1;
        let mut samples = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let square = if bars { x / step } else { (x / step) ^ (y / step).wrapping_mul(seed) };
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = if step < 4 { state >> 24 } else { 0 };
                samples.extend([if (square ^ noise) & 1 == 0 { 20 } else { 230 }; 3]);
            }
        }
        found(&Picture::new(Size { width, height }, samples).unwrap());
    }
}
