//! Reads a WebP chunk by chunk: what the picture needs goes into a model, the rest is remembered
//! as extras. Follows libwebp where files bend the rules, because that is what viewers do.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::limits::{Limits, Size};
use crate::webp::alpha::Alpha;
use crate::webp::lossless::Lossless;
use crate::webp::lossy::Lossy;

/// A chunk: its name and where its data are.
#[derive(Clone)]
pub(crate) struct Chunk {
    pub(crate) name: [u8; 4],
    pub(crate) data: Range<usize>,
}

impl Chunk {
    /// The chunk with name and size, without its padding.
    pub(crate) fn whole(&self) -> Range<usize> {
        self.data.start - 8..self.data.end
    }
}

/// One coded picture, with its alpha if that is apart.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) size: Size,
    pub(crate) alpha: Option<Alpha>,
    pub(crate) coded: Coded,
    pub(crate) has_alpha: bool,
}

/// The chunk with the picture: `VP8 ` or `VP8L`.
#[derive(Clone)]
pub(crate) enum Coded {
    Lossy(Lossy),
    Lossless(Lossless),
}

/// One frame of an animation: where it goes, how long it stays, what is in it.
pub(crate) struct Frame {
    pub(crate) control: Range<usize>,
    pub(crate) picture: Picture,
}

/// The picture or pictures.
pub(crate) enum Content {
    Still(Picture),
    Animated { control: Range<usize>, frames: Vec<Frame> },
}

/// The flags of an extended file (VP8X).
#[derive(Clone, Copy)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) const ANIMATION: u8 = 0x02;
    pub(crate) const XMP: u8 = 0x04;
    pub(crate) const EXIF: u8 = 0x08;
    pub(crate) const ALPHA: u8 = 0x10;
    pub(crate) const PROFILE: u8 = 0x20;

    pub(crate) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// Everything a file says, before it is judged.
pub(crate) struct Parts {
    pub(crate) size: Size,
    pub(crate) flags: Option<Flags>,
    pub(crate) content: Content,
    pub(crate) extras: Vec<Chunk>,
    /// Bytes between or after the chunks.
    pub(crate) loose: Vec<Range<usize>>,
    pub(crate) after_end: Range<usize>,
}

const HEAD_BYTES: usize = 12;
/// An animation frame's own fields before the chunks in it.
const FRAME_CONTROL_BYTES: usize = 16;
/// Frames may have this many pixels for each byte of the file, however many they are together.
const PIXELS_PER_BYTE_MAX: u64 = 256;

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    part_count: usize,
    extras: Vec<Chunk>,
    loose: Vec<Range<usize>>,
    pixels_left: u64,
}

/// What was found so far at one level.
#[derive(Default)]
struct Pieces {
    alpha: Option<Range<usize>>,
    picture: Option<Head>,
}

/// What the header of a coded picture says.
struct Head {
    size: Size,
    is_lossy: bool,
    data: Range<usize>,
    has_alpha: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &'a Limits) -> Self {
        let pixels_left = limits.pixels_max.max(bytes.len() as u64 * PIXELS_PER_BYTE_MAX);
        let (extras, loose) = (Vec::new(), Vec::new());
        Self { bytes, limits, part_count: 0, extras, loose, pixels_left }
    }

    pub(crate) fn read(mut self) -> Result<Parts, Error> {
        let claimed = 8_usize.saturating_add(u32_at(self.bytes, 4) as usize);
        let end = claimed.min(self.bytes.len());
        let chunks = self.chunks(HEAD_BYTES..end)?;
        let extended = match chunks.first() {
            Some(first) if &first.name == b"VP8X" => Some(self.extended(first)?),
            Some(_) => None,
            None => return Err(Error::cut_short(end)),
        };
        let flags = extended.map(|(flags, _)| flags);
        let is_animated = flags.is_some_and(|flags| flags.has(Flags::ANIMATION));
        let content = if is_animated { self.animation(&chunks)? } else { self.still(&chunks)? };
        let size = match (&content, extended) {
            (Content::Still(picture), None) => picture.size,
            (Content::Still(picture), Some((_, canvas))) if picture.size == canvas => canvas,
            (Content::Animated { .. }, Some((_, canvas))) => canvas,
            _ => return Err(Error::damaged(Part::Header, HEAD_BYTES)),
        };
        self.limits.check_size(size)?;
        if let Content::Animated { frames, .. } = &content {
            self.check_frames(frames, size)?;
        }
        let after_end = end..self.bytes.len();
        Ok(Parts { size, flags, content, extras: self.extras, loose: self.loose, after_end })
    }

    /// The chunks of a range, in order. Where one does not end inside the range, nobody can tell
    /// what belongs to which, and the file is refused; a few bytes too many at the end are loose.
    fn chunks(&mut self, range: Range<usize>) -> Result<Vec<Chunk>, Error> {
        let mut chunks = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let head = self.bytes.get(at..range.end).and_then(|rest| rest.get(..8));
            let chunk = head.map(|head| Chunk {
                name: [head[0], head[1], head[2], head[3]],
                data: at + 8..(at + 8).saturating_add(u32_at(head, 4) as usize),
            });
            let Some(chunk) = chunk else {
                self.loose.push(at..range.end);
                break;
            };
            if chunk.data.end > self.bytes.len() {
                return Err(Error::cut_short(at));
            }
            if chunk.data.end > range.end {
                return Err(Error::damaged(Part::Container, at));
            }
            self.part_count += 1;
            self.limits.check_parts(self.part_count)?;
            at = chunk.data.end;
            if chunk.data.len() % 2 == 1 {
                if self.bytes.get(at).is_some_and(|padding| *padding != 0) && at < range.end {
                    self.loose.push(at..at + 1);
                }
                at += 1;
            }
            chunks.push(chunk);
        }
        Ok(chunks)
    }

    fn extended(&mut self, chunk: &Chunk) -> Result<(Flags, Size), Error> {
        let data = &self.bytes[chunk.data.clone()];
        if data.len() < 10 {
            return Err(Error::damaged(Part::Header, chunk.data.start));
        }
        if data.len() > 10 {
            self.loose.push(chunk.data.start + 10..chunk.data.end);
        }
        Ok((Flags(data[0]), size_minus_one(&data[4..10])))
    }

    fn still(&mut self, chunks: &[Chunk]) -> Result<Content, Error> {
        let mut pieces = Pieces::default();
        for chunk in chunks {
            if !self.take_piece(&mut pieces, chunk)? && &chunk.name != b"VP8X" {
                self.extras.push(chunk.clone());
            }
        }
        Ok(Content::Still(self.picture(pieces, HEAD_BYTES)?))
    }

    fn animation(&mut self, chunks: &[Chunk]) -> Result<Content, Error> {
        let damaged = |chunk: &Chunk| Error::damaged(Part::Animation, chunk.data.start);
        let (mut control, mut frames) = (None, Vec::new());
        for chunk in chunks {
            match &chunk.name {
                b"VP8X" => {}
                b"ANIM" if control.is_none() => {
                    if chunk.data.len() != 6 {
                        return Err(damaged(chunk));
                    }
                    control = Some(chunk.data.clone());
                }
                b"ANMF" => frames.push(self.frame(chunk)?),
                _ => self.extras.push(chunk.clone()),
            }
        }
        let control = control.filter(|_| !frames.is_empty());
        let control = control.ok_or(Error::damaged(Part::Animation, HEAD_BYTES))?;
        Ok(Content::Animated { control, frames })
    }

    fn frame(&mut self, chunk: &Chunk) -> Result<Frame, Error> {
        let damaged = Error::damaged(Part::Animation, chunk.data.start);
        if chunk.data.len() < FRAME_CONTROL_BYTES {
            return Err(damaged);
        }
        let control = chunk.data.start..chunk.data.start + FRAME_CONTROL_BYTES;
        let mut pieces = Pieces::default();
        for inner in self.chunks(control.end..chunk.data.end)? {
            if !self.take_piece(&mut pieces, &inner)? {
                self.extras.push(inner);
            }
        }
        let picture = self.picture(pieces, chunk.data.start)?;
        if picture.size != size_minus_one(&self.bytes[control.start + 6..control.start + 12]) {
            return Err(damaged);
        }
        Ok(Frame { control, picture })
    }

    /// Whether the chunk is the first picture or alpha at its level.
    fn take_piece(&self, pieces: &mut Pieces, chunk: &Chunk) -> Result<bool, Error> {
        if pieces.picture.is_some() {
            return Ok(false);
        }
        match &chunk.name {
            b"ALPH" if pieces.alpha.is_none() && !chunk.data.is_empty() => {
                pieces.alpha = Some(chunk.data.clone());
            }
            b"VP8 " => pieces.picture = Some(lossy(self.bytes, chunk)?),
            b"VP8L" => pieces.picture = Some(lossless(self.bytes, chunk)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts picture and alpha together, and reads both to their ends.
    fn picture(&mut self, pieces: Pieces, at: usize) -> Result<Picture, Error> {
        let Head { size, is_lossy, data, mut has_alpha } =
            pieces.picture.ok_or(Error::cut_short(at))?;
        self.limits.check_size(size)?;
        let Size { width, height } = size;
        let left = self.pixels_left.checked_sub(u64::from(width) * u64::from(height));
        self.pixels_left = left.ok_or(Error::PictureTooBig { width, height })?;
        if !is_lossy {
            // A lossless picture has its alpha inside.
            if let Some(data) = pieces.alpha {
                self.extras.push(Chunk { name: *b"ALPH", data });
            }
            let lossless = Lossless::read(self.bytes, data.clone(), size)?;
            self.loose.extend(Some(lossless.end()..data.end).filter(|at| !at.is_empty()));
            return Ok(Picture { size, alpha: None, coded: Coded::Lossless(lossless), has_alpha });
        }
        let lossy = Lossy::read(self.bytes, data.clone())?;
        self.loose.extend(lossy.behind(self.bytes, &data));
        let mut alpha = None;
        if let Some(at) = pieces.alpha {
            let read = Alpha::read(self.bytes, at.clone(), size)?;
            self.loose.extend(Some(read.end()..at.end).filter(|at| !at.is_empty()));
            has_alpha = true;
            alpha = Some(read);
        }
        Ok(Picture { size, alpha, coded: Coded::Lossy(lossy), has_alpha })
    }

    fn check_frames(&self, frames: &[Frame], canvas: Size) -> Result<(), Error> {
        for frame in frames {
            let control = &self.bytes[frame.control.clone()];
            // Offsets are stored halved.
            let (left, top) = (u24_at(control, 0) * 2, u24_at(control, 3) * 2);
            let Size { width, height } = frame.picture.size;
            if left + width > canvas.width || top + height > canvas.height {
                return Err(Error::damaged(Part::Animation, frame.control.start));
            }
        }
        Ok(())
    }
}

/// A lossy picture's header: a key frame with its size.
fn lossy(bytes: &[u8], chunk: &Chunk) -> Result<Head, Error> {
    let damaged = Error::damaged(Part::PictureData, chunk.data.start);
    let data = &bytes[chunk.data.clone()];
    let Some(([tag @ .., 0x9d, 0x01, 0x2a], rest)) = data.split_first_chunk::<6>() else {
        return Err(damaged);
    };
    let tag = u24_at(tag, 0);
    let is_key_frame = tag & 1 == 0;
    let [width_low, width_high, height_low, height_high, rest @ ..] = rest else {
        return Err(damaged);
    };
    let first_partition_bytes = (tag >> 5) as usize;
    let side = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]) & 0x3fff);
    let size = Size { width: side(width_low, width_high), height: side(height_low, height_high) };
    if !is_key_frame || size.width == 0 || size.height == 0 || first_partition_bytes > rest.len() {
        return Err(damaged);
    }
    Ok(Head { size, is_lossy: true, data: chunk.data.clone(), has_alpha: false })
}

/// A lossless picture's header: its signature, size and whether alpha is used.
fn lossless(bytes: &[u8], chunk: &Chunk) -> Result<Head, Error> {
    let damaged = Error::damaged(Part::PictureData, chunk.data.start);
    let data = &bytes[chunk.data.clone()];
    if data.first() != Some(&0x2f) || data.len() < 6 {
        return Err(damaged);
    }
    let bits = u32_at(data, 1);
    let version = bits >> 29;
    if version != 0 {
        return Err(damaged);
    }
    let size = Size { width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1 };
    let has_alpha = bits >> 28 & 1 == 1;
    Ok(Head { size, is_lossy: false, data: chunk.data.clone(), has_alpha })
}

fn size_minus_one(raw: &[u8]) -> Size {
    Size { width: u24_at(raw, 0) + 1, height: u24_at(raw, 3) + 1 }
}

fn u24_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 3).map_or(0, |raw| u32::from_le_bytes([raw[0], raw[1], raw[2], 0]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |raw| u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]))
}
