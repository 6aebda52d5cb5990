//! Reads a PNG chunk by chunk: what the picture needs goes into a model, the rest is remembered
//! as extras.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::limits::{Limits, Size};
use crate::png::SIGNATURE;

/// The picture's header (IHDR).
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) size: Size,
    pub(crate) depth: u8,
    pub(crate) colour_type: u8,
    pub(crate) interlaced: bool,
}

/// A chunk: its name and where its data are.
#[derive(Clone)]
pub(crate) struct Chunk {
    pub(crate) name: [u8; 4],
    pub(crate) data: Range<usize>,
}

impl Chunk {
    /// The whole chunk with length, name and checksum.
    pub(crate) fn whole(&self) -> Range<usize> {
        self.data.start - 8..self.data.end + 4
    }
}

/// One frame of an animation.
pub(crate) struct Frame {
    /// Where its control data are (fcTL, from the width on).
    pub(crate) control: Range<usize>,
    pub(crate) size: Size,
    /// Its compressed data, in pieces; empty if it is the default image.
    pub(crate) pieces: Vec<Range<usize>>,
    pub(crate) is_default_image: bool,
}

/// Everything a file says, before it is judged.
pub(crate) struct Parts {
    pub(crate) header: Header,
    /// Chunks that are known, wanted and valid; at most one of each name.
    pub(crate) wanted: Vec<Chunk>,
    /// The compressed picture, in pieces.
    pub(crate) image: Vec<Range<usize>>,
    /// How often an animation plays; there is none if there are no frames.
    pub(crate) plays: u32,
    pub(crate) frames: Vec<Frame>,
    pub(crate) extras: Vec<Chunk>,
    pub(crate) after_end: Range<usize>,
}

const CONTROL_BYTES: usize = 26;

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    parts: Parts,
    animation: Option<u32>,
    next_sequence: u32,
    image_is_over: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, Error> {
        let first = chunk_at(bytes, SIGNATURE.len())?;
        let header = header(bytes, &first)?;
        limits.check_size(header.size)?;
        let parts = Parts {
            header,
            wanted: Vec::new(),
            image: Vec::new(),
            plays: 0,
            frames: Vec::new(),
            extras: Vec::new(),
            after_end: bytes.len()..bytes.len(),
        };
        Ok(Self { bytes, limits, parts, animation: None, next_sequence: 0, image_is_over: false })
    }

    pub(crate) fn read(mut self) -> Result<Parts, Error> {
        let mut at = SIGNATURE.len() + 25;
        let mut count = 0;
        loop {
            let chunk = chunk_at(self.bytes, at)?;
            count += 1;
            self.limits.check_parts(count)?;
            at = chunk.whole().end;
            let is_critical = chunk.name[0].is_ascii_uppercase();
            if !checksum_fits(self.bytes, &chunk) {
                if is_critical {
                    return Err(Error::damaged(Part::Container, chunk.whole().start));
                }
                // Viewers skip optional chunks whose checksum is wrong.
                self.parts.extras.push(chunk);
                continue;
            }
            if &chunk.name == b"IEND" {
                if !chunk.data.is_empty() {
                    self.parts.extras.push(chunk);
                }
                self.parts.after_end = at..self.bytes.len();
                return self.finish();
            }
            self.chunk(chunk)?;
        }
    }

    fn chunk(&mut self, chunk: Chunk) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Container, chunk.whole().start);
        let before_image = self.parts.image.is_empty();
        if !before_image && &chunk.name != b"IDAT" {
            self.image_is_over = true;
        }
        match &chunk.name {
            b"IDAT" if self.image_is_over => self.parts.extras.push(chunk),
            b"IDAT" => self.parts.image.push(chunk.data),
            b"acTL" if before_image && self.animation.is_none() && chunk.data.len() == 8 => {
                self.animation = Some(u32_at(self.bytes, chunk.data.start));
                self.parts.plays = u32_at(self.bytes, chunk.data.start + 4);
            }
            b"fcTL" if self.animation.is_some() => self.frame_control(&chunk)?,
            b"fdAT" if self.animation.is_some() => self.frame_data(&chunk)?,
            b"PLTE" | b"tRNS" | b"bKGD" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"cICP"
            | b"mDCV" | b"cLLI"
                if before_image && self.is_wanted(&chunk) =>
            {
                self.parts.wanted.push(chunk);
            }
            // A second header, an unknown part without which there is no picture.
            b"IHDR" => return Err(damaged),
            name if name[0].is_ascii_uppercase() && name != b"PLTE" => return Err(damaged),
            _ => self.parts.extras.push(chunk),
        }
        Ok(())
    }

    /// Whether a chunk says something valid that has not been said yet.
    fn is_wanted(&self, chunk: &Chunk) -> bool {
        let Header { depth, colour_type, .. } = self.parts.header;
        let size = chunk.data.len();
        let palette = self.wanted(b"PLTE").map_or(0, |palette| palette.data.len() / 3);
        let fits = match &chunk.name {
            b"PLTE" => {
                colour_type == 3
                    && size > 0
                    && size.is_multiple_of(3)
                    && size / 3 <= 1 << depth.min(8)
            }
            b"tRNS" => match colour_type {
                0 => size == 2,
                2 => size == 6,
                3 => size > 0 && size <= palette,
                _ => false,
            },
            b"bKGD" => match colour_type {
                3 => size == 1 && usize::from(self.bytes[chunk.data.start]) < palette,
                0 | 4 => size == 2,
                _ => size == 6,
            },
            b"gAMA" | b"cICP" => size == 4,
            b"cHRM" => size == 32,
            b"sRGB" => size == 1 && self.bytes[chunk.data.start] < 4,
            b"mDCV" => size == 24,
            b"cLLI" => size == 8,
            _ => true,
        };
        fits && self.wanted(&chunk.name).is_none()
    }

    fn wanted(&self, name: &[u8; 4]) -> Option<&Chunk> {
        self.parts.wanted.iter().find(|chunk| &chunk.name == name)
    }

    fn frame_control(&mut self, chunk: &Chunk) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Animation, chunk.whole().start);
        if chunk.data.len() != CONTROL_BYTES || !self.take_sequence(chunk) {
            return Err(damaged);
        }
        let number = |index: usize| u32_at(self.bytes, chunk.data.start + 4 + index * 4);
        let size = Size { width: number(0), height: number(1) };
        let fits = |offset: u32, length: u32, whole: u32| {
            length > 0 && offset.checked_add(length).is_some_and(|end| end <= whole)
        };
        let canvas = self.parts.header.size;
        if !fits(number(2), size.width, canvas.width)
            || !fits(number(3), size.height, canvas.height)
        {
            return Err(damaged);
        }
        let [dispose, blend] = [self.bytes[chunk.data.end - 2], self.bytes[chunk.data.end - 1]];
        if dispose > 2 || blend > 1 {
            return Err(damaged);
        }
        let is_default_image = self.parts.image.is_empty();
        if is_default_image && (!self.parts.frames.is_empty() || size != canvas) {
            return Err(damaged);
        }
        let control = chunk.data.start + 4..chunk.data.end;
        self.parts.frames.push(Frame { control, size, pieces: Vec::new(), is_default_image });
        Ok(())
    }

    fn frame_data(&mut self, chunk: &Chunk) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Animation, chunk.whole().start);
        if chunk.data.len() < 4 || !self.take_sequence(chunk) {
            return Err(damaged);
        }
        let frame = self.parts.frames.last_mut().filter(|frame| !frame.is_default_image);
        frame.ok_or(damaged)?.pieces.push(chunk.data.start + 4..chunk.data.end);
        Ok(())
    }

    fn take_sequence(&mut self, chunk: &Chunk) -> bool {
        let fits = u32_at(self.bytes, chunk.data.start) == self.next_sequence;
        self.next_sequence += 1;
        fits
    }

    fn finish(self) -> Result<Parts, Error> {
        let end = self.parts.after_end.start;
        if self.parts.image.is_empty() {
            return Err(Error::cut_short(end));
        }
        if self.parts.header.colour_type == 3 && self.wanted(b"PLTE").is_none() {
            return Err(Error::damaged(Part::Table, end));
        }
        let frames = &self.parts.frames;
        if self.animation.is_some_and(|count| count as usize != frames.len() || count == 0)
            || frames.iter().any(|frame| frame.pieces.is_empty() != frame.is_default_image)
        {
            return Err(Error::damaged(Part::Animation, end));
        }
        Ok(self.parts)
    }
}

fn chunk_at(bytes: &[u8], at: usize) -> Result<Chunk, Error> {
    let cut_short = Error::cut_short(at);
    let head = bytes.get(at..at + 8).ok_or(cut_short)?;
    let name = [head[4], head[5], head[6], head[7]];
    let size = u32_at(head, 0) as usize;
    if size > i32::MAX as usize || !name.iter().all(u8::is_ascii_alphabetic) {
        return Err(Error::damaged(Part::Container, at));
    }
    let data = at + 8..at + 8 + size;
    if bytes.len() < data.end + 4 {
        return Err(cut_short);
    }
    Ok(Chunk { name, data })
}

fn checksum_fits(bytes: &[u8], chunk: &Chunk) -> bool {
    let covered = &bytes[chunk.data.start - 4..chunk.data.end];
    crc32fast::hash(covered) == u32_at(bytes, chunk.data.end)
}

fn header(bytes: &[u8], chunk: &Chunk) -> Result<Header, Error> {
    let damaged = Error::damaged(Part::Header, chunk.whole().start);
    if &chunk.name != b"IHDR" || chunk.data.len() != 13 || !checksum_fits(bytes, chunk) {
        return Err(damaged);
    }
    let at = chunk.data.start;
    let size = Size { width: u32_at(bytes, at), height: u32_at(bytes, at + 4) };
    let [depth, colour_type, compression, filter, interlace] =
        [bytes[at + 8], bytes[at + 9], bytes[at + 10], bytes[at + 11], bytes[at + 12]];
    let depth_fits = match colour_type {
        0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
        3 => matches!(depth, 1 | 2 | 4 | 8),
        2 | 4 | 6 => matches!(depth, 8 | 16),
        _ => false,
    };
    if size.width == 0 || size.height == 0 || !depth_fits {
        return Err(damaged);
    }
    if compression != 0 || filter != 0 || interlace > 1 {
        return Err(damaged);
    }
    Ok(Header { size, depth, colour_type, interlaced: interlace == 1 })
}

/// The number at a place that the caller has checked to be inside.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |raw| u32::from_be_bytes([raw[0], raw[1], raw[2], raw[3]]))
}
