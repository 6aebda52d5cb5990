//! Clips made of boxes: written here box by box, with tokens in every place that can hold one.

use media::{ByteSource, Clip, Error, FindingKind, Limits};

use crate::plant::token;

const PICTURE_BYTES: usize = 40;
const PICTURES: usize = 20;
const SOUND_FRAMES: usize = 1_600;

fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

fn full(kind: &[u8], version_and_flags: u32, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&version_and_flags.to_be_bytes()[..], content].concat())
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// How a test clip is written: the same pictures and sound in every case.
#[derive(Clone, Copy)]
struct Writer {
    tokens: bool,
    pictures_per_chunk: usize,
    timescale: u32,
    brand: &'static [u8; 4],
    moov_first: bool,
}

const PLAIN: Writer = Writer {
    tokens: false,
    pictures_per_chunk: 4,
    timescale: 1000,
    brand: b"isom",
    moov_first: false,
};

fn picture(number: usize) -> Vec<u8> {
    (0..PICTURE_BYTES + number % 3).map(|at| (number * 7 + at) as u8).collect()
}

fn sound() -> Vec<u8> {
    (0..SOUND_FRAMES).flat_map(|frame| ((frame * 37) as u16).to_le_bytes()).collect()
}

impl Writer {
    fn note(self, name: &str) -> Vec<u8> {
        if self.tokens { token(name) } else { Vec::new() }
    }

    fn name(self, name: &str) -> Vec<u8> {
        if self.tokens { token(name) } else { b"Some app".to_vec() }
    }

    fn file(self) -> Vec<u8> {
        let ftyp = boxed(b"ftyp", &[&self.brand[..], &[0; 4], b"isom"].concat());
        let mut media = self.note("mdat-gap");
        let mut places = Vec::new();
        for first in (0..PICTURES).step_by(self.pictures_per_chunk) {
            places.push(media.len() as u32);
            for number in first..PICTURES.min(first + self.pictures_per_chunk) {
                media.extend(picture(number));
            }
        }
        let sound_at = media.len() as u32;
        media.extend(sound());
        let moov_bytes = self.moov(0, &places, sound_at).len() as u32;
        let before = ftyp.len() as u32 + if self.moov_first { moov_bytes } else { 0 } + 8;
        let moov = self.moov(before, &places, sound_at);
        let mdat = boxed(b"mdat", &media);
        let mut file = match self.moov_first {
            true => [ftyp, moov, mdat].concat(),
            false => [ftyp, mdat, moov].concat(),
        };
        if self.tokens {
            file.extend(boxed(b"free", &token("free")));
            file.extend(boxed(b"uuid", &[&[7; 16][..], &token("uuid")].concat()));
            file.extend(boxed(b"acme", &token("unknown-box")));
            file.extend(token("trailer"));
        }
        file
    }

    fn moov(self, base: u32, places: &[u32], sound_at: u32) -> Vec<u8> {
        let time = if self.tokens { 3_783_613_387 } else { 0 };
        let mut mvhd = numbers(&[time, time, self.timescale, 2 * self.timescale]);
        mvhd.extend([0, 1, 0, 0, 1, 0]);
        mvhd.extend([0; 10]);
        mvhd.extend(matrix());
        mvhd.extend([0; 24]);
        mvhd.extend(9_u32.to_be_bytes());
        let places: Vec<u32> = places.iter().map(|place| place + base).collect();
        let mut content = full(b"mvhd", 0, &mvhd);
        content.extend(self.track(1, b"soun", &self.sound_tables(sound_at + base), time));
        content.extend(self.track(2, b"vide", &self.picture_tables(&places), time));
        if self.tokens {
            let text = token("title");
            let note = [&(text.len() as u16).to_be_bytes()[..], &[0, 0], &text].concat();
            let place = b"+48.8577+002.2950/";
            let place = [&(place.len() as u16).to_be_bytes()[..], &[0, 0], place].concat();
            let notes = [boxed(b"\xa9nam", &note), boxed(b"\xa9xyz", &place)].concat();
            content.extend(boxed(b"udta", &notes));
        }
        boxed(b"moov", &content)
    }

    fn track(self, id: u32, handler: &[u8; 4], tables: &[u8], time: u32) -> Vec<u8> {
        let (units, length) = if handler == b"vide" { (10, 20) } else { (800, 1_600) };
        let mut tkhd = numbers(&[time, time, id, 0, 2 * self.timescale]);
        tkhd.extend([0; 16]);
        tkhd.extend(matrix());
        tkhd.extend(numbers(&[64 << 16, 48 << 16]));
        let mut mdhd = numbers(&[time, time, units, length]);
        mdhd.extend(if self.tokens { [0x2d, 0xf2] } else { [0x55, 0xc4] });
        mdhd.extend([0, 0]);
        let mut hdlr = [&[0; 4][..], handler, &[0; 12]].concat();
        hdlr.extend(self.name("handler"));
        hdlr.push(0);
        let header = match handler {
            b"vide" => full(b"vmhd", 1, &[0; 8]),
            _ => full(b"smhd", 0, &[0; 4]),
        };
        let dref = [numbers(&[1]), full(b"url ", 1, b"")].concat();
        let dinf = boxed(b"dinf", &full(b"dref", 0, &dref));
        let minf = boxed(b"minf", &[header, dinf, boxed(b"stbl", tables)].concat());
        let media = [full(b"mdhd", 0, &mdhd), full(b"hdlr", 0, &hdlr), minf].concat();
        let edits = numbers(&[1, 2 * self.timescale, 0, 0x1_0000]);
        let edits = boxed(b"edts", &full(b"elst", 0, &edits));
        boxed(b"trak", &[full(b"tkhd", 7, &tkhd), edits, boxed(b"mdia", &media)].concat())
    }

    fn picture_tables(self, places: &[u32]) -> Vec<u8> {
        let mut entry = vec![0, 0, 0, 0, 0, 0, 0, 1];
        entry.extend([0; 16]);
        entry.extend([0, 64, 0, 48, 0, 72, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0, 1]);
        let name = self.note("compressor");
        entry.push(name.len() as u8);
        entry.extend(&name);
        entry.resize(entry.len() + 31 - name.len(), 0);
        entry.extend([0, 24, 0xff, 0xff]);
        entry.extend(full(b"vpcC", 0x0100_0000, &[0, 10, 0x80, 1, 1, 1, 0, 0]));
        let sizes: Vec<u32> = (0..PICTURES).map(|number| picture(number).len() as u32).collect();
        let per_chunk = self.pictures_per_chunk as u32;
        let rest = PICTURES as u32 % per_chunk;
        let mut lengths = vec![1, 1, per_chunk, 1];
        if rest > 0 {
            lengths[0] = 2;
            lengths.extend([places.len() as u32, rest, 1]);
        }
        let counted = |list: &[u32]| numbers(&[&[list.len() as u32][..], list].concat());
        [
            full(b"stsd", 0, &[numbers(&[1]), boxed(b"vp08", &entry)].concat()),
            full(b"stts", 0, &numbers(&[1, PICTURES as u32, 1])),
            full(b"stss", 0, &numbers(&[2, 1, 11])),
            full(b"stsc", 0, &numbers(&lengths)),
            full(b"stsz", 0, &numbers(&[&[0, PICTURES as u32][..], &sizes].concat())),
            full(b"stco", 0, &counted(places)),
        ]
        .concat()
    }

    fn sound_tables(self, at: u32) -> Vec<u8> {
        let mut entry = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        entry.extend([0, 1, 0, 16, 0, 0, 0, 0]);
        entry.extend(numbers(&[800 << 16]));
        let frames = SOUND_FRAMES as u32;
        [
            full(b"stsd", 0, &[numbers(&[1]), boxed(b"sowt", &entry)].concat()),
            full(b"stts", 0, &numbers(&[1, frames, 1])),
            full(b"stsc", 0, &numbers(&[1, 1, frames, 1])),
            full(b"stsz", 0, &numbers(&[2, frames])),
            full(b"stco", 0, &numbers(&[1, at])),
        ]
        .concat()
    }
}

fn matrix() -> Vec<u8> {
    numbers(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000])
}

fn clean(file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut source = file;
    let clip = Clip::parse(&mut source, &Limits::default())?;
    let mut out = Vec::new();
    let receipt = clip.clean(&mut source, &mut out)?;
    assert_eq!(receipt.original_bytes, file.len() as u64);
    assert_eq!(receipt.clean_bytes, out.len() as u64);
    assert_eq!(audit::clip(&mut &out[..]), Ok(()), "the second opinion is another");
    Ok(out)
}

/// A small clip with pictures, sound, and tokens in every hiding place.
pub(crate) fn planted() -> Vec<u8> {
    Writer { tokens: true, ..PLAIN }.file()
}

/// A clean copy of a small clip with pictures and sound.
pub(crate) fn clean_clip() -> Vec<u8> {
    clean(&PLAIN.file()).unwrap()
}

fn kinds(file: &[u8]) -> Vec<FindingKind> {
    let mut source = file;
    let clip = Clip::parse(&mut source, &Limits::default()).unwrap();
    clip.findings(&mut source).unwrap().iter().map(|finding| finding.kind).collect()
}

#[test]
fn a_clean_clip_holds_its_samples_and_none_of_the_tokens() {
    let file = Writer { tokens: true, ..PLAIN }.file();
    let copy = clean(&file).unwrap();
    crate::assert_no_token(&copy);
    let position = |needle: &[u8]| copy.windows(needle.len()).position(|window| window == needle);
    for number in 0..PICTURES {
        assert!(position(&picture(number)).is_some());
    }
    assert!(position(&sound()[..400]).is_some());
    assert_eq!(kinds(&copy), []);
    assert_eq!(clean(&copy).unwrap(), copy);
}

#[test]
fn quicktime_clips_keep_their_own_form() {
    let mut file = Writer { tokens: true, ..PLAIN }.file();
    file[8..12].copy_from_slice(b"qt  ");
    let copy = clean(&file).unwrap();
    assert_eq!(&copy[8..12], b"qt  ");
    crate::assert_no_token(&copy);
    assert_eq!(clean(&copy).unwrap(), copy);
}

#[test]
fn clips_of_early_phones_are_cleaned_also_without_the_box_about_their_sound() {
    let file = include_bytes!("../data/clip-phone.3gp");
    let at = |kind: &[u8]| file.windows(4).position(|window| window == kind).unwrap();
    let mut without = file.to_vec();
    without[at(b"damr")..][..4].copy_from_slice(b"free");
    for file in [&file[..], &without] {
        let copy = clean(file).unwrap();
        crate::assert_no_token(&copy);
        assert!(!copy.windows(4).any(|window| window == b"FFMP"));
        assert_eq!(audit::clip(&mut &copy[..]), Ok(()));
        assert_eq!(clean(&copy).unwrap(), copy);
    }
}

#[test]
fn what_is_hidden_in_a_clip_is_told() {
    let found = kinds(&Writer { tokens: true, ..PLAIN }.file());
    let expected = [
        FindingKind::Place,
        FindingKind::Time,
        FindingKind::Description,
        FindingKind::Software,
        FindingKind::OtherMetadata,
        FindingKind::UnknownData,
        FindingKind::TrailingData,
        FindingKind::LooseData,
    ];
    for kind in expected {
        assert!(found.contains(&kind), "{kind:?}");
    }
}

#[test]
fn equal_clips_from_different_writers_become_equal_bytes() {
    let copy = clean(&PLAIN.file()).unwrap();
    let writers = [
        Writer { tokens: true, ..PLAIN },
        Writer { pictures_per_chunk: 1, ..PLAIN },
        Writer { pictures_per_chunk: 7, timescale: 600, ..PLAIN },
        Writer { moov_first: true, brand: b"mp42", ..PLAIN },
    ];
    for writer in writers {
        assert!(clean(&writer.file()).unwrap() == copy);
    }
}

#[test]
fn a_fragmented_clip_becomes_the_same_as_one_written_in_one_go() {
    let copy = clean(&PLAIN.file()).unwrap();
    assert!(clean(&fragmented()).unwrap() == copy);
}

/// The same clip with empty tables, and its samples in two fragments.
fn fragmented() -> Vec<u8> {
    let moov = PLAIN.moov(0, &[0], 0);
    let moov = without_tables(&moov[8..]);
    let defaults = [[1, 1, 1, 2, 0], [2, 1, 1, 0, 0x1_0000]];
    let defaults = defaults.iter().flat_map(|line| full(b"trex", 0, &numbers(line)));
    let mvex = boxed(b"mvex", &defaults.collect::<Vec<u8>>());
    let mut file = boxed(b"ftyp", b"iso5\0\0\0\0iso5");
    file.extend(boxed(b"moov", &[moov, mvex].concat()));
    for half in 0..2 {
        let pictures: Vec<Vec<u8>> = (half * 10..half * 10 + 10).map(picture).collect();
        let frames = &sound()[half * 1_600..half * 1_600 + 1_600];
        let sizes: Vec<u32> = pictures.iter().map(|picture| picture.len() as u32).collect();
        let pictures = pictures.concat();
        let moof = |at: u32| {
            let run = [&[10, at, 0][..], &sizes].concat();
            let video = [
                full(b"tfhd", 0x2_0000, &numbers(&[2])),
                full(b"tfdt", 0, &numbers(&[half as u32 * 10])),
                full(b"trun", 0x205, &numbers(&run)),
            ];
            let run = numbers(&[800, at + pictures.len() as u32]);
            let audio = [full(b"tfhd", 0x2_0000, &numbers(&[1])), full(b"trun", 1, &run)];
            let parts = [boxed(b"traf", &video.concat()), boxed(b"traf", &audio.concat())];
            boxed(b"moof", &parts.concat())
        };
        let moof = moof(moof(0).len() as u32 + 8);
        file.extend(moof);
        file.extend(boxed(b"mdat", &[&pictures[..], frames].concat()));
    }
    file
}

/// Boxes with all their tables of samples emptied.
fn without_tables(boxes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = boxes;
    while !rest.is_empty() {
        let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (kind, inside) = (&rest[4..8], &rest[8..size]);
        match kind {
            b"trak" | b"mdia" | b"minf" | b"stbl" => {
                out.extend(boxed(kind, &without_tables(inside)))
            }
            b"stts" | b"stsc" | b"stco" => out.extend(full(kind, 0, &[0; 4])),
            b"stsz" => out.extend(full(kind, 0, &[0; 8])),
            b"stss" => {}
            _ => out.extend_from_slice(&rest[..size]),
        }
        rest = &rest[size..];
    }
    out
}

#[test]
fn a_clip_cut_short_anywhere_is_refused_or_cleaned() {
    let file = Writer { tokens: true, pictures_per_chunk: 20, ..PLAIN }.file();
    let ends = (0..file.len()).filter(|end| *end < 1200 || file.len() - end < 300);
    for file in [&file, &fragmented()] {
        for end in ends.clone().filter(|end| *end < file.len()) {
            if let Ok(copy) = clean(&file[..end]) {
                crate::assert_no_token(&copy);
            }
        }
    }
}

#[test]
fn a_clip_with_any_byte_changed_is_refused_or_cleaned() {
    for original in [Writer { tokens: true, moov_first: true, ..PLAIN }.file(), fragmented()] {
        let mut file = original.clone();
        for at in (0..1900).step_by(2) {
            for value in [0, 1, 0xff] {
                file[at] = value;
                if let Ok(copy) = clean(&file) {
                    assert!(clean(&copy).is_ok_and(|again| again == copy), "byte {at}");
                }
            }
            file[at] = original[at];
        }
    }
}

#[test]
fn claimed_counts_are_checked_before_anything_is_kept_for_them() {
    let file = PLAIN.file();
    for table in [b"stts", b"stsc", b"stsz", b"stco", b"stss", b"elst"] {
        let places = file.windows(4).enumerate().filter(|(_, window)| window == table);
        for (at, _) in places {
            for field in [8, 12] {
                let mut file = file.clone();
                file[at + field..at + field + 4].copy_from_slice(&[0xff; 4]);
                if let Ok(copy) = clean(&file) {
                    assert!(copy.len() < 2 * file.len());
                }
            }
        }
    }
}

#[test]
fn a_clip_whose_samples_are_elsewhere_or_unknown_is_refused() {
    let file = PLAIN.file();
    let change = |from: &[u8], to: &[u8]| {
        let at = file.windows(from.len()).position(|window| window == from).unwrap();
        let mut file = file.clone();
        file[at..at + to.len()].copy_from_slice(to);
        clean(&file)
    };
    assert_eq!(change(b"vp08", b"encv"), Err(Error::UnknownCodec));
    assert_eq!(change(b"sowt", b"enca"), Err(Error::UnknownCodec));
    assert!(change(b"moov", b"moow").is_err());
}

/// A clip of some gigabytes that is never whole in memory.
struct Large {
    head: Vec<u8>,
    size_bytes: u64,
}

impl ByteSource for Large {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        for (place, byte) in (at..).zip(into.iter_mut()) {
            *byte = self.head.get(place as usize).copied().unwrap_or(0);
        }
        Ok(())
    }
}

#[test]
fn a_table_larger_than_a_long_clips_is_refused() {
    let mut head = PLAIN.moov(0, &[0], 0);
    let at = head.windows(4).position(|window| window == b"stts").unwrap();
    let grown = 64_u32 << 20;
    head[at - 4..at].copy_from_slice(&grown.to_be_bytes());
    let moov_bytes = 3_u32 << 30;
    head[..4].copy_from_slice(&moov_bytes.to_be_bytes());
    let mut source = Large { head, size_bytes: 3 << 30 };
    assert!(Clip::parse(&mut source, &Limits::default()).is_err());
}

#[test]
fn a_file_that_ends_in_its_first_box_is_refused() {
    for end in 0..24 {
        assert!(clean(&PLAIN.file()[..end]).is_err());
    }
}
