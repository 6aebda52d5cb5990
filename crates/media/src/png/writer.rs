//! Writes the clean PNG from its model: always the same chunks in the same order.

use crate::error::Error;
use crate::icc::Colour;
use crate::orientation::Orientation;
use crate::png::reader::Frame;
use crate::png::samples::{Layout, Samples};
use crate::png::{Png, SIGNATURE, zlib};

/// Compressed samples are cut into chunks of this size, however the original was cut.
const DATA_CHUNK_BYTES: usize = 1 << 20;

/// The one name that colour profiles are given.
const PROFILE_NAME: &[u8] = b"icc";

pub(crate) fn write(png: &Png, original: &[u8], turn: Orientation) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(original.len() + 1024);
    let is_turned = turn != Orientation::Upright;
    let is_small = png.streams().all(Samples::can_be_ordered);
    let ordered = is_turned || is_small || !png.header.interlaced;
    let layout = if ordered { Layout::Ordered(turn) } else { Layout::AsStored };
    out.extend_from_slice(SIGNATURE);
    write_header(&mut out, png, layout);
    write_colour(&mut out, png, original);
    if let Some(exif) = png.orientation.neutral_exif().filter(|_| !is_turned) {
        chunk(&mut out, b"eXIf", &[&exif]);
    }
    for name in [b"PLTE", b"tRNS", b"bKGD"] {
        if let Some(data) = png.wanted(name, original) {
            chunk(&mut out, name, &[&png.without_spare(name, data)]);
        }
    }
    if !png.frames.is_empty() {
        let count = png.frames.len() as u32;
        chunk(&mut out, b"acTL", &[&count.to_be_bytes(), &png.plays.to_be_bytes()]);
    }
    let mut sequence = 0;
    let mut frames = png.frames.iter().zip(&png.frame_samples).peekable();
    if let Some((frame, _)) = frames.next_if(|(frame, _)| frame.is_default_image) {
        write_control(&mut out, frame, original, &mut sequence);
    }
    png.image.pack(original, &png.header, layout, |stream, is_last| {
        cut(stream, is_last, |piece| chunk(&mut out, b"IDAT", &[piece]));
    })?;
    for (frame, samples) in frames {
        write_control(&mut out, frame, original, &mut sequence);
        let Some(samples) = samples else { continue };
        samples.pack(original, &png.header, layout, |stream, is_last| {
            cut(stream, is_last, |piece| {
                chunk(&mut out, b"fdAT", &[&sequence.to_be_bytes(), piece]);
                sequence += 1;
            });
        })?;
    }
    chunk(&mut out, b"IEND", &[]);
    Ok(out)
}

/// Cuts full chunks off a growing stream.
fn cut(stream: &mut Vec<u8>, is_last: bool, mut write: impl FnMut(&[u8])) {
    while stream.len() >= DATA_CHUNK_BYTES || (is_last && !stream.is_empty()) {
        let size = stream.len().min(DATA_CHUNK_BYTES);
        write(&stream[..size]);
        stream.drain(..size);
    }
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], pieces: &[&[u8]]) {
    let size: usize = pieces.iter().map(|piece| piece.len()).sum();
    out.extend((size as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(name);
    for piece in pieces {
        out.extend_from_slice(piece);
    }
    let checksum = crc32fast::hash(&out[start..]);
    out.extend(checksum.to_be_bytes());
}

fn write_header(out: &mut Vec<u8>, png: &Png, layout: Layout) {
    let header = &png.header;
    let (size, interlaced) = match layout {
        Layout::AsStored => (header.size, header.interlaced),
        Layout::Ordered(turn) => (turn.shown_size(header.size), false),
    };
    let (width, height) = (size.width.to_be_bytes(), size.height.to_be_bytes());
    let rest = [header.depth, header.colour_type, 0, 0, u8::from(interlaced)];
    chunk(out, b"IHDR", &[&width, &height, &rest]);
}

/// What says most about colour, and only that: viewers ignore the others when it is there.
fn write_colour(out: &mut Vec<u8>, png: &Png, original: &[u8]) {
    let mut copy = |names: &[&[u8; 4]]| {
        for name in names {
            if let Some(data) = png.wanted(name, original) {
                chunk(out, name, &[data]);
            }
        }
    };
    copy(&[b"cICP", b"mDCV", b"cLLI"]);
    match &png.colour {
        Some(Colour::Profile(profile)) => {
            chunk(out, b"iCCP", &[PROFILE_NAME, &[0, 0], &zlib::pack(profile)]);
        }
        Some(Colour::Standard) => chunk(out, b"sRGB", &[&[0]]),
        None => copy(&[b"gAMA", b"cHRM"]),
    }
}

fn write_control(out: &mut Vec<u8>, frame: &Frame, original: &[u8], sequence: &mut u32) {
    chunk(out, b"fcTL", &[&sequence.to_be_bytes(), &original[frame.control.clone()]]);
    *sequence += 1;
}
