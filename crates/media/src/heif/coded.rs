//! Coded pictures inside items: what hides in them goes, and their configuration is put into the
//! one form that fits.

use std::sync::Arc;

use crate::codec::nal::NalCodec;
use crate::codec::{Found, obu};
use crate::error::{Error, Part};
use crate::heif::picture::Codec;
use crate::heif::property::{Property, sizes_of_layers};

/// Longest configuration. Real ones have a few hundred bytes.
const CONFIGURATION_BYTES_MAX: usize = 16 << 10;
/// Profiles of HEVC that the plain brand stands for: main, and main for stills.
const MAIN_PROFILES: [u8; 2] = [1, 3];

/// Appends the item's cleaned bytes, and puts its configuration among `properties` in order.
pub(crate) fn append(
    codec: Codec,
    data: &[u8],
    properties: &mut Vec<Arc<Property>>,
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Error> {
    let damaged = Error::damaged(Part::PictureData, 0);
    let kind = match codec {
        Codec::Hevc => b"hvcC",
        Codec::Av1 => b"av1C",
    };
    let place = properties.iter().position(|property| &property.kind == kind);
    let place = place.ok_or(damaged)?;
    let body = &properties[place].payload;
    if body.len() > CONFIGURATION_BYTES_MAX {
        return Err(damaged);
    }
    let start = out.len();
    let configuration = match codec {
        Codec::Hevc => {
            let (codec, configuration) = NalCodec::from_hvcc(body, found)?;
            codec.clean_sample(data, out, found)?;
            configuration
        }
        Codec::Av1 => {
            let mut configuration = obu::clean_configuration(body, found)?;
            obu::clean_sample(data, out, found)?;
            // What the picture says itself need not be said before it; programs differ.
            if obu::begins_anew(&out[start..]) {
                configuration.truncate(4);
            }
            configuration
        }
    };
    if out.len() == start {
        return Err(damaged);
    }
    properties[place] = Arc::new(Property::new(kind, configuration));
    mend_layers(properties, data.len(), out.len() - start);
    Ok(())
}

/// The sizes of layers let viewers load the first ones only. Where cleaning has moved their
/// borders, viewers do without.
fn mend_layers(properties: &mut Vec<Arc<Property>>, before: usize, after: usize) {
    let nothing = sizes_of_layers([0; 3]);
    properties.retain(|property| {
        property.kind != *b"a1lx" || before == after && property.payload != nothing
    });
}

/// Whether a configuration of HEVC asks for more than the plain brand stands for.
pub(crate) fn is_beyond_main(configuration: &Property) -> bool {
    let profile = configuration.payload.get(1).map_or(0, |byte| byte & 31);
    !MAIN_PROFILES.contains(&profile)
}
