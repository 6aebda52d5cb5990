//! TIFF: pages rebuilt from what the samples need, strips cut where their data end.

use media::{Comparison, Error, Fate, FindingKind, OtherFormat, Value};

use crate::plant::{Coding, jpeg_of, picture, token, xmp};
use crate::{assert_no_token, clean, hidden, kinds, parse};

/// A field: tag, type, value.
type Field = (u16, u16, Vec<u8>);

fn short(tag: u16, value: u16) -> Field {
    (tag, 3, value.to_le_bytes().to_vec())
}

fn long(tag: u16, value: usize) -> Field {
    (tag, 4, (value as u32).to_le_bytes().to_vec())
}

fn text(tag: u16, place: &str) -> Field {
    (tag, 2, [token(place), vec![0]].concat())
}

/// The fields of a picture in one strip.
fn plain(width: u16, height: u16, compression: u16, data: &[u8]) -> (Vec<Field>, Vec<u8>) {
    let fields = vec![
        short(256, width),
        short(257, height),
        (258, 3, [8, 0].repeat(3)),
        short(259, compression),
        short(262, 2),
        long(273, 0),
        short(277, 3),
        short(278, height),
        long(279, data.len()),
    ];
    (fields, data.to_vec())
}

/// Puts pages together: data first, with a token between them, directories last.
fn tiff(pages: &[(Vec<Field>, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"II\x2a\0\0\0\0\0".to_vec();
    let mut link_at = 4;
    for (fields, data) in pages {
        let data_at = out.len();
        out.extend(data);
        out.extend(token("gap"));
        let mut fields = fields.clone();
        fields.sort_by_key(|field| field.0);
        let mut entries = Vec::new();
        for (tag, field_type, value) in fields {
            let width = [1, 1, 1, 2, 4, 8, 1, 1][usize::from(field_type)];
            entries.extend(tag.to_le_bytes());
            entries.extend(field_type.to_le_bytes());
            entries.extend((value.len() as u32 / width).to_le_bytes());
            let is_place = matches!(tag, 273 | 324 | 513) && value == [0; 4];
            let value = if is_place { long(tag, data_at).2 } else { value };
            if value.len() <= 4 {
                entries.extend(&value);
                entries.resize(entries.len().next_multiple_of(4), 0);
            } else {
                entries.extend((out.len() as u32).to_le_bytes());
                out.extend(value);
            }
        }
        let at = (out.len() as u32).to_le_bytes();
        out[link_at..link_at + 4].copy_from_slice(&at);
        out.extend((entries.len() as u16 / 12).to_le_bytes());
        out.extend(entries);
        link_at = out.len();
        out.extend([0; 4]);
    }
    out
}

fn samples(width: u32, height: u32) -> Vec<u8> {
    picture(width, height).into_raw()
}

/// A photo with tokens in every place that a TIFF has for them.
pub(crate) fn planted() -> Vec<u8> {
    let (mut fields, data) = plain(40, 30, 1, &samples(40, 30));
    fields.extend([
        text(270, "description"),
        text(271, "make"),
        short(274, 6),
        text(315, "artist"),
        (700, 1, xmp("xmp")),
        (33723, 7, [b"\x1c\x02\x50\0\x0b", &token("iptc")[..]].concat()),
        (65000, 7, token("private")),
    ]);
    let (mut small, small_data) = plain(20, 15, 1, &samples(20, 15));
    small.extend([long(254, 1), text(315, "thumbnail")]);
    [tiff(&[(fields, data), (small, small_data)]), token("tail")].concat()
}

/// The bytes of the only strip.
fn strip(photo: &[u8]) -> &[u8] {
    let number = |at: usize| u32::from_le_bytes(photo[at..at + 4].try_into().unwrap()) as usize;
    let directory = number(4);
    let value = |tag: u16| {
        let entries = photo[directory + 2..].chunks(12);
        let (index, _) =
            entries.enumerate().find(|(_, entry)| entry[..2] == tag.to_le_bytes()).unwrap();
        number(directory + 2 + index * 12 + 8)
    };
    &photo[value(273)..value(273) + value(279)]
}

#[test]
fn nothing_hidden_stays_and_the_samples_do() {
    let photo = planted();
    let copy = clean(&photo);
    assert_no_token(&copy);
    assert_eq!(strip(&copy), samples(40, 30));
    let original = parse(&photo).unwrap();
    assert_eq!(parse(&copy).unwrap().orientation(), original.orientation());
}

#[test]
fn all_that_is_hidden_is_told() {
    let photo = planted();
    let found = kinds(&photo);
    for kind in [
        FindingKind::Person,
        FindingKind::Device,
        FindingKind::Thumbnail,
        FindingKind::Description,
        FindingKind::Software,
        FindingKind::OtherMetadata,
        FindingKind::TrailingData,
        FindingKind::LooseData,
    ] {
        assert!(found.contains(&kind), "{kind:?} in {found:?}");
    }
    let small = hidden(&photo).into_iter().find(|found| found.kind == FindingKind::Thumbnail);
    let Value::Picture { size: Some(size), comparison } = small.unwrap().value else { panic!() };
    assert_eq!((size.width, size.height, comparison), (20, 15, Comparison::Same));
}

#[test]
fn a_small_copy_that_shows_more_is_told_as_different() {
    let whole = picture(40, 30);
    let cut = image::imageops::crop_imm(&whole, 0, 0, 16, 30).to_image();
    let (fields, data) = plain(16, 30, 1, cut.as_raw());
    let (mut small, small_data) = plain(40, 30, 1, whole.as_raw());
    small.push(long(254, 1));
    let photo = tiff(&[(fields, data), (small, small_data)]);
    let found = hidden(&photo).into_iter().find(|found| found.kind == FindingKind::Thumbnail);
    let Value::Picture { comparison, .. } = found.unwrap().value else { panic!() };
    assert_eq!(comparison, Comparison::Different);
}

#[test]
fn pages_stay_and_are_told() {
    let one = plain(40, 30, 1, &samples(40, 30));
    let two = plain(20, 30, 1, &samples(20, 30));
    let photo = tiff(&[one, two]);
    let findings = parse(&photo).unwrap().findings();
    let kept = findings.iter().filter(|found| found.fate == Fate::Kept).count();
    assert_eq!(kept, 1);
    let copy = clean(&photo);
    assert_no_token(&copy);
    let page = samples(20, 30);
    assert!(copy.windows(page.len()).any(|window| window == page));
}

#[test]
fn bytes_behind_the_samples_of_a_strip_are_cut() {
    for compression in [1, 8] {
        let raw = samples(40, 30);
        let mut data = match compression {
            1 => raw.clone(),
            _ => miniz_oxide::deflate::compress_to_vec_zlib(&raw, 6),
        };
        let exact = data.clone();
        data.extend(token("strip"));
        let copy = clean(&tiff(&[plain(40, 30, compression, &data)]));
        assert_no_token(&copy);
        assert_eq!(strip(&copy), exact);
    }
}

#[test]
fn tiles_that_are_listed_as_strips_are_tiles() {
    let tile = samples(16, 16);
    let (mut fields, data) = plain(10, 8, 1, &tile);
    fields.retain(|field| field.0 != 278);
    fields.extend([short(322, 16), short(323, 16)]);
    let as_strips = clean(&tiff(&[(fields.clone(), data.clone())]));
    fields.retain(|field| !matches!(field.0, 273 | 279));
    fields.extend([long(324, 0), long(325, tile.len())]);
    assert_eq!(as_strips, clean(&tiff(&[(fields, data)])));
}

#[test]
fn an_only_strip_need_not_say_its_size() {
    let (mut fields, data) = plain(40, 30, 1, &samples(40, 30));
    let said = clean(&tiff(&[(fields.clone(), data.clone())]));
    fields.retain(|field| field.0 != 279);
    assert_eq!(clean(&tiff(&[(fields.clone(), data.clone())])), said);
    fields.push(long(279, 0));
    assert_eq!(clean(&tiff(&[(fields, data)])), said);
}

#[test]
fn nonsense_about_colours_of_another_kind_goes() {
    let (mut fields, data) = plain(40, 30, 1, &samples(40, 30));
    let usual = clean(&tiff(&[(fields.clone(), data.clone())]));
    fields.extend([short(530, 0), short(531, 0), short(332, 9)]);
    assert_eq!(clean(&tiff(&[(fields, data)])), usual);
}

#[test]
fn rows_below_the_picture_inside_a_packed_strip_are_packed_away() {
    let raw = samples(40, 30);
    let more = [&raw[..], &token("rows")].concat();
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&more, 0);
    let copy = clean(&tiff(&[plain(40, 30, 8, &data)]));
    assert_no_token(&copy);
    let unpacked = miniz_oxide::inflate::decompress_to_vec_zlib(strip(&copy)).unwrap();
    assert_eq!(unpacked, raw);
}

#[test]
fn what_a_tile_holds_beyond_the_picture_is_blanked() {
    let tile = samples(32, 32);
    let (mut fields, data) = plain(10, 8, 1, &tile);
    fields.retain(|field| !matches!(field.0, 273 | 278 | 279));
    fields.extend([short(322, 32), short(323, 32), long(324, 0), long(325, tile.len())]);
    let copy = clean(&tiff(&[(fields, data)]));
    let row = &tile[..10 * 3];
    let place = copy.windows(row.len()).position(|window| window == row).unwrap();
    assert_eq!(copy[place + 30..place + 96], [0; 66]);
    assert!(copy[place + 8 * 96..].iter().all(|byte| *byte == 0));
}

#[test]
fn a_jpeg_strip_loses_its_segments() {
    let mut data = jpeg_of(&picture(40, 32), Coding::Baseline);
    let comment = [&[0xff, 0xfe, 0, 16][..], &token("jpegcom")].concat();
    data.splice(2..2, comment);
    data.extend(token("behind"));
    let (mut fields, data) = plain(40, 32, 7, &data);
    fields.retain(|field| field.0 != 262);
    fields.extend([short(262, 6), (530, 3, vec![2, 0, 2, 0])]);
    let photo = tiff(&[(fields, data)]);
    let copy = clean(&photo);
    assert_no_token(&copy);
}

/// A JPEG as a page of its own, as it is said today.
fn newer(jpegs: &[Vec<u8>], width: u16, rows: u16) -> Vec<u8> {
    let strips = jpegs.len() as u16;
    let (mut fields, data) = plain(width, rows * strips, 7, &jpegs.concat());
    fields.retain(|field| !matches!(field.0, 262 | 273 | 278 | 279));
    let mut at = 8;
    let places = jpegs.iter().flat_map(|jpeg| {
        at += jpeg.len() as u32;
        (at - jpeg.len() as u32).to_le_bytes()
    });
    let sizes = jpegs.iter().flat_map(|jpeg| (jpeg.len() as u32).to_le_bytes());
    fields.extend([
        short(262, 6),
        (273, 4, places.collect()),
        short(278, rows),
        (279, 4, sizes.collect()),
        (530, 3, vec![2, 0, 2, 0]),
    ]);
    tiff(&[(fields, data)])
}

#[test]
fn an_old_jpeg_in_one_piece_becomes_a_newer_one() {
    let plain_jpeg = jpeg_of(&picture(40, 32), Coding::Baseline);
    let expected = clean(&newer(std::slice::from_ref(&plain_jpeg), 40, 32));
    let mut data = plain_jpeg;
    data.splice(2..2, [&[0xff, 0xfe, 0, 16][..], &token("jpegcom")].concat());
    data.extend(token("behind"));
    // Where it is and how long, or only where, or only that the strip is one.
    let ways = [vec![long(513, 0), long(514, data.len())], vec![long(513, 0)], vec![]];
    for way in ways {
        for colours in [6, 2] {
            let (mut fields, data) = plain(40, 32, 6, &data);
            // Neither is what they say of colours, nor are the strips, to be relied on.
            fields.retain(|field| !matches!(field.0, 262 | 277 | 278));
            fields.extend([short(262, colours), short(278, 8), (530, 3, vec![1, 0, 1, 0])]);
            fields.extend(way.clone());
            let photo = tiff(&[(fields, data)]);
            let copy = clean(&photo);
            assert_no_token(&copy);
            assert!(copy == expected, "{} fields, {colours}", way.len());
        }
    }
}

/// A Huffman table with its class and number.
type Huffman = (u8, Vec<u8>);

/// The parts of a JPEG: quantisation tables, Huffman tables, codes.
fn parts(jpeg: &[u8]) -> (Vec<Vec<u8>>, Vec<Huffman>, Vec<u8>) {
    let (mut quant, mut huffman) = (Vec::new(), Vec::new());
    let mut at = 2;
    loop {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        let payload = &jpeg[at + 4..end];
        match jpeg[at + 1] {
            0xdb => quant.extend(payload.chunks(65).map(|table| table[1..].to_vec())),
            0xc4 => huffman.push((payload[0], payload[1..].to_vec())),
            0xda => return (quant, huffman, jpeg[end..jpeg.len() - 2].to_vec()),
            _ => {}
        }
        at = end;
    }
}

/// Strips of codes alone, their tables behind them.
fn apart(jpegs: &[Vec<u8>], width: u16, rows: u16) -> Vec<u8> {
    let (quant, huffman, _) = parts(&jpegs[0]);
    let huffman = |class: u8| huffman.iter().filter(move |it| it.0 >> 4 == class).map(|it| &it.1);
    let mut data = Vec::new();
    let mut list = |pieces: &mut dyn Iterator<Item = Vec<u8>>| {
        let places = pieces.flat_map(|piece| {
            data.extend(&piece);
            ((8 + data.len() - piece.len()) as u32).to_le_bytes()
        });
        places.collect::<Vec<u8>>()
    };
    let codes = || jpegs.iter().map(|jpeg| parts(jpeg).2);
    let strips = list(&mut codes());
    let sizes = codes().flat_map(|codes| (codes.len() as u32).to_le_bytes()).collect();
    // Brightness has the first of each, both colours the second.
    let three = |tables: Vec<Vec<u8>>| [tables[0].clone(), tables[1].clone(), tables[1].clone()];
    let quant = list(&mut three(quant).into_iter());
    let dc = list(&mut three(huffman(0).cloned().collect()).into_iter());
    let ac = list(&mut three(huffman(1).cloned().collect()).into_iter());
    let (mut fields, _) = plain(width, rows * jpegs.len() as u16, 6, b"");
    fields.retain(|field| !matches!(field.0, 262 | 273 | 278 | 279));
    fields.extend([short(262, 6), (273, 4, strips), short(278, rows), (279, 4, sizes)]);
    fields.extend([short(512, 1), (519, 4, quant), (520, 4, dc), (521, 4, ac)]);
    tiff(&[(fields, data)])
}

#[test]
fn old_jpeg_codes_with_their_tables_apart_become_newer_jpegs() {
    let whole = picture(40, 32);
    let half = |top| image::imageops::crop_imm(&whole, 0, top, 40, 16).to_image();
    let strips = [0, 16].map(|top| jpeg_of(&half(top), Coding::Baseline));
    for (jpegs, rows) in [(&strips[..], 16), (&[jpeg_of(&whole, Coding::Baseline)], 32)] {
        let photo = apart(jpegs, 40, rows);
        let copy = clean(&photo);
        assert_no_token(&copy);
        assert!(copy == clean(&newer(jpegs, 40, rows)), "{} strips", jpegs.len());
        // Only the token in the gap is told, nothing of the tables.
        assert_eq!(kinds(&photo), [FindingKind::LooseData]);
        for at in (0..photo.len()).step_by(7) {
            crate::hostile::survive(&photo[..at]);
            let mut photo = photo.clone();
            photo[at] ^= 0x81;
            crate::hostile::survive(&photo);
        }
    }
}

#[test]
fn strips_whose_bits_are_the_other_way_round_are_turned() {
    let samples = samples(40, 30);
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&samples, 6);
    let packed: Vec<u8> =
        samples.chunks(128).flat_map(|run| [&[run.len() as u8 - 1], run].concat()).collect();
    for (compression, data) in [(8, deflated), (32773, packed)] {
        let expected = clean(&tiff(&[plain(40, 30, compression, &data)]));
        let reversed: Vec<u8> = data.iter().map(|byte| byte.reverse_bits()).collect();
        let (mut fields, data) = plain(40, 30, compression, &reversed);
        fields.push(short(266, 2));
        assert!(clean(&tiff(&[(fields, data)])) == expected, "compression {compression}");
    }
}

#[test]
fn equal_pictures_give_equal_bytes_however_they_were_written() {
    let plain_copy = clean(&tiff(&[plain(40, 30, 1, &samples(40, 30))]));
    let mut photo = planted();
    // The turn apart, it is the same picture.
    let place = photo.windows(4).position(|window| window == b"\x12\x01\x03\0").unwrap();
    photo[place + 8] = 1;
    assert_eq!(clean(&photo), plain_copy);
}

#[test]
fn raw_photos_are_refused_by_name() {
    let (mut fields, data) = plain(40, 30, 1, &samples(40, 30));
    fields.push((50706, 1, vec![1, 4, 0, 0]));
    let refused = parse(&tiff(&[(fields, data)])).unwrap_err();
    assert_eq!(refused, Error::NotSupported(OtherFormat::RawPhoto));
}

#[test]
fn strips_that_are_used_again_and_again_are_refused() {
    let page = plain(40, 30, 1, &samples(40, 30));
    let one = tiff(core::slice::from_ref(&page));
    // Every further page points at the samples of the first.
    let mut many = page.0.clone();
    many.retain(|field| !matches!(field.0, 278 | 273 | 279));
    let strips = 30;
    many.push(short(278, 1));
    many.push((273, 4, [8, 0, 0, 0].repeat(strips)));
    many.push((279, 4, 3600_u32.to_le_bytes().repeat(strips)));
    let mut photo = tiff(&[(many, page.1)]);
    let place = one.len();
    assert!(photo.len() > place);
    photo.extend([0; 64]);
    assert!(parse(&photo).is_err());
}

#[test]
fn a_directory_that_points_at_itself_is_refused() {
    let mut photo = tiff(&[plain(40, 30, 1, &samples(40, 30))]);
    let link = photo.len() - 4;
    let first: [u8; 4] = photo[4..8].try_into().unwrap();
    photo[link..].copy_from_slice(&first);
    assert!(matches!(parse(&photo), Err(Error::Damaged { .. })));
}

#[test]
fn any_cut_and_any_flipped_byte_is_cleaned_or_refused() {
    let photo = planted();
    let survive = |bytes: &[u8]| {
        if let Ok(original) = parse(bytes) {
            let _ = original.findings();
            if let Ok(copy) = original.clean() {
                crate::assert_is_clean(copy.bytes());
            }
        }
    };
    for end in (0..photo.len()).filter(|end| *end < 20 || end % 61 == 0) {
        survive(&photo[..end]);
    }
    let mut flipped = photo.clone();
    for at in (0..photo.len()).filter(|at| *at < 8 || *at > 3620 && at % 3 == 0) {
        flipped[at] ^= 0xff;
        survive(&flipped);
        flipped[at] ^= 0xff;
    }
}
