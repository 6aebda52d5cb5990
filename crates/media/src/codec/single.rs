//! Codecs whose samples are one picture or one frame: JPEG, ProRes, MP3.

use crate::codec::Found;
use crate::error::{Error, Part};
use crate::jpeg::Jpeg;
use crate::limits::Limits;
use crate::model::Model as _;
use crate::options::CleanOptions;

/// Appends a JPEG, cleaned as a photo is.
pub(crate) fn clean_jpeg(sample: &[u8], out: &mut Vec<u8>, found: &mut Found) -> Result<(), Error> {
    let jpeg = Jpeg::parse(sample, &Limits::default())?;
    let options = CleanOptions::default();
    for piece in jpeg.told_pieces() {
        found.add((piece.at.end - piece.at.start) as usize);
    }
    out.extend(jpeg.write_clean(sample, &options)?.bytes);
    Ok(())
}

/// Appends a frame of ProRes.
pub(crate) fn clean_prores(
    sample: &[u8],
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Error> {
    let (head, size) = prores_head(sample, sample.len(), found)?;
    out.extend_from_slice(&head);
    out.extend_from_slice(&sample[head.len()..size]);
    Ok(())
}

/// The head of a ProRes frame that begins like this, as it is written, and where the frame ends in
/// its sample. The head has four letters for whoever encoded it; everyone's are those that most
/// files have.
pub(crate) fn prores_head(
    begin: &[u8],
    sample_bytes: usize,
    found: &mut Found,
) -> Result<(Vec<u8>, usize), Error> {
    const NAME: &[u8] = b"apl0";
    const HEAD_BYTES: usize = 28;
    let damaged = Error::damaged(Part::PictureData, 0);
    let size = u32::from_be_bytes(*begin.first_chunk().ok_or(damaged)?) as usize;
    let is_frame = begin.get(4..8) == Some(b"icpf") && begin.len() >= HEAD_BYTES;
    if !is_frame || !(HEAD_BYTES..=sample_bytes).contains(&size) {
        return Err(damaged);
    }
    if begin[12..16] != *NAME {
        found.add(NAME.len());
        found.add_words(&begin[12..16]);
    }
    found.add_cut(sample_bytes - size);
    Ok(([&begin[..12], NAME].concat(), size))
}

/// Appends a frame of MP3. A first one that only tells about the file becomes plain silence.
///
/// Bits between the sound of two frames are not looked at; some encoders fill them with their name.
pub(crate) fn clean_mp3(sample: &[u8], out: &mut Vec<u8>, found: &mut Found) -> Result<(), Error> {
    let damaged = Error::damaged(Part::PictureData, 0);
    let head: [u8; 4] = *sample.first_chunk().ok_or(damaged)?;
    if head[0] != 0xff || head[1] & 0xe0 != 0xe0 {
        return Err(damaged);
    }
    let start = out.len();
    out.extend_from_slice(sample);
    // Layer III only has such frames.
    if head[1] & 6 != 2 {
        return Ok(());
    }
    let side_bytes = match (head[1] & 8 != 0, head[3] >> 6 == 3) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let behind_head = if head[1] & 1 == 0 { 6 } else { 4 };
    let sound = &mut out[start..];
    let Some((side, data)) =
        sound[behind_head.min(sample.len())..].split_at_mut_checked(side_bytes)
    else {
        return Ok(());
    };
    let tells = data.starts_with(b"Xing") || data.starts_with(b"Info");
    if tells && side.iter().all(|byte| *byte == 0) {
        found.add(data.len());
        found.add_words(data);
        data.fill(0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_names_its_encoder_becomes_silence() {
        let mut frame = vec![0xff, 0xfb, 0x50, 0];
        frame.extend([0; 32]);
        frame.extend(b"Info and LAME3.100 and more");
        let (mut out, mut found) = (Vec::new(), Found::default());
        clean_mp3(&frame, &mut out, &mut found).unwrap();
        assert!(out.len() == frame.len() && out[4..].iter().all(|byte| *byte == 0));
        assert!(found.encoder.unwrap().contains("LAME"));
    }
}
