//! A JPEG frame header (SOF): size, components, how they are sampled.

use crate::error::{Error, OtherFormat, Part};
use crate::limits::Size;

/// Following arithmetic codes is slow, and a few bytes can hold millions of decisions. Nobody
/// has such photos but testers, so larger ones are refused.
const ARITHMETIC_PIXELS_MAX: u32 = 16 << 20;

/// Blocks that a unit of an interleaved scan may have. Decoders refuse more.
pub(crate) const UNIT_BLOCKS_MAX: u32 = 10;

/// How the coefficients are spread over scans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    Baseline,
    Extended,
    Progressive,
    Arithmetic,
    ArithmeticProgressive,
}

impl Process {
    fn from_marker(marker: u8) -> Result<Self, Error> {
        match marker {
            0xc0 => Ok(Self::Baseline),
            0xc1 => Ok(Self::Extended),
            0xc2 => Ok(Self::Progressive),
            0xc9 => Ok(Self::Arithmetic),
            0xca => Ok(Self::ArithmeticProgressive),
            _ => Err(Error::NotSupported(OtherFormat::RareJpeg)),
        }
    }

    pub(crate) fn marker(self) -> u8 {
        match self {
            Self::Baseline => 0xc0,
            Self::Extended => 0xc1,
            Self::Progressive => 0xc2,
            Self::Arithmetic => 0xc9,
            Self::ArithmeticProgressive => 0xca,
        }
    }
}

/// One colour component.
#[derive(Clone, Copy)]
pub(crate) struct Component {
    pub(crate) id: u8,
    /// Sampling factors, 1 to 4.
    pub(crate) across: u32,
    pub(crate) down: u32,
    /// Which quantisation table it asks for.
    pub(crate) quant_slot: u8,
}

/// The frame header.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) process: Process,
    pub(crate) precision: u8,
    pub(crate) size: Size,
    pub(crate) components: Vec<Component>,
}

/// Blocks of 8 × 8 samples.
#[derive(Clone, Copy)]
pub(crate) struct Blocks {
    pub(crate) across: u32,
    pub(crate) down: u32,
}

impl Blocks {
    /// Both sides are at most 65,535 / 8 rounded up, times 4.
    pub(crate) fn count(self) -> u32 {
        self.across.saturating_mul(self.down)
    }
}

impl Frame {
    /// `payload` is the segment without marker and length.
    pub(crate) fn parse(marker: u8, payload: &[u8], offset: usize) -> Result<Self, Error> {
        let process = Process::from_marker(marker)?;
        let damaged = Error::damaged(Part::Header, offset);
        let [precision, y1, y0, x1, x0, count, rest @ ..] = payload else { return Err(damaged) };
        let size = Size {
            width: u32::from(u16::from_be_bytes([*x1, *x0])),
            height: u32::from(u16::from_be_bytes([*y1, *y0])),
        };
        if *precision != 8 && (*precision != 12 || process == Process::Baseline) {
            return Err(Error::NotSupported(OtherFormat::RareJpeg));
        }
        // A height of zero announces a DNL segment after the first scan; no viewer reads those.
        if size.width == 0 || size.height == 0 || !(1..=4).contains(count) {
            return Err(damaged);
        }
        if rest.len() != usize::from(*count) * 3 {
            return Err(damaged);
        }
        let components: Vec<_> = rest
            .chunks_exact(3)
            .map(|raw| Component {
                id: raw[0],
                across: u32::from(raw[1] >> 4),
                down: u32::from(raw[1] & 15),
                quant_slot: raw[2],
            })
            .collect();
        let sane = |c: &Component| {
            (1..=4).contains(&c.across) && (1..=4).contains(&c.down) && c.quant_slot < 4
        };
        let twins = |c: &Component| components.iter().filter(|other| other.id == c.id).count() > 1;
        if !components.iter().all(sane) || components.iter().any(twins) {
            return Err(damaged);
        }
        let frame = Self { process, precision: *precision, size, components };
        if frame.is_arithmetic() && size.width.saturating_mul(size.height) > ARITHMETIC_PIXELS_MAX {
            return Err(Error::NotSupported(OtherFormat::RareJpeg));
        }
        Ok(frame)
    }

    pub(crate) fn is_progressive(&self) -> bool {
        matches!(self.process, Process::Progressive | Process::ArithmeticProgressive)
    }

    pub(crate) fn is_arithmetic(&self) -> bool {
        matches!(self.process, Process::Arithmetic | Process::ArithmeticProgressive)
    }

    /// Whether its coefficients can be read here and written as a sequential scan.
    pub(crate) fn can_be_recoded(&self) -> bool {
        !self.is_arithmetic() && self.precision == 8
    }

    pub(crate) fn across_max(&self) -> u32 {
        self.components.iter().map(|component| component.across).max().unwrap_or(1)
    }

    pub(crate) fn down_max(&self) -> u32 {
        self.components.iter().map(|component| component.down).max().unwrap_or(1)
    }

    /// Units of an interleaved scan: each holds `across × down` blocks of each component.
    pub(crate) fn units(&self) -> Blocks {
        Blocks {
            across: self.size.width.div_ceil(8 * self.across_max()),
            down: self.size.height.div_ceil(8 * self.down_max()),
        }
    }

    /// Blocks of one component that a scan of its own codes.
    pub(crate) fn own_blocks(&self, component: usize) -> Blocks {
        let Component { across, down, .. } = self.components[component];
        let samples = |length: u32, factor: u32, most: u32| (length * factor).div_ceil(most);
        Blocks {
            across: samples(self.size.width, across, self.across_max()).div_ceil(8),
            down: samples(self.size.height, down, self.down_max()).div_ceil(8),
        }
    }

    /// Blocks of one component with those that only fill up the last units.
    pub(crate) fn padded_blocks(&self, component: usize) -> Blocks {
        let units = self.units();
        let Component { across, down, .. } = self.components[component];
        Blocks { across: units.across * across, down: units.down * down }
    }

    /// The same frame with sampling factors as small as their proportions allow.
    pub(crate) fn simplest(&self) -> Self {
        let mut simple = self.clone();
        let divisor = |of: fn(&Component) -> u32| self.components.iter().map(of).fold(0, common);
        let (across, down) = (divisor(|c| c.across), divisor(|c| c.down));
        for component in &mut simple.components {
            component.across /= across.max(1);
            component.down /= down.max(1);
        }
        simple
    }

    /// Which components a sequential copy codes together: all, unless a unit of all would be
    /// larger than decoders must take.
    pub(crate) fn scan_groups(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.components.len()).collect();
        let blocks: u32 = self.components.iter().map(|c| c.across * c.down).sum();
        match blocks <= UNIT_BLOCKS_MAX {
            true => vec![all],
            false => all.into_iter().map(|index| vec![index]).collect(),
        }
    }
}

/// The greatest common divisor.
fn common(one: u32, other: u32) -> u32 {
    if other == 0 { one } else { common(other, one % other) }
}
