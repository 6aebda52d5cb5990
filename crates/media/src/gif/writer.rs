//! Writes the clean GIF from its model: always the same blocks in the same order, with the pixels
//! packed anew.

use crate::error::Error;
use crate::gif::Gif;
use crate::gif::blocks::Blocks;
use crate::gif::pack::{Packer, Stream};
use crate::gif::palette::{Palette, bits_for};
use crate::gif::reader::{APPLICATION, CONTROL, EXTENSION, Frame, IMAGE, TRAILER};
use crate::gif::unpack::Unpacker;

/// Interlaced frames up to this many pixels are put in order. Larger ones stay as they are: they
/// would have to be held in memory whole; so do those that end early.
const ORDERED_PIXELS_MAX: u64 = 12 << 20;

/// Eight bits a channel; viewers do not ask.
const COLOUR_RESOLUTION: u8 = 7 << 4;

pub(super) fn write(gif: &Gif, original: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(original.len() + 1024);
    out.extend_from_slice(b"GIF89a");
    write_screen(&mut out, gif, original);
    if let Some(plays) = gif.plays {
        let [low, high] = plays.to_le_bytes();
        out.extend_from_slice(&[EXTENSION, APPLICATION, 11]);
        out.extend_from_slice(b"NETSCAPE2.0");
        out.extend_from_slice(&[3, 1, low, high, 0]);
    }
    let (mut unpacker, mut packer) = (Unpacker::new(), Packer::new());
    for frame in &gif.frames {
        write_control(&mut out, gif, frame);
        let is_small = frame.pixels() <= ORDERED_PIXELS_MAX;
        let interlaced = frame.interlaced && !(is_small && frame.is_whole());
        write_descriptor(&mut out, frame, original, interlaced);
        let literal_bits = bits_for(frame.uses.highest()).max(2);
        let mut stream = Stream::new(&mut packer, &mut out, literal_bits);
        let mut blocks = Blocks::new(original, frame.data);
        if frame.interlaced && !interlaced {
            let mut rows = Vec::with_capacity(frame.pixels() as usize);
            let take = |numbers: &[u8]| rows.extend_from_slice(numbers);
            unpacker.unpack(&mut blocks, frame.literal_bits, frame.coded, take)?;
            push_in_order(&mut stream, &rows, frame);
        } else {
            let take = |numbers: &[u8]| stream.push(numbers);
            unpacker.unpack(&mut blocks, frame.literal_bits, frame.coded, take)?;
        }
        stream.finish();
    }
    out.push(TRAILER);
    Ok(out)
}

fn write_screen(out: &mut Vec<u8>, gif: &Gif, original: &[u8]) {
    out.extend((gif.screen.width as u16).to_le_bytes());
    out.extend((gif.screen.height as u16).to_le_bytes());
    let global = gif.global.as_ref().filter(|palette| !palette.uses.is_empty());
    let clean_bits = global.map(Palette::clean_bits);
    let background = if gif.fills { gif.background } else { 0 };
    let flags = clean_bits.map_or(0, |bits| 0x80 | (bits - 1));
    out.extend_from_slice(&[COLOUR_RESOLUTION | flags, background, 0]);
    out.extend(global.map(|palette| palette.clean(original)).unwrap_or_default());
}

fn write_control(out: &mut Vec<u8>, gif: &Gif, frame: &Frame) {
    let Some(control) = frame.control else { return };
    let transparent = frame.clean_transparent(gif.fills);
    let flags = control.disposal << 2 | u8::from(transparent.is_some());
    let [low, high] = control.delay.to_le_bytes();
    out.extend_from_slice(&[EXTENSION, CONTROL, 4, flags, low, high]);
    out.extend_from_slice(&[transparent.unwrap_or(0), 0]);
}

fn write_descriptor(out: &mut Vec<u8>, frame: &Frame, original: &[u8], interlaced: bool) {
    out.push(IMAGE);
    let sides = [frame.size.width as u16, frame.size.height as u16];
    for number in [frame.left, frame.top, sides[0], sides[1]] {
        out.extend(number.to_le_bytes());
    }
    let local = frame.local.as_ref();
    let flags = local.map_or(0, |palette| 0x80 | (palette.clean_bits() - 1));
    out.push(flags | u8::from(interlaced) << 6);
    out.extend(local.map(|palette| palette.clean(original)).unwrap_or_default());
}

/// Rows came in four passes; they go out from top to bottom.
fn push_in_order(stream: &mut Stream<'_>, rows: &[u8], frame: &Frame) {
    let (width, height) = (frame.size.width as usize, frame.size.height as usize);
    let passes = [(0, 8), (4, 8), (2, 4), (1, 2)];
    let stored = passes.into_iter().flat_map(|(first, step)| (first..height).step_by(step));
    let mut place = vec![0; height];
    for (at, row) in stored.enumerate() {
        place[row] = at;
    }
    for at in place {
        stream.push(&rows[at * width..(at + 1) * width]);
    }
}
