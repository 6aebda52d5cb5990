//! Lossless pictures (VP8L), and the alpha that is coded like them: where their data end. All
//! symbols are read, but no pixel is made of them.

mod bits;
mod codes;

use core::ops::Range;

use crate::error::{Error, Part};
use crate::limits::Size;
use crate::webp::lossless::bits::Bits;
use crate::webp::lossless::codes::Code;

/// A lossless picture and where it ends.
#[derive(Clone)]
pub(crate) struct Lossless {
    /// From the signature, or where there is none from the first byte, to the last with a bit
    /// that says something.
    data: Range<usize>,
    /// The bits of the last byte that say something.
    last_mask: u8,
}

const HEAD_BYTES: usize = 5;
/// Lengths and distances are numbers with so many sizes.
const LENGTHS: usize = 24;
const DISTANCES: usize = 40;
/// Pictures that say which codes are for which part of the large one. Real ones are tiny.
const MAP_PIXELS_MAX: u64 = 1 << 21;
/// Codes are quick to read with tables, but tables for all would need much memory.
const QUICK_GROUPS_MAX: usize = 512;

impl Lossless {
    /// Reads a picture with its own header to its end.
    pub(crate) fn read(bytes: &[u8], at: Range<usize>, size: Size) -> Result<Self, Error> {
        Self::walk(bytes, at.clone(), at.start + HEAD_BYTES, size)
    }

    /// Reads a picture without a header to its end.
    pub(crate) fn read_alpha(bytes: &[u8], at: Range<usize>, size: Size) -> Result<Self, Error> {
        Self::walk(bytes, at.clone(), at.start, size)
    }

    fn walk(bytes: &[u8], at: Range<usize>, start: usize, size: Size) -> Result<Self, Error> {
        let data = bytes.get(start..at.end).ok_or(Error::cut_short(at.end))?;
        let mut walk =
            Walk { bits: Bits::new(data), damaged: Error::damaged(Part::PictureData, at.start) };
        let read = walk.picture(size);
        if walk.bits.is_over() {
            return Err(Error::cut_short(at.end));
        }
        read?;
        let bits = walk.bits.position();
        let last_mask = if bits.is_multiple_of(8) { 0xff } else { (1 << (bits % 8)) - 1 };
        Ok(Self { data: at.start..start + bits.div_ceil(8), last_mask })
    }

    /// The data without what stands behind them; the spare bits of the last byte are zero.
    pub(crate) fn clean(&self, out: &mut Vec<u8>, original: &[u8]) {
        out.extend_from_slice(&original[self.data.clone()]);
        if let Some(last) = out.last_mut().filter(|_| !self.data.is_empty()) {
            *last &= self.last_mask;
        }
    }

    /// Where what nobody reads begins.
    pub(crate) fn end(&self) -> usize {
        self.data.end
    }
}

/// The codes of one part of a picture: green and lengths, red, blue, alpha, distances.
struct Group([Code; 5]);

/// Which group of codes is for which part.
struct Map {
    bits: u32,
    across: usize,
    groups: Vec<u32>,
}

/// Whether the pixels themselves are needed, or only where they end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Pixels,
    Nothing,
}

/// The pixels read so far.
struct Pixels {
    keep: Keep,
    count: usize,
    values: Vec<u32>,
    /// Recent colours by their mixed-up value.
    cache: Vec<u32>,
    cache_bits: u32,
}

struct Walk<'a> {
    bits: Bits<'a>,
    damaged: Error,
}

impl Walk<'_> {
    fn picture(&mut self, size: Size) -> Result<(), Error> {
        let mut size = size;
        let mut seen = [false; 4];
        while self.bits.flag() {
            let kind = self.bits.number(2) as usize;
            if core::mem::replace(&mut seen[kind], true) {
                return Err(self.damaged);
            }
            match kind {
                // Prediction and colour correlation, for each square.
                0 | 1 => {
                    let side = self.bits.number(3) + 2;
                    self.inner(squares(size, side), Keep::Nothing)?;
                }
                // Green is taken from red and blue.
                2 => {}
                // A palette; few colours share a pixel.
                _ => {
                    let colours = self.bits.number(8) + 1;
                    self.inner(Size { width: colours, height: 1 }, Keep::Nothing)?;
                    let shared = match colours {
                        0..=2 => 3,
                        3..=4 => 2,
                        5..=16 => 1,
                        _ => 0,
                    };
                    size.width = size.width.div_ceil(1 << shared);
                }
            }
        }
        let cache_bits = self.cache_bits()?;
        let map = match self.bits.flag() {
            true => Some(self.map(size)?),
            false => None,
        };
        self.pixels(size, cache_bits, map.as_ref(), Keep::Nothing).map(|_| ())
    }

    /// A small picture inside, with one group of codes.
    fn inner(&mut self, size: Size, keep: Keep) -> Result<Vec<u32>, Error> {
        let cache_bits = self.cache_bits()?;
        self.pixels(size, cache_bits, None, keep)
    }

    fn cache_bits(&mut self) -> Result<u32, Error> {
        if !self.bits.flag() {
            return Ok(0);
        }
        match self.bits.number(4) {
            bits @ 1..=11 => Ok(bits),
            _ => Err(self.damaged),
        }
    }

    fn map(&mut self, size: Size) -> Result<Map, Error> {
        let bits = self.bits.number(3) + 2;
        let size = squares(size, bits);
        let Size { width, height } = size;
        if u64::from(width) * u64::from(height) > MAP_PIXELS_MAX {
            return Err(Error::PictureTooBig { width, height });
        }
        let mut groups = self.inner(size, Keep::Pixels)?;
        // The number is in red and green.
        groups.iter_mut().for_each(|group| *group = *group >> 8 & 0xffff);
        Ok(Map { bits, across: width as usize, groups })
    }

    fn groups(&mut self, count: usize, cache_bits: u32) -> Result<Vec<Group>, Error> {
        let cached = if cache_bits > 0 { 1 << cache_bits } else { 0 };
        let quick = count <= QUICK_GROUPS_MAX;
        let mut groups = Vec::new();
        for _ in 0..count {
            let mut code = |symbols| {
                let code = Code::read(&mut self.bits, symbols, quick);
                code.filter(|_| !self.bits.is_over()).ok_or(self.damaged)
            };
            let green = code(256 + LENGTHS + cached)?;
            groups.push(Group([green, code(256)?, code(256)?, code(256)?, code(DISTANCES)?]));
        }
        Ok(groups)
    }

    fn pixels(
        &mut self,
        size: Size,
        cache_bits: u32,
        map: Option<&Map>,
        keep: Keep,
    ) -> Result<Vec<u32>, Error> {
        let most = map.and_then(|map| map.groups.iter().max()).map_or(0, |most| *most as usize);
        let groups = self.groups(most + 1, cache_bits)?;
        let (width, total) = (size.width as usize, size.width as usize * size.height as usize);
        let mut pixels = Pixels::new(keep, cache_bits);
        let (mut x, mut y) = (0, 0);
        while pixels.count < total {
            let group = map.map_or(0, |map| {
                map.groups[(y >> map.bits) * map.across + (x >> map.bits)] as usize
            });
            let taken = self.step(&groups[group], &mut pixels, width, total)?;
            if self.bits.is_over() {
                return Err(self.damaged);
            }
            x += taken;
            if x >= width {
                y += x / width;
                x %= width;
            }
        }
        Ok(pixels.values)
    }

    /// Reads one pixel or one run of pixels; says how many.
    fn step(
        &mut self,
        Group(codes): &Group,
        pixels: &mut Pixels,
        width: usize,
        total: usize,
    ) -> Result<usize, Error> {
        let [green, red, blue, alpha, distance] = codes;
        let symbol = green.symbol(&mut self.bits);
        if symbol < 256 {
            let [red, blue, alpha] = [red, blue, alpha].map(|code| code.symbol(&mut self.bits));
            pixels.push(alpha << 24 | red << 16 | symbol << 8 | blue);
            return Ok(1);
        }
        let Some(cached) = symbol.checked_sub(256 + LENGTHS as u32) else {
            let length = self.spread(symbol - 256) as usize;
            let code = distance.symbol(&mut self.bits);
            let distance = distance_in(width, self.spread(code) as usize);
            if distance > pixels.count || length > total - pixels.count {
                return Err(self.damaged);
            }
            pixels.repeat(distance, length);
            return Ok(length);
        };
        pixels.push_cached(cached as usize);
        Ok(1)
    }

    /// A length or a distance: its size, then the bits that size leaves open.
    fn spread(&mut self, symbol: u32) -> u32 {
        if symbol < 4 {
            return symbol + 1;
        }
        let open = (symbol - 2) >> 1;
        ((2 + (symbol & 1)) << open) + self.bits.number(open) + 1
    }
}

impl Pixels {
    fn new(keep: Keep, cache_bits: u32) -> Self {
        let is_cached = keep == Keep::Pixels && cache_bits > 0;
        let cache = if is_cached { vec![0; 1 << cache_bits] } else { Vec::new() };
        Self { keep, count: 0, values: Vec::new(), cache, cache_bits }
    }

    fn push(&mut self, value: u32) {
        self.count += 1;
        if self.keep == Keep::Pixels {
            self.values.push(value);
            if !self.cache.is_empty() {
                let place = value.wrapping_mul(0x1e35_a7bd) >> (32 - self.cache_bits);
                self.cache[place as usize] = value;
            }
        }
    }

    fn push_cached(&mut self, place: usize) {
        let value = self.cache.get(place).copied().unwrap_or_default();
        self.push(value);
    }

    fn repeat(&mut self, distance: usize, length: usize) {
        if self.keep == Keep::Nothing {
            self.count += length;
            return;
        }
        for _ in 0..length {
            self.push(self.values[self.values.len() - distance]);
        }
    }
}

fn squares(size: Size, bits: u32) -> Size {
    Size { width: size.width.div_ceil(1 << bits), height: size.height.div_ceil(1 << bits) }
}

/// How far back a distance is, in pixels. The first ones name places near the pixel, by columns
/// to the left and rows up.
fn distance_in(width: usize, distance: usize) -> usize {
    let Some((left, up)) = NEAR.get(distance - 1) else { return distance - NEAR.len() };
    let far = (*up as isize * width as isize) + *left as isize;
    far.max(1) as usize
}

#[rustfmt::skip]
const NEAR: [(i8, i8); 120] = [
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1),
    (2, 2), (-2, 2), (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3),
    (3, 2), (-3, 2), (0, 4), (4, 0), (1, 4), (-1, 4), (4, 1), (-4, 1), (3, 3), (-3, 3),
    (2, 4), (-2, 4), (4, 2), (-4, 2), (0, 5), (3, 4), (-3, 4), (4, 3), (-4, 3), (5, 0),
    (1, 5), (-1, 5), (5, 1), (-5, 1), (2, 5), (-2, 5), (5, 2), (-5, 2), (4, 4), (-4, 4),
    (3, 5), (-3, 5), (5, 3), (-5, 3), (0, 6), (6, 0), (1, 6), (-1, 6), (6, 1), (-6, 1),
    (2, 6), (-2, 6), (6, 2), (-6, 2), (4, 5), (-4, 5), (5, 4), (-5, 4), (3, 6), (-3, 6),
    (6, 3), (-6, 3), (0, 7), (7, 0), (1, 7), (-1, 7), (5, 5), (-5, 5), (7, 1), (-7, 1),
    (4, 6), (-4, 6), (6, 4), (-6, 4), (2, 7), (-2, 7), (7, 2), (-7, 2), (3, 7), (-3, 7),
    (7, 3), (-7, 3), (5, 6), (-5, 6), (6, 5), (-6, 5), (8, 0), (4, 7), (-4, 7), (7, 4),
    (-7, 4), (8, 1), (8, 2), (6, 6), (-6, 6), (8, 3), (5, 7), (-5, 7), (7, 5), (-7, 5),
    (8, 4), (6, 7), (-6, 7), (7, 6), (-7, 6), (8, 5), (7, 7), (-7, 7), (8, 6), (8, 7),
];
