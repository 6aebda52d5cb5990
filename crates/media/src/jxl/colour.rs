//! How a codestream says its colours in a clean copy: by a name where there is one, or with a
//! profile in canonical form, stored in the plainest way there is.

use core::ops::Range;

use crate::error::Error;
use crate::icc::{self, Colour, Gamut, Tone};
use crate::jxl::edit::{Edit, Put};
use crate::jxl::profile;

const RGB: u32 = 0;
const GREY: u32 = 1;
const D65: u32 = 1;
const RELATIVE_INTENT: u32 = 1;

/// What takes the place of a profile: `said` are the bits in the header that announce it, `stored`
/// those that hold it. `space` is the number of the colour space that the header says.
pub(crate) fn edits(
    profile: &[u8],
    space: u32,
    said: Range<usize>,
    stored: Range<usize>,
) -> Result<[Edit; 2], Error> {
    let (say, store) = match (icc::judge(profile), space) {
        (Some(Colour::Profile(canonical)), _) => match name(&canonical, space) {
            Some(name) => (name, Put::default()),
            None => with_profile(&canonical, space),
        },
        // Viewers take what they do not understand for the usual colours.
        (Some(Colour::Standard) | None, RGB) => (usual(), Put::default()),
        (Some(Colour::Standard) | None, GREY) => (named(Gamut::Grey, Tone::Srgb), Put::default()),
        (Some(Colour::Standard), _) => with_profile(&icc::standard(), space),
        (None, _) => return Err(super::not_supported()),
    };
    Ok([Edit { at: said, put: say }, Edit { at: stored, put: store }])
}

fn usual() -> Put {
    let mut put = Put::default();
    put.bits(1, 1);
    put
}

fn with_profile(canonical: &[u8], space: u32) -> (Put, Put) {
    let mut say = Put::default();
    say.bits(0, 1).bits(1, 1).name_number(space);
    (say, profile::write(canonical))
}

/// The name of a profile's colours, if it fits the picture's channels.
fn name(canonical: &[u8], space: u32) -> Option<Put> {
    let (gamut, tone) = icc::name(canonical)?;
    let fits = space == if gamut == Gamut::Grey { GREY } else { RGB };
    fits.then(|| named(gamut, tone))
}

fn named(gamut: Gamut, tone: Tone) -> Put {
    let mut put = Put::default();
    put.bits(0, 2);
    let primaries = match gamut {
        Gamut::Grey => None,
        Gamut::Srgb => Some(1),
        Gamut::Rec2020 => Some(9),
        Gamut::P3 => Some(11),
    };
    put.name_number(if primaries.is_none() { GREY } else { RGB });
    put.name_number(D65);
    if let Some(primaries) = primaries {
        put.name_number(primaries);
    }
    match tone {
        // The power by which light becomes a sample, in ten millionths.
        Tone::Power(power) => put.bits(1, 1).bits((2_560_000_000 / u32::from(power)).max(1), 24),
        Tone::Video => put.bits(0, 1).name_number(1),
        Tone::Linear => put.bits(0, 1).name_number(8),
        Tone::Srgb => put.bits(0, 1).name_number(13),
    };
    put.name_number(RELATIVE_INTENT);
    put
}
