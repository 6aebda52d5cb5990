//! Writes the tables of a track's samples.

use crate::bmff::{write_box, write_full_box};
use crate::mp4::movie::Track;
use crate::mp4::plan::TrackPlan;
use crate::mp4::table::Run;

/// Writes `stbl`. Chunks are placed relative to `media_at`; `is_wide` says how many bits that needs.
pub(super) fn write(
    out: &mut Vec<u8>,
    track: &Track,
    plan: &TrackPlan,
    media_at: u64,
    is_wide: bool,
) {
    let samples = &track.samples;
    let order = entry_order(track);
    write_box(out, b"stbl", |out| {
        write_full_box(out, b"stsd", 0, 0, |out| {
            out.extend((order.len() as u32).to_be_bytes());
            for entry in &order {
                out.extend_from_slice(&track.entries[*entry as usize].written);
            }
        });
        runs(out, b"stts", 0, &samples.durations, |value| value);
        if !samples.shifts.is_empty() {
            let version = u8::from(samples.shifts.iter().any(|run| run.value < 0));
            runs(out, b"ctts", version, &samples.shifts, |value| value as u32);
        }
        if let Some(sync) = &samples.sync {
            write_full_box(out, b"stss", 0, 0, |out| {
                out.extend((sync.len() as u32).to_be_bytes());
                out.extend(sync.iter().flat_map(|sample| (sample + 1).to_be_bytes()));
            });
        }
        chunk_lengths(out, track, plan, &order);
        sizes(out, track, plan);
        offsets(out, plan, media_at, is_wide);
    });
}

/// The sample entries that are used, in the order of their first use; equal ones once.
fn entry_order(track: &Track) -> Vec<u32> {
    let mut order: Vec<u32> = Vec::new();
    for chunk in &track.samples.chunks {
        if position(track, &order, chunk.entry).is_none() {
            order.push(chunk.entry);
        }
    }
    if order.is_empty() && !track.entries.is_empty() {
        order.push(0);
    }
    order
}

/// Where an entry, or one like it, is in the order.
fn position(track: &Track, order: &[u32], entry: u32) -> Option<usize> {
    let written = |entry: u32| &track.entries[entry as usize].written;
    order.iter().position(|other| *other == entry || written(*other) == written(entry))
}

fn runs<T: Copy>(
    out: &mut Vec<u8>,
    kind: &[u8; 4],
    version: u8,
    runs: &[Run<T>],
    value: impl Fn(T) -> u32,
) {
    write_full_box(out, kind, version, 0, |out| {
        out.extend((runs.len() as u32).to_be_bytes());
        for run in runs {
            out.extend(run.count.to_be_bytes());
            out.extend(value(run.value).to_be_bytes());
        }
    });
}

fn chunk_lengths(out: &mut Vec<u8>, track: &Track, plan: &TrackPlan, order: &[u32]) {
    let mut lines: Vec<[u32; 3]> = Vec::new();
    let mut chunk = 0;
    for (number, planned) in plan.chunks.iter().enumerate() {
        let chunks = &track.samples.chunks;
        while chunks.get(chunk + 1).is_some_and(|next| next.first <= planned.first) {
            chunk += 1;
        }
        let entry = chunks.get(chunk).map_or(0, |chunk| chunk.entry);
        let entry = position(track, order, entry).unwrap_or(0) as u32 + 1;
        let is_same = lines.last().is_some_and(|last| last[1..] == [planned.count, entry]);
        if !is_same {
            lines.push([number as u32 + 1, planned.count, entry]);
        }
    }
    write_full_box(out, b"stsc", 0, 0, |out| {
        out.extend((lines.len() as u32).to_be_bytes());
        out.extend(lines.iter().flatten().flat_map(|number| number.to_be_bytes()));
    });
}

fn sizes(out: &mut Vec<u8>, track: &Track, plan: &TrackPlan) {
    let samples = &track.samples;
    let fixed = plan.fixed_size(samples);
    write_full_box(out, b"stsz", 0, 0, |out| {
        out.extend(fixed.unwrap_or(0).to_be_bytes());
        out.extend(samples.count().to_be_bytes());
        if fixed.is_none() {
            let sizes = (0..samples.count()).map(|sample| plan.size_of(samples, sample));
            out.extend(sizes.flat_map(u32::to_be_bytes));
        }
    });
}

fn offsets(out: &mut Vec<u8>, plan: &TrackPlan, media_at: u64, is_wide: bool) {
    let places = plan.chunks.iter().map(|chunk| media_at + chunk.at);
    let kind = if is_wide { b"co64" } else { b"stco" };
    write_full_box(out, kind, 0, 0, |out| {
        out.extend((plan.chunks.len() as u32).to_be_bytes());
        match is_wide {
            true => out.extend(places.flat_map(u64::to_be_bytes)),
            // Not wide says that all of them fit.
            false => out.extend(places.flat_map(|place| (place as u32).to_be_bytes())),
        }
    });
}
