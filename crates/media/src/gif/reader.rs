//! Reads a GIF block by block: what the picture needs goes into a model, the rest is remembered
//! as extras.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::gif::Gif;
use crate::gif::blocks::{self, Blocks};
use crate::gif::palette::{Palette, Uses};
use crate::gif::unpack::Unpacker;
use crate::limits::{Limits, Size};

/// How long a frame stays and what becomes of it (graphic control extension).
#[derive(Clone, Copy)]
pub(crate) struct Control {
    pub(super) disposal: u8,
    /// Hundredths of a second.
    pub(super) delay: u16,
    pub(super) transparent: Option<u8>,
}

/// One frame.
pub(crate) struct Frame {
    pub(super) control: Option<Control>,
    pub(super) left: u16,
    pub(super) top: u16,
    pub(super) size: Size,
    pub(super) local: Option<Palette>,
    pub(super) interlaced: bool,
    /// How many bits a colour number has in the packed data.
    pub(super) literal_bits: u8,
    /// Where the first block of packed data is.
    pub(super) data: usize,
    /// Data behind the end of the packed picture.
    pub(super) behind: Range<usize>,
    /// How many of its pixels are coded. Where codes end early, viewers show those that there are;
    /// what they show instead of the others is theirs to say.
    pub(super) coded: u64,
    /// The colour numbers that its pixels have.
    pub(super) uses: Uses,
}

impl Frame {
    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.size.width) * u64::from(self.size.height)
    }

    pub(super) fn is_whole(&self) -> bool {
        self.coded == self.pixels()
    }

    pub(super) fn transparent(&self) -> Option<u8> {
        self.control.and_then(|control| control.transparent)
    }

    pub(super) fn clears_behind_itself(&self) -> bool {
        self.control.is_some_and(|control| control.disposal == 2)
    }

    pub(super) fn covers(&self, screen: Size) -> bool {
        let reaches = |offset: u16, side: u32, whole: u32| offset == 0 && side >= whole;
        reaches(self.left, self.size.width, screen.width)
            && reaches(self.top, self.size.height, screen.height)
    }
}

/// A part that a clean copy does not have.
pub(crate) struct Extra {
    pub(crate) label: u8,
    pub(crate) at: Range<usize>,
}

pub(super) const CONTROL: u8 = 0xf9;
pub(super) const COMMENT: u8 = 0xfe;
pub(super) const APPLICATION: u8 = 0xff;
pub(super) const PLAIN_TEXT: u8 = 0x01;
pub(super) const EXTENSION: u8 = 0x21;
pub(super) const IMAGE: u8 = 0x2c;
pub(super) const TRAILER: u8 = 0x3b;
const HEAD_BYTES: usize = 13;
/// Frames may have this many pixels for each byte of the file, however many they are together.
const PIXELS_PER_BYTE_MAX: u64 = 256;

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    gif: Gif,
    /// The control that the next frame will have, and where it is.
    control: Option<(Control, Range<usize>)>,
    /// Where the number of plays was said.
    plays_at: Range<usize>,
    unpacker: Unpacker,
    pixels_left: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, Error> {
        let head = bytes.get(..HEAD_BYTES).ok_or(Error::cut_short(bytes.len()))?;
        let screen = Size { width: u16_at(head, 6).into(), height: u16_at(head, 8).into() };
        if screen.width == 0 || screen.height == 0 {
            return Err(Error::damaged(Part::Header, 6));
        }
        limits.check_size(screen)?;
        let gif = Gif {
            screen,
            global: palette(bytes, HEAD_BYTES, head[10])?,
            background: head[11],
            plays: None,
            frames: Vec::new(),
            extras: Vec::new(),
            loose: Vec::new(),
            after_end: bytes.len()..bytes.len(),
            fills: false,
        };
        let pixels_left = limits.pixels_max.max(bytes.len() as u64 * PIXELS_PER_BYTE_MAX);
        let unpacker = Unpacker::new();
        Ok(Self { bytes, limits, gif, control: None, plays_at: 0..0, unpacker, pixels_left })
    }

    pub(super) fn read(mut self) -> Result<Gif, Error> {
        let mut at = self.gif.global.as_ref().map_or(HEAD_BYTES, |palette| palette.at.end);
        let mut count = 0;
        loop {
            count += 1;
            self.limits.check_parts(count)?;
            at = match self.bytes.get(at) {
                Some(&IMAGE) => self.image(at)?,
                Some(&EXTENSION) => self.extension(at)?,
                Some(&TRAILER) => {
                    self.gif.after_end = at + 1..self.bytes.len();
                    break;
                }
                Some(0) => self.zeros(at)?,
                Some(_) => return Err(Error::damaged(Part::Container, at)),
                // Viewers show a file without its last byte.
                None => break,
            };
        }
        self.finish(at)
    }

    fn finish(mut self, at: usize) -> Result<Gif, Error> {
        if self.gif.frames.is_empty() {
            return Err(Error::cut_short(at));
        }
        if let Some((_, at)) = self.control.take() {
            self.gif.extras.push(Extra { label: CONTROL, at });
        }
        // A single frame is shown for ever, however often it is played.
        if self.gif.frames.len() == 1 && self.gif.plays.take().is_some() {
            self.gif.extras.push(Extra { label: APPLICATION, at: self.plays_at });
        }
        Ok(self.gif)
    }

    /// Some programs write zeros before the last byte. Elsewhere viewers disagree about them.
    fn zeros(&mut self, at: usize) -> Result<usize, Error> {
        let run = self.bytes[at..].iter().take_while(|byte| **byte == 0).count();
        let end = at + run;
        if self.gif.frames.is_empty() || self.bytes.get(end).is_some_and(|next| *next != TRAILER) {
            return Err(Error::damaged(Part::Container, at));
        }
        self.gif.loose.push(at..end);
        Ok(end)
    }

    fn image(&mut self, at: usize) -> Result<usize, Error> {
        let head = self.bytes.get(at..at + 10).ok_or(Error::cut_short(self.bytes.len()))?;
        let size = Size { width: u16_at(head, 5).into(), height: u16_at(head, 7).into() };
        if size.width == 0 || size.height == 0 {
            return Err(Error::damaged(Part::Animation, at));
        }
        let local = palette(self.bytes, at + 10, head[9])?;
        let start = local.as_ref().map_or(at + 10, |palette| palette.at.end);
        let literal_bits = *self.bytes.get(start).ok_or(Error::cut_short(start))?;
        if !(1..=8).contains(&literal_bits) {
            return Err(Error::damaged(Part::PictureData, start));
        }
        let mut frame = Frame {
            control: self.control.take().map(|(control, _)| control),
            left: u16_at(head, 1),
            top: u16_at(head, 3),
            size,
            local,
            interlaced: head[9] & 0x40 != 0,
            literal_bits,
            data: start + 1,
            behind: 0..0,
            coded: 0,
            uses: Uses::default(),
        };
        let end = self.pixels(&mut frame)?;
        self.gif.frames.push(frame);
        Ok(end)
    }

    /// Unpacks a frame once: is it whole, where does it end, which colours has it?
    fn pixels(&mut self, frame: &mut Frame) -> Result<usize, Error> {
        self.limits.check_size(frame.size)?;
        let Size { width, height } = frame.size;
        let left = self.pixels_left.checked_sub(frame.pixels());
        self.pixels_left = left.ok_or(Error::PictureTooBig { width, height })?;
        let mut seen = [false; 256];
        let mut blocks = Blocks::new(self.bytes, frame.data);
        let pixels = frame.pixels();
        frame.coded = self.unpacker.unpack(&mut blocks, frame.literal_bits, pixels, |numbers| {
            for number in numbers {
                seen[usize::from(*number)] = true;
            }
        })?;
        if frame.coded == 0 {
            return Err(Error::damaged(Part::PictureData, frame.data));
        }
        // Some viewers show the first colour where there is no pixel.
        seen[0] |= !frame.is_whole();
        (0..=255).filter(|number| seen[usize::from(*number)]).for_each(|n| frame.uses.add(n));
        let (behind, end) = blocks.rest();
        frame.behind = behind;
        Ok(end)
    }

    fn extension(&mut self, at: usize) -> Result<usize, Error> {
        let label = *self.bytes.get(at + 1).ok_or(Error::cut_short(at))?;
        let end = blocks::end_of(self.bytes, at + 2)?;
        match label {
            CONTROL => self.control(at..end)?,
            APPLICATION if self.take_plays(at..end) => {}
            _ => self.gif.extras.push(Extra { label, at: at..end }),
        }
        Ok(end)
    }

    fn control(&mut self, at: Range<usize>) -> Result<(), Error> {
        let Some([4, flags, delay_low, delay_high, transparent, rest @ ..]) =
            self.bytes.get(at.start + 2..at.end)
        else {
            return Err(Error::damaged(Part::Animation, at.start));
        };
        if rest.len() > 1 {
            self.gif.loose.push(at.end - rest.len()..at.end - 1);
        }
        let control = Control {
            disposal: match flags >> 2 & 7 {
                // Numbers without a meaning leave the frame where it is.
                5..=7 => 1,
                disposal => disposal,
            },
            delay: u16::from_le_bytes([*delay_low, *delay_high]),
            transparent: (flags & 1 == 1).then_some(*transparent),
        };
        // The last one before a frame counts.
        if let Some((_, at)) = self.control.replace((control, at)) {
            self.gif.extras.push(Extra { label: CONTROL, at });
        }
        Ok(())
    }

    /// Whether the extension says, for the first time, how often the animation plays.
    fn take_plays(&mut self, at: Range<usize>) -> bool {
        let name = self.bytes.get(at.start + 3..at.start + 14);
        let is_loop = name.is_some_and(|name| name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0");
        let plays = match self.bytes.get(at.start + 14..at.end) {
            Some([3, 1, low, high, rest @ ..]) if is_loop => {
                if self.gif.plays.is_none() && rest.len() > 1 {
                    self.gif.loose.push(at.end - rest.len()..at.end - 1);
                }
                u16::from_le_bytes([*low, *high])
            }
            _ => return false,
        };
        if self.bytes[at.start + 2] != 11 || self.gif.plays.is_some() {
            return false;
        }
        self.gif.plays = Some(plays);
        self.plays_at = at;
        true
    }
}

/// The palette behind a header, if its flags announce one.
fn palette(bytes: &[u8], at: usize, flags: u8) -> Result<Option<Palette>, Error> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let bits = (flags & 7) + 1;
    let end = at + (3 << bits);
    if end > bytes.len() {
        return Err(Error::cut_short(bytes.len()));
    }
    Ok(Some(Palette { at: at..end, bits, uses: Uses::default() }))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |raw| u16::from_le_bytes([raw[0], raw[1]]))
}
