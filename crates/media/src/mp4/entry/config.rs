//! Configurations of decoders, allowed one by one.

use crate::bmff::{write_box, write_full_box};
use crate::codec::nal::NalCodec;
use crate::codec::{Coding, Found, esds, obu, xiph};
use crate::error::Error;
use crate::mp4::entry::sound::Fields;
use crate::mp4::entry::{Child, Raw, child};

/// How a track's samples are coded, with the boxes that tell a decoder.
pub(crate) struct Coded {
    pub(crate) coding: Coding,
    pub(crate) configs: Vec<u8>,
    pub(crate) pcm_bytes: Option<u32>,
}

/// The configuration of coded pictures.
pub(crate) fn video(
    raw: &Raw<'_>,
    children: &[Child<'_>],
    found: &mut Found,
) -> Result<(Coding, Vec<u8>), Error> {
    let needed = |kind| child(children, kind).ok_or(raw.damaged());
    let mut out = Vec::new();
    let coding = match &raw.kind {
        b"avc1" | b"avc3" | b"dva1" | b"dvav" => {
            let (codec, config) = NalCodec::from_avcc(needed(b"avcC")?, found)?;
            write_box(&mut out, b"avcC", |out| out.extend_from_slice(&config));
            Coding::Nal(codec)
        }
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => {
            let (mut codec, config) = NalCodec::from_hvcc(needed(b"hvcC")?, found)?;
            write_box(&mut out, b"hvcC", |out| out.extend_from_slice(&config));
            if let Some(layers) = child(children, b"lhvC") {
                let layers = codec.add_lhvc(layers, found)?;
                if codec.has_layers() {
                    write_box(&mut out, b"lhvC", |out| out.extend_from_slice(&layers));
                }
            }
            Coding::Nal(codec)
        }
        b"av01" => {
            let config = obu::clean_configuration(needed(b"av1C")?, found)?;
            write_box(&mut out, b"av1C", |out| out.extend_from_slice(&config));
            Coding::Av1
        }
        b"vp08" | b"vp09" => {
            let config = needed(b"vpcC")?.get(4..10).ok_or(raw.damaged())?;
            write_full_box(&mut out, b"vpcC", 1, 0, |out| {
                out.extend_from_slice(config);
                out.extend([0, 0]);
            });
            Coding::Plain
        }
        b"mp4v" => {
            let content = needed(b"esds")?.get(4..).ok_or(raw.damaged())?;
            let (coding, content) = esds::clean(content, found)?;
            write_full_box(&mut out, b"esds", 0, 0, |out| out.extend_from_slice(&content));
            coding
        }
        b"s263" => {
            let config = needed(b"d263")?.get(5..7).ok_or(raw.damaged())?;
            write_box(&mut out, b"d263", |out| {
                out.extend([0; 5]);
                out.extend_from_slice(config);
            });
            Coding::Plain
        }
        b"jpeg" => Coding::Jpeg,
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => Coding::ProRes,
        _ => return Err(Error::UnknownCodec),
    };
    write_dolby(&mut out, children);
    write_sequence(&mut out, children);
    Ok((coding, out))
}

/// Dolby's configuration, which says how brightness is reshaped: its fields end with zeros.
fn write_dolby(out: &mut Vec<u8>, children: &[Child<'_>]) {
    for kind in [b"dvcC", b"dvvC", b"dvwC"] {
        if let Some(config) = child(children, kind).and_then(|child| child.get(..5)) {
            write_box(out, kind, |out| {
                out.extend_from_slice(&config[..4]);
                out.push(config[4] & 0xf0);
                out.extend([0; 19]);
            });
        }
    }
}

/// What picture sequences add: which pictures need others, and that a track is transparency.
fn write_sequence(out: &mut Vec<u8>, children: &[Child<'_>]) {
    const ALPHA: [&[u8]; 2] =
        [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];
    if let Some(ccst) = child(children, b"ccst").and_then(|child| child.get(4..8)) {
        write_full_box(out, b"ccst", 0, 0, |out| out.extend([ccst[0] & 0xfc, 0, 0, 0]));
    }
    if let Some(auxi) = child(children, b"auxi").and_then(|child| child.get(4..)) {
        let name = auxi.split(|byte| *byte == 0).next().unwrap_or_default();
        if ALPHA.contains(&name) {
            write_full_box(out, b"auxi", 0, 0, |out| {
                out.extend_from_slice(name);
                out.push(0);
            });
        }
    }
}

/// The configuration of coded sound.
pub(crate) fn sound(
    raw: &Raw<'_>,
    fields: &mut Fields,
    children: &[Child<'_>],
    found: &mut Found,
) -> Result<Coded, Error> {
    let mut configs = Vec::new();
    if let Some(pcm_bytes) = pcm(raw.kind, fields, children, &mut configs)? {
        return Ok(Coded { coding: Coding::Plain, configs, pcm_bytes: Some(pcm_bytes) });
    }
    let fixed = |kind: &[u8; 4], bytes: usize| {
        child(children, kind).and_then(|child| child.get(..bytes)).ok_or(raw.damaged())
    };
    let coding = match &raw.kind {
        b"mp4a" => {
            let content = child(children, b"esds").and_then(|child| child.get(4..));
            let (coding, content) = esds::clean(content.ok_or(raw.damaged())?, found)?;
            write_full_box(&mut configs, b"esds", 0, 0, |out| out.extend_from_slice(&content));
            coding
        }
        b".mp3" => Coding::Mp3,
        b"Opus" => {
            let config = xiph::clean_dops(child(children, b"dOps").ok_or(raw.damaged())?)?;
            write_box(&mut configs, b"dOps", |out| out.extend_from_slice(&config));
            Coding::Opus
        }
        b"fLaC" => {
            let blocks = child(children, b"dfLa").and_then(|child| child.get(4..));
            let info = xiph::clean_flac(blocks.ok_or(raw.damaged())?, found)?;
            write_full_box(&mut configs, b"dfLa", 0, 0, |out| out.extend_from_slice(&info));
            Coding::Plain
        }
        b"alac" => {
            let config = fixed(b"alac", 28)?;
            write_full_box(&mut configs, b"alac", 0, 0, |out| {
                out.extend_from_slice(&config[4..28]);
            });
            Coding::Plain
        }
        b"ac-3" => {
            let config = fixed(b"dac3", 3)?;
            write_box(&mut configs, b"dac3", |out| out.extend_from_slice(config));
            Coding::Plain
        }
        b"ec-3" => {
            let config = child(children, b"dec3").and_then(enhanced_ac3).ok_or(raw.damaged())?;
            write_box(&mut configs, b"dec3", |out| out.extend_from_slice(&config));
            Coding::Plain
        }
        b"samr" | b"sawb" => {
            // Each frame says itself how it is coded, so some apps leave this out.
            if let Ok(config) = fixed(b"damr", 9) {
                write_box(&mut configs, b"damr", |out| {
                    out.extend([0; 5]);
                    out.extend_from_slice(&config[5..9]);
                });
            }
            Coding::Plain
        }
        _ => return Err(Error::UnknownCodec),
    };
    Ok(Coded { coding, configs, pcm_bytes: None })
}

/// E-AC-3's configuration, as long as its substreams make it.
fn enhanced_ac3(dec3: &[u8]) -> Option<Vec<u8>> {
    let streams = usize::from(dec3.get(1)? & 7) + 1;
    let mut at = 2;
    for _ in 0..streams {
        let dependent = dec3.get(at + 2)? >> 1 & 15;
        at += if dependent > 0 { 4 } else { 3 };
    }
    // Sound with objects says so in two bytes more.
    let objects = dec3.get(at).is_some_and(|byte| *byte == 1) && dec3.len() >= at + 2;
    Some(dec3.get(..at + if objects { 2 } else { 0 })?.to_vec())
}

/// Plain sound: how many bytes one sample of all channels has; `None` if it is coded.
fn pcm(
    kind: [u8; 4],
    fields: &mut Fields,
    children: &[Child<'_>],
    configs: &mut Vec<u8>,
) -> Result<Option<u32>, Error> {
    let bytes = match &kind {
        b"raw " | b"twos" | b"sowt" | b"NONE" => fields.bits.div_ceil(8),
        b"ulaw" | b"alaw" => 1,
        b"in24" => 3,
        b"in32" | b"fl32" => 4,
        b"fl64" => 8,
        b"ipcm" | b"fpcm" => {
            let config = child(children, b"pcmC").and_then(|child| child.get(4..6));
            let config = config.ok_or(Error::UnknownCodec)?;
            write_full_box(configs, b"pcmC", 0, 0, |out| out.extend([config[0] & 1, config[1]]));
            u32::from(config[1]).div_ceil(8)
        }
        b"lpcm" => {
            let (_, packet_bytes) = fields.long_form().ok_or(Error::UnknownCodec)?;
            let bytes = packet_bytes / fields.channels.max(1);
            if bytes * fields.channels != packet_bytes {
                return Err(Error::UnknownCodec);
            }
            bytes
        }
        _ => return Ok(None),
    };
    if !(1..=8).contains(&bytes) || fields.channels == 0 {
        return Err(Error::UnknownCodec);
    }
    // The order of the bytes, where QuickTime says it in a box of its own.
    if child(children, b"enda").is_some_and(|enda| enda.ends_with(&[1])) {
        write_box(configs, b"enda", |out| out.extend([0, 1]));
    }
    Ok(Some(bytes * fields.channels))
}
