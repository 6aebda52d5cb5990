//! The colour profile inside a JPEG XL codestream: coded numbers that give bytes, which are
//! commands and data that give the profile.

mod pack;

use crate::error::{Error, Part};
use crate::jxl::bits::Bits;
use crate::jxl::coded::Coded;

pub(crate) use pack::write;

/// Largest profile that is read, packed and unpacked. Those of presses, the largest there are, stay
/// below half.
const BYTES_MAX: u64 = 4 << 20;
const CONTEXTS: u32 = 41;
const HEADER_BYTES: usize = 128;
/// The white that nearly all profiles are made for.
const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];
const TAG_NAMES: [&[u8; 4]; 17] = [
    b"cprt", b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"kXYZ", b"rTRC", b"gTRC", b"bTRC",
    b"kTRC", b"chad", b"desc", b"chrm", b"dmnd", b"dmdd", b"lumi",
];
const TYPE_NAMES: [&[u8; 4]; 8] =
    [b"XYZ ", b"desc", b"text", b"mluc", b"para", b"curv", b"sf32", b"gbd "];
/// Tags that hold one colour, and how long such a tag is.
const COLOUR_TAGS: [&[u8; 4]; 7] = [b"rXYZ", b"gXYZ", b"bXYZ", b"kXYZ", b"wtpt", b"bkpt", b"lumi"];
const COLOUR_TAG_BYTES: u64 = 20;

/// Reads the profile; the bits are at what follows it afterwards.
pub(crate) fn read(bits: &mut Bits<'_>) -> Result<Vec<u8>, Error> {
    let damaged = Error::damaged(Part::Table, bits.position() / 8);
    let size = bits.long()?;
    if size > BYTES_MAX {
        return Err(super::not_supported());
    }
    let mut coded = Coded::begin(bits, CONTEXTS)?;
    let mut packed = Vec::new();
    let (mut last, mut before) = (0, 0);
    for place in 0..size {
        let number = coded.number(context(place, last, before))?;
        (last, before) = (u8::try_from(number).map_err(|_| coded.damaged())?, last);
        packed.push(last);
    }
    bits.go_to(coded.end()?);
    unpack(&packed).ok_or(damaged)
}

/// Which table a byte is coded with, by its place and the two bytes before it.
fn context(place: u64, last: u8, before: u8) -> u32 {
    if place <= HEADER_BYTES as u64 {
        return 0;
    }
    let last = match last {
        b'a'..=b'z' | b'A'..=b'Z' => 0,
        b'0'..=b'9' | b'.' | b',' => 1,
        0 => 2,
        1 => 3,
        2..=15 => 4,
        241..=254 => 5,
        255 => 6,
        _ => 7,
    };
    let before = match before {
        b'a'..=b'z' | b'A'..=b'Z' => 0,
        b'0'..=b'9' | b'.' | b',' => 1,
        0..=15 => 2,
        241..=255 => 3,
        _ => 4,
    };
    1 + last + before * 8
}

/// Bytes that are taken from the front.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    /// Seven bits in each byte, the lowest first. Nothing here counts above 32 bits.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return u32::try_from(number).ok().map(u64::from);
            }
        }
        None
    }
}

/// Makes the profile; `None` if that is not possible to the last byte, because then nobody shows
/// the picture.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Input(packed);
    let size = rest.number()?;
    if size > BYTES_MAX {
        return None;
    }
    let commands_size = rest.number()?;
    let commands = Input(rest.take(commands_size)?);
    let mut unpacking = Unpacking { commands, data: rest, out: Vec::new(), size: size as usize };
    unpacking.header()?;
    if unpacking.out.len() < unpacking.size {
        unpacking.tags()?;
        while !unpacking.commands.0.is_empty() {
            unpacking.element()?;
        }
    }
    let Unpacking { commands, data, out, size } = unpacking;
    (commands.0.is_empty() && data.0.is_empty() && out.len() == size).then_some(out)
}

struct Unpacking<'a> {
    commands: Input<'a>,
    data: Input<'a>,
    out: Vec<u8>,
    /// What `out` must come to.
    size: usize,
}

impl Unpacking<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        self.out.extend_from_slice(bytes);
        (self.out.len() <= self.size).then_some(())
    }

    /// The data are what the header has more than the usual one.
    fn header(&mut self) -> Option<()> {
        for _ in 0..HEADER_BYTES.min(self.size) {
            let usual = usual_header_byte(&self.out, self.size);
            self.out.push(usual.wrapping_add(self.data.byte()?));
        }
        Some(())
    }

    /// The table of tags.
    fn tags(&mut self) -> Option<()> {
        let Some(count) = self.commands.number()?.checked_sub(1) else { return Some(()) };
        self.put(&u32::try_from(count).ok()?.to_be_bytes())?;
        let (mut start, mut size) = (HEADER_BYTES as u64 + count * 12, 0);
        while !self.commands.0.is_empty() {
            let command = self.commands.byte()?;
            let name = match command & 63 {
                0 => break,
                1 => self.data.take(4)?.try_into().ok()?,
                2 => b"rTRC",
                3 => b"rXYZ",
                other => *TAG_NAMES.get(usize::from(other) - 4)?,
            };
            let follows = start + size;
            start = if command & 64 != 0 { self.commands.number()? } else { follows };
            size = match command & 128 != 0 {
                true => self.commands.number()?,
                false if COLOUR_TAGS.contains(&name) => COLOUR_TAG_BYTES,
                false => size,
            };
            self.tag(name, start, size)?;
            match command & 63 {
                2 => {
                    self.tag(b"gTRC", start, size)?;
                    self.tag(b"bTRC", start, size)?;
                }
                3 => {
                    self.tag(b"gXYZ", start + size, size)?;
                    self.tag(b"bXYZ", start + size * 2, size)?;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn tag(&mut self, name: &[u8; 4], start: u64, size: u64) -> Option<()> {
        self.put(name)?;
        self.put(&u32::try_from(start).ok()?.to_be_bytes())?;
        self.put(&u32::try_from(size).ok()?.to_be_bytes())
    }

    /// One step in what the tags hold.
    fn element(&mut self) -> Option<()> {
        match self.commands.byte()? {
            1 => {
                let count = self.commands.number()?;
                let bytes = self.data.take(count)?;
                self.put(bytes)
            }
            width @ (2 | 3) => {
                let count = self.commands.number()?;
                let bytes = interleaved(self.data.take(count)?, if width == 2 { 2 } else { 4 });
                self.put(&bytes)
            }
            4 => self.predicted(),
            10 => {
                self.put(b"XYZ \0\0\0\0")?;
                let bytes = self.data.take(12)?;
                self.put(bytes)
            }
            kind => {
                let name = *TYPE_NAMES.get(usize::from(kind.checked_sub(16)?))?;
                self.put(name)?;
                self.put(&[0; 4])
            }
        }
    }

    /// Numbers that go on as those before them did; the data are what they have more than that.
    fn predicted(&mut self) -> Option<()> {
        let flags = self.commands.byte()?;
        let width = usize::from(flags & 3) + 1;
        let order = flags >> 2 & 3;
        let stride = if flags & 16 != 0 { self.commands.number()? as usize } else { width };
        let is_known = width != 3 && order != 3 && stride >= width;
        if !is_known || stride.checked_mul(4)? >= self.out.len() {
            return None;
        }
        let count = self.commands.number()?;
        let more = interleaved(self.data.take(count)?, width);
        if self.out.len() + more.len() > self.size {
            return None;
        }
        let start = self.out.len();
        for (place, more) in more.into_iter().enumerate() {
            let (number, byte) = (start + place / width * width, place % width);
            // Numbers before this one are whole: they end where it begins, or sooner.
            let before = |steps: usize| {
                let at = number - stride * steps;
                self.out[at..at + width].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte))
            };
            let expected = match order {
                0 => before(1),
                1 => before(1).wrapping_mul(2).wrapping_sub(before(2)),
                _ => {
                    let slope = before(1).wrapping_sub(before(2)).wrapping_mul(3);
                    slope.wrapping_add(before(3))
                }
            };
            let expected = (expected >> (8 * (width - 1 - byte))) as u8;
            self.out.push(expected.wrapping_add(more));
        }
        Some(())
    }
}

/// The next byte of a header, as it is in most profiles of that size that begin like this.
fn usual_header_byte(before: &[u8], size: usize) -> u8 {
    let place = before.len();
    let of = |text: &[u8], start: usize| text[place - start];
    let maker = before.get(40..).unwrap_or_default();
    match place {
        0..4 => of(&(size as u32).to_be_bytes(), 0),
        8 => 4,
        12..24 => of(b"mntrRGB XYZ ", 12),
        36..=39 => of(b"acsp", 36),
        41..44 if maker.starts_with(b"A") => of(b"PPL", 41),
        41..44 if maker.starts_with(b"M") => of(b"SFT", 41),
        42..44 if maker.starts_with(b"SG") => of(b"I ", 42),
        42..44 if maker.starts_with(b"SU") => of(b"NW", 42),
        68..80 => of(&D50, 68),
        80..84 => before[place - 76],
        _ => 0,
    }
}

/// Numbers of so many bytes, of which all first bytes are stored first.
fn interleaved(stored: &[u8], width: usize) -> Vec<u8> {
    let rows = stored.len().div_ceil(width);
    let mut out = Vec::with_capacity(stored.len());
    for row in 0..rows {
        out.extend(stored.iter().skip(row).step_by(rows.max(1)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile as it is packed, with the usual header; `size` is above the header's 128.
    fn packed(size: u8, commands: &[u8], data: &[u8]) -> Vec<u8> {
        // Seven bits, then the eighth.
        let mut out = vec![size | 128, 1, commands.len() as u8];
        out.extend(commands);
        out.extend([0; HEADER_BYTES]);
        out.extend(data);
        out
    }

    /// Checks what follows the header, and that not one byte may be missing or left.
    fn unpacked(commands: &[u8], data: &[u8], expected: &[u8]) {
        let size = HEADER_BYTES + expected.len();
        let packed = packed((size & 127) as u8, commands, data);
        let profile = unpack(&packed).expect("a profile");
        assert_eq!(&profile[36..40], b"acsp");
        assert_eq!(&profile[HEADER_BYTES..], expected);
        for end in 0..packed.len() {
            assert_eq!(unpack(&packed[..end]), None, "cut at {end}");
        }
        assert_eq!(unpack(&[packed, vec![0]].concat()), None);
    }

    #[test]
    fn bytes_are_taken_over_or_interleaved() {
        unpacked(&[0, 1, 3], b"abc", b"abc");
        unpacked(&[0, 2, 5], b"abcAB", b"aAbBc");
        unpacked(&[0, 3, 8], b"aAbBcCdD", b"abcdABCD");
    }

    #[test]
    fn names_are_written_out() {
        unpacked(&[0, 10], b"0123456789ab", b"XYZ \0\0\0\x000123456789ab");
        unpacked(&[0, 21], b"", b"curv\0\0\0\0");
    }

    #[test]
    fn numbers_go_on_as_before() {
        // Bytes, each three more than the one before it; then 16 bits, as steep as before.
        unpacked(&[0, 1, 1, 4, 0, 3], &[1, 3, 3, 3], &[1, 4, 7, 10]);
        let before = [0, 250, 1, 0, 1, 6, 1, 12];
        let data = [&before[..], &[0, 0, 0, 1]].concat();
        let expected = [&before[..], &[1, 18, 1, 25]].concat();
        unpacked(&[0, 1, 8, 4, 0b101, 4], &data, &expected);
    }

    #[test]
    fn a_table_of_tags_is_written_out() {
        let mut expected = vec![0, 0, 0, 6];
        let mut tag = |name: &[u8], start: u8, size: u8| {
            expected.extend(name);
            expected.extend([0, 0, 0, start, 0, 0, 0, size]);
        };
        tag(b"rXYZ", 200, 20);
        tag(b"gXYZ", 220, 20);
        tag(b"bXYZ", 240, 20);
        tag(b"abcd", 220, 7);
        tag(b"cprt", 227, 7);
        tag(b"wtpt", 234, 20);
        unpacked(&[7, 3, 1 | 128, 7, 4, 5], b"abcd", &expected);
    }
    proptest::proptest! {
        #[test]
        fn any_commands_are_followed_or_refused(
            size: u8,
            commands in proptest::collection::vec(0..32_u8, 0..40),
            data in proptest::collection::vec(0..=255_u8, 0..60),
        ) {
            if let Some(profile) = unpack(&packed(size, &commands, &data)) {
                proptest::prop_assert!(profile.len() <= 256);
            }
        }
    }
}
