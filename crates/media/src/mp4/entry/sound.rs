//! Sample entries of sound, in the ISO form and in the three versions that QuickTime has.

use crate::bmff::{write_box, write_full_box};
use crate::codec::Found;
use crate::error::Error;
use crate::mp4::entry::{Child, Entry, Family, Raw, child, children, config};

/// Channels that one track may have.
const CHANNELS_MAX: u32 = 64;

/// The fields of a sound's sample entry.
pub(crate) struct Fields {
    version: Version,
    pub(crate) channels: u32,
    pub(crate) bits: u32,
    /// Samples a second: a whole number and a fraction of 16 bits each, as written.
    rate: u32,
}

/// The form of an entry.
enum Version {
    Plain,
    /// With the sizes of packets, for one that QuickTime describes like that.
    Packets {
        samples: u32,
    },
    /// For many channels and high rates.
    Long {
        rate: f64,
        flags: u32,
        packet_bytes: u32,
    },
}

pub(crate) fn parse(raw: &Raw<'_>, stsd_version: u8, family: Family) -> Result<Entry, Error> {
    let (mut fields, from) = fields(raw, stsd_version)?;
    let boxes = raw.children(from).ok_or(raw.damaged())?;
    let wave = child(&boxes, b"wave").and_then(children).unwrap_or_default();
    let all: Vec<Child<'_>> = boxes.into_iter().chain(wave).collect();
    let mut found = Found::default();
    let coded = config::sound(raw, &mut fields, &all, &mut found);
    let coded = coded.map_err(|error| error.moved(raw.at))?;
    if family == Family::Iso && coded.pcm_bytes.is_none() {
        fields.version = Version::Plain;
    }
    let mut written = Vec::new();
    write_box(&mut written, &raw.kind, |out| {
        write_fields(out, &fields, coded.pcm_bytes);
        if !coded.configs.is_empty() {
            write_configs(out, raw.kind, &fields, &coded.configs);
        }
        if let Some(layout) = child(&all, b"chan").and_then(layout) {
            write_full_box(out, b"chan", 0, 0, |out| out.extend_from_slice(&layout));
        }
    });
    let pcm_bytes = coded.pcm_bytes;
    let coding = coded.coding;
    Ok(Entry { written, coding, pcm_bytes, compressor: None, found, at: raw.at })
}

/// The fields, and where the boxes behind them begin.
fn fields(raw: &Raw<'_>, stsd_version: u8) -> Result<(Fields, usize), Error> {
    let mut fields = Fields {
        version: Version::Plain,
        channels: u32::from(raw.u16(16)?),
        bits: u32::from(raw.u16(18)?),
        rate: raw.u32(24)?,
    };
    let version = if stsd_version == 0 { raw.u16(8)? } else { 0 };
    let from = match version {
        0 => 28,
        // Some writers say 1 without the fields of it.
        1 if raw.children(44).is_none() && raw.children(28).is_some() => 28,
        1 => {
            fields.version = Version::Packets { samples: raw.u32(28)? };
            44
        }
        2 => {
            let rate = f64::from_bits(u64::from(raw.u32(32)?) << 32 | u64::from(raw.u32(36)?));
            fields.channels = raw.u32(40)?;
            fields.bits = raw.u32(48)?;
            let (flags, packet_bytes) = (raw.u32(52)?, raw.u32(56)?);
            fields.version = Version::Long { rate, flags, packet_bytes };
            64
        }
        _ => return Err(raw.damaged()),
    };
    if fields.channels > CHANNELS_MAX || fields.bits > 64 {
        return Err(raw.damaged());
    }
    Ok((fields, from))
}

impl Fields {
    /// How an entry of the long form lays out plain sound: bit flags, and bytes of a packet.
    pub(crate) fn long_form(&self) -> Option<(u32, u32)> {
        match self.version {
            Version::Long { flags, packet_bytes, .. } => Some((flags, packet_bytes)),
            _ => None,
        }
    }
}

fn write_fields(out: &mut Vec<u8>, fields: &Fields, pcm_bytes: Option<u32>) {
    let version: u16 = match fields.version {
        Version::Plain => 0,
        Version::Packets { .. } => 1,
        Version::Long { .. } => 2,
    };
    out.extend([0, 0, 0, 0, 0, 0, 0, 1]);
    out.extend(version.to_be_bytes());
    out.extend([0; 6]);
    if let Version::Long { rate, flags, packet_bytes } = fields.version {
        out.extend([0, 3, 0, 16, 0xff, 0xfe, 0, 0, 0, 1, 0, 0, 0, 0, 0, 72]);
        out.extend(rate.to_be_bytes());
        out.extend(fields.channels.to_be_bytes());
        out.extend([0x7f, 0, 0, 0]);
        out.extend(fields.bits.to_be_bytes());
        out.extend((flags & 0x7f).to_be_bytes());
        out.extend(pcm_bytes.unwrap_or(packet_bytes.min(0xffff)).to_be_bytes());
        out.extend(u32::from(pcm_bytes.is_some()).to_be_bytes());
        return;
    }
    let bits = if pcm_bytes.is_some() { fields.bits } else { 16 };
    out.extend((fields.channels as u16).to_be_bytes());
    out.extend((bits as u16).to_be_bytes());
    // QuickTime marks packets of changing length with -2.
    let packets = matches!(fields.version, Version::Packets { .. }) && pcm_bytes.is_none();
    out.extend(if packets { [0xff, 0xfe] } else { [0, 0] });
    out.extend([0, 0]);
    out.extend(fields.rate.to_be_bytes());
    if let Version::Packets { samples } = fields.version {
        let one = pcm_bytes.map(|bytes| bytes / fields.channels.max(1));
        let numbers = match (pcm_bytes, one) {
            (Some(bytes), Some(one)) => [1, one, bytes, one],
            _ => [
                if samples.is_multiple_of(32) && samples <= 8192 { samples } else { 1024 },
                0,
                0,
                2,
            ],
        };
        out.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    }
}

/// The decoder's configuration: plain boxes, or inside QuickTime's `wave`.
fn write_configs(out: &mut Vec<u8>, kind: [u8; 4], fields: &Fields, configs: &[u8]) {
    if matches!(fields.version, Version::Plain) {
        out.extend_from_slice(configs);
        return;
    }
    write_box(out, b"wave", |out| {
        write_box(out, b"frma", |out| out.extend_from_slice(&kind));
        if kind == *b"mp4a" {
            write_box(out, b"mp4a", |out| out.extend([0; 4]));
        }
        out.extend_from_slice(configs);
        out.extend([0, 0, 0, 8, 0, 0, 0, 0]);
    });
}

/// Which channel is which: a known layout, or the label of each.
fn layout(chan: &[u8]) -> Option<Vec<u8>> {
    const BY_LABELS: [u8; 4] = [0; 4];
    let head = chan.get(4..12)?;
    let count = crate::bmff::u32_at(chan, 12)?;
    if head[..4] != BY_LABELS {
        return Some([head, &[0; 4]].concat());
    }
    if count > CHANNELS_MAX {
        return None;
    }
    let mut written = [head, &count.to_be_bytes()].concat();
    for label in 0..count as usize {
        written.extend_from_slice(chan.get(16 + 20 * label..20 + 20 * label)?);
        written.extend([0; 16]);
    }
    Some(written)
}
