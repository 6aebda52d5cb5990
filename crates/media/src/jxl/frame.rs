//! The frames of a JPEG XL codestream: what each says of itself, and where it ends.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::jxl::bits::{Bits, Name, Raw, Value};
use crate::jxl::coded::{Coded, UNSURE_BYTES};
use crate::jxl::edit::{Edit, Stretch};
use crate::jxl::header::Header;
use crate::limits::Size;

/// A frame's header, as far as it says where the frame ends and what is hidden in it.
pub(crate) struct Frame {
    kind: u32,
    is_modular: bool,
    flags: u64,
    is_ycbcr: bool,
    /// The largest shift of a channel that is stored smaller.
    shifts: (u32, u32),
    upsampling: u32,
    group_size_shift: u32,
    passes: u32,
    small_level: u32,
    is_partial: bool,
    size: Size,
    replaces: bool,
    duration: u32,
    pub(crate) is_last: bool,
    pub(crate) name: Option<Name>,
    /// Whether sections are stored in another order than the plain one.
    pub(crate) is_reordered: bool,
    /// Its header, and what a clean copy says otherwise in it.
    pub(crate) head: Stretch,
    /// Where the frame ends.
    pub(crate) end: usize,
}

const REGULAR: u32 = 0;
const SMALL: u32 = 1;
const REFERENCE: u32 = 2;
const SKIPPED: u32 = 3;
const USES_SMALL: u64 = 32;
/// What the size of a section takes at least.
const SECTION_BITS_MIN: u64 = 12;

impl Frame {
    /// Reads the frame that begins at a byte of the codestream; `size` is that of the picture.
    pub(crate) fn read(
        code: &[u8],
        start: usize,
        header: &Header,
        size: Size,
    ) -> Result<Self, Error> {
        let mut bits = Bits::new(code, start);
        let mut frame = Self {
            kind: REGULAR,
            is_modular: false,
            flags: 0,
            is_ycbcr: false,
            shifts: (0, 0),
            upsampling: 1,
            group_size_shift: 1,
            passes: 1,
            small_level: 0,
            is_partial: false,
            size,
            replaces: true,
            duration: 0,
            is_last: true,
            name: None,
            is_reordered: false,
            head: Stretch { at: start * 8..start * 8, edits: Vec::new() },
            end: 0,
        };
        if !bits.flag()? {
            frame.read_coding(&mut bits, header)?;
            frame.read_place(&mut bits, header)?;
            let name = Name::read(&mut bits)?;
            frame.head.edits.extend(Edit::no_text(name.at.clone()));
            frame.name = Some(name).filter(|name| !name.text.is_empty());
            frame.pass_filters(&mut bits)?;
            bits.no_extensions()?;
        }
        let body = frame.read_sizes(bits)?;
        frame.end = body.end;
        // What follows the last frame goes, and then what is coded before its body must still be
        // read.
        let is_coded = frame.is_reordered || header.profile.is_some();
        if is_coded && body.len() < UNSURE_BYTES {
            return Err(Error::damaged(Part::Header, body.start));
        }
        if frame.end > code.len() {
            return Err(Error::cut_short(code.len()));
        }
        Ok(frame)
    }

    fn read_coding(&mut self, bits: &mut Bits<'_>, header: &Header) -> Result<(), Error> {
        let steps = [Value(1), Value(2), Value(4), Value(8)];
        self.kind = bits.take(2)?;
        self.is_modular = bits.flag()?;
        self.flags = bits.long()?;
        self.is_ycbcr = !header.is_xyb && bits.flag()?;
        let uses_small = self.flags & USES_SMALL != 0;
        if self.is_ycbcr && !uses_small {
            for _ in 0..3 {
                // Both ways, one way, none, the other way.
                let (x, y) = [(0, 0), (1, 1), (1, 0), (0, 1)][bits.take(2)? as usize];
                self.shifts = (self.shifts.0.max(x), self.shifts.1.max(y));
            }
        }
        if !uses_small {
            self.upsampling = bits.number(steps)?;
            for _ in 0..header.extra_channels {
                bits.number(steps)?;
            }
        }
        if self.is_modular {
            self.group_size_shift = bits.take(2)?;
        } else if header.is_xyb {
            bits.take(6)?;
        }
        if self.kind != REFERENCE {
            self.passes = bits.number([Value(1), Value(2), Value(3), Raw(3, 4)])?;
            if self.passes != 1 {
                let smaller = bits.number([Value(0), Value(1), Value(2), Raw(1, 3)])?;
                bits.take(2 * (self.passes - 1))?;
                for _ in 0..smaller {
                    bits.number(steps)?;
                }
                for _ in 0..smaller {
                    bits.number([Value(0), Value(1), Value(2), Raw(3, 0)])?;
                }
            }
        }
        Ok(())
    }

    /// Where the frame is on the picture, how it is laid over it, and how long it is shown.
    fn read_place(&mut self, bits: &mut Bits<'_>, header: &Header) -> Result<(), Error> {
        if self.kind == SMALL {
            self.small_level = bits.number([Value(1), Value(2), Value(3), Value(4)])?;
        } else if bits.flag()? {
            self.read_frame_size(bits)?;
        }
        if matches!(self.kind, REGULAR | SKIPPED) {
            for channel in 0..=header.extra_channels {
                let replaces = self.read_blending(bits, header)?;
                self.replaces &= replaces || channel > 0;
            }
            if let Some(has_time_codes) = header.animation {
                self.duration = bits.number([Value(0), Value(1), Raw(8, 0), Raw(32, 0)])?;
                if has_time_codes {
                    let start = bits.position();
                    bits.take(32)?;
                    self.head.edits.push(Edit::cut(start..bits.position()));
                }
            }
            self.is_last = bits.flag()?;
        } else {
            self.is_last = false;
        }
        let mut saved_as = 0;
        if self.kind != SMALL && !self.is_last {
            saved_as = bits.take(2)?;
        }
        let may_be_used = !self.is_last && (self.duration == 0 || saved_as != 0);
        let is_plain = matches!(self.kind, REGULAR | SKIPPED) && self.replaces && !self.is_partial;
        if self.kind == REFERENCE || may_be_used && is_plain {
            bits.flag()?;
        }
        Ok(())
    }

    fn read_frame_size(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        let forms = [Raw(8, 0), Raw(11, 256), Raw(14, 2304), Raw(30, 18_688)];
        let mut origin = [0_i64; 2];
        if self.kind != REFERENCE {
            for place in &mut origin {
                let raw = bits.number(forms)?;
                *place = i64::from(raw >> 1) ^ -i64::from(raw & 1);
            }
        }
        let whole = self.size;
        self.size = Size { width: bits.number(forms)?, height: bits.number(forms)? };
        let covers = |start: i64, side: u32, whole: u32| {
            start <= 0 && start + i64::from(side) >= i64::from(whole)
        };
        self.is_partial = !covers(origin[0], self.size.width, whole.width)
            || !covers(origin[1], self.size.height, whole.height);
        if self.kind == REFERENCE {
            self.is_partial = false;
        }
        Ok(())
    }

    /// Says whether it replaces what was there.
    fn read_blending(&self, bits: &mut Bits<'_>, header: &Header) -> Result<bool, Error> {
        const REPLACE: u32 = 0;
        const BLEND: u32 = 2;
        const ADD_BY_ALPHA: u32 = 3;
        const MULTIPLY: u32 = 4;
        let mode = bits.number([Value(REPLACE), Value(1), Value(BLEND), Raw(2, 3)])?;
        let by_alpha = header.extra_channels > 0 && matches!(mode, BLEND | ADD_BY_ALPHA);
        if by_alpha {
            bits.number([Value(0), Value(1), Value(2), Raw(3, 3)])?;
        }
        if by_alpha || mode == MULTIPLY {
            bits.flag()?;
        }
        if mode != REPLACE || self.is_partial {
            bits.take(2)?;
        }
        Ok(mode == REPLACE)
    }

    /// Smoothing: numbers only.
    fn pass_filters(&self, bits: &mut Bits<'_>) -> Result<(), Error> {
        if bits.flag()? {
            return Ok(());
        }
        if bits.flag()? && bits.flag()? {
            bits.skip_halves(6)?;
        }
        if bits.take(2)? > 0 {
            if !self.is_modular && bits.flag()? {
                bits.skip_halves(8)?;
            }
            if bits.flag()? {
                bits.skip_halves(5)?;
            }
            if bits.flag()? {
                bits.skip_halves(if self.is_modular { 3 } else { 4 })?;
            }
            if self.is_modular {
                bits.skip_halves(1)?;
            }
        }
        bits.no_extensions()
    }

    /// Reads the table of the sections' sizes; says where it is, with them behind it.
    fn read_sizes(&mut self, mut bits: Bits<'_>) -> Result<Range<usize>, Error> {
        let sections = self.sections();
        let left = bits.bytes().len() as u64 * 8 - bits.position() as u64;
        if sections.saturating_mul(SECTION_BITS_MIN) > left {
            return Err(Error::cut_short(bits.bytes().len()));
        }
        self.is_reordered = bits.flag()?;
        if self.is_reordered {
            pass_order(&mut bits, sections as u32)?;
        }
        self.head.at.end = bits.position();
        let start = bits.align()?;
        let mut sum = 0_u64;
        for _ in 0..sections {
            let forms = [Raw(10, 0), Raw(14, 1024), Raw(22, 17_408), Raw(30, 4_211_712)];
            sum = sum.saturating_add(u64::from(bits.number(forms)?));
        }
        let end = (bits.align()? as u64).saturating_add(sum);
        Ok(start..usize::try_from(end).map_err(|_| bits.damaged())?)
    }

    /// How many sections the frame is stored in.
    fn sections(&self) -> u64 {
        let smaller = self.upsampling << (3 * self.small_level);
        let side = |side: u32, shift: u32| {
            let side = side.div_ceil(smaller);
            let group = 128_u32 << self.group_size_shift;
            let blocks = side.div_ceil(8 << shift) << shift;
            (u64::from(side.div_ceil(group)), u64::from(blocks.div_ceil(group)))
        };
        let (columns, large_columns) = side(self.size.width, self.shifts.0);
        let (rows, large_rows) = side(self.size.height, self.shifts.1);
        let groups = columns * rows;
        match groups == 1 && self.passes == 1 {
            true => 1,
            false => 2 + large_columns * large_rows + groups * u64::from(self.passes),
        }
    }
}

/// The order of sections: how many are named, then for each its place among those that are left.
fn pass_order(bits: &mut Bits<'_>, sections: u32) -> Result<(), Error> {
    const CONTEXTS: u32 = 8;
    let context = |number: u32| (u32::BITS - number.leading_zeros()).min(CONTEXTS - 1);
    let mut coded = Coded::begin(bits, CONTEXTS)?;
    let named = coded.number(context(sections))?;
    if named > sections {
        return Err(coded.damaged());
    }
    let mut place = 0;
    for index in 0..named {
        place = coded.number(context(place))?;
        if place >= sections - index {
            return Err(coded.damaged());
        }
    }
    bits.go_to(coded.end()?);
    Ok(())
}
