//! The descriptor that MP4 has for codecs of MPEG: which codec, and what it needs to know.

use crate::codec::{Coding, Found, aac, start_codes, xiph};
use crate::error::{Error, Part};

const STREAM: u8 = 3;
const DECODER: u8 = 4;
const SPECIFIC: u8 = 5;
const PACKETS: u8 = 6;

/// The content of an `esds` box behind its version, written anew, and how to clean its samples.
pub(crate) fn clean(body: &[u8], found: &mut Found) -> Result<(Coding, Vec<u8>), Error> {
    let (kind, stream, specific) = parse(body).ok_or(Error::damaged(Part::Container, 0))?;
    let (coding, specific) = match kind {
        0x40 | 0x66..=0x68 => (Coding::Aac, aac::clean_configuration(specific, found)?),
        0x20 => (Coding::Mpeg4, start_codes::clean_mpeg4(specific, found)?),
        0x60..=0x65 | 0x6a => (Coding::Mpeg2, start_codes::clean_mpeg2(specific, found)?),
        0x69 | 0x6b => (Coding::Mp3, Vec::new()),
        0x6c => (Coding::Jpeg, Vec::new()),
        0xa5 | 0xa6 | 0xe1 => (Coding::Plain, Vec::new()),
        0xdd => (Coding::Plain, xiph::clean_vorbis(specific, found)?),
        _ => return Err(Error::UnknownCodec),
    };
    // Visual or sound; what else there is has no samples that are shown.
    if !matches!(stream, 4 | 5) {
        return Err(Error::UnknownCodec);
    }
    // Which of the two follows from the codec, whatever the file says.
    let stream = match coding {
        Coding::Mpeg4 | Coding::Mpeg2 | Coding::Jpeg => 4,
        _ => 5,
    };
    let mut decoder = vec![kind, stream << 2 | 1];
    // How much to buffer, and how many bits a second there are: nobody needs to be told.
    decoder.extend([0; 11]);
    if !specific.is_empty() {
        write(SPECIFIC, &specific, &mut decoder);
    }
    let mut content = vec![0; 3];
    write(DECODER, &decoder, &mut content);
    write(PACKETS, &[2], &mut content);
    let mut out = Vec::new();
    write(STREAM, &content, &mut out);
    Ok((coding, out))
}

/// The codec, the kind of stream, and what the codec needs to know.
fn parse(body: &[u8]) -> Option<(u8, u8, &[u8])> {
    let (tag, content, _) = descriptor(body)?;
    // QuickTime and some cameras leave out the outermost one.
    let mut decoder = (tag == DECODER).then_some(content);
    if tag == STREAM {
        let flags = *content.get(2)?;
        let mut rest = content.get(3..)?;
        if flags & 0x80 != 0 {
            rest = rest.get(2..)?;
        }
        if flags & 0x40 != 0 {
            rest = rest.get(1 + usize::from(*rest.first()?)..)?;
        }
        if flags & 0x20 != 0 {
            rest = rest.get(2..)?;
        }
        let (tag, content, _) = descriptor(rest)?;
        decoder = (tag == DECODER).then_some(content);
    }
    let decoder = decoder?;
    let specific = match descriptor(decoder.get(13..)?) {
        Some((SPECIFIC, specific, _)) => specific,
        _ => &[],
    };
    Some((decoder[0], decoder[1] >> 2, specific))
}

/// Tag, content, and what is behind it.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, mut rest) = bytes.split_first()?;
    let mut length = 0;
    for index in 0..4 {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length = length << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
        if index == 3 {
            return None;
        }
    }
    let (content, behind) = rest.split_at_checked(length)?;
    Some((*tag, content, behind))
}

fn write(tag: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    let length = content.len();
    for shift in [21, 14, 7] {
        if length >> shift > 0 {
            out.push((length >> shift & 0x7f) as u8 | 0x80);
        }
    }
    out.push((length & 0x7f) as u8);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_written_in_one_form() {
        let long = b"\x03\x80\x80\x80\x22\0\x02\0\x04\x80\x80\x80\x14\x40\x15\x01\x02\x03\
            \0\x01\xf4\0\0\x01\xf3\xf9\x05\x80\x80\x80\x02\x11\x90\x06\x80\x80\x80\x01\x02";
        let (coding, clean) = super::clean(long, &mut Found::default()).unwrap();
        assert!(matches!(coding, Coding::Aac));
        let expected = b"\x03\x19\0\0\0\x04\x11\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x02\x11\x90\
            \x06\x01\x02";
        assert_eq!(clean, expected);
        let (_, again) = super::clean(&clean, &mut Found::default()).unwrap();
        assert_eq!(again, clean);
        assert!((0..23).all(|end| super::clean(&long[..end], &mut Found::default()).is_err()));
    }
}
