//! HEVC parameter sets, field by field. What extensions may bring that decoders are told to skip
//! goes.

use crate::codec::fields::Fields;
use crate::codec::sets::{Sequence, Timing, rewritten, shape_and_colour};

const HEAD_BYTES: usize = 2;

/// Bits of a profile.
const PROFILE_BITS: u32 = 88;

/// A video parameter set written anew; `None` if it is none.
pub(crate) fn clean_video(nal: &[u8]) -> Option<Vec<u8>> {
    Some(rewritten(nal, HEAD_BYTES, video)?.1)
}

/// A sequence parameter set written anew; `None` if it is none.
pub(crate) fn clean_sequence(nal: &[u8]) -> Option<(Sequence, Vec<u8>)> {
    rewritten(nal, HEAD_BYTES, sequence)
}

/// A picture parameter set written anew; `None` if it is none.
pub(crate) fn clean_picture(nal: &[u8]) -> Option<Vec<u8>> {
    Some(rewritten(nal, HEAD_BYTES, picture)?.1)
}

fn video(fields: &mut Fields<'_>) -> Option<()> {
    fields.bits(12)?;
    let layers_max = fields.bits(3)?;
    fields.bits(17)?;
    profile(fields, layers_max)?;
    ordering(fields, layers_max)?;
    let id_max = fields.bits(6)?;
    let sets = fields.golomb().filter(|sets| *sets < 1024)?;
    fields.repeat(sets * (id_max + 1), 1)?;
    if fields.flag()? {
        clock(fields)?;
        let buffers_count = fields.golomb().filter(|count| *count <= 1024)?;
        for index in 0..buffers_count {
            fields.golomb()?;
            let says_common = index == 0 || fields.flag()?;
            buffers(fields, says_common, layers_max)?;
        }
    }
    // No extension.
    fields.instead(1, 0)
}

/// Profile and level, of the whole and of each layer of time.
fn profile(fields: &mut Fields<'_>, layers_max: u32) -> Option<[u8; 12]> {
    let mut general = [0; 12];
    for byte in &mut general {
        *byte = fields.bits(8)? as u8;
    }
    let mut present = Vec::new();
    for _ in 0..layers_max {
        present.push((fields.flag()?, fields.flag()?));
    }
    if layers_max > 0 {
        fields.repeat(8 - layers_max, 2)?;
    }
    for (has_profile, has_level) in present {
        if has_profile {
            fields.repeat(PROFILE_BITS, 1)?;
        }
        if has_level {
            fields.bits(8)?;
        }
    }
    Some(general)
}

fn ordering(fields: &mut Fields<'_>, layers_max: u32) -> Option<()> {
    let times = if fields.flag()? { layers_max + 1 } else { 1 };
    fields.golombs(3 * times)
}

fn clock(fields: &mut Fields<'_>) -> Option<()> {
    fields.repeat(2, 32)?;
    if fields.flag()? {
        fields.golomb()?;
    }
    Some(())
}

/// How full a decoder's buffers get. Says how long the delays in messages are, where there are any.
fn buffers(
    fields: &mut Fields<'_>,
    says_common: bool,
    layers_max: u32,
) -> Option<Option<(u32, u32, u32)>> {
    let (mut kinds, mut has_parts, mut delays) = (0, false, None);
    if says_common {
        kinds = u32::from(fields.flag()?) + u32::from(fields.flag()?);
        if kinds > 0 {
            has_parts = fields.flag()?;
            if has_parts {
                fields.bits(19)?;
            }
            fields.bits(8)?;
            if has_parts {
                fields.bits(4)?;
            }
            fields.bits(5)?;
            delays = Some((fields.bits(5)? + 1, fields.bits(5)? + 1, 0));
        }
    }
    for _ in 0..=layers_max {
        let is_fixed = fields.flag()? || fields.flag()?;
        let mut has_low_delay = false;
        match is_fixed {
            true => fields.golomb().map(drop)?,
            false => has_low_delay = fields.flag()?,
        }
        let mut count = 1;
        if !has_low_delay {
            count += fields.golomb().filter(|count| *count < 32)?;
        }
        for _ in 0..kinds * count {
            fields.golombs(if has_parts { 4 } else { 2 })?;
            fields.flag()?;
        }
    }
    // With parts of pictures, messages say more than is followed here.
    Some(delays.filter(|_| !has_parts))
}

fn sequence(fields: &mut Fields<'_>) -> Option<Sequence> {
    fields.bits(4)?;
    let layers_max = fields.bits(3)?;
    fields.bits(1)?;
    let profile = profile(fields, layers_max)?;
    let id = fields.golomb().filter(|id| *id < 16)?;
    let chroma_format = fields.golomb().filter(|format| *format < 4)?;
    if chroma_format == 3 {
        fields.flag()?;
    }
    fields.golombs(2)?;
    if fields.flag()? {
        fields.golombs(4)?;
    }
    let depth_luma_minus8 = fields.golomb().filter(|depth| *depth <= 8)?;
    let depth_chroma_minus8 = fields.golomb().filter(|depth| *depth <= 8)?;
    let order_bits = fields.golomb().filter(|bits| *bits <= 12)? + 4;
    ordering(fields, layers_max)?;
    fields.golombs(6)?;
    if fields.flag()? && fields.flag()? {
        scaling_lists(fields)?;
    }
    fields.bits(2)?;
    if fields.flag()? {
        fields.bits(8)?;
        fields.golombs(2)?;
        fields.flag()?;
    }
    references(fields, order_bits)?;
    fields.bits(2)?;
    let mut timing = Timing::default();
    if fields.flag()? {
        usability(fields, layers_max, &mut timing)?;
    }
    sequence_extensions(fields)?;
    Some(Sequence { id, profile, chroma_format, depth_luma_minus8, depth_chroma_minus8, timing })
}

fn scaling_lists(fields: &mut Fields<'_>) -> Option<()> {
    for size in 0..4 {
        for _ in 0..if size == 3 { 2 } else { 6 } {
            match fields.flag()? {
                false => fields.golomb().map(drop)?,
                true => {
                    let mean = u32::from(size > 1);
                    fields.golombs(mean + 64.min(1 << (4 + 2 * size)))?;
                }
            }
        }
    }
    Some(())
}

/// Which pictures are kept to predict others from.
fn references(fields: &mut Fields<'_>, order_bits: u32) -> Option<()> {
    let sets = fields.golomb().filter(|sets| *sets <= 64)?;
    let mut last = 0;
    for index in 0..sets {
        let mut pictures = 0;
        if index > 0 && fields.flag()? {
            fields.flag()?;
            fields.golomb()?;
            for _ in 0..=last {
                pictures += u32::from(fields.flag()? || fields.flag()?);
            }
        } else {
            let (before, after) = (fields.golomb()?, fields.golomb()?);
            pictures = before.checked_add(after).filter(|pictures| *pictures <= 32)?;
            for _ in 0..pictures {
                fields.golomb()?;
                fields.flag()?;
            }
        }
        last = pictures;
    }
    if fields.flag()? {
        let count = fields.golomb().filter(|count| *count <= 32)?;
        fields.repeat(count, order_bits + 1)?;
    }
    Some(())
}

/// Shape, colour, fields, clock and buffers.
fn usability(fields: &mut Fields<'_>, layers_max: u32, timing: &mut Timing) -> Option<()> {
    shape_and_colour(fields)?;
    fields.flag()?;
    timing.has_fields = fields.flag()?;
    timing.says_structure = fields.flag()?;
    if fields.flag()? {
        fields.golombs(4)?;
    }
    if fields.flag()? {
        clock(fields)?;
        if fields.flag()? {
            timing.delays = buffers(fields, true, layers_max)?;
        }
    }
    if fields.flag()? {
        fields.bits(3)?;
        fields.golombs(5)?;
    }
    Some(())
}

fn sequence_extensions(fields: &mut Fields<'_>) -> Option<()> {
    let Some(kinds) = extensions(fields)? else { return Some(()) };
    if kinds & 8 != 0 {
        fields.bits(9)?;
    }
    if kinds & 4 != 0 {
        fields.bits(1)?;
    }
    if kinds & 1 != 0 {
        fields.bits(1)?;
        if fields.flag()? {
            // Palettes that are known from the start are not followed.
            fields.golombs(2)?;
            if fields.flag()? {
                return None;
            }
        }
        fields.bits(3)?;
    }
    Some(())
}

/// Which extensions there are: ranges 8, layers 4, depth 2, screens 1. Depth is not followed, and
/// those that are still to be invented are left out.
fn extensions(fields: &mut Fields<'_>) -> Option<Option<u32>> {
    if !fields.from.flag()? {
        fields.to.bits(1, 0);
        return Some(None);
    }
    let kinds = fields.from.bits(4)?;
    fields.from.bits(4)?;
    if kinds & 2 != 0 {
        return None;
    }
    fields.to.bits(1, u32::from(kinds != 0));
    if kinds != 0 {
        fields.to.bits(4, kinds);
        fields.to.bits(4, 0);
    }
    Some(Some(kinds))
}

fn picture(fields: &mut Fields<'_>) -> Option<()> {
    fields.golombs(2)?;
    fields.bits(7)?;
    fields.golombs(3)?;
    fields.bits(1)?;
    let skips_transform = fields.flag()?;
    if fields.flag()? {
        fields.golomb()?;
    }
    fields.golombs(2)?;
    fields.bits(4)?;
    let has_tiles = fields.flag()?;
    fields.flag()?;
    if has_tiles {
        tiles(fields)?;
    }
    fields.flag()?;
    if fields.flag()? {
        fields.flag()?;
        if !fields.flag()? {
            fields.golombs(2)?;
        }
    }
    if fields.flag()? {
        scaling_lists(fields)?;
    }
    fields.flag()?;
    fields.golomb()?;
    fields.flag()?;
    let Some(kinds) = extensions(fields)? else { return Some(()) };
    if kinds & 5 != 0 {
        return None;
    }
    if kinds & 8 != 0 {
        picture_ranges(fields, skips_transform)?;
    }
    Some(())
}

fn tiles(fields: &mut Fields<'_>) -> Option<()> {
    let columns = fields.golomb().filter(|columns| *columns < 64)?;
    let rows = fields.golomb().filter(|rows| *rows < 64)?;
    if !fields.flag()? {
        fields.golombs(columns + rows)?;
    }
    fields.flag().map(drop)
}

fn picture_ranges(fields: &mut Fields<'_>, skips_transform: bool) -> Option<()> {
    if skips_transform {
        fields.golomb()?;
    }
    fields.flag()?;
    if fields.flag()? {
        fields.golomb()?;
        let count = fields.golomb().filter(|count| *count < 6)?;
        fields.golombs(2 * (count + 1))?;
    }
    fields.golombs(2)
}
