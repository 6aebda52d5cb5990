//! The header of a codestream: numbers only.

use super::bits::Bits;
use crate::residue::{Residue, What};

const SIDE_BITS: [u32; 4] = [9, 13, 18, 30];

/// Walks through it; says whether a colour profile follows.
pub(crate) fn has_profile(bits: &mut Bits<'_>) -> Result<bool, Residue> {
    let is_codestream = bits.take(16)? == 0x0aff;
    bits.require(is_codestream, What::Codes)?;
    size(bits)?;
    let (mut has_profile, mut is_xyb) = (false, true);
    if !bits.is_set()? {
        (has_profile, is_xyb) = metadata(bits)?;
    }
    transforms(bits, is_xyb)?;
    Ok(has_profile)
}

fn size(bits: &mut Bits<'_>) -> Result<(), Residue> {
    let is_small = bits.is_set()?;
    let side = |bits: &mut Bits<'_>| match is_small {
        true => bits.skip(5),
        false => bits.choice(SIDE_BITS).map(drop),
    };
    side(bits)?;
    // A width of its own, or one that follows from the height.
    if bits.take(3)? == 0 { side(bits) } else { Ok(()) }
}

/// Says whether a profile follows, and whether colours are those of the eye.
fn metadata(bits: &mut Bits<'_>) -> Result<(bool, bool), Residue> {
    let has_more = bits.is_set()?;
    if has_more {
        // The turn.
        bits.skip(3)?;
        if bits.is_set()? {
            size(bits)?;
        }
        let has_smaller_copy = bits.is_set()?;
        bits.require(!has_smaller_copy, What::UnknownPart)?;
        if bits.is_set()? {
            animation(bits)?;
        }
    }
    depth(bits)?;
    bits.skip(1)?;
    let channels = match bits.choice([0, 0, 4, 12])? {
        (2, more) => 2 + more,
        (3, more) => 1 + more,
        (chosen, _) => chosen,
    };
    for _ in 0..channels {
        channel(bits)?;
    }
    let is_xyb = bits.is_set()?;
    let has_profile = colours(bits)?;
    if has_more && !bits.is_set()? {
        // How bright, from, relative, to.
        bits.skip(16 + 16 + 1 + 16)?;
    }
    let extensions = bits.take(2)?;
    bits.require(extensions == 0, What::UnknownPart)?;
    Ok((has_profile, is_xyb))
}

fn animation(bits: &mut Bits<'_>) -> Result<(), Residue> {
    bits.choice([0, 0, 10, 30])?;
    bits.choice([0, 0, 8, 10])?;
    bits.choice([0, 3, 16, 32])?;
    let has_clock = bits.is_set()?;
    bits.require(!has_clock, What::Time)
}

fn depth(bits: &mut Bits<'_>) -> Result<(), Residue> {
    let is_float = bits.is_set()?;
    bits.choice([0, 0, 0, 6])?;
    bits.skip(if is_float { 4 } else { 0 })
}

/// A channel beside those of the colours.
fn channel(bits: &mut Bits<'_>) -> Result<(), Residue> {
    if bits.is_set()? {
        return Ok(());
    }
    let kind = bits.value()?;
    depth(bits)?;
    bits.choice([0, 0, 0, 3])?;
    let name = bits.take(2)?;
    bits.require(name == 0, What::Text)?;
    match kind {
        // Transparency, an ink, a sensor's pattern.
        0 => bits.skip(1),
        2 => bits.skip(4 * 16),
        5 => bits.choice([0, 2, 4, 8]).map(drop),
        _ => Ok(()),
    }
}

fn colours(bits: &mut Bits<'_>) -> Result<bool, Residue> {
    if bits.is_set()? {
        return Ok(false);
    }
    let has_profile = bits.is_set()?;
    let space = bits.value()?;
    if has_profile {
        return Ok(true);
    }
    let (is_grey, is_of_the_eye) = (space == 1, space == 2);
    let own = |bits: &mut Bits<'_>, points: u32| {
        let is_own = bits.value()? == 2;
        for _ in 0..if is_own { points * 2 } else { 0 } {
            bits.choice([19, 19, 20, 21])?;
        }
        Ok(())
    };
    if !is_of_the_eye {
        own(bits, 1)?;
        if !is_grey {
            own(bits, 3)?;
        }
        if bits.is_set()? { bits.skip(24)? } else { bits.value().map(drop)? }
    }
    bits.value()?;
    Ok(false)
}

/// Matrices and weights in numbers of 16 bits.
fn transforms(bits: &mut Bits<'_>, is_xyb: bool) -> Result<(), Residue> {
    if bits.is_set()? {
        return Ok(());
    }
    if is_xyb && !bits.is_set()? {
        bits.skip(16 * 16)?;
    }
    let own = bits.take(3)?;
    for (place, count) in [15, 55, 210].into_iter().enumerate() {
        if own >> place & 1 == 1 {
            bits.skip(count * 16)?;
        }
    }
    Ok(())
}
