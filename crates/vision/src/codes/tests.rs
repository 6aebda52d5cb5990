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

fn with_code(code: &Picture, middle: (f32, f32), module: f32, degrees: f32) -> (Picture, Outline) {
    let corners = place(code.size(), middle, module, degrees);
    (paste(&ground(900, 700, 150), &enlarged(code), &corners), corners)
}

/// Eight pixels for each, so that modules have edges when they are drawn at another size.
fn enlarged(code: &Picture) -> Picture {
    let size = Size { width: code.size().width * 8, height: code.size().height * 8 };
    let mut samples = Vec::new();
    for y in 0..size.height {
        for x in 0..size.width {
            let at = ((y / 8 * code.size().width + x / 8) * 3) as usize;
            samples.extend_from_slice(&code.samples()[at..at + 3]);
        }
    }
    Picture::new(size, samples).unwrap()
}

fn assert_found(code: &Picture, text: &str, module: f32, degrees: f32) {
    let (picture, corners) = with_code(code, (430.0, 340.0), module, degrees);
    let found = found(&picture);
    assert_eq!(found.len(), 1, "{module} pixels a module, {degrees} degrees");
    assert_eq!(found[0].text, text, "{module} pixels a module, {degrees} degrees");
    let (there, here) = (Region::around(&corners), Region::around(&found[0].outline));
    assert!(there.overlap(&here) > 0.3, "{degrees}: {here:?} for {there:?}");
}

#[test]
fn qr_codes_are_found_small_large_and_turned() {
    let text = "https://example.org/anna";
    for (module, degrees) in [
        (2.0, 0.0),
        (3.0, 30.0),
        (4.0, 45.0),
        (5.0, 90.0),
        (8.0, 180.0),
        (12.0, 200.0),
        (6.0, 317.0),
    ] {
        assert_found(&qr(text), text, module, degrees);
    }
}

#[test]
fn bar_codes_are_found_small_large_and_turned() {
    let goods = other(BarcodeFormat::EAN_13, "4006381333931", 40);
    let parcel = other(BarcodeFormat::CODE_128, "RR123456785DE", 40);
    for (module, degrees) in [
        (2.0, 0.0),
        (2.0, 90.0),
        (3.0, 15.0),
        (3.0, 45.0),
        (4.0, 180.0),
        (2.5, 120.0),
        (3.0, 290.0),
    ] {
        // Either kind at every second angle: drawing takes longer than finding.
        if (degrees as u32 / 15).is_multiple_of(2) {
            assert_found(&goods, "4006381333931", module, degrees);
        } else {
            assert_found(&parcel, "RR123456785DE", module, degrees);
        }
    }
}

#[test]
fn codes_of_licences_tickets_and_parcels_are_found() {
    let text = "DAQ D1234567 DCS QUILL DAC ZEPHYRINE";
    for (format, height, module) in [
        (BarcodeFormat::PDF_417, 60, 2.5),
        (BarcodeFormat::DATA_MATRIX, 0, 6.0),
        (BarcodeFormat::AZTEC, 0, 6.0),
    ] {
        assert_found(
            &other(format, text, height),
            text,
            module,
            if height > 0 { 90.0 } else { 0.0 },
        );
    }
}

#[test]
fn corners_come_one_after_the_other() {
    let (picture, _) = with_code(&qr("anna"), (400.0, 300.0), 6.0, 25.0);
    let [a, b, c, d] = found(&picture)[0].outline;
    let turn = |one: Point, at: Point, to: Point| {
        (at.x - one.x) * (to.y - at.y) - (at.y - one.y) * (to.x - at.x)
    };
    assert!([turn(a, b, c), turn(b, c, d), turn(c, d, a), turn(d, a, b)].iter().all(|t| *t > 0.0));
}

#[test]
fn several_codes_in_one_picture_are_all_found() {
    let (first, _) = with_code(&qr("https://example.org"), (200.0, 200.0), 5.0, 10.0);
    let bars = other(BarcodeFormat::CODE_128, "4711-0815", 40);
    let corners = place(bars.size(), (600.0, 500.0), 2.0, 0.0);
    let mut texts: Vec<_> = found(&paste(&first, &enlarged(&bars), &corners))
        .into_iter()
        .map(|code| code.text)
        .collect();
    texts.sort();
    assert_eq!(texts, ["4711-0815", "https://example.org"]);
}

#[test]
fn what_a_code_says_about_a_person_is_told() {
    let says = |code: &Picture| -> Vec<Sensitive> {
        let (picture, _) = with_code(code, (400.0, 350.0), 4.0, 0.0);
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
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn no_picture_stops_the_search(
        width in 1_u32..260, height in 1_u32..260, seed in any::<u32>(), step in 1_u32..40, bars in any::<bool>()
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
