//! The strips and tiles of a picture: where each is, where its data end, and its clean form.

use core::ops::Range;
use std::borrow::Cow;

use crate::error::{Error, OtherFormat, Part};
use crate::jpeg::Jpeg;
use crate::limits::{Limits, Size};
use crate::model::Model;
use crate::options::CleanOptions;
use crate::tiff::grid;
use crate::tiff::old_jpeg::OldJpeg;
use crate::tiff::pack::{self, End, Packer};
use crate::tiff::page::{Coding, Fields, Page};
use crate::tiff::shape::Shape;
use crate::tiff::{Budget, fax, tags};

/// A strip or tile.
pub(crate) struct Strip {
    /// Its data in the file; what may follow is not among them.
    pub(crate) at: Range<usize>,
    form: Form,
}

/// How the clean form is made.
enum Form {
    /// Copied, except the bits behind the end in the last byte.
    Copied { tail_mask: u8 },
    /// Packed anew: there is more in it than the picture.
    Anew,
    /// Written from a JPEG's model.
    Jpeg,
}

/// Finds and follows all strips of a page.
pub(crate) fn read(
    page: &Page,
    fields: &Fields<'_>,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Vec<Strip>, Error> {
    let count = page.grid.count();
    limits.check_parts(count)?;
    budget.spend_strips(count)?;
    let places = places(page, fields, count)?;
    let strips = places.into_iter().enumerate().map(|(index, at)| {
        budget.spend(at.len())?;
        let (at, form) = follow(page, fields.file.bytes, at, index, limits, budget)?;
        Ok(Strip { at, form })
    });
    strips.collect()
}

/// Where the file says the strips are.
fn places(page: &Page, fields: &Fields<'_>, count: usize) -> Result<Vec<Range<usize>>, Error> {
    if let Some(OldJpeg::Whole { at, .. }) = &page.old_jpeg {
        return Ok(vec![at.clone()]);
    }
    // Some early writers list their tiles as if they were strips.
    let as_tiles = fields.directory.field(tags::TILE_OFFSETS).is_some();
    let (offsets, sizes) = match page.grid.is_tiled && as_tiles {
        true => (tags::TILE_OFFSETS, tags::TILE_BYTES),
        false => (tags::STRIP_OFFSETS, tags::STRIP_BYTES),
    };
    let length = fields.file.bytes.len();
    let offsets = fields.numbers(offsets)?.ok_or(fields.damaged())?;
    if offsets.len() < count {
        return Err(fields.damaged());
    }
    // Zero for an only strip says no more than nothing.
    let is_said = |sizes: &Vec<u64>| count > 1 || sizes.first() != Some(&0);
    let sizes = fields.numbers(sizes)?.filter(is_said);
    if sizes.as_ref().is_some_and(|sizes| sizes.len() < count) || sizes.is_none() && count > 1 {
        return Err(fields.damaged());
    }
    let place = |index: usize| {
        let start = usize::try_from(offsets[index]).unwrap_or(usize::MAX);
        // One strip of unknown size: its data say where it ends.
        let size = sizes.as_ref().map_or(length.saturating_sub(start) as u64, |s| s[index]);
        let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
        let end = end.filter(|end| *end <= length).ok_or(Error::cut_short(length))?;
        if start < end { Ok(start..end) } else { Err(Error::cut_short(start.min(length))) }
    };
    (0..count).map(place).collect()
}

fn follow(
    page: &Page,
    bytes: &[u8],
    at: Range<usize>,
    index: usize,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<(Range<usize>, Form), Error> {
    let damaged = Error::damaged(Part::PictureData, at.start);
    let data = &*data(page, bytes, &at);
    match page.coding {
        Coding::Jpeg => {
            let jpeg = joined(page, bytes, &at, index);
            read_jpeg(page, &jpeg, index, limits)?;
            Ok((at, Form::Jpeg))
        }
        Coding::Fax(coding) => {
            let (Size { width, height }, used) = page.grid.sizes(page.size, index);
            if (Size { width, height }) != used || page.samples_together() != 1 {
                return Err(Error::NotSupported(OtherFormat::Tiff));
            }
            let end = fax::walk(data, coding, page.lowest_first, width, height).ok_or(damaged)?;
            Ok(copied(&at, end))
        }
        Coding::Packed { packing, .. } => {
            let shape = grid::shape(page, index)?;
            budget.unpack(shape.bytes())?;
            let mut has_margin = false;
            let mut position = 0;
            let end = pack::unpack(packing, data, shape.bytes(), &mut |piece| {
                if shape.has_margin() {
                    has_margin |= shape.blank(position, piece);
                    position += piece.len() as u64;
                }
            });
            let end = end.ok_or(match packing {
                pack::Packing::None => Error::cut_short(at.end),
                _ => damaged,
            })?;
            if end.is_exact && !has_margin {
                return Ok(copied(&at, end));
            }
            Ok((at.start..at.start + end.bytes, Form::Anew))
        }
    }
}

/// A strip's bytes in the usual order of bits.
fn data<'a>(page: &Page, bytes: &'a [u8], at: &Range<usize>) -> Cow<'a, [u8]> {
    let data = &bytes[at.clone()];
    match page.is_reversed {
        true => data.iter().map(|byte| byte.reverse_bits()).collect(),
        false => Cow::Borrowed(data),
    }
}

fn copied(at: &Range<usize>, end: End) -> (Range<usize>, Form) {
    (at.start..at.start + end.bytes, Form::Copied { tail_mask: end.tail_mask })
}

/// A strip's JPEG with the tables that all strips share put in front.
fn joined(page: &Page, bytes: &[u8], at: &Range<usize>, index: usize) -> Vec<u8> {
    let strip = &bytes[at.clone()];
    let (size, _) = page.grid.sizes(page.size, index);
    let old_jpeg = page.old_jpeg.as_ref();
    if let Some(joined) = old_jpeg.and_then(|old| old.strip(strip, size, page.samples)) {
        return joined;
    }
    let tables = page.tables.clone().map_or(&b""[..], |tables| &bytes[tables]);
    let tables = tables.strip_suffix(b"\xff\xd9").unwrap_or(tables);
    match strip.strip_prefix(b"\xff\xd8") {
        Some(rest) if tables.starts_with(b"\xff\xd8") => [tables, rest].concat(),
        _ => strip.to_vec(),
    }
}

fn read_jpeg(page: &Page, bytes: &[u8], index: usize, limits: &Limits) -> Result<Jpeg, Error> {
    let (coded, _) = page.grid.sizes(page.size, index);
    let limits = Limits {
        pixels_max: limits.pixels_max.min(u64::from(coded.width) * u64::from(coded.height)),
        ..*limits
    };
    if !bytes.starts_with(b"\xff\xd8") {
        return Err(Error::damaged(Part::PictureData, 0));
    }
    let jpeg = Jpeg::parse_inside(bytes, &limits)?;
    // Rows that the picture does not have would not be seen.
    if jpeg.size() != coded {
        return Err(Error::damaged(Part::PictureData, 0));
    }
    Ok(jpeg)
}

/// Writes the clean form of a strip that is no JPEG.
pub(crate) fn write(
    page: &Page,
    bytes: &[u8],
    index: usize,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let strip = &page.strips[index];
    let data = &*data(page, bytes, &strip.at);
    match strip.form {
        Form::Copied { tail_mask } => {
            out.extend_from_slice(data);
            if let Some(last) = out.last_mut() {
                *last &= tail_mask;
            }
        }
        Form::Anew => {
            let shape = grid::shape(page, index)?;
            let packed = packed_anew(page, data, &shape);
            out.extend(packed.ok_or(Error::damaged(Part::PictureData, strip.at.start))?);
        }
        Form::Jpeg => out.extend(jpeg(page, bytes, index)?),
    }
    Ok(())
}

/// The clean form of a strip that is a JPEG, with all its tables.
pub(crate) fn jpeg(page: &Page, bytes: &[u8], index: usize) -> Result<Vec<u8>, Error> {
    let joined = joined(page, bytes, &page.strips[index].at, index);
    let jpeg = read_jpeg(page, &joined, index, &Limits::default())?;
    Ok(jpeg.write_clean(&joined, &CleanOptions::default())?.bytes)
}

fn packed_anew(page: &Page, data: &[u8], shape: &Shape) -> Option<Vec<u8>> {
    let Coding::Packed { packing, .. } = page.coding else { return None };
    let mut packer = Packer::new(packing, shape.row_bytes);
    let mut position = 0;
    pack::unpack(packing, data, shape.bytes(), &mut |piece| {
        shape.blank(position, piece);
        position += piece.len() as u64;
        packer.push(piece);
    })?;
    packer.finish()
}

/// Splits a JPEG into its tables and the rest, so that the tables need be written only once.
pub(crate) fn apart(jpeg: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut tables, mut rest) = (b"\xff\xd8".to_vec(), b"\xff\xd8".to_vec());
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *jpeg.get(at..at + 4)? else { return None };
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        match marker {
            0xdb | 0xc4 => tables.extend_from_slice(jpeg.get(at..end)?),
            0xda => break,
            _ => rest.extend_from_slice(jpeg.get(at..end)?),
        }
        at = end;
    }
    tables.extend([0xff, 0xd9]);
    rest.extend_from_slice(jpeg.get(at..)?);
    Some((tables, rest))
}

/// Whether tiles of a JPEG picture reach far beyond its sides. Those samples cannot be taken out
/// without coding the tile anew.
pub(crate) fn hides_samples(page: &Page) -> bool {
    /// A unit of coding: what fills it up to its end is no one's choice.
    const UNIT: u32 = 16;
    let Size { width, height } = page.size;
    let beyond = |whole: u32, side: u32| whole.next_multiple_of(side) - whole >= UNIT;
    let Size { width: tile_width, height: tile_height } = page.grid.piece;
    page.coding == Coding::Jpeg
        && page.grid.is_tiled
        && (beyond(width, tile_width) || beyond(height, tile_height))
}
