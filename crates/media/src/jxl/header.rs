//! The header of a JPEG XL codestream: size, turn, channels, colour.

use core::ops::Range;

use crate::error::Error;
use crate::jxl::bits::{Bits, Name, Raw, Value};
use crate::jxl::edit::Edit;
use crate::limits::Size;
use crate::orientation::Orientation;

/// What is said about the whole picture.
pub(crate) struct Header {
    /// As it is coded, before it is turned.
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    /// The size of a smaller copy that comes first.
    pub(crate) preview: Option<Size>,
    /// Whether there are several frames, and whether each carries a time code.
    pub(crate) animation: Option<bool>,
    pub(crate) extra_channels: u32,
    pub(crate) is_xyb: bool,
    /// Names that persons gave to channels.
    pub(crate) names: Vec<Name>,
    /// Where the colours are said, and the number of their space, if a profile follows the header.
    pub(crate) profile: Option<(Range<usize>, u32)>,
    /// What a clean copy says otherwise.
    pub(crate) edits: Vec<Edit>,
}

const EXTRA_CHANNELS_MAX: u32 = 256;

impl Header {
    /// Reads it; the bits are at what follows it afterwards.
    pub(crate) fn read(bits: &mut Bits<'_>) -> Result<Self, Error> {
        if bits.take(16)? != 0x0aff {
            return Err(bits.damaged());
        }
        let mut header = Self {
            size: size(bits)?,
            orientation: Orientation::Upright,
            preview: None,
            animation: None,
            extra_channels: 0,
            is_xyb: true,
            names: Vec::new(),
            profile: None,
            edits: Vec::new(),
        };
        if !bits.flag()? {
            header.read_metadata(bits)?;
        }
        header.pass_transforms(bits)?;
        Ok(header)
    }

    fn read_metadata(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        let has_more = bits.flag()?;
        if has_more {
            let turn = bits.take(3)? + 1;
            self.orientation = Orientation::from_value(turn).unwrap_or_default();
            if bits.flag()? {
                size(bits)?;
            }
            self.read_preview(bits)?;
            if bits.flag()? {
                bits.number([Value(100), Value(1000), Raw(10, 1), Raw(30, 1)])?;
                bits.number([Value(1), Value(1001), Raw(8, 1), Raw(10, 1)])?;
                bits.number([Value(0), Raw(3, 0), Raw(16, 0), Raw(32, 0)])?;
                self.read_time_codes(bits)?;
            }
        }
        pass_depth(bits)?;
        bits.flag()?;
        self.extra_channels = bits.number([Value(0), Value(1), Raw(4, 2), Raw(12, 1)])?;
        if self.extra_channels > EXTRA_CHANNELS_MAX {
            return Err(bits.damaged());
        }
        for _ in 0..self.extra_channels {
            self.read_channel(bits)?;
        }
        self.is_xyb = bits.flag()?;
        self.read_colour(bits)?;
        if has_more && !bits.flag()? {
            bits.skip_halves(2)?;
            bits.flag()?;
            bits.skip_halves(1)?;
        }
        bits.no_extensions()
    }

    /// The copy has none.
    fn read_preview(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        let start = bits.position();
        if bits.flag()? {
            self.preview = Some(preview_size(bits)?);
            self.edits.push(Edit::with(start..bits.position(), 0, 1));
        }
        Ok(())
    }

    /// Nor has it these: when each frame was recorded. Each frame's own is cut off there.
    fn read_time_codes(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        let start = bits.position();
        self.animation = Some(bits.flag()?);
        if self.animation == Some(true) {
            self.edits.push(Edit::with(start..bits.position(), 0, 1));
        }
        Ok(())
    }

    fn read_channel(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        const ALPHA: u32 = 0;
        const SPOT: u32 = 2;
        const MOSAIC: u32 = 5;
        if bits.flag()? {
            return Ok(());
        }
        let kind = bits.name_number()?;
        pass_depth(bits)?;
        bits.number([Value(0), Value(3), Value(4), Raw(3, 1)])?;
        let name = Name::read(bits)?;
        self.edits.extend(Edit::no_text(name.at.clone()));
        self.names.extend(Some(name).filter(|name| !name.text.is_empty()));
        match kind {
            ALPHA => bits.flag().map(drop),
            SPOT => bits.skip_halves(4),
            MOSAIC => bits.number([Value(1), Raw(2, 0), Raw(4, 3), Raw(8, 19)]).map(drop),
            _ => Ok(()),
        }
    }

    fn read_colour(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        const GREY: u32 = 1;
        const XYB: u32 = 2;
        const CUSTOM: u32 = 2;
        let start = bits.position();
        if bits.flag()? {
            return Ok(());
        }
        let has_profile = bits.flag()?;
        let space = bits.name_number()?;
        if has_profile {
            self.profile = Some((start..bits.position(), space));
            return Ok(());
        }
        if space != XYB && bits.name_number()? == CUSTOM {
            pass_coordinates(bits, 1)?;
        }
        if space != XYB && space != GREY && bits.name_number()? == CUSTOM {
            pass_coordinates(bits, 3)?;
        }
        if space != XYB {
            match bits.flag()? {
                true => bits.take(24)?,
                false => bits.name_number()?,
            };
        }
        bits.name_number().map(drop)
    }

    /// The numbers by which colours and sizes are made; nearly always the usual ones.
    fn pass_transforms(&self, bits: &mut Bits<'_>) -> Result<(), Error> {
        if bits.flag()? {
            return Ok(());
        }
        if self.is_xyb && !bits.flag()? {
            bits.skip_halves(16)?;
        }
        let custom = bits.take(3)?;
        for (bit, count) in [15, 55, 210].into_iter().enumerate() {
            if custom >> bit & 1 == 1 {
                bits.skip_halves(count)?;
            }
        }
        Ok(())
    }
}

fn size(bits: &mut Bits<'_>) -> Result<Size, Error> {
    let is_small = bits.flag()?;
    let side = |bits: &mut Bits<'_>| match is_small {
        true => Ok((bits.take(5)? + 1) * 8),
        false => bits.number([Raw(9, 1), Raw(13, 1), Raw(18, 1), Raw(30, 1)]),
    };
    let height = side(bits)?;
    let width = match bits.take(3)? {
        0 => side(bits)?,
        ratio => by_ratio(height, ratio),
    };
    Ok(Size { width, height })
}

fn preview_size(bits: &mut Bits<'_>) -> Result<Size, Error> {
    let is_small = bits.flag()?;
    let side = |bits: &mut Bits<'_>| match is_small {
        true => Ok(8 * bits.number([Value(16), Value(32), Raw(5, 1), Raw(9, 33)])?),
        false => bits.number([Raw(6, 1), Raw(8, 65), Raw(10, 321), Raw(12, 1345)]),
    };
    let height = side(bits)?;
    let width = match bits.take(3)? {
        0 => side(bits)?,
        ratio => by_ratio(height, ratio),
    };
    Ok(Size { width, height })
}

fn by_ratio(height: u32, ratio: u32) -> u32 {
    let (numerator, denominator) = match ratio {
        1 => (1, 1),
        2 => (12, 10),
        3 => (4, 3),
        4 => (3, 2),
        5 => (16, 9),
        6 => (5, 4),
        _ => (2, 1),
    };
    (u64::from(height) * numerator / denominator) as u32
}

fn pass_depth(bits: &mut Bits<'_>) -> Result<(), Error> {
    if bits.flag()? {
        bits.number([Value(32), Value(16), Value(24), Raw(6, 1)])?;
        bits.take(4)?;
    } else {
        bits.number([Value(8), Value(10), Value(12), Raw(6, 1)])?;
    }
    Ok(())
}

fn pass_coordinates(bits: &mut Bits<'_>, pairs: u32) -> Result<(), Error> {
    for _ in 0..pairs * 2 {
        bits.number([Raw(19, 0), Raw(19, 524_288), Raw(20, 1_048_576), Raw(21, 2_097_152)])?;
    }
    Ok(())
}
