//! The palette: which of its colours the pixels have. The others could say anything.

/// A set of colour numbers.
#[derive(Clone, Copy)]
pub(crate) struct Uses([bool; 256]);

impl Uses {
    pub(super) fn new() -> Self {
        Self([false; 256])
    }

    pub(super) fn add(&mut self, number: u8) {
        self.0[usize::from(number)] = true;
    }

    /// Notes the numbers of a row of pixels.
    pub(super) fn add_row(&mut self, row: &[u8], width: u32, depth: u8) {
        if depth == 8 {
            row.iter().for_each(|number| self.add(*number));
            return;
        }
        let (bits, mask) = (usize::from(depth), (1_u8 << depth) - 1);
        for pixel in 0..width as usize {
            let shift = 8 - bits - pixel * bits % 8;
            self.add(row[pixel * bits / 8] >> shift & mask);
        }
    }

    /// The palette up to its last colour that is used; unused ones are black.
    pub(super) fn clean_colours(&self, colours: &[u8]) -> Vec<u8> {
        let mut clean = colours.to_vec();
        for (colour, is_used) in clean.chunks_exact_mut(3).zip(self.0) {
            if !is_used {
                colour.fill(0);
            }
        }
        let last = self.0.iter().take(colours.len() / 3).rposition(|is_used| *is_used);
        clean.truncate(3 * last.map_or(1, |last| last + 1));
        clean
    }

    /// How opaque the colours are, up to the last that is not wholly so; unused ones are.
    pub(super) fn clean_opacity(&self, opacity: &[u8]) -> Vec<u8> {
        let used = opacity.iter().zip(self.0);
        let mut clean: Vec<u8> =
            used.map(|(opacity, is_used)| if is_used { *opacity } else { 255 }).collect();
        let last = clean.iter().rposition(|opacity| *opacity != 255);
        clean.truncate(last.map_or(1, |last| last + 1));
        clean
    }

    /// How many bytes of colours nothing uses, and which are not black.
    pub(super) fn unused_bytes(&self, colours: &[u8]) -> u64 {
        let colours = colours.chunks_exact(3).zip(self.0);
        3 * colours.filter(|(colour, is_used)| !is_used && *colour != [0, 0, 0]).count() as u64
    }
}
