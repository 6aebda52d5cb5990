//! Vorbis, Opus and FLAC: what says how to decode them, without comments and names.

use crate::codec::Found;
use crate::error::{Error, Part};

/// Vorbis's three headers behind the sizes of the first two, with an empty comment.
pub(crate) fn clean_vorbis(body: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let [identity, comment, setup] = three(body).ok_or(Error::cut_short(body.len()))?;
    let is =
        |packet: &[u8], kind| packet.first() == Some(&kind) && packet[1..].starts_with(b"vorbis");
    if identity.len() != 30 || !is(identity, 1) || !is(comment, 3) || !is(setup, 5) {
        return Err(Error::damaged(Part::Header, 0));
    }
    const EMPTY: &[u8] = b"\x03vorbis\0\0\0\0\0\0\0\0\x01";
    if comment != EMPTY {
        found.add(comment.len());
        found.add_words(&comment[7..]);
    }
    let mut out = vec![2, identity.len() as u8, EMPTY.len() as u8];
    out.extend_from_slice(identity);
    // How many bits a second: the largest, usual and least.
    out[3 + 16..3 + 28].fill(0);
    out.extend_from_slice(EMPTY);
    out.extend_from_slice(setup);
    Ok(out)
}

fn three(body: &[u8]) -> Option<[&[u8]; 3]> {
    let mut rest = body.strip_prefix(&[2])?;
    let mut sizes = [0; 2];
    for size in &mut sizes {
        loop {
            let (byte, behind) = rest.split_first()?;
            rest = behind;
            *size += usize::from(*byte);
            if *byte != 255 {
                break;
            }
        }
    }
    let (first, rest) = rest.split_at_checked(sizes[0])?;
    let (second, third) = rest.split_at_checked(sizes[1])?;
    Some([first, second, third])
}

/// Opus's header as Ogg and Matroska have it.
pub(crate) fn clean_opus(body: &[u8]) -> Result<Vec<u8>, Error> {
    let head = body.get(..19).ok_or(Error::cut_short(body.len()))?;
    if !head.starts_with(b"OpusHead") || head[8] > 15 {
        return Err(Error::damaged(Part::Header, 0));
    }
    let mut out = b"OpusHead\x01".to_vec();
    out.extend_from_slice(&head[9..12]);
    // The rate of what went into the encoder means nothing for what comes out.
    out.extend(48_000_u32.to_le_bytes());
    out.extend_from_slice(&head[16..19]);
    out.extend_from_slice(opus_channels(head[9], head[18], &body[19..])?);
    Ok(out)
}

/// Opus's header as MP4 has it in its `dOps` box.
pub(crate) fn clean_dops(body: &[u8]) -> Result<Vec<u8>, Error> {
    let head = body.get(..11).ok_or(Error::cut_short(body.len()))?;
    if head[0] != 0 {
        return Err(Error::damaged(Part::Header, 0));
    }
    let mut out = head[..4].to_vec();
    out.extend(48_000_u32.to_be_bytes());
    out.extend_from_slice(&head[8..11]);
    out.extend_from_slice(opus_channels(head[1], head[10], &body[11..])?);
    Ok(out)
}

/// Which stream each channel comes from.
fn opus_channels(channels: u8, family: u8, rest: &[u8]) -> Result<&[u8], Error> {
    match family {
        0 => Ok(&[]),
        1 | 2 | 255 => rest.get(..2 + usize::from(channels)).ok_or(Error::cut_short(rest.len())),
        _ => Err(Error::UnknownCodec),
    }
}

/// Appends an Opus packet without its padding. Packets of several streams stay as they are.
pub(crate) fn clean_opus_sample(sample: &[u8], out: &mut Vec<u8>, found: &mut Found) {
    match without_padding(sample) {
        Some((frames, content)) => {
            found.add(sample.len() - 2 - content.len());
            out.extend([sample[0], frames]);
            out.extend_from_slice(content);
        }
        None => out.extend_from_slice(sample),
    }
}

/// The second byte and what is behind the sizes of the padding, for a packet that has some.
fn without_padding(sample: &[u8]) -> Option<(u8, &[u8])> {
    let [kind, frames, rest @ ..] = sample else { return None };
    if kind & 3 != 3 || frames & 0x40 == 0 {
        return None;
    }
    let full = rest.iter().take_while(|byte| **byte == 255).count();
    let last = usize::from(*rest.get(full)?);
    let content = &rest[full + 1..];
    let padding = full.checked_mul(254)?.checked_add(last)?;
    Some((frames & !0x40, &content[..content.len().checked_sub(padding)?]))
}

/// FLAC's header behind its mark: only the first block, without the digest of the sound.
pub(crate) fn clean_flac(blocks: &[u8], found: &mut Found) -> Result<Vec<u8>, Error> {
    let block = blocks.get(..38).ok_or(Error::cut_short(blocks.len()))?;
    if block[0] & 0x7f != 0 || block[1..4] != [0, 0, 34] {
        return Err(Error::damaged(Part::Header, 0));
    }
    let mut out = vec![0x80, 0, 0, 34];
    out.extend_from_slice(&block[4..22]);
    out.extend([0; 16]);
    if blocks.len() > 38 {
        found.add(blocks.len() - 38);
        found.add_words(&blocks[38..]);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_leaves_opus_packets() {
        let mut out = Vec::new();
        let mut found = Found::default();
        clean_opus_sample(b"\x03\x41\x04abSECR", &mut out, &mut found);
        assert_eq!((out.as_slice(), found.bytes), (&b"\x03\x01ab"[..], 5));
        out.clear();
        clean_opus_sample(b"\x03\x41\xff", &mut out, &mut found);
        assert_eq!(out, b"\x03\x41\xff");
    }

    #[test]
    fn comments_leave_vorbis() {
        let identity = [b"\x01vorbis".as_slice(), &[1; 23]].concat();
        let comment = b"\x03vorbis\x04\0\0\0Xiph\0\0\0\0\x01";
        let body =
            [&[2, 30, comment.len() as u8], &identity[..], comment, b"\x05vorbisset"].concat();
        let mut found = Found::default();
        let clean = clean_vorbis(&body, &mut found).unwrap();
        assert_eq!(found.encoder.as_deref(), Some("Xiph"));
        assert_eq!(clean_vorbis(&clean, &mut Found::default()).unwrap(), clean);
        assert!((0..body.len()).all(|end| clean_vorbis(&body[..end], &mut found).is_err()
            || end >= body.len() - 3));
    }
}
