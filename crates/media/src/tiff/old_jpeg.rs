//! JPEG in TIFF as it was before 1995 (compression 6): a whole JPEG that the directory points at, or
//! strips of codes whose tables the directory points at. A clean copy has it in the newer way, which
//! holds the same coefficients and which more viewers know.

use core::ops::Range;

use crate::error::{Error, OtherFormat};
use crate::jpeg::Jpeg;
use crate::limits::{Limits, Size};
use crate::tiff::page::Fields;
use crate::tiff::tags;

const NOT_SUPPORTED: Error = Error::NotSupported(OtherFormat::Tiff);
const QUANT_BYTES: usize = 64;
/// Of a Huffman table: how many codes of each length there are; their values follow.
const COUNT_BYTES: usize = 16;
const VALUES_MAX: usize = 256;

/// Where a page's JPEG is.
pub(crate) enum OldJpeg {
    /// In one piece, for all of the page.
    Whole {
        at: Range<usize>,
        /// How many brightness samples share a colour, across and down.
        sampling: (u16, u16),
    },
    /// In strips, which are codes alone.
    Apart {
        /// The tables as segments, one of each kind for each component.
        tables: Vec<u8>,
        /// Where in the file they are.
        at: Vec<Range<usize>>,
        sampling: (u16, u16),
    },
}

impl OldJpeg {
    pub(crate) fn read(
        fields: &Fields<'_>,
        size: Size,
        samples: u16,
        limits: &Limits,
    ) -> Result<Self, Error> {
        if !matches!(samples, 1 | 3) {
            return Err(NOT_SUPPORTED);
        }
        let start = match fields.number(tags::OLD_JPEG, 0)? {
            0 => fields.number(tags::STRIP_OFFSETS, 0)?,
            offset => offset,
        };
        let bytes = fields.file.bytes;
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        match bytes.get(start..) {
            Some(rest) if rest.starts_with(b"\xff\xd8") => {
                whole(rest, start, size, samples, limits)
            }
            _ => apart(fields, samples),
        }
    }

    pub(crate) fn sampling(&self) -> (u16, u16) {
        match self {
            Self::Whole { sampling, .. } | Self::Apart { sampling, .. } => *sampling,
        }
    }

    /// A strip as a JPEG of its own; `None` where it is one already.
    pub(crate) fn strip(&self, codes: &[u8], size: Size, samples: u16) -> Option<Vec<u8>> {
        let Self::Apart { tables, sampling, .. } = self else { return None };
        let side = |side: u32| u16::try_from(side).unwrap_or(0).to_be_bytes();
        let mut out = [b"\xff\xd8", &tables[..]].concat();
        // Extended, because baseline has no third table.
        out.extend([0xff, 0xc1, 0, 8 + 3 * samples as u8, 8]);
        out.extend([side(size.height), side(size.width)].concat());
        out.push(samples as u8);
        for component in 0..samples as u8 {
            let factors = match component {
                0 => (sampling.0 << 4 | sampling.1) as u8,
                _ => 0x11,
            };
            out.extend([component + 1, factors, component]);
        }
        out.extend([0xff, 0xda, 0, 6 + 2 * samples as u8, samples as u8]);
        for component in 0..samples as u8 {
            out.extend([component + 1, component << 4 | component]);
        }
        out.extend([0, 63, 0]);
        out.extend_from_slice(codes);
        out.extend([0xff, 0xd9]);
        Some(out)
    }
}

fn whole(
    rest: &[u8],
    start: usize,
    size: Size,
    samples: u16,
    limits: &Limits,
) -> Result<OldJpeg, Error> {
    let limits = Limits {
        pixels_max: limits.pixels_max.min(u64::from(size.width) * u64::from(size.height)),
        ..*limits
    };
    let jpeg = Jpeg::parse(rest, &limits).map_err(|error| error.moved(start as u64))?;
    let (components, sampling) = jpeg.colours().ok_or(NOT_SUPPORTED)?;
    // Rows that the picture does not have would not be seen.
    if jpeg.stored_size() != size || components != usize::from(samples) {
        return Err(NOT_SUPPORTED);
    }
    Ok(OldJpeg::Whole { at: start..start + jpeg.end(rest), sampling })
}

fn apart(fields: &Fields<'_>, samples: u16) -> Result<OldJpeg, Error> {
    // The sequential way; no restarts, so that each strip begins anew; not one plane after another.
    let is_plain = fields.number(tags::JPEG_PROCESS, 1)? == 1
        && fields.number(tags::JPEG_RESTARTS, 0)? == 0
        && fields.number(tags::PLANES, 1)? == 1;
    if !is_plain {
        return Err(NOT_SUPPORTED);
    }
    let sampling = match fields.numbers(tags::YCBCR_SAMPLING)?.as_deref() {
        _ if samples == 1 => (1, 1),
        None => (2, 2),
        Some(&[across @ 1..=4, down @ 1..=4]) => (across as u16, down as u16),
        Some(_) => return Err(fields.damaged()),
    };
    let (mut tables, mut at) = (Vec::new(), Vec::new());
    let kinds = [(tags::JPEG_QUANT, None), (tags::JPEG_DC, Some(0)), (tags::JPEG_AC, Some(0x10))];
    for (tag, class) in kinds {
        let offsets = fields.numbers(tag)?.ok_or(fields.damaged())?;
        if offsets.len() < usize::from(samples) {
            return Err(fields.damaged());
        }
        for (slot, offset) in offsets.into_iter().take(samples.into()).enumerate() {
            let place = table(fields, offset, class.is_some())?;
            let (marker, slot) = (if class.is_some() { 0xc4 } else { 0xdb }, slot as u8);
            tables.extend([0xff, marker]);
            tables.extend((place.len() as u16 + 3).to_be_bytes());
            tables.push(class.unwrap_or(0) | slot);
            tables.extend_from_slice(&fields.file.bytes[place.clone()]);
            at.push(place);
        }
    }
    Ok(OldJpeg::Apart { tables, at, sampling })
}

/// Where a table is that begins at an offset.
fn table(fields: &Fields<'_>, offset: u64, is_huffman: bool) -> Result<Range<usize>, Error> {
    let bytes = fields.file.bytes;
    let cut_short = Error::cut_short(bytes.len());
    let start = usize::try_from(offset).map_err(|_| cut_short)?;
    let rest = bytes.get(start..).ok_or(cut_short)?;
    let size = if is_huffman {
        let counts = rest.get(..COUNT_BYTES).ok_or(cut_short)?;
        let values: usize = counts.iter().map(|count| usize::from(*count)).sum();
        if values > VALUES_MAX {
            return Err(fields.damaged());
        }
        COUNT_BYTES + values
    } else {
        QUANT_BYTES
    };
    if rest.len() < size { Err(cut_short) } else { Ok(start..start + size) }
}
