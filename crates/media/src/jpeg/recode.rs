//! One coding for everyone: the same coefficients give the same bytes, whichever program coded
//! them and how.
//!
//! The coding is one sequential scan with all components, without restart markers, with the
//! shortest Huffman codes for it. Blocks beyond the picture's edge, where anything could hide, are
//! what `jpegtran` makes them: like the block before, without detail.
//!
//! What cannot be coded so keeps its coding: a progressive picture that is not complete (viewers
//! smooth it), numbers that no encoder may write, arithmetic codes, 12 bits.

use crate::error::Error;
use crate::jpeg::bits::{BitWriter, bits_of, size_of};
use crate::jpeg::codes::Codes;
use crate::jpeg::frame::{Frame, Process};
use crate::jpeg::rows::Rows;
use crate::jpeg::scan::{Extent, Scan};
use crate::jpeg::sequential::WholeScan;
use crate::jpeg::sheet::{Sheet, Sink};
use crate::jpeg::symbols::{Recorder, Symbols};

/// Largest difference of first coefficients that a Huffman code can announce.
pub(crate) const DIFFERENCE_BITS_MAX: u32 = 15;

/// What baseline decoders must understand; more is called extended.
const BASELINE_BITS_MAX: usize = 11;

/// Why a scan cannot be coded anew.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It cannot be read at all.
    Broken(Error),
    /// Decoders read it, but no encoder may write it.
    Odd,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// Which of the two sets of codes a component has: colour differences share one.
#[inline]
pub(crate) fn class_of(component: usize) -> usize {
    usize::from(component == 1 || component == 2)
}

/// How often each symbol is needed.
pub(crate) struct Tally {
    pub(crate) dc: [[u64; 256]; 2],
    pub(crate) ac: [[u64; 256]; 2],
}

impl Default for Tally {
    fn default() -> Self {
        Self { dc: [[0; 256]; 2], ac: [[0; 256]; 2] }
    }
}

impl Sink for Tally {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) -> Result<(), Trouble> {
        let size = size_of(difference);
        if size > DIFFERENCE_BITS_MAX {
            return Err(Trouble::Odd);
        }
        self.dc[class_of(component)][size as usize] += 1;
        Ok(())
    }

    #[inline]
    fn other(&mut self, component: usize, zeros: u8, coefficient: i32) -> Result<(), Trouble> {
        let size = size_of(coefficient);
        if size > 15 {
            return Err(Trouble::Odd);
        }
        self.ac[class_of(component)][usize::from(zeros << 4) | size as usize] += 1;
        Ok(())
    }
}

/// The codes of a picture.
pub(crate) struct CodeSet {
    pub(crate) dc: [Codes; 2],
    pub(crate) ac: [Codes; 2],
}

/// How a picture is coded anew.
pub(crate) struct Plan {
    /// With sampling factors as small as they can be.
    pub(crate) frame: Frame,
    pub(crate) codes: CodeSet,
    /// Size of the coded data, without stuffed zeros.
    bytes: usize,
    /// What each scan of the copy will say, where that was kept.
    symbols: Vec<(Vec<usize>, Symbols)>,
}

impl Plan {
    /// The plan for a picture, and where its scans end.
    pub(crate) fn of(
        bytes: &[u8],
        frame: &Frame,
        scans: &[Scan],
    ) -> Result<(Self, Vec<Extent>), Trouble> {
        let target = frame.simplest();
        if let Some(whole) = WholeScan::of(bytes, frame, &target, scans) {
            let (tally, extent) = whole.survey()?;
            return Ok((Self::from_tally(target, &tally), vec![extent]));
        }
        let mut tally = Tally::default();
        let (mut extents, mut symbols) = (Vec::new(), Vec::<(_, Symbols)>::new());
        for group in target.scan_groups() {
            let mut rows = Rows::new(bytes, frame, scans)?;
            let kept = symbols.iter().map(|(_, symbols)| symbols.bytes()).sum();
            let mut recorder = Recorder::new(&mut tally, kept);
            Sheet::new(frame, &target).pass(&mut rows, &group, &mut recorder)?;
            symbols.extend(recorder.finish().map(|symbols| (group, symbols)));
            extents = rows.finish();
        }
        Ok((Self { symbols, ..Self::from_tally(target, &tally) }, extents))
    }

    pub(crate) fn from_tally(mut frame: Frame, tally: &Tally) -> Self {
        let codes = CodeSet {
            dc: tally.dc.each_ref().map(Codes::of),
            ac: tally.ac.each_ref().map(Codes::of),
        };
        let large = |tally: &[u64; 256], most: usize| {
            let sizes = tally.iter().enumerate().filter(|(_, count)| **count > 0);
            sizes.map(|(symbol, _)| symbol & 15).max().is_some_and(|size| size > most)
        };
        let needs_extended = tally.dc.iter().any(|tally| large(tally, BASELINE_BITS_MAX))
            || tally.ac.iter().any(|tally| large(tally, BASELINE_BITS_MAX - 1));
        frame.process = if needs_extended { Process::Extended } else { Process::Baseline };
        let bits = |tally: &[u64; 256], codes: &Codes| -> u64 {
            let each = tally.iter().zip(codes.of.iter()).enumerate();
            each.map(|(symbol, (count, code))| count * (symbol as u64 % 16 + u64::from(code.1)))
                .sum()
        };
        let all: u64 = (0..2)
            .map(|class| {
                bits(&tally.dc[class], &codes.dc[class]) + bits(&tally.ac[class], &codes.ac[class])
            })
            .sum();
        Self { frame, codes, bytes: (all / 8) as usize + 1, symbols: Vec::new() }
    }

    /// About how many bytes [`Self::write`] will add: few bytes are FF and need a stuffed zero.
    pub(crate) fn expected_bytes(&self) -> usize {
        self.bytes + self.bytes / 64 + 64
    }

    /// Writes the data of one scan of the copy.
    pub(crate) fn write(
        &self,
        bytes: &[u8],
        frame: &Frame,
        scans: &[Scan],
        group: &[usize],
        out: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        if let Some(whole) = WholeScan::of(bytes, frame, &self.frame, scans) {
            return whole.write(&self.codes, out);
        }
        let mut coder = Coder::new(&self.codes, out);
        match self.symbols.iter().find(|kept| kept.0 == group) {
            Some((_, symbols)) => symbols.write(&mut coder),
            None => {
                let mut rows = Rows::new(bytes, frame, scans)?;
                Sheet::new(frame, &self.frame).pass(&mut rows, group, &mut coder)?;
            }
        }
        coder.finish();
        Ok(())
    }
}

/// Writes coefficients.
pub(crate) struct Coder<'a> {
    codes: &'a CodeSet,
    writer: BitWriter<'a>,
}

impl<'a> Coder<'a> {
    pub(crate) fn new(codes: &'a CodeSet, out: &'a mut Vec<u8>) -> Self {
        Self { codes, writer: BitWriter::new(out) }
    }

    pub(crate) fn finish(self) {
        self.writer.finish();
    }

    /// Writes the first symbol of a block, and the bits of its value.
    #[inline]
    pub(crate) fn first_symbol(&mut self, component: usize, symbol: u8, value: u32) {
        self.writer.begin_block();
        let code = self.codes.dc[class_of(component)].of[usize::from(symbol)];
        self.put(code, value, u32::from(symbol & 15));
    }

    /// Writes another symbol of the block, and the bits of its value.
    #[inline]
    pub(crate) fn other_symbol(&mut self, component: usize, symbol: u8, value: u32) {
        let code = self.codes.ac[class_of(component)].of[usize::from(symbol)];
        self.put(code, value, u32::from(symbol & 15));
    }

    #[inline]
    fn put(&mut self, (code, length): (u16, u8), value: u32, size: u32) {
        let both = u64::from(code) << size | u64::from(value);
        self.writer.put(both, u32::from(length) + size);
    }
}

impl Sink for Coder<'_> {
    #[inline]
    fn first(&mut self, component: usize, difference: i32) -> Result<(), Trouble> {
        let size = size_of(difference);
        self.first_symbol(component, size as u8, bits_of(difference, size));
        Ok(())
    }

    #[inline]
    fn other(&mut self, component: usize, zeros: u8, coefficient: i32) -> Result<(), Trouble> {
        let size = size_of(coefficient);
        self.other_symbol(component, zeros << 4 | size as u8 & 15, bits_of(coefficient, size));
        Ok(())
    }
}
