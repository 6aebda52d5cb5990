//! Clips of any length, written box by box, with hidden data around them. Their pictures and sound
//! can be a hole on the disk: then even a long one takes no room and no time.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// Pictures a second.
const RATE: u32 = 25;
/// Sound of two bytes a frame.
const FRAMES_A_PICTURE: u32 = 320;
/// Hidden in every clip.
const TOLD: &[u8] = b"Made by Robin, Harbour Street 7";

/// The pictures and the sound of a clip.
#[derive(Clone, Copy)]
pub(crate) struct Movie {
    /// `isom` or `qt  `.
    pub(crate) brand: &'static [u8; 4],
    pub(crate) pictures: u32,
    /// Every other picture has one byte more.
    pub(crate) picture_bytes: u32,
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

fn full(kind: &[u8; 4], flags: u32, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&flags.to_be_bytes()[..], content].concat())
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn matrix() -> Vec<u8> {
    numbers(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000])
}

impl Movie {
    /// How much the pictures and the sound are.
    pub(crate) fn media_bytes(self) -> u64 {
        self.pictures_bytes() + u64::from(self.frames()) * 2
    }

    fn pictures_bytes(self) -> u64 {
        self.picture_at(self.pictures)
    }

    fn picture_at(self, number: u32) -> u64 {
        u64::from(number) * u64::from(self.picture_bytes) + u64::from(number / 2)
    }

    fn frames(self) -> u32 {
        self.pictures * FRAMES_A_PICTURE
    }

    /// Writes it with something in every picture, for what must be seen to be whole.
    pub(crate) fn write(self, path: &Path) {
        let media: Vec<u8> = (0..self.media_bytes()).map(|at| ((at * 31) >> 3) as u8 | 1).collect();
        self.put(path, |file| file.write_all(&media).unwrap());
    }

    /// Writes it with nothing in its pictures, as a file with a hole.
    pub(crate) fn write_hole(self, path: &Path) {
        self.put(path, |file| {
            file.seek(SeekFrom::Current(self.media_bytes() as i64)).unwrap();
        });
    }

    fn put(self, path: &Path, media: impl Fn(&mut File)) {
        let mut file = File::create(path).unwrap();
        let ftyp = boxed(b"ftyp", &[&self.brand[..], &[0; 4], self.brand].concat());
        let at = ftyp.len() as u64 + 16;
        file.write_all(&ftyp).unwrap();
        file.write_all(&[&numbers(&[1])[..], b"mdat"].concat()).unwrap();
        file.write_all(&(self.media_bytes() + 16).to_be_bytes()).unwrap();
        media(&mut file);
        file.write_all(&self.moov(at)).unwrap();
    }

    fn moov(self, media_at: u64) -> Vec<u8> {
        let time = 3_783_613_387;
        let mut mvhd = numbers(&[time, time, RATE, self.pictures]);
        mvhd.extend([0, 1, 0, 0, 1, 0]);
        mvhd.extend([0; 10]);
        mvhd.extend(matrix());
        mvhd.extend([0; 24]);
        mvhd.extend(numbers(&[3]));
        let sound_at = media_at + self.pictures_bytes();
        let told = [&(TOLD.len() as u16).to_be_bytes()[..], &[0, 0], TOLD].concat();
        let content = [
            full(b"mvhd", 0, &mvhd),
            self.track(1, b"vide", &self.picture_tables(media_at)),
            self.track(2, b"soun", &self.sound_tables(sound_at)),
            boxed(b"udta", &boxed(b"\xa9nam", &told)),
        ];
        boxed(b"moov", &content.concat())
    }

    fn track(self, id: u32, handler: &[u8; 4], tables: &[u8]) -> Vec<u8> {
        let is_picture = handler == b"vide";
        let units = if is_picture { RATE } else { RATE * FRAMES_A_PICTURE };
        let length = if is_picture { self.pictures } else { self.frames() };
        let mut tkhd = numbers(&[0, 0, id, 0, self.pictures]);
        tkhd.extend([0; 16]);
        tkhd.extend(matrix());
        tkhd.extend(numbers(&[64 << 16, 48 << 16]));
        let mdhd = [numbers(&[0, 0, units, length]), vec![0x55, 0xc4, 0, 0]].concat();
        let hdlr = [&[0; 4][..], handler, &[0; 13]].concat();
        let header = match is_picture {
            true => full(b"vmhd", 1, &[0; 8]),
            false => full(b"smhd", 0, &[0; 4]),
        };
        let dref = [numbers(&[1]), full(b"url ", 1, b"")].concat();
        let dinf = boxed(b"dinf", &full(b"dref", 0, &dref));
        let minf = boxed(b"minf", &[header, dinf, boxed(b"stbl", tables)].concat());
        let media = [full(b"mdhd", 0, &mdhd), full(b"hdlr", 0, &hdlr), minf].concat();
        boxed(b"trak", &[full(b"tkhd", 7, &tkhd), boxed(b"mdia", &media)].concat())
    }

    fn picture_tables(self, at: u64) -> Vec<u8> {
        let mut entry = [numbers(&[0, 1]), vec![0; 16]].concat();
        entry.extend([0, 64, 0, 48, 0, 72, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0, 1]);
        entry.extend([0; 32]);
        entry.extend([0, 24, 0xff, 0xff]);
        entry.extend(full(b"vpcC", 0x0100_0000, &[0, 10, 0x80, 1, 1, 1, 0, 0]));
        let sizes = (0..self.pictures).map(|number| self.picture_bytes + number % 2);
        let sizes = [0, self.pictures].into_iter().chain(sizes).collect::<Vec<_>>();
        let seconds = (0..self.pictures).step_by(RATE as usize);
        let places = seconds.map(|first| at + self.picture_at(first)).collect::<Vec<_>>();
        let lengths = [1, 1, RATE, 1];
        tables(&boxed(b"vp08", &entry), self.pictures, &lengths, &sizes, &places)
    }

    fn sound_tables(self, at: u64) -> Vec<u8> {
        let mut entry = [numbers(&[0, 1]), vec![0; 8]].concat();
        entry.extend([0, 1, 0, 16, 0, 0, 0, 0]);
        entry.extend(numbers(&[(RATE * FRAMES_A_PICTURE) << 16]));
        let frames = self.frames();
        tables(&boxed(b"sowt", &entry), frames, &[1, 1, frames, 1], &[2, frames], &[at])
    }
}

fn tables(entry: &[u8], samples: u32, lengths: &[u32], sizes: &[u32], places: &[u64]) -> Vec<u8> {
    let places: Vec<u8> = places.iter().flat_map(|place| place.to_be_bytes()).collect();
    let count = places.len() as u32 / 8;
    [
        full(b"stsd", 0, &[&numbers(&[1])[..], entry].concat()),
        full(b"stts", 0, &numbers(&[1, samples, 1])),
        full(b"stsc", 0, &numbers(lengths)),
        full(b"stsz", 0, &numbers(sizes)),
        full(b"co64", 0, &[numbers(&[count]), places].concat()),
    ]
    .concat()
}
