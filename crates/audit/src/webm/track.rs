//! Tracks: their settings, and what their decoders are told.

use super::element::{self, Kind, Schema};
use crate::residue::{Residue, What};
use crate::units::{self, Codec};
use crate::walk::Walk;

/// One track.
pub(super) struct Track {
    /// How its samples are looked into, if they are.
    pub(super) units: Option<Codec>,
}

const TRACK: u32 = 0xae;
const NUMBER: u32 = 0xd7;
const UID: u32 = 0x73c5;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;

const OF_TRACK: Schema = &[
    (NUMBER, Kind::Looked),
    (0x83, Kind::Number),
    (0xb9, Kind::Number),
    (0x88, Kind::Number),
    (0x55ee, Kind::Number),
    (0x23_e383, Kind::Number),
    (0x23_4e7a, Kind::Number),
    (CODEC_ID, Kind::Looked),
    (CODEC_PRIVATE, Kind::Looked),
    (0x56aa, Kind::Number),
    (0x56bb, Kind::Number),
    (0xe0, Kind::Master(OF_VIDEO)),
    (0xe1, Kind::Master(OF_AUDIO)),
    (UID, Kind::Looked),
    (0x22_b59c, Kind::Constant(b"und")),
];

const OF_VIDEO: Schema = &[
    (0x9a, Kind::Number),
    (0x9d, Kind::Number),
    (0x53b8, Kind::Number),
    (0x53c0, Kind::Number),
    (0xb0, Kind::Number),
    (0xba, Kind::Number),
    (0x54aa, Kind::Number),
    (0x54bb, Kind::Number),
    (0x54cc, Kind::Number),
    (0x54dd, Kind::Number),
    (0x54b0, Kind::Number),
    (0x54ba, Kind::Number),
    (0x54b2, Kind::Number),
    (0x2e_b524, Kind::Bytes(4)),
    (0x55b0, Kind::Master(OF_COLOUR)),
    (0x7670, Kind::Master(OF_PROJECTION)),
];

const OF_COLOUR: Schema = &[
    (0x55b1, Kind::Number),
    (0x55b2, Kind::Number),
    (0x55b3, Kind::Number),
    (0x55b4, Kind::Number),
    (0x55b5, Kind::Number),
    (0x55b6, Kind::Number),
    (0x55b7, Kind::Number),
    (0x55b8, Kind::Number),
    (0x55b9, Kind::Number),
    (0x55ba, Kind::Number),
    (0x55bb, Kind::Number),
    (0x55bc, Kind::Number),
    (0x55bd, Kind::Number),
    (0x55d0, Kind::Master(OF_MASTERING)),
];

const OF_MASTERING: Schema = &[
    (0x55d1, Kind::Float),
    (0x55d2, Kind::Float),
    (0x55d3, Kind::Float),
    (0x55d4, Kind::Float),
    (0x55d5, Kind::Float),
    (0x55d6, Kind::Float),
    (0x55d7, Kind::Float),
    (0x55d8, Kind::Float),
    (0x55d9, Kind::Float),
    (0x55da, Kind::Float),
];

const OF_PROJECTION: Schema = &[
    (0x7671, Kind::Number),
    (0x7672, Kind::Bytes(20)),
    (0x7673, Kind::Float),
    (0x7674, Kind::Float),
    (0x7675, Kind::Float),
];

const OF_AUDIO: Schema = &[
    (0xb5, Kind::Float),
    (0x78b5, Kind::Float),
    (0x9f, Kind::Number),
    (0x6264, Kind::Number),
    (0x52f1, Kind::Number),
];

/// Codecs that are told nothing.
const UNTOLD: &[&[u8]] = &[
    b"V_VP8",
    b"V_UNCOMPRESSED",
    b"V_MJPEG",
    b"A_MPEG/L1",
    b"A_MPEG/L2",
    b"A_MPEG/L3",
    b"A_AC3",
    b"A_EAC3",
    b"A_DTS",
    b"A_TRUEHD",
    b"A_PCM/INT/LIT",
    b"A_PCM/INT/BIG",
    b"A_PCM/FLOAT/IEEE",
];

/// All tracks, numbered from one on.
pub(super) fn list(mut walk: Walk<'_>) -> Result<Vec<Track>, Residue> {
    let mut tracks = Vec::new();
    while !walk.is_done() {
        let (id, track) = element::next(&mut walk)?;
        track.require(id == TRACK, What::UnknownPart)?;
        tracks.push(read(track, tracks.len() as u64 + 1)?);
    }
    Ok(tracks)
}

fn read(track: Walk<'_>, number: u64) -> Result<Track, Residue> {
    let seen = element::audit(track.clone(), OF_TRACK)?;
    let has_all = [NUMBER, UID, CODEC_ID, 0x22_b59c].iter().all(|id| seen.contains(id));
    track.require(has_all, What::CutShort)?;
    let (mut codec, mut private) = (None, None);
    let mut walk = track.clone();
    while !walk.is_done() {
        let (id, content) = element::next(&mut walk)?;
        match id {
            NUMBER | UID => content.require(element::number(&content)? == number, What::Field)?,
            CODEC_ID => codec = Some(content),
            CODEC_PRIVATE => private = Some(content),
            _ => {}
        }
    }
    let codec = codec.ok_or(track.residue(What::CutShort))?;
    let units = match codec.rest() {
        b"V_MPEG4/ISO/AVC" => Some(Codec::Avc),
        b"V_MPEGH/ISO/HEVC" => Some(Codec::Hevc),
        b"V_AV1" => Some(Codec::Av1),
        _ => None,
    };
    match private {
        Some(private) => told(codec.rest(), units, private)?,
        None => codec.require(is_known_untold(codec.rest()), What::UnknownPart)?,
    }
    Ok(Track { units })
}

/// Whether a decoder of this kind can do without being told anything.
fn is_known_untold(codec: &[u8]) -> bool {
    let may_be_told: [&[u8]; 7] = [
        b"V_AV1",
        b"V_VP9",
        b"V_MPEG4/ISO/SP",
        b"V_MPEG4/ISO/ASP",
        b"V_MPEG4/ISO/AP",
        b"V_MPEG1",
        b"V_MPEG2",
    ];
    UNTOLD.contains(&codec) || may_be_told.contains(&codec)
}

/// What a decoder is told.
fn told(codec: &[u8], units: Option<Codec>, mut private: Walk<'_>) -> Result<(), Residue> {
    if let Some(units) = units {
        return units::audit_configuration(units, private);
    }
    let content = private.rest();
    let fits = match codec {
        b"V_VP9" => content.chunks(3).all(|it| matches!(it, [1..=4, 1, _])) && content.len() <= 12,
        b"V_PRORES" => content.len() == 4 && content.starts_with(b"ap"),
        b"A_OPUS" => {
            let channels = content.get(9).copied().map_or(0, usize::from);
            let mapped = if content.get(18) == Some(&0) { 0 } else { 2 + channels };
            content.starts_with(b"OpusHead\x01")
                && content.get(12..16) == Some(&48_000_u32.to_le_bytes())
                && content.len() == 19 + mapped
        }
        b"A_VORBIS" => {
            private.expect(&[2, 30, 16], What::Field)?;
            private.expect(b"\x01vorbis", What::Field)?;
            let _version_channels_rate = private.take(9)?;
            private.zeros(12, What::Field)?;
            let _block_sizes = private.take(2)?;
            private.expect(b"\x03vorbis\0\0\0\0\0\0\0\0\x01", What::Text)?;
            private.expect(b"\x05vorbis", What::Field)?;
            true
        }
        b"A_FLAC" => {
            content.starts_with(b"fLaC\x80\0\0\x22")
                && content.len() == 42
                && content[26..].iter().all(|byte| *byte == 0)
        }
        b"A_AAC" => (2..=64).contains(&content.len()),
        b"A_ALAC" => content.len() == 24,
        b"V_MPEG4/ISO/SP" | b"V_MPEG4/ISO/ASP" | b"V_MPEG4/ISO/AP" => {
            return units::audit_mpeg4(private);
        }
        b"V_MPEG1" | b"V_MPEG2" => !content.windows(4).any(|four| four == [0, 0, 1, 0xb2]),
        _ => return private.refuse(What::UnknownPart),
    };
    private.require(fits, What::Field)
}
