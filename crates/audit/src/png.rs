//! PNG and animated PNG: known chunks in their one order, right checksums, no spare bits.

mod checksum;

use crate::Depth;
use crate::residue::{Residue, What};
use crate::walk::Walk;
use crate::{exif, icc, inflate};

/// Samples are cut into chunks of this size; only the last one of a picture is smaller.
const DATA_CHUNK_BYTES: usize = 1 << 20;
const PROFILE_BYTES_MAX: usize = 8 << 20;
const UNPACKED_BYTES_MAX: u64 = 1 << 32;

/// What is remembered while walking through the chunks.
struct Png<'a> {
    depth: Depth,
    header: Header,
    /// Place in [`ORDER`] of the last chunk.
    reached: usize,
    colours: usize,
    frames_left: u32,
    sequence: u32,
    picture: Picture<'a>,
}

/// One compressed picture: the default image or a frame.
struct Picture<'a> {
    width: u32,
    height: u32,
    name: [u8; 4],
    pieces: Vec<&'a [u8]>,
}

#[derive(Clone, Copy)]
struct Header {
    width: u32,
    height: u32,
    bits: u8,
    colour_type: u8,
    interlaced: bool,
}

/// Every chunk there may be before the samples, in order.
const ORDER: [&[u8; 4]; 13] = [
    b"cICP", b"mDCV", b"cLLI", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf", b"PLTE", b"tRNS",
    b"bKGD", b"acTL", b"fcTL",
];
const BEHIND_COLOUR: usize = 7;
const SAMPLES: usize = ORDER.len();

pub(crate) fn audit(bytes: &[u8], depth: Depth) -> Result<(), Residue> {
    let mut file = Walk::new(bytes);
    file.expect(b"\x89PNG\r\n\x1a\n", What::Field)?;
    let (name, data) = chunk(&mut file)?;
    file.require(&name == b"IHDR", What::Misplaced)?;
    let header = Header::read(data)?;
    let picture = Picture::new(header.width, header.height, *b"IDAT");
    let mut png =
        Png { depth, header, reached: 0, colours: 0, frames_left: 0, sequence: 0, picture };
    loop {
        let (name, data) = chunk(&mut file)?;
        if &name == b"IEND" {
            data.end(What::AfterEnd)?;
            png.finish_picture(&file)?;
            file.require(png.frames_left == 0, What::CutShort)?;
            return file.end(What::AfterEnd);
        }
        png.chunk(&name, data)?;
    }
}

/// The next chunk, its checksum checked.
fn chunk<'a>(file: &mut Walk<'a>) -> Result<([u8; 4], Walk<'a>), Residue> {
    let size = file.u32()? as usize;
    let covered = file.rest();
    let name = file.array()?;
    let data = file.part(size)?;
    let checksum = file.u32()?;
    let fits = checksum::of(&covered[..size + 4]) == checksum;
    file.require(fits, What::Checksum)?;
    Ok((name, data))
}

impl Header {
    fn read(mut data: Walk<'_>) -> Result<Self, Residue> {
        let (width, height) = (data.u32()?, data.u32()?);
        let [bits, colour_type] = data.array()?;
        data.zeros(2, What::Field)?;
        let interlace = data.u8()?;
        data.end(What::UnknownPart)?;
        let fits = match colour_type {
            0 => matches!(bits, 1 | 2 | 4 | 8 | 16),
            3 => matches!(bits, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(bits, 8 | 16),
            _ => false,
        };
        data.require(fits && width > 0 && height > 0 && interlace < 2, What::Field)?;
        Ok(Self { width, height, bits, colour_type, interlaced: interlace == 1 })
    }
}

impl<'a> Png<'a> {
    fn chunk(&mut self, name: &[u8; 4], data: Walk<'a>) -> Result<(), Residue> {
        match name {
            b"IDAT" => {
                data.require(self.picture.name == *b"IDAT", What::Misplaced)?;
                self.reached = SAMPLES;
                self.picture.add(data)
            }
            b"fdAT" => self.frame_data(data),
            b"fcTL" => self.frame_control(data),
            _ => {
                let place = ORDER.iter().position(|known| *known == name);
                let place = place.ok_or(data.residue(What::UnknownPart))?;
                data.require(place >= self.reached, What::Misplaced)?;
                // A profile or the word sRGB is all that is said about colour.
                let says_all = matches!(name, b"iCCP" | b"sRGB");
                self.reached = if says_all { BEHIND_COLOUR } else { place + 1 };
                self.before_samples(name, data)
            }
        }
    }

    fn before_samples(&mut self, name: &[u8; 4], mut data: Walk<'_>) -> Result<(), Residue> {
        let size = data.left();
        let fits = match name {
            b"cICP" | b"gAMA" => size == 4,
            b"mDCV" => size == 24,
            b"cLLI" => size == 8,
            b"cHRM" => size == 32,
            b"sRGB" => data.rest() == [0],
            b"iCCP" => return profile(data),
            b"eXIf" => return exif::audit(data),
            b"PLTE" => {
                self.colours = size / 3;
                let most = 1 << self.header.bits.min(8);
                self.header.colour_type == 3
                    && size.is_multiple_of(3)
                    && (1..=most).contains(&self.colours)
            }
            b"tRNS" | b"bKGD" => return self.single_colour(name, data),
            _ => {
                self.frames_left = data.u32()?;
                let _plays = data.u32()?;
                self.frames_left > 0 && data.is_done()
            }
        };
        data.require(fits, What::Field)
    }

    /// Colours of 16 bits a channel, of which only as many as the depth may be used.
    fn single_colour(&self, name: &[u8; 4], data: Walk<'_>) -> Result<(), Residue> {
        let colour = data.rest();
        let Header { bits, colour_type, .. } = self.header;
        let is_background = name == b"bKGD";
        if colour_type == 3 {
            let fits = match colour {
                [index] if is_background => usize::from(*index) < self.colours,
                _ => !is_background && (1..=self.colours).contains(&colour.len()),
            };
            return data.require(fits, What::Field);
        }
        let channels = match colour_type {
            0 => 1,
            2 => 3,
            4 if is_background => 1,
            6 if is_background => 3,
            _ => return data.refuse(What::Unused),
        };
        let most = (1_u32 << bits) - 1;
        let mut values = colour.chunks(2).map(|pair| match pair {
            [high, low] => u32::from(*high) << 8 | u32::from(*low),
            _ => u32::MAX,
        });
        let fits = colour.len() == channels * 2 && values.all(|value| value <= most);
        data.require(fits, What::Padding)
    }

    fn frame_control(&mut self, mut data: Walk<'a>) -> Result<(), Residue> {
        data.require(self.frames_left > 0, What::Misplaced)?;
        self.sequence(&mut data)?;
        self.frames_left -= 1;
        let [width, height, left, top] = [data.u32()?, data.u32()?, data.u32()?, data.u32()?];
        let _delay: [u8; 4] = data.array()?;
        let [dispose, blend] = data.array()?;
        data.end(What::UnknownPart)?;
        let Header { width: whole_width, height: whole_height, .. } = self.header;
        let inside = |offset: u32, length: u32, whole: u32| {
            length > 0 && offset.checked_add(length).is_some_and(|end| end <= whole)
        };
        let fits = inside(left, width, whole_width) && inside(top, height, whole_height);
        data.require(fits && dispose < 3 && blend < 2, What::Field)?;
        if self.reached < SAMPLES {
            // This frame is the default image.
            self.reached = SAMPLES;
            return data.require((width, height) == (whole_width, whole_height), What::Field);
        }
        let next = Picture::new(width, height, *b"fdAT");
        self.finish_picture(&data)?;
        self.picture = next;
        Ok(())
    }

    fn frame_data(&mut self, mut data: Walk<'a>) -> Result<(), Residue> {
        data.require(self.picture.name == *b"fdAT", What::Misplaced)?;
        self.sequence(&mut data)?;
        self.picture.add(data)
    }

    fn sequence(&mut self, data: &mut Walk<'_>) -> Result<(), Residue> {
        data.expect(&self.sequence.to_be_bytes(), What::Field)?;
        self.sequence += 1;
        Ok(())
    }

    fn finish_picture(&self, at: &Walk<'_>) -> Result<(), Residue> {
        let size: usize = self.picture.pieces.iter().map(|piece| piece.len()).sum();
        // Header, an empty block, checksum.
        at.require(size >= 8, What::CutShort)?;
        if self.depth == Depth::Structure {
            return Ok(());
        }
        let wanted = unpacked_bytes(self.header, self.picture.width, self.picture.height);
        at.require(wanted <= UNPACKED_BYTES_MAX, What::Codes)?;
        let unpacked = inflate::unpack(&self.picture.pieces.concat(), wanted as usize);
        let is_exact = unpacked.is_some_and(|unpacked| unpacked.len() as u64 == wanted);
        at.require(is_exact, What::Codes)
    }
}

impl<'a> Picture<'a> {
    fn new(width: u32, height: u32, name: [u8; 4]) -> Self {
        Self { width, height, name, pieces: Vec::new() }
    }

    fn add(&mut self, data: Walk<'a>) -> Result<(), Residue> {
        let is_first = self.pieces.is_empty();
        let follows = self.pieces.last().is_none_or(|last| last.len() == DATA_CHUNK_BYTES);
        let size = data.left();
        data.require(follows && (1..=DATA_CHUNK_BYTES).contains(&size), What::Field)?;
        data.require(!is_first || inflate::has_header(data.rest()), What::Codes)?;
        self.pieces.push(data.rest());
        Ok(())
    }
}

fn profile(mut data: Walk<'_>) -> Result<(), Residue> {
    data.expect(b"icc\0\0", What::Text)?;
    let profile = inflate::unpack(data.rest(), PROFILE_BYTES_MAX);
    icc::audit(&profile.ok_or(data.residue(What::Profile))?, data.offset())
}

/// Bytes of all rows, each with its filter's number before it.
fn unpacked_bytes(header: Header, width: u32, height: u32) -> u64 {
    let channels = [1, 0, 3, 1, 2, 0, 4][usize::from(header.colour_type)];
    let picture = |width: u64, height: u64| match width {
        0 => 0,
        _ => height.saturating_mul(1 + (width * channels * u64::from(header.bits)).div_ceil(8)),
    };
    let (width, height) = (u64::from(width), u64::from(height));
    if !header.interlaced {
        return picture(width, height);
    }
    // Adam7: which column and row each pass begins with, and its steps.
    let starts = [(0, 0), (4, 0), (0, 4), (2, 0), (0, 2), (1, 0), (0, 1)];
    let steps = [(8, 8), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2)];
    let pass = |((x, y), (across, down)): ((u64, u64), (u64, u64))| {
        let columns = width.saturating_sub(x).div_ceil(across);
        picture(columns, height.saturating_sub(y).div_ceil(down))
    };
    starts.into_iter().zip(steps).map(pass).fold(0, u64::saturating_add)
}
