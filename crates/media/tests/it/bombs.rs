//! Small files that claim much: refused or cleaned at little cost in time and memory.

use media::Error;

use crate::parse;
use crate::plant::chunk;

fn box_of(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, &content].concat()
}

/// A HEIC with so many items, and these boxes behind the table of them.
fn heic(items: u16, more: &[Vec<u8>]) -> Vec<u8> {
    let mut table = [&[0; 4][..], &items.to_be_bytes()].concat();
    for id in 1..=items {
        table.extend(box_of(b"infe", &[&[2, 0, 0, 0], &id.to_be_bytes(), b"\0\0hvc1\0"]));
    }
    let handler = box_of(b"hdlr", &[b"\0\0\0\0\0\0\0\0pict", &[0; 13]]);
    let primary = box_of(b"pitm", &[&[0; 4], &1_u16.to_be_bytes()]);
    let meta = [vec![0; 4], handler, primary, box_of(b"iinf", &[&table]), more.concat()].concat();
    [box_of(b"ftyp", &[b"heic\0\0\0\0mif1heic"]), box_of(b"meta", &[&meta])].concat()
}

fn is_too_much(photo: &[u8]) -> bool {
    matches!(parse(photo).unwrap_err(), Error::TooManyParts { .. })
}

#[test]
fn tables_of_endless_items_are_refused() {
    assert!(is_too_much(&heic(u16::MAX, &[])));
}

#[test]
fn locations_of_no_bytes_cost_nothing() {
    // Every number is zero bytes wide, so that 65,535 extents need six bytes of the file.
    let mut table = b"\0\0\0\0\0\0".to_vec();
    table.extend(20_000_u16.to_be_bytes());
    for id in 1..=20_000_u16 {
        table.extend([&id.to_be_bytes()[..], b"\0\0\xff\xff"].concat());
    }
    assert!(is_too_much(&heic(1, &[box_of(b"iloc", &[&table])])));
}

#[test]
fn endless_properties_of_items_are_refused() {
    let mut map = [&[0; 4][..], &1000_u32.to_be_bytes()].concat();
    for id in 1..=1000_u16 {
        map.extend([&id.to_be_bytes()[..], &[255], &[1; 255]].concat());
    }
    let size = box_of(b"ispe", &[b"\0\0\0\0\0\0\0\x40\0\0\0\x40"]);
    let properties = [box_of(b"ipco", &[&size]), box_of(b"ipma", &[&map])].concat();
    assert!(is_too_much(&heic(1000, &[box_of(b"iprp", &[&properties])])));
}

#[test]
fn endless_groups_of_items_are_refused() {
    let group = |members: u32| {
        let list: Vec<u8> = (0..members).flat_map(u32::to_be_bytes).collect();
        box_of(b"altr", &[&[0; 4], &9_u32.to_be_bytes(), &members.to_be_bytes(), &list])
    };
    assert!(is_too_much(&heic(1, &[box_of(b"grpl", &[&group(40_000)])])));
    assert!(is_too_much(&heic(1, &[box_of(b"grpl", &[&group(0).repeat(40_000)])])));
}

#[test]
fn endless_empty_boxes_are_refused() {
    let empty = box_of(b"free", &[]).repeat(70_000);
    assert!(is_too_much(&heic(1, std::slice::from_ref(&empty))));
    assert!(is_too_much(&heic(1, &[box_of(b"iprp", &[&box_of(b"ipco", &[&empty])])])));
    assert!(is_too_much(&[heic(1, &[]), empty].concat()));
}

#[test]
fn boxes_inside_each_other_without_end_are_refused() {
    for kind in [b"meta", b"moov", b"trak", b"udta", b"iprp"] {
        let count = 50_000_u32;
        let nested = (1..=count).rev().flat_map(|left| [(left * 8).to_be_bytes(), *kind].concat());
        let nested: Vec<u8> = nested.collect();
        let photo = [box_of(b"ftyp", &[b"heic\0\0\0\0mif1heic"]), nested.clone()].concat();
        assert!(parse(&photo).is_err());
        let clip = [box_of(b"ftyp", &[b"isom\0\0\0\0isom"]), box_of(b"moov", &[&nested])].concat();
        assert!(media::Clip::parse(&mut clip.as_slice(), &media::Limits::default()).is_err());
    }
}

#[test]
fn atoms_of_four_bytes_are_refused() {
    let start = box_of(b"ftyp", &[b"qt  \0\0\0\0qt  "]);
    for atoms in [b"\0\0\0\x04".repeat(100_000), b"\0\0\0\0".repeat(100_000)] {
        let clip = [start.clone(), atoms].concat();
        assert!(media::Clip::parse(&mut clip.as_slice(), &media::Limits::default()).is_err());
    }
}

#[test]
fn matroska_elements_inside_each_other_without_end_are_refused() {
    let head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm";
    for id in [&b"\x18\x53\x80\x67"[..], b"\x1f\x43\xb6\x75", b"\x12\x54\xc3\x67", b"\x67\xc8"] {
        let nested = [id, b"\x01\xff\xff\xff\xff\xff\xff\xff"].concat().repeat(20_000);
        let clip =
            [&head[..], b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", &nested].concat();
        assert!(media::Clip::parse(&mut clip.as_slice(), &media::Limits::default()).is_err());
    }
}

#[test]
fn a_png_that_would_unpack_for_long_is_refused_by_its_header() {
    let side = 20_000_u32.to_be_bytes();
    let header = chunk(b"IHDR", &[&side[..], &side, &[8, 6, 0, 0, 0]].concat());
    let data = chunk(b"IDAT", &[0; 4096]);
    let photo = [b"\x89PNG\r\n\x1a\n", &header[..], &data, &chunk(b"IEND", b"")].concat();
    let size = Error::PictureTooBig { width: 20_000, height: 20_000 };
    assert_eq!(parse(&photo).unwrap_err(), size);
}
