//! Walks through arithmetically coded scans (ITU-T T.81, annexes D, F.1.4 and G.1.3).
//!
//! Here every decision depends on the ones before, so following the code means making them all.
//! What the walk never reads is not part of the picture.

use core::ops::Range;

use crate::error::{Error, Part};
use crate::jpeg::frame::Frame;
use crate::jpeg::scan::{History, Interval, ScanComponent, ScanHeader, mark};

/// How a component's decisions depend on the values before them (DAC).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conditioning {
    /// Differences of DC values count as small up to 2 to this power, halved …
    pub(crate) dc_low: u8,
    /// … and as large above this.
    pub(crate) dc_high: u8,
    /// The last coefficient that counts as a low frequency.
    pub(crate) ac_low: u8,
}

impl Default for Conditioning {
    fn default() -> Self {
        Self { dc_low: 0, dc_high: 1, ac_low: 5 }
    }
}

/// What is remembered about one kind of decision: which answer is likely, and how likely.
#[derive(Clone, Copy, Default)]
struct Likelihood {
    state: u8,
    answer: bool,
}

/// Contexts of one component: decisions about DC and about AC.
#[derive(Clone)]
struct Contexts {
    dc: [Likelihood; 64],
    ac: [Likelihood; 256],
    /// Where the next DC decision begins, by the size and sign of the last difference.
    dc_start: usize,
}

/// Walks one restart interval.
pub(crate) fn walk_interval(
    bytes: &[u8],
    start: usize,
    frame: &Frame,
    header: &ScanHeader,
    units: Range<u32>,
    history: &mut History,
) -> Result<Interval, Error> {
    let fresh = Likelihood::default();
    let contexts = Contexts { dc: [fresh; 64], ac: [fresh; 256], dc_start: 0 };
    let mut walker = Walker { decoder: Decoder::new(bytes, start), contexts: vec![contexts; 8] };
    for unit in units {
        if let [only] = header.components.as_slice() {
            let across = frame.own_blocks(only.index).across;
            let stride = frame.padded_blocks(only.index).across;
            let block = (unit / across * stride + unit % across) as usize;
            walker.block(frame, header, only, block, history)?;
            continue;
        }
        for component in &header.components {
            let factors = frame.components[component.index];
            for _ in 0..factors.across * factors.down {
                walker.block(frame, header, component, 0, history)?;
            }
        }
    }
    let end = walker.decoder.at;
    let stuffed = end >= start + 2 && bytes[end - 2..end] == [0xff, 0];
    let end = end - usize::from(stuffed);
    Ok(Interval { start: start as u32, end: end as u32, tail_bits: 8 })
}

struct Walker<'a> {
    decoder: Decoder<'a>,
    /// By table slot: four for DC, four for AC. DC start is kept by component, in the first four.
    contexts: Vec<Contexts>,
}

impl Walker<'_> {
    fn block(
        &mut self,
        frame: &Frame,
        header: &ScanHeader,
        component: &ScanComponent,
        block: usize,
        history: &mut History,
    ) -> Result<(), Error> {
        if !frame.is_progressive() {
            self.dc(component)?;
            let mut seen = 0;
            return self.ac(component, 1..=63, &mut seen);
        }
        if header.spectral_start == 0 {
            return match header.approx_high {
                0 => self.dc(component),
                _ => self.decoder.even().map(|_| ()),
            };
        }
        let seen = history.of(component.index, block)?;
        let band = u32::from(header.spectral_start)..=u32::from(header.spectral_end);
        match header.approx_high {
            0 => self.ac(component, band, seen),
            _ => self.ac_refining(component, band, seen),
        }
    }

    fn dc(&mut self, component: &ScanComponent) -> Result<(), Error> {
        let start = self.contexts[component.index].dc_start;
        let contexts = &mut self.contexts[usize::from(component.dc_slot)].dc;
        let decoder = &mut self.decoder;
        let next_start = if !decoder.decide(&mut contexts[start])? {
            0
        } else {
            let is_negative = decoder.decide(&mut contexts[start + 1])?;
            let mut at = start + 2 + usize::from(is_negative);
            let mut magnitude = u32::from(decoder.decide(&mut contexts[at])?);
            if magnitude == 1 {
                at = 20;
                magnitude = decoder.magnitude(contexts, &mut at, magnitude)?;
            }
            decoder.low_bits(contexts, at, magnitude)?;
            let Conditioning { dc_low, dc_high, .. } = component.conditioning;
            let sign = usize::from(is_negative) * 4;
            match magnitude {
                m if m < (1 << dc_low) >> 1 => 0,
                m if m > (1 << dc_high) >> 1 => 12 + sign,
                _ => 4 + sign,
            }
        };
        self.contexts[component.index].dc_start = next_start;
        Ok(())
    }

    fn ac(
        &mut self,
        component: &ScanComponent,
        band: core::ops::RangeInclusive<u32>,
        seen: &mut u64,
    ) -> Result<(), Error> {
        let contexts = &mut self.contexts[usize::from(component.ac_slot) + 4].ac;
        let decoder = &mut self.decoder;
        let mut position = *band.start();
        while position <= *band.end() {
            let mut at = 3 * (position as usize - 1);
            if decoder.decide(&mut contexts[at])? {
                break;
            }
            while !decoder.decide(&mut contexts[at + 1])? {
                at += 3;
                position += 1;
                if position > *band.end() {
                    return Err(decoder.damaged());
                }
            }
            decoder.even()?;
            at += 2;
            let mut magnitude = u32::from(decoder.decide(&mut contexts[at])?);
            if magnitude == 1 && decoder.decide(&mut contexts[at])? {
                let is_low = position <= u32::from(component.conditioning.ac_low);
                at = if is_low { 189 } else { 217 };
                magnitude = decoder.magnitude(contexts, &mut at, 2)?;
            }
            decoder.low_bits(contexts, at, magnitude)?;
            mark(seen, position);
            position += 1;
        }
        Ok(())
    }

    fn ac_refining(
        &mut self,
        component: &ScanComponent,
        band: core::ops::RangeInclusive<u32>,
        seen: &mut u64,
    ) -> Result<(), Error> {
        let contexts = &mut self.contexts[usize::from(component.ac_slot) + 4].ac;
        let decoder = &mut self.decoder;
        // The end of the band is asked for only behind the last coefficient known so far.
        let known = *seen & (u64::MAX >> (63 - band.end()));
        let last_known = 63_u32.saturating_sub(known.leading_zeros());
        let mut position = *band.start();
        while position <= *band.end() {
            let mut at = 3 * (position as usize - 1);
            if position > last_known && decoder.decide(&mut contexts[at])? {
                break;
            }
            loop {
                if *seen >> position & 1 == 1 {
                    decoder.decide(&mut contexts[at + 2])?;
                    break;
                }
                if decoder.decide(&mut contexts[at + 1])? {
                    decoder.even()?;
                    mark(seen, position);
                    break;
                }
                at += 3;
                position += 1;
                if position > *band.end() {
                    return Err(decoder.damaged());
                }
            }
            position += 1;
        }
        Ok(())
    }
}

/// Zero bytes that may be missing at the end: coders leave them out.
const MISSING_ZEROS_MAX: u32 = 64;

/// The arithmetic decoder of annex D, with the bookkeeping that libjpeg uses.
struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
    code: u32,
    interval: u32,
    shift: i32,
    missing_zeros: u32,
}

impl<'a> Decoder<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, code: 0, interval: 0, shift: -16, missing_zeros: 0 }
    }

    fn damaged(&self) -> Error {
        Error::damaged(Part::PictureData, self.at)
    }

    fn byte(&mut self) -> Result<u32, Error> {
        match self.bytes.get(self.at..) {
            Some([0xff, 0, ..]) => {
                self.at += 2;
                Ok(0xff)
            }
            Some([0xff, ..]) if self.missing_zeros < MISSING_ZEROS_MAX => {
                self.missing_zeros += 1;
                Ok(0)
            }
            Some([byte, ..]) if *byte != 0xff => {
                self.at += 1;
                Ok(u32::from(*byte))
            }
            _ => Err(Error::cut_short(self.at)),
        }
    }

    fn decide(&mut self, context: &mut Likelihood) -> Result<bool, Error> {
        let Transition { width, after_unlikely, after_likely, exchanges } =
            TRANSITIONS[usize::from(context.state)];
        let (likely, unlikely) = (context.answer, !context.answer);
        let is_likely = self.is_in_likely_part(u32::from(width))?;
        if is_likely.unwrap_or(true) {
            if is_likely.is_some() {
                context.state = after_likely;
            }
            return Ok(likely);
        }
        context.state = after_unlikely;
        context.answer ^= exchanges;
        Ok(unlikely)
    }

    /// A decision whose answers stay equally likely.
    fn even(&mut self) -> Result<bool, Error> {
        const EVEN_WIDTH: u32 = 0x5a1d;
        Ok(!self.is_in_likely_part(EVEN_WIDTH)?.unwrap_or(true))
    }

    /// Divides the interval; `None` if the answer is the likely one and too sure to learn from.
    fn is_in_likely_part(&mut self, width: u32) -> Result<Option<bool>, Error> {
        while self.interval < 0x8000 {
            self.shift -= 1;
            if self.shift < 0 {
                self.code = self.code << 8 | self.byte()?;
                self.shift += 8;
                if self.shift < 0 {
                    self.shift += 1;
                    if self.shift == 0 {
                        self.interval = 0x8000;
                    }
                }
            }
            self.interval <<= 1;
        }
        self.interval -= width;
        let likely_part = self.interval << self.shift;
        if self.code >= likely_part {
            self.code -= likely_part;
            // Where the unlikely part is the larger one, the two change places.
            let is_likely = self.interval < width;
            self.interval = width;
            return Ok(Some(is_likely));
        }
        if self.interval >= 0x8000 {
            return Ok(None);
        }
        Ok(Some(self.interval >= width))
    }

    /// Finds the highest bit of a magnitude, from context to context.
    fn magnitude(
        &mut self,
        contexts: &mut [Likelihood],
        at: &mut usize,
        mut magnitude: u32,
    ) -> Result<u32, Error> {
        loop {
            let context =
                contexts.get_mut(*at).ok_or(Error::damaged(Part::PictureData, self.at))?;
            if !self.decide(context)? {
                return Ok(magnitude);
            }
            magnitude <<= 1;
            if magnitude == 0x8000 {
                return Err(self.damaged());
            }
            *at += 1;
        }
    }

    /// Steps over the bits of a magnitude below its highest.
    fn low_bits(
        &mut self,
        contexts: &mut [Likelihood],
        at: usize,
        mut magnitude: u32,
    ) -> Result<(), Error> {
        loop {
            magnitude >>= 1;
            if magnitude == 0 {
                return Ok(());
            }
            let context =
                contexts.get_mut(at + 14).ok_or(Error::damaged(Part::PictureData, self.at))?;
            self.decide(context)?;
        }
    }
}

/// One line of table D.3.
struct Transition {
    /// The width of the unlikely answer's part.
    width: u16,
    after_unlikely: u8,
    after_likely: u8,
    /// Whether the likely answer changes.
    exchanges: bool,
}

const fn line(width: u16, after_unlikely: u8, after_likely: u8, exchanges: u8) -> Transition {
    Transition { width, after_unlikely, after_likely, exchanges: exchanges == 1 }
}

/// Table D.3: probability estimation.
#[rustfmt::skip]
const TRANSITIONS: [Transition; 113] = [
    line(0x5a1d, 1, 1, 1), line(0x2586, 14, 2, 0), line(0x1114, 16, 3, 0),
    line(0x080b, 18, 4, 0), line(0x03d8, 20, 5, 0), line(0x01da, 23, 6, 0),
    line(0x00e5, 25, 7, 0), line(0x006f, 28, 8, 0), line(0x0036, 30, 9, 0),
    line(0x001a, 33, 10, 0), line(0x000d, 35, 11, 0), line(0x0006, 9, 12, 0),
    line(0x0003, 10, 13, 0), line(0x0001, 12, 13, 0), line(0x5a7f, 15, 15, 1),
    line(0x3f25, 36, 16, 0), line(0x2cf2, 38, 17, 0), line(0x207c, 39, 18, 0),
    line(0x17b9, 40, 19, 0), line(0x1182, 42, 20, 0), line(0x0cef, 43, 21, 0),
    line(0x09a1, 45, 22, 0), line(0x072f, 46, 23, 0), line(0x055c, 48, 24, 0),
    line(0x0406, 49, 25, 0), line(0x0303, 51, 26, 0), line(0x0240, 52, 27, 0),
    line(0x01b1, 54, 28, 0), line(0x0144, 56, 29, 0), line(0x00f5, 57, 30, 0),
    line(0x00b7, 59, 31, 0), line(0x008a, 60, 32, 0), line(0x0068, 62, 33, 0),
    line(0x004e, 63, 34, 0), line(0x003b, 32, 35, 0), line(0x002c, 33, 9, 0),
    line(0x5ae1, 37, 37, 1), line(0x484c, 64, 38, 0), line(0x3a0d, 65, 39, 0),
    line(0x2ef1, 67, 40, 0), line(0x261f, 68, 41, 0), line(0x1f33, 69, 42, 0),
    line(0x19a8, 70, 43, 0), line(0x1518, 72, 44, 0), line(0x1177, 73, 45, 0),
    line(0x0e74, 74, 46, 0), line(0x0bfb, 75, 47, 0), line(0x09f8, 77, 48, 0),
    line(0x0861, 78, 49, 0), line(0x0706, 79, 50, 0), line(0x05cd, 48, 51, 0),
    line(0x04de, 50, 52, 0), line(0x040f, 50, 53, 0), line(0x0363, 51, 54, 0),
    line(0x02d4, 52, 55, 0), line(0x025c, 53, 56, 0), line(0x01f8, 54, 57, 0),
    line(0x01a4, 55, 58, 0), line(0x0160, 56, 59, 0), line(0x0125, 57, 60, 0),
    line(0x00f6, 58, 61, 0), line(0x00cb, 59, 62, 0), line(0x00ab, 61, 63, 0),
    line(0x008f, 61, 32, 0), line(0x5b12, 65, 65, 1), line(0x4d04, 80, 66, 0),
    line(0x412c, 81, 67, 0), line(0x37d8, 82, 68, 0), line(0x2fe8, 83, 69, 0),
    line(0x293c, 84, 70, 0), line(0x2379, 86, 71, 0), line(0x1edf, 87, 72, 0),
    line(0x1aa9, 87, 73, 0), line(0x174e, 72, 74, 0), line(0x1424, 72, 75, 0),
    line(0x119c, 74, 76, 0), line(0x0f6b, 74, 77, 0), line(0x0d51, 75, 78, 0),
    line(0x0bb6, 77, 79, 0), line(0x0a40, 77, 48, 0), line(0x5832, 80, 81, 1),
    line(0x4d1c, 88, 82, 0), line(0x438e, 89, 83, 0), line(0x3bdd, 90, 84, 0),
    line(0x34ee, 91, 85, 0), line(0x2eae, 92, 86, 0), line(0x299a, 93, 87, 0),
    line(0x2516, 86, 71, 0), line(0x5570, 88, 89, 1), line(0x4ca9, 95, 90, 0),
    line(0x44d9, 96, 91, 0), line(0x3e22, 97, 92, 0), line(0x3824, 99, 93, 0),
    line(0x32b4, 99, 94, 0), line(0x2e17, 93, 86, 0), line(0x56a8, 95, 96, 1),
    line(0x4f46, 101, 97, 0), line(0x47e5, 102, 98, 0), line(0x41cf, 103, 99, 0),
    line(0x3c3d, 104, 100, 0), line(0x375e, 99, 93, 0), line(0x5231, 105, 102, 0),
    line(0x4c0f, 106, 103, 0), line(0x4639, 107, 104, 0), line(0x415e, 103, 99, 0),
    line(0x5627, 105, 106, 1), line(0x50e7, 108, 107, 0), line(0x4b85, 109, 103, 0),
    line(0x5597, 110, 109, 0), line(0x504f, 111, 107, 0), line(0x5a10, 110, 111, 1),
    line(0x5522, 112, 109, 0), line(0x59eb, 112, 111, 1),
];
