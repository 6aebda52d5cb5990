//! Reads a JPEG from its first marker to its last: what the picture needs goes into a model,
//! everything else is remembered as an extra.
//!
//! Where a file bends the rules, this follows libjpeg, because that is what viewers do: garbage
//! between segments is stepped over, a missing end marker is forgiven when the picture is whole.

use core::ops::Range;
use std::sync::Arc;

use crate::error::{Error, OtherFormat, Part};
use crate::jpeg::arithmetic::Conditioning;
use crate::jpeg::frame::{Frame, UNIT_BLOCKS_MAX};
use crate::jpeg::huffman::HuffmanTable;
use crate::jpeg::recode::{Plan, Trouble};
use crate::jpeg::scan::{self, Extent, History, Scan, ScanComponent, ScanHeader};
use crate::limits::{Limits, Size};

/// A quantisation table, in the file's zigzag order.
#[derive(PartialEq, Eq)]
pub(crate) struct QuantTable(pub(crate) [u16; 64]);

impl QuantTable {
    /// Whether its numbers need more than one byte.
    pub(crate) fn is_wide(&self) -> bool {
        self.0.iter().any(|value| *value > 255)
    }
}

/// A piece of the file that the picture does not need.
pub(crate) struct Extra {
    pub(crate) kind: ExtraKind,
    /// The whole piece, with marker and length.
    pub(crate) at: Range<usize>,
}

/// What such a piece is, as far as its first bytes tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExtraKind {
    Exif,
    Xmp,
    ExtendedXmp,
    Profile,
    PictureIndex,
    PhotoshopBlock,
    Provenance,
    JfifThumbnail,
    JfifExtension,
    Comment,
    OtherApp(u8),
    UnusedTable(u8),
    RepeatedScan,
    Loose,
    AfterEnd,
}

/// Bytes before an extra's own data: marker, length and signature.
pub(crate) const EXIF_SIGNATURE: &[u8] = b"Exif\0\0";
pub(crate) const XMP_SIGNATURE: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
pub(crate) const EXTENDED_XMP_SIGNATURE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
pub(crate) const PROFILE_SIGNATURE: &[u8] = b"ICC_PROFILE\0";
pub(crate) const INDEX_SIGNATURE: &[u8] = b"MPF\0";
pub(crate) const PHOTOSHOP_SIGNATURE: &[u8] = b"Photoshop 3.0\0";

/// Everything a file says, before it is judged.
pub(crate) struct Parts {
    pub(crate) frame: Frame,
    /// The quantisation table of each component.
    pub(crate) quant: Vec<Arc<QuantTable>>,
    /// Where the first one in use is defined.
    pub(crate) quant_at: Range<usize>,
    pub(crate) scans: Vec<Scan>,
    /// How to code the picture anew; absent where it keeps its coding.
    pub(crate) plan: Option<Plan>,
    pub(crate) extras: Vec<Extra>,
    pub(crate) has_jfif: bool,
    /// The colour transform an Adobe segment names.
    pub(crate) adobe_transform: Option<u8>,
}

/// How often scans may come back to a block, on average. Real encoders stay below ten.
const VISITS_MAX: u32 = 24;

/// Memory that a picture which keeps its coding may take beyond the size of its file.
const HISTORY_BYTES_SPARE: usize = 16 << 20;

/// A table in force, and which definition it came from.
struct Slot<T> {
    table: Arc<T>,
    definition: usize,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { table: Arc::clone(&self.table), definition: self.definition }
    }
}

struct Definition {
    at: Range<usize>,
    marker: u8,
    used: bool,
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    at: usize,
    part_count: usize,
    quant: [Option<Slot<QuantTable>>; 4],
    dc: [Option<Slot<HuffmanTable>>; 4],
    ac: [Option<Slot<HuffmanTable>>; 4],
    definitions: Vec<Definition>,
    conditioning: [Conditioning; 4],
    restart_interval: u32,
    /// Blocks or units that scans have gone over so far.
    walked: u64,
    frame: Option<Frame>,
    latched: Vec<Option<Arc<QuantTable>>>,
    progress: Progress,
    scans: Vec<Scan>,
    plan: Option<Plan>,
    extras: Vec<Extra>,
    has_jfif: bool,
    adobe_transform: Option<u8>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &'a Limits) -> Self {
        Self {
            bytes,
            limits,
            at: 2,
            part_count: 0,
            quant: [const { None }; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            definitions: Vec::new(),
            conditioning: [Conditioning::default(); 4],
            restart_interval: 0,
            walked: 0,
            frame: None,
            latched: Vec::new(),
            progress: Progress { reached: [[None; 64]; 4] },
            scans: Vec::new(),
            plan: None,
            extras: Vec::new(),
            has_jfif: false,
            adobe_transform: None,
        }
    }

    /// Reads to the end. The bytes begin with a start marker; the caller has looked.
    pub(crate) fn read(mut self) -> Result<Parts, Error> {
        while let Some(marker) = self.step_to_marker()? {
            self.part_count += 1;
            self.limits.check_parts(self.part_count + self.scans.len())?;
            if marker == 0xd9 {
                self.note(ExtraKind::AfterEnd, self.at..self.bytes.len());
                break;
            }
            // Restart markers and TEM stand alone; between segments they mean nothing.
            if (0xd0..=0xd7).contains(&marker) || marker == 0x01 {
                self.note(ExtraKind::Loose, self.at - 2..self.at);
                continue;
            }
            self.segment(marker)?;
        }
        self.finish()
    }

    /// Moves past the next marker. `None` at the end of a file whose end marker is missing.
    fn step_to_marker(&mut self) -> Result<Option<u8>, Error> {
        let Some((marker_at, marker)) = scan::next_marker(self.bytes, self.at) else {
            self.note_unless_fill(self.at..self.bytes.len());
            return Ok(None);
        };
        self.note_unless_fill(self.at..marker_at);
        self.at = marker_at + 2;
        Ok(Some(marker))
    }

    fn segment(&mut self, marker: u8) -> Result<(), Error> {
        let start = self.at - 2;
        let length = self.bytes.get(self.at..self.at + 2).ok_or(Error::cut_short(start))?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length < 2 {
            return Err(Error::damaged(Part::Container, start));
        }
        let payload_at = self.at + 2;
        let end = self.at + length;
        let bytes = self.bytes;
        let payload = bytes.get(payload_at..end).ok_or(Error::cut_short(start))?;
        self.at = end;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                self.frame_header(marker, payload, start)
            }
            0xc4 => self.huffman_tables(payload, payload_at),
            0xdb => self.quant_tables(payload, payload_at),
            0xdd => self.restart(payload, start),
            0xda => self.scan(payload, start),
            0xe0..=0xef | 0xfe => {
                self.app_segment(marker, payload, start);
                Ok(())
            }
            0xcc => self.conditioning(payload, start),
            // DNL repeats the height.
            0xdc => {
                self.note(ExtraKind::Loose, start..end);
                Ok(())
            }
            0xde | 0xdf => Err(Error::NotSupported(OtherFormat::RareJpeg)),
            _ => Err(Error::damaged(Part::Container, start)),
        }
    }

    fn frame_header(&mut self, marker: u8, payload: &[u8], start: usize) -> Result<(), Error> {
        if self.frame.is_some() {
            return Err(Error::damaged(Part::Header, start));
        }
        let frame = Frame::parse(marker, payload, start)?;
        self.limits.check_size(frame.size)?;
        self.latched = vec![None; frame.components.len()];
        self.frame = Some(frame);
        Ok(())
    }

    fn quant_tables(&mut self, mut payload: &[u8], mut at: usize) -> Result<(), Error> {
        while let [head, rest @ ..] = payload {
            let damaged = Error::damaged(Part::Table, at);
            let (wide, slot) = (head >> 4, usize::from(head & 15));
            let size = if wide == 0 { 64 } else { 128 };
            let raw = rest.get(..size).ok_or(damaged)?;
            if wide > 1 || slot > 3 {
                return Err(damaged);
            }
            let value = |index: usize| match wide {
                0 => u16::from(raw[index]),
                _ => u16::from_be_bytes([raw[index * 2], raw[index * 2 + 1]]),
            };
            let table = QuantTable(core::array::from_fn(value));
            let definition = self.define(0xdb, at..at + 1 + size)?;
            self.quant[slot] = Some(Slot { table: Arc::new(table), definition });
            payload = &rest[size..];
            at += 1 + size;
        }
        Ok(())
    }

    fn huffman_tables(&mut self, mut payload: &[u8], mut at: usize) -> Result<(), Error> {
        while !payload.is_empty() {
            let damaged = Error::damaged(Part::Table, at);
            let (head, rest) = payload.split_at_checked(17).ok_or(damaged)?;
            let counts: [u8; 16] = head[1..].try_into().map_err(|_| damaged)?;
            let size = counts.iter().map(|count| usize::from(*count)).sum();
            let symbols = rest.get(..size).ok_or(damaged)?.to_vec();
            let table = HuffmanTable::new(counts, symbols).ok_or(damaged)?;
            let definition = self.define(0xc4, at..at + 17 + size)?;
            let slots = match head[0] >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(damaged),
            };
            let slot = slots.get_mut(usize::from(head[0] & 15)).ok_or(damaged)?;
            *slot = Some(Slot { table: Arc::new(table), definition });
            payload = &rest[size..];
            at += 17 + size;
        }
        Ok(())
    }

    fn define(&mut self, marker: u8, at: Range<usize>) -> Result<usize, Error> {
        self.definitions.push(Definition { at, marker, used: false });
        self.limits.check_parts(self.definitions.len())?;
        Ok(self.definitions.len() - 1)
    }

    fn restart(&mut self, payload: &[u8], start: usize) -> Result<(), Error> {
        let [high, low] = payload else { return Err(Error::damaged(Part::Header, start)) };
        self.restart_interval = u32::from(u16::from_be_bytes([*high, *low]));
        Ok(())
    }

    fn conditioning(&mut self, payload: &[u8], start: usize) -> Result<(), Error> {
        for pair in payload.chunks(2) {
            let damaged = Error::damaged(Part::Table, start);
            let [head, value] = *pair else { return Err(damaged) };
            let slot = self.conditioning.get_mut(usize::from(head & 15)).ok_or(damaged)?;
            match head >> 4 {
                0 if value & 15 <= value >> 4 => {
                    (slot.dc_low, slot.dc_high) = (value & 15, value >> 4);
                }
                1 if (1..64).contains(&value) => slot.ac_low = value,
                _ => return Err(damaged),
            }
        }
        Ok(())
    }

    fn app_segment(&mut self, marker: u8, payload: &[u8], start: usize) {
        let whole = start..self.at;
        let kind = match (marker, payload) {
            (0xe0, p) if p.starts_with(b"JFIF\0") && p.len() >= 14 => {
                self.has_jfif |= self.scans.is_empty();
                if p.len() > 14 {
                    self.note(ExtraKind::JfifThumbnail, start + 18..self.at);
                }
                return;
            }
            (0xee, p) if p.starts_with(b"Adobe") && p.len() >= 12 => {
                if self.scans.is_empty() {
                    self.adobe_transform = Some(p[11]);
                }
                if p.len() > 12 {
                    self.note(ExtraKind::Loose, start + 16..self.at);
                }
                return;
            }
            (0xe0, p) if p.starts_with(b"JFXX\0") => ExtraKind::JfifExtension,
            (0xe1, p) if p.starts_with(EXIF_SIGNATURE) => ExtraKind::Exif,
            (0xe1, p) if p.starts_with(XMP_SIGNATURE) => ExtraKind::Xmp,
            (0xe1, p) if p.starts_with(EXTENDED_XMP_SIGNATURE) => ExtraKind::ExtendedXmp,
            (0xe2, p) if p.starts_with(PROFILE_SIGNATURE) => ExtraKind::Profile,
            (0xe2, p) if p.starts_with(INDEX_SIGNATURE) => ExtraKind::PictureIndex,
            (0xeb, p) if p.starts_with(b"JP") => ExtraKind::Provenance,
            (0xed, p) if p.starts_with(PHOTOSHOP_SIGNATURE) => ExtraKind::PhotoshopBlock,
            (0xfe, _) => ExtraKind::Comment,
            _ => ExtraKind::OtherApp(marker),
        };
        self.note(kind, whole);
    }

    fn scan(&mut self, payload: &[u8], start: usize) -> Result<(), Error> {
        let frame = self.frame.take().ok_or(Error::damaged(Part::Header, start))?;
        let result = self.scan_of(&frame, payload, start);
        self.frame = Some(frame);
        result
    }

    fn scan_of(&mut self, frame: &Frame, payload: &[u8], start: usize) -> Result<(), Error> {
        let header = self.scan_header(frame, payload, start)?;
        // A sequential picture is whole once each component has been coded. libjpeg never reads
        // another scan after that; whatever it shows, no viewer does.
        if !frame.is_progressive() && self.latched.iter().all(Option::is_some) {
            return self.step_over_repeated_scan(start);
        }
        self.progress.admit(frame, &header, start)?;
        self.spend(frame, &header)?;
        self.latch(frame, &header, start)?;
        let is_whole = !frame.is_progressive() && header.components.len() == self.latched.len();
        let mut scan = Scan { header, start: self.at, bound: self.at, intervals: Vec::new() };
        if !is_whole || !frame.can_be_recoded() {
            scan.bound = scan::data_bound(self.bytes, self.at);
            self.at = scan.bound;
            self.scans.push(scan);
            return Ok(());
        }
        // The common case: this scan is the picture. Its end need not be searched for.
        self.scans.push(scan);
        let extents = self.plan_or_walk(frame)?;
        self.at = extents.last().map_or(self.at, |extent| extent.end);
        self.note_around(extents);
        Ok(())
    }

    /// Decides how the scans are written, and says where their data end.
    fn plan_or_walk(&mut self, frame: &Frame) -> Result<Vec<Extent>, Error> {
        if frame.can_be_recoded() && self.progress.is_complete(frame) {
            match Plan::of(self.bytes, frame, &self.scans) {
                Ok((plan, extents)) => {
                    self.plan = Some(plan);
                    return Ok(extents);
                }
                Err(Trouble::Broken(error)) => return Err(error),
                Err(Trouble::Odd) => {}
            }
        }
        if History::bytes(frame) > self.bytes.len() + HISTORY_BYTES_SPARE {
            let Size { width, height } = frame.size;
            return Err(Error::PictureTooBig { width, height });
        }
        let mut history = History::new(frame);
        let walk = |scan| scan::walk(self.bytes, frame, scan, &mut history);
        self.scans.iter_mut().map(walk).collect()
    }

    /// Notes the bytes inside and behind scans that are no data.
    fn note_around(&mut self, extents: Vec<Extent>) {
        for (index, extent) in extents.into_iter().enumerate() {
            for range in extent.loose {
                self.note(ExtraKind::Loose, range);
            }
            let bound = self.scans.get(index).map_or(0, |scan| scan.bound);
            if extent.end < bound {
                self.note_unless_fill(extent.end..bound);
            }
        }
    }

    /// Scans over a large picture can be nearly empty and still take long to walk through.
    fn spend(&mut self, frame: &Frame, header: &ScanHeader) -> Result<(), Error> {
        let blocks = |index| u64::from(frame.own_blocks(index).count());
        let all: u64 = (0..frame.components.len()).map(blocks).sum();
        self.walked += u64::from(scan::unit_count(frame, header));
        if self.walked > all * u64::from(VISITS_MAX) {
            return Err(Error::TooManyParts { parts_max: VISITS_MAX as usize });
        }
        Ok(())
    }

    fn step_over_repeated_scan(&mut self, start: usize) -> Result<(), Error> {
        loop {
            let next = scan::next_marker(self.bytes, self.at);
            let (marker_at, marker) = next.unwrap_or((self.bytes.len(), 0xd9));
            self.at = marker_at;
            if !(0xd0..=0xd7).contains(&marker) {
                self.note(ExtraKind::RepeatedScan, start..marker_at);
                return Ok(());
            }
            self.at += 2;
        }
    }

    fn scan_header(
        &mut self,
        frame: &Frame,
        payload: &[u8],
        start: usize,
    ) -> Result<ScanHeader, Error> {
        let damaged = Error::damaged(Part::Header, start);
        let [count, rest @ ..] = payload else { return Err(damaged) };
        let count = usize::from(*count);
        if !(1..=4).contains(&count) || rest.len() != count * 2 + 3 {
            return Err(damaged);
        }
        let (selectors, band) = rest.split_at(count * 2);
        let mut header = ScanHeader {
            components: Vec::with_capacity(count),
            spectral_start: band[0],
            spectral_end: band[1],
            approx_high: band[2] >> 4,
            approx_low: band[2] & 15,
            restart_interval: self.restart_interval,
        };
        if !frame.is_progressive() {
            // Sequential decoders do not look at these.
            (header.spectral_start, header.spectral_end) = (0, 63);
            (header.approx_high, header.approx_low) = (0, 0);
        }
        for pair in selectors.chunks_exact(2) {
            let index = frame.components.iter().position(|component| component.id == pair[0]);
            let index = index.ok_or(damaged)?;
            if header.components.iter().any(|component| component.index >= index) {
                return Err(damaged);
            }
            let component = match frame.is_arithmetic() {
                true => self.arithmetic_component(index, pair[1]),
                false => self.scan_component(index, pair[1], &header),
            };
            header.components.push(component.ok_or(damaged)?);
        }
        let factors = header.components.iter().map(|scanned| &frame.components[scanned.index]);
        let unit_blocks: u32 = factors.map(|component| component.across * component.down).sum();
        if count > 1 && unit_blocks > UNIT_BLOCKS_MAX {
            return Err(damaged);
        }
        Ok(header)
    }

    /// Binds the tables a component needs in a scan; `None` if one is missing.
    fn scan_component(
        &mut self,
        index: usize,
        selectors: u8,
        header: &ScanHeader,
    ) -> Option<ScanComponent> {
        let needs_dc = header.spectral_start == 0 && header.approx_high == 0;
        let needs_ac = header.spectral_end > 0;
        let (dc_slot, ac_slot) = (selectors >> 4, selectors & 15);
        let conditioning = Conditioning::default();
        let mut component =
            ScanComponent { index, dc_slot: 0, ac_slot: 0, dc: None, ac: None, conditioning };
        if needs_dc {
            let slot = self.dc.get(usize::from(dc_slot))?.clone()?;
            self.definitions.get_mut(slot.definition)?.used = true;
            (component.dc_slot, component.dc) = (dc_slot, Some(slot.table));
        }
        if needs_ac {
            let slot = self.ac.get(usize::from(ac_slot))?.clone()?;
            self.definitions.get_mut(slot.definition)?.used = true;
            (component.ac_slot, component.ac) = (ac_slot, Some(slot.table));
        }
        Some(component)
    }

    /// Arithmetic codes have no tables, only conditioning.
    fn arithmetic_component(&self, index: usize, selectors: u8) -> Option<ScanComponent> {
        let (dc_slot, ac_slot) = (selectors >> 4, selectors & 15);
        let dc = self.conditioning.get(usize::from(dc_slot))?;
        let ac = self.conditioning.get(usize::from(ac_slot))?;
        let conditioning = Conditioning { ac_low: ac.ac_low, ..*dc };
        Some(ScanComponent { index, dc_slot, ac_slot, dc: None, ac: None, conditioning })
    }

    /// A component keeps the quantisation table that is in force at its first scan.
    fn latch(&mut self, frame: &Frame, header: &ScanHeader, start: usize) -> Result<(), Error> {
        for component in &header.components {
            let latched = &mut self.latched[component.index];
            if latched.is_none() {
                let slot = usize::from(frame.components[component.index].quant_slot);
                let slot = self.quant[slot].clone().ok_or(Error::damaged(Part::Table, start))?;
                self.definitions[slot.definition].used = true;
                *latched = Some(slot.table);
            }
        }
        Ok(())
    }

    fn note(&mut self, kind: ExtraKind, at: Range<usize>) {
        if !at.is_empty() {
            self.extras.push(Extra { kind, at });
        }
    }

    /// Fill bytes (FF) before a marker are allowed and say nothing.
    fn note_unless_fill(&mut self, at: Range<usize>) {
        if self.bytes[at.clone()].iter().any(|byte| *byte != 0xff) {
            self.note(ExtraKind::Loose, at);
        }
    }

    fn finish(mut self) -> Result<Parts, Error> {
        let end = self.bytes.len();
        let frame = self.frame.take().ok_or(Error::cut_short(end))?;
        let quant = core::mem::take(&mut self.latched).into_iter().collect::<Option<Vec<_>>>();
        let quant = quant.ok_or(Error::cut_short(end))?;
        if self.plan.is_none() && self.scans.iter().all(|scan| scan.intervals.is_empty()) {
            let extents = self.plan_or_walk(&frame)?;
            self.note_around(extents);
        }
        let definitions = core::mem::take(&mut self.definitions);
        let first = definitions.iter().find(|known| known.used && known.marker == 0xdb);
        let quant_at = first.map_or(0..0, |definition| definition.at.clone());
        for definition in definitions {
            if !definition.used {
                self.note(ExtraKind::UnusedTable(definition.marker), definition.at);
            }
        }
        Ok(Parts {
            frame,
            quant,
            quant_at,
            scans: self.scans,
            plan: self.plan,
            extras: self.extras,
            has_jfif: self.has_jfif,
            adobe_transform: self.adobe_transform,
        })
    }
}

/// How far each coefficient of each component has come, so that scans that contradict each other
/// are refused: decoders disagree about what such files show.
struct Progress {
    /// The bit position reached, or `None` before the first scan.
    reached: [[Option<u8>; 64]; 4],
}

impl Progress {
    fn admit(&mut self, frame: &Frame, header: &ScanHeader, start: usize) -> Result<(), Error> {
        let damaged = Error::damaged(Part::Header, start);
        let ScanHeader { spectral_start: first, spectral_end: last, .. } = *header;
        let (high, low) = (header.approx_high, header.approx_low);
        if frame.is_progressive() {
            let is_dc = first == 0 && last == 0;
            let is_ac = first > 0 && first <= last && last < 64 && header.components.len() == 1;
            let refines_one_bit = high == 0 || high == low + 1;
            if !(is_dc || is_ac) || !refines_one_bit || low > 13 {
                return Err(damaged);
            }
        }
        for component in &header.components {
            let reached = &mut self.reached[component.index];
            if first > 0 && reached[0].is_none() {
                return Err(damaged);
            }
            for coefficient in &mut reached[usize::from(first)..=usize::from(last)] {
                let expected = if high == 0 { None } else { Some(high) };
                if *coefficient != expected {
                    return Err(damaged);
                }
                *coefficient = Some(low);
            }
        }
        Ok(())
    }

    /// Whether every coefficient is there to its last bit. Viewers smooth pictures where that is
    /// not so.
    fn is_complete(&self, frame: &Frame) -> bool {
        let components = &self.reached[..frame.components.len().min(4)];
        components.iter().flatten().all(|reached| *reached == Some(0))
    }
}
