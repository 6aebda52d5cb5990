//! Canonical profiles that some formats can say by a name instead.

use super::known::{
    P3, POWER_1_8, POWER_2_2, REC_2020, SRGB, SRGB_TONE, Tone as Curve, VIDEO_TONE, grey_profile,
    rgb_profile,
};

/// How far colours reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gamut {
    Grey,
    Srgb,
    P3,
    Rec2020,
}

/// How samples become light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Srgb,
    Linear,
    /// The curve of video cameras.
    Video,
    /// A power, in 256ths.
    Power(u16),
}

/// The name of a profile that [`super::judge`] gave, if it has one.
pub(crate) fn name(canonical: &[u8]) -> Option<(Gamut, Tone)> {
    let tones = [SRGB_TONE, Curve::Linear, VIDEO_TONE, POWER_2_2, POWER_1_8];
    let gamuts = [(SRGB, Gamut::Srgb), (P3, Gamut::P3), (REC_2020, Gamut::Rec2020)];
    for curve in tones {
        let tone = match curve {
            Curve::Linear => Tone::Linear,
            Curve::Power(power) => Tone::Power(power),
            formula if formula == VIDEO_TONE => Tone::Video,
            Curve::Formula(_) => Tone::Srgb,
        };
        if canonical == grey_profile(curve) {
            return Some((Gamut::Grey, tone));
        }
        let mut named = gamuts.iter();
        if let Some((_, gamut)) = named.find(|named| canonical == rgb_profile((named.0, curve))) {
            return Some((*gamut, tone));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icc::{Colour, judge};

    #[test]
    fn the_profiles_of_common_spaces_have_names() {
        let wide = judge(&rgb_profile((P3, SRGB_TONE)));
        let Some(Colour::Profile(wide)) = wide else { panic!("{wide:?}") };
        assert_eq!(name(&wide), Some((Gamut::P3, Tone::Srgb)));
        let grey = judge(&grey_profile(POWER_2_2));
        let Some(Colour::Profile(grey)) = grey else { panic!("{grey:?}") };
        assert_eq!(name(&grey), Some((Gamut::Grey, Tone::Power(563))));
        let named =
            crate::icc::known::all().iter().filter(|profile| name(profile).is_some()).count();
        // All but Adobe's, ProPhoto, two of Apple's and the cinema's.
        assert_eq!(named, 17 - 5);
        assert_eq!(name(&wide[1..]), None);
    }
}
