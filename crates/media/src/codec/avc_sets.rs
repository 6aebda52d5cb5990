//! H.264 parameter sets, field by field.

use crate::codec::fields::Fields;
use crate::codec::sets::{Sequence, Timing, rewritten, shape_and_colour};

const HEAD_BYTES: usize = 1;

/// Profiles whose sets say how the chroma is kept.
const WITH_CHROMA: &[u32] = &[100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// A sequence parameter set written anew, with its header byte; `None` if it is none.
pub(crate) fn clean_sequence(nal: &[u8]) -> Option<(Sequence, Vec<u8>)> {
    rewritten(nal, HEAD_BYTES, sequence)
}

fn sequence(fields: &mut Fields<'_>) -> Option<Sequence> {
    let profile = fields.bits(8)?;
    // The two lowest bits are reserved.
    let constraints = fields.bits(8)?;
    let level = fields.bits(8)?;
    let id = fields.golomb().filter(|id| *id < 32)?;
    let mut chroma = (1, 0, 0);
    if WITH_CHROMA.contains(&profile) {
        chroma = chroma_fields(fields)?;
    }
    fields.golomb()?;
    picture_order(fields)?;
    fields.golomb()?;
    fields.flag()?;
    fields.golombs(2)?;
    let only_frames = fields.flag()?;
    if !only_frames {
        fields.flag()?;
    }
    fields.flag()?;
    if fields.flag()? {
        fields.golombs(4)?;
    }
    let mut timing = Timing { has_fields: !only_frames, ..Timing::default() };
    if fields.flag()? {
        usability(fields, &mut timing)?;
    }
    Some(Sequence {
        id,
        profile: [profile as u8, constraints as u8, level as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        chroma_format: chroma.0,
        depth_luma_minus8: chroma.1,
        depth_chroma_minus8: chroma.2,
        timing,
    })
}

fn chroma_fields(fields: &mut Fields<'_>) -> Option<(u32, u32, u32)> {
    let format = fields.golomb().filter(|format| *format < 4)?;
    if format == 3 {
        fields.flag()?;
    }
    let luma = fields.golomb().filter(|depth| *depth < 8)?;
    let chroma = fields.golomb().filter(|depth| *depth < 8)?;
    fields.flag()?;
    if fields.flag()? {
        scaling_lists(fields, if format == 3 { 12 } else { 8 })?;
    }
    Some((format, luma, chroma))
}

fn scaling_lists(fields: &mut Fields<'_>, count: u32) -> Option<()> {
    for list in 0..count {
        if !fields.flag()? {
            continue;
        }
        let size = if list < 6 { 16 } else { 64 };
        let (mut last, mut next) = (8, 8);
        for _ in 0..size {
            if next != 0 {
                next = (last + fields.signed()?).rem_euclid(256);
            }
            last = if next == 0 { last } else { next };
        }
    }
    Some(())
}

fn picture_order(fields: &mut Fields<'_>) -> Option<()> {
    match fields.golomb()? {
        0 => fields.golomb().map(drop),
        1 => {
            fields.flag()?;
            fields.golombs(2)?;
            let cycle = fields.golomb().filter(|cycle| *cycle < 256)?;
            fields.golombs(cycle)
        }
        2 => Some(()),
        _ => None,
    }
}

/// Shape, colour, clock and buffers.
fn usability(fields: &mut Fields<'_>, timing: &mut Timing) -> Option<()> {
    shape_and_colour(fields)?;
    if fields.flag()? {
        fields.repeat(2, 32)?;
        fields.flag()?;
    }
    for _ in 0..2 {
        if fields.flag()? {
            timing.delays = Some(buffers(fields)?);
        }
    }
    if timing.delays.is_some() {
        fields.flag()?;
    }
    timing.says_structure = fields.flag()?;
    if fields.flag()? {
        fields.flag()?;
        fields.golombs(6)?;
    }
    Some(())
}

fn buffers(fields: &mut Fields<'_>) -> Option<(u32, u32, u32)> {
    let count = fields.golomb().filter(|count| *count < 32)?;
    fields.bits(8)?;
    for _ in 0..=count {
        fields.golombs(2)?;
        fields.flag()?;
    }
    fields.bits(5)?;
    Some((fields.bits(5)? + 1, fields.bits(5)? + 1, fields.bits(5)?))
}

/// A picture parameter set written anew; `None` if it is none. `chroma_format` is what its
/// sequence says.
pub(crate) fn clean_picture(nal: &[u8], chroma_format: impl Fn(u32) -> u32) -> Option<Vec<u8>> {
    Some(rewritten(nal, HEAD_BYTES, |fields| picture(fields, chroma_format))?.1)
}

fn picture(fields: &mut Fields<'_>, chroma_format: impl Fn(u32) -> u32) -> Option<()> {
    fields.golomb()?;
    let sequence = fields.golomb()?;
    fields.bits(2)?;
    let groups = fields.golomb().filter(|groups| *groups < 8)?;
    if groups > 0 {
        slice_groups(fields, groups)?;
    }
    fields.golombs(2)?;
    fields.bits(3)?;
    fields.golombs(3)?;
    fields.bits(3)?;
    if !fields.from.has_more_before_stop() {
        return Some(());
    }
    let large = fields.bits(1)?;
    if fields.flag()? {
        let each = if chroma_format(sequence) == 3 { 6 } else { 2 };
        scaling_lists(fields, 6 + each * large)?;
    }
    fields.golomb().map(drop)
}

fn slice_groups(fields: &mut Fields<'_>, groups: u32) -> Option<()> {
    match fields.golomb()? {
        0 => fields.golombs(groups + 1),
        1 => Some(()),
        2 => fields.golombs(2 * groups),
        3..=5 => {
            fields.flag()?;
            fields.golomb().map(drop)
        }
        6 => {
            let units = fields.golomb()?;
            let bits = 32 - groups.leading_zeros();
            (0..=units).try_for_each(|_| fields.bits(bits).map(drop))
        }
        _ => None,
    }
}
