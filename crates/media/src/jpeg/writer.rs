//! Writes the clean JPEG from its model: always the same order, always the same form.

use std::sync::Arc;

use crate::error::{Error, Part};
use crate::jpeg::arithmetic::Conditioning;
use crate::jpeg::cover::Covered;
use crate::jpeg::frame::{Frame, Process};
use crate::jpeg::huffman::HuffmanTable;
use crate::jpeg::reader::{PROFILE_SIGNATURE, QuantTable};
use crate::jpeg::recode::{Plan, Trouble, class_of};
use crate::jpeg::scan::{Interval, Scan, ScanHeader};
use crate::jpeg::turn::Turned;
use crate::jpeg::{Jpeg, Transform};
use crate::orientation::Orientation;

/// Most bytes one segment can hold after its length field.
const PAYLOAD_BYTES_MAX: usize = 65_533;

/// Headers and tables together hardly ever need more.
const HEADER_BYTES: usize = 4096;

/// What a copy says before its picture.
pub(crate) struct Front<'a> {
    /// The turn that viewers are asked for.
    pub(crate) orientation: Orientation,
    /// What its blocks become, if they do not stay as they are.
    pub(crate) change: Change<'a>,
    /// Segments of its own: marker and data.
    pub(crate) apps: &'a [(u8, Vec<u8>)],
}

/// What becomes of the picture's blocks.
#[derive(Clone, Copy)]
pub(crate) enum Change<'a> {
    None,
    /// They are turned upright.
    Turned(&'a Turned),
    /// Some of them are covered.
    Covered(&'a Covered),
}

impl<'a> Change<'a> {
    fn plan(self, jpeg: &'a Jpeg) -> Option<&'a Plan> {
        match self {
            Self::None => jpeg.plan.as_ref(),
            Self::Turned(turned) => Some(&turned.plan),
            Self::Covered(covered) => Some(&covered.plan),
        }
    }

    fn quant(self, jpeg: &'a Jpeg) -> &'a [Arc<QuantTable>] {
        match self {
            Self::Turned(turned) => &turned.quant,
            Self::None | Self::Covered(_) => &jpeg.quant,
        }
    }

    fn write(
        self,
        plan: &Plan,
        jpeg: &Jpeg,
        original: &[u8],
        group: &[usize],
        out: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        match self {
            Self::None => plan.write(original, &jpeg.frame, &jpeg.scans, group, out),
            Self::Turned(turned) => turned.write(&jpeg.frame, group, out),
            Self::Covered(covered) => covered.write(jpeg, original, group, out),
        }
    }
}

/// The plain clean copy.
pub(crate) fn write(jpeg: &Jpeg, original: &[u8]) -> Result<Vec<u8>, Error> {
    write_with(
        jpeg,
        original,
        &Front { orientation: jpeg.orientation, change: Change::None, apps: &[] },
    )
}

pub(crate) fn write_with(
    jpeg: &Jpeg,
    original: &[u8],
    front: &Front<'_>,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(data_bytes(jpeg) + HEADER_BYTES);
    out.extend([0xff, 0xd8]);
    if let Some(exif) = front.orientation.neutral_exif() {
        segment(&mut out, 0xe1, &[crate::jpeg::reader::EXIF_SIGNATURE, &exif]);
    }
    for (marker, data) in front.apps {
        segment(&mut out, *marker, &[data]);
    }
    if let Some(profile) = &jpeg.profile {
        write_profile(&mut out, profile);
    }
    if let Some(transform) = jpeg.transform.adobe_value() {
        segment(&mut out, 0xee, &[b"Adobe\0\x64\0\0\0\0", &[transform]]);
    }
    let (tables, slots) = distinct_tables(front.change.quant(jpeg));
    for (slot, table) in tables.iter().enumerate() {
        write_quant(&mut out, slot as u8, table);
    }
    match front.change.plan(jpeg) {
        Some(plan) => {
            write_frame(&mut out, jpeg, &plan.frame, &slots);
            write_recoded(&mut out, jpeg, plan, original, front.change)?;
        }
        None => {
            write_frame(&mut out, jpeg, &jpeg.frame, &slots);
            let mut written = Written::default();
            for scan in &jpeg.scans {
                written.write_scan(&mut out, jpeg, scan, original);
            }
        }
    }
    out.extend([0xff, 0xd9]);
    Ok(out)
}

/// About how large the copy will be without headers.
fn data_bytes(jpeg: &Jpeg) -> usize {
    let profile_bytes = jpeg.profile.as_ref().map_or(0, Vec::len);
    let intervals = jpeg.scans.iter().flat_map(|scan| &scan.intervals);
    let as_found = || intervals.map(|i| (i.end - i.start) as usize + 3).sum();
    profile_bytes + jpeg.plan.as_ref().map_or_else(as_found, Plan::expected_bytes)
}

/// The picture in the coding that is the same for everyone.
fn write_recoded(
    out: &mut Vec<u8>,
    jpeg: &Jpeg,
    plan: &Plan,
    original: &[u8],
    change: Change<'_>,
) -> Result<(), Error> {
    for class in 0..=usize::from(plan.frame.components.len() > 1) {
        let both = [(0x00, &plan.codes.dc[class]), (0x10, &plan.codes.ac[class])];
        for (kind, codes) in both {
            segment(out, 0xc4, &[&[kind | class as u8], &codes.counts, &codes.symbols]);
        }
    }
    for group in plan.frame.scan_groups() {
        let mut selectors = Vec::with_capacity(8);
        for &component in &group {
            let class = class_of(component) as u8;
            selectors.extend([jpeg.transform.component_id(component), class << 4 | class]);
        }
        segment(out, 0xda, &[&[group.len() as u8], &selectors, &[0, 63, 0]]);
        let written = change.write(plan, jpeg, original, &group, out);
        written.map_err(|trouble| match trouble {
            Trouble::Broken(error) => error,
            Trouble::Odd => Error::damaged(Part::PictureData, 0),
        })?;
    }
    Ok(())
}

fn segment(out: &mut Vec<u8>, marker: u8, pieces: &[&[u8]]) {
    let length: usize = 2 + pieces.iter().map(|piece| piece.len()).sum::<usize>();
    out.extend([0xff, marker, (length >> 8) as u8, length as u8]);
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}

fn write_profile(out: &mut Vec<u8>, profile: &[u8]) {
    let chunks = profile.chunks(PAYLOAD_BYTES_MAX - PROFILE_SIGNATURE.len() - 2);
    let count = chunks.len() as u8;
    for (index, chunk) in chunks.enumerate() {
        segment(out, 0xe2, &[PROFILE_SIGNATURE, &[index as u8 + 1, count], chunk]);
    }
}

/// The different tables in the order of their first use, and which one each component has.
fn distinct_tables(all: &[Arc<QuantTable>]) -> (Vec<&QuantTable>, Vec<u8>) {
    let mut distinct: Vec<&QuantTable> = Vec::new();
    let slots = all.iter().map(|table| {
        let known = distinct.iter().position(|other| *other == table.as_ref());
        known.unwrap_or_else(|| {
            distinct.push(table);
            distinct.len() - 1
        }) as u8
    });
    let slots = slots.collect();
    (distinct, slots)
}

fn write_quant(out: &mut Vec<u8>, slot: u8, table: &QuantTable) {
    let wide = table.is_wide();
    let values: Vec<u8> = match wide {
        true => table.0.iter().flat_map(|value| value.to_be_bytes()).collect(),
        false => table.0.iter().map(|value| *value as u8).collect(),
    };
    segment(out, 0xdb, &[&[u8::from(wide) << 4 | slot], &values]);
}

fn write_frame(out: &mut Vec<u8>, jpeg: &Jpeg, frame: &Frame, slots: &[u8]) {
    let [height, width] = [frame.size.height as u16, frame.size.width as u16];
    let mut components = Vec::with_capacity(12);
    for (index, component) in frame.components.iter().enumerate() {
        let sampling = (component.across << 4 | component.down) as u8;
        components.extend([jpeg.transform.component_id(index), sampling, slots[index]]);
    }
    let count = frame.components.len() as u8;
    let pieces: [&[u8]; 5] =
        [&[frame.precision], &height.to_be_bytes(), &width.to_be_bytes(), &[count], &components];
    // Baseline decoders need not read tables of large numbers.
    let process = match frame.process {
        Process::Baseline if jpeg.quant.iter().any(|table| table.is_wide()) => Process::Extended,
        process => process,
    };
    segment(out, process.marker(), &pieces);
}

/// What the copy has defined so far, so that nothing is said twice.
#[derive(Default)]
struct Written {
    dc: [Option<Arc<HuffmanTable>>; 4],
    ac: [Option<Arc<HuffmanTable>>; 4],
    conditioning: [Conditioning; 4],
    restart_interval: u32,
}

impl Written {
    fn write_scan(&mut self, out: &mut Vec<u8>, jpeg: &Jpeg, scan: &Scan, original: &[u8]) {
        let header = &scan.header;
        for component in &header.components {
            let dc = (0x00, component.dc_slot, &component.dc, &mut self.dc);
            let ac = (0x10, component.ac_slot, &component.ac, &mut self.ac);
            for (class, slot, table, known) in [dc, ac] {
                let (Some(table), Some(known)) = (table, known.get_mut(usize::from(slot))) else {
                    continue;
                };
                if !known.as_ref().is_some_and(|known| known.same_codes(table)) {
                    segment(out, 0xc4, &[&[class | slot], &table.counts, &table.symbols]);
                    *known = Some(Arc::clone(table));
                }
            }
        }
        self.write_conditioning(out, header);
        let restart_interval = if scan.intervals.len() > 1 { header.restart_interval } else { 0 };
        if restart_interval != self.restart_interval {
            segment(out, 0xdd, &[&(restart_interval as u16).to_be_bytes()]);
            self.restart_interval = restart_interval;
        }
        write_scan_header(out, jpeg.transform, header);
        for (index, interval) in scan.intervals.iter().enumerate() {
            if index > 0 {
                out.extend([0xff, 0xd0 + ((index - 1) % 8) as u8]);
            }
            write_interval(out, original, interval);
        }
    }
}

impl Written {
    fn write_conditioning(&mut self, out: &mut Vec<u8>, header: &ScanHeader) {
        for component in &header.components {
            let Conditioning { dc_low, dc_high, ac_low } = component.conditioning;
            let (dc_slot, ac_slot) = (component.dc_slot, component.ac_slot);
            let dc = &mut self.conditioning[usize::from(dc_slot)];
            if (dc.dc_low, dc.dc_high) != (dc_low, dc_high) {
                (dc.dc_low, dc.dc_high) = (dc_low, dc_high);
                segment(out, 0xcc, &[&[dc_slot, dc_high << 4 | dc_low]]);
            }
            let ac = &mut self.conditioning[usize::from(ac_slot)];
            if ac.ac_low != ac_low {
                ac.ac_low = ac_low;
                segment(out, 0xcc, &[&[0x10 | ac_slot, ac_low]]);
            }
        }
    }
}

fn write_scan_header(out: &mut Vec<u8>, transform: Transform, header: &ScanHeader) {
    let mut selectors = Vec::with_capacity(8);
    for component in &header.components {
        let tables = component.dc_slot << 4 | component.ac_slot;
        selectors.extend([transform.component_id(component.index), tables]);
    }
    let approximation = header.approx_high << 4 | header.approx_low;
    let band = [header.spectral_start, header.spectral_end, approximation];
    segment(out, 0xda, &[&[header.components.len() as u8], &selectors, &band]);
}

/// Copies the data; the bits that only fill up the last byte become ones, as the standard asks.
fn write_interval(out: &mut Vec<u8>, original: &[u8], interval: &Interval) {
    let data = &original[interval.start as usize..interval.end as usize];
    let Some((last, head)) = data.split_last() else { return };
    out.extend_from_slice(head);
    let last = last | (0xff_u32 >> interval.tail_bits) as u8;
    out.push(last);
    if last == 0xff {
        out.push(0);
    }
}
