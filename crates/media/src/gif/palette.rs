//! Palettes: which of their colours are needed, and how a clean copy has them.

use core::ops::Range;

use crate::gif::Gif;
use crate::gif::reader::Frame;

/// A palette of the file.
#[derive(Clone)]
pub(crate) struct Palette {
    /// Where its colours are.
    pub(super) at: Range<usize>,
    /// Two to the power of this is how many there are.
    pub(super) bits: u8,
    /// The numbers that some pixel or some fill needs.
    pub(super) uses: Uses,
}

/// A set of colour numbers.
#[derive(Clone, Copy, Default)]
pub(crate) struct Uses([u64; 4]);

impl Uses {
    pub(super) fn add(&mut self, number: u8) {
        self.0[usize::from(number >> 6)] |= 1 << (number & 63);
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    pub(super) fn has(&self, number: u8) -> bool {
        self.0[usize::from(number >> 6)] >> (number & 63) & 1 == 1
    }

    /// The highest number; zero if there is none.
    pub(super) fn highest(&self) -> u8 {
        (0..=255).rev().find(|number| self.has(*number)).unwrap_or(0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub(super) fn lowest_unused(&self) -> Option<u8> {
        (0..=255).find(|number| !self.has(*number))
    }
}

/// How many bits the numbers up to this one need.
pub(super) fn bits_for(highest: u8) -> u8 {
    (8 - highest.leading_zeros() as u8).max(1)
}

/// Notes for every palette which of its colours are needed.
pub(super) fn note_uses(gif: &mut Gif) {
    // A number beyond the palette is read as the first.
    let in_palette = |global: &Palette| u16::from(gif.background) < 1 << global.bits;
    if !gif.global.as_ref().is_some_and(in_palette) {
        gif.background = 0;
    }
    let (fills, background) = (gif.fills, gif.background);
    let mut global = Uses::default();
    for frame in &mut gif.frames {
        let mut uses = frame.uses;
        if fills {
            frame.transparent().into_iter().for_each(|number| uses.add(number));
            uses.add(background);
        }
        match &mut frame.local {
            Some(local) => local.uses = uses,
            None => global.add_all(&uses),
        }
    }
    // Viewers that fill with the background look it up here.
    if fills {
        global.add(background);
    }
    if let Some(palette) = &mut gif.global {
        palette.uses = global;
    }
}

impl Palette {
    /// How large a clean copy has it. Pixels whose number is beyond the palette have no colour
    /// that viewers agree on, so it does not grow.
    pub(super) fn clean_bits(&self) -> u8 {
        bits_for(self.uses.highest()).min(self.bits)
    }

    /// The colours as a clean copy has them: those that nothing needs are black.
    pub(super) fn clean(&self, original: &[u8]) -> Vec<u8> {
        let colours = &original[self.at.clone()];
        let mut clean = colours[..3 << self.clean_bits()].to_vec();
        // A plain ramp of greys says nothing by itself, and viewers treat it as having no palette.
        if is_ramp(colours) {
            return clean;
        }
        for (number, colour) in clean.chunks_exact_mut(3).enumerate() {
            if !self.uses.has(number as u8) {
                colour.fill(0);
            }
        }
        clean
    }

    /// How many bytes of colours nothing needs, and which are not black.
    pub(super) fn unused_bytes(&self, original: &[u8]) -> u64 {
        let colours = &original[self.at.clone()];
        if is_ramp(colours) {
            return 0;
        }
        let numbered = colours.chunks_exact(3).enumerate();
        let told = numbered
            .filter(|(number, colour)| !self.uses.has(*number as u8) && *colour != [0, 0, 0]);
        told.count() as u64 * 3
    }
}

fn is_ramp(colours: &[u8]) -> bool {
    colours.chunks_exact(3).enumerate().all(|(number, colour)| colour == [number as u8; 3])
}

impl Frame {
    /// The transparent number as a clean copy has it: where no pixel has it and nothing is filled
    /// with it, the number itself says nothing and is the lowest free one.
    pub(super) fn clean_transparent(&self, fills: bool) -> Option<u8> {
        let number = self.transparent()?;
        if fills || self.uses.has(number) {
            return Some(number);
        }
        self.uses.lowest_unused()
    }
}
