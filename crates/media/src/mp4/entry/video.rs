//! Sample entries of pictures.

use crate::bmff::{u32_at, write_box, write_full_box};
use crate::codec::Found;
use crate::error::Error;
use crate::icc::{self, Colour};
use crate::mp4::entry::{Child, Entry, Raw, child, config};

/// Bytes of the fields that all pictures share, from behind the header on.
const FIELD_BYTES: usize = 78;
/// Where the encoder's name is, with its length before it.
const COMPRESSOR_AT: usize = 42;

pub(crate) fn parse(raw: &Raw<'_>) -> Result<Entry, Error> {
    let (width, height) = (raw.u16(24)?, raw.u16(26)?);
    let depth = match raw.u16(74)? {
        // QuickTime counts grey ones from 32 on. Few bits a pixel mean a palette, which none of
        // the codings here has.
        depth @ (24 | 32 | 33..=40 | 48 | 64) => depth,
        _ => 24,
    };
    let children = raw.children(FIELD_BYTES).ok_or(raw.damaged())?;
    let mut found = Found::default();
    let coded = config::video(raw, &children, &mut found);
    let (coding, configs) = coded.map_err(|error| error.moved(raw.at))?;
    let mut written = Vec::new();
    write_box(&mut written, &raw.kind, |out| {
        out.extend([0, 0, 0, 0, 0, 0, 0, 1]);
        out.extend([0; 16]);
        out.extend(width.to_be_bytes());
        out.extend(height.to_be_bytes());
        out.extend([0, 72, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0, 1]);
        out.extend([0; 32]);
        out.extend(depth.to_be_bytes());
        out.extend([0xff, 0xff]);
        out.extend_from_slice(&configs);
        write_looks(out, &children, (width, height));
    });
    let compressor = compressor(raw);
    Ok(Entry { written, coding, pcm_bytes: None, compressor, found, at: raw.at })
}

/// The encoder's name: up to 31 letters behind their number.
fn compressor(raw: &Raw<'_>) -> Option<String> {
    let field = raw.bytes.get(COMPRESSOR_AT..COMPRESSOR_AT + 32)?;
    let name = field.get(1..1 + usize::from(field[0]).min(31))?;
    let name = crate::exif::printable(&String::from_utf8_lossy(name));
    (!name.trim().is_empty()).then_some(name)
}

/// What says how pictures are shown: colour, brightness, shape of pixels, visible part, fields.
fn write_looks(out: &mut Vec<u8>, children: &[Child<'_>], size: (u16, u16)) {
    for colr in children.iter().filter(|child| child.kind == *b"colr") {
        if let Some(colr) = colour(colr.bytes) {
            write_box(out, b"colr", |out| out.extend_from_slice(&colr));
        }
    }
    let fixed: [(&[u8; 4], usize); 5] =
        [(b"clli", 4), (b"mdcv", 24), (b"pasp", 8), (b"clap", 32), (b"fiel", 2)];
    for (kind, bytes) in fixed {
        if let Some(content) = child(children, kind).and_then(|child| child.get(..bytes)) {
            let says_nothing = match kind {
                b"pasp" => content[..4] == content[4..],
                b"clap" => is_whole(content, size),
                // One field is a whole picture.
                b"fiel" => content[0] == 1,
                _ => false,
            };
            if !says_nothing {
                write_box(out, kind, |out| out.extend_from_slice(content));
            }
        }
    }
    for (kind, bytes) in [(b"SmDm", 24), (b"CoLL", 4)] {
        if let Some(content) = child(children, kind).and_then(|child| child.get(4..4 + bytes)) {
            write_full_box(out, kind, 0, 0, |out| out.extend_from_slice(content));
        }
    }
}

/// Whether the visible part is all of the picture.
fn is_whole(clap: &[u8], (width, height): (u16, u16)) -> bool {
    let number = |place: usize| u32_at(clap, 4 * place).map_or(0, u64::from);
    let side = |place: usize, side: u16| number(place) == u64::from(side) * number(place + 1);
    side(0, width) && side(2, height) && number(4) == 0 && number(6) == 0
}

/// A colour box without anything a viewer does not need.
fn colour(colr: &[u8]) -> Option<Vec<u8>> {
    let kind = colr.get(..4)?;
    let coded = |bytes: usize| colr.get(4..4 + bytes);
    match kind {
        b"nclx" => {
            let coded = coded(7)?;
            Some([kind, &coded[..6], &[coded[6] & 0x80]].concat())
        }
        b"nclc" => Some([kind, coded(6)?].concat()),
        b"prof" | b"rICC" => match icc::judge(&colr[4..])? {
            Colour::Profile(profile) => Some([b"prof", &profile[..]].concat()),
            Colour::Standard => None,
        },
        _ => None,
    }
}
