//! The clean file: one form for everyone.
//!
//! Sizes stand before contents, and the table of times before the clusters, so the blocks are gone
//! through twice: once to measure, once to write.

use crate::clip::ByteSink;
use crate::error::Error;
use crate::matroska::Matroska;
use crate::matroska::blocks::Lacing;
use crate::matroska::ebml::{self, Reader};
use crate::matroska::frames::{self, Frame};
use crate::matroska::ids;
use crate::matroska::schema::{self, Value};

/// A cluster, measured.
struct Cluster {
    time: u64,
    /// Size of its content.
    bytes: u64,
    /// The track that a player can begin with here, counted from one; 0 for none.
    cue: u8,
}

/// A cluster begins with a key frame, if the one before is at least this long.
const CLUSTER_NS_MIN: u64 = 1_000_000_000;
/// Without key frames it begins anyway after this long.
const CLUSTER_NS_MAX: u64 = 5_000_000_000;
/// Times in a cluster have 16 bits with a sign.
const TICKS_MAX: i64 = 30_000;
/// More clusters than hours of real clips have.
const CLUSTERS_MAX: usize = 400_000;
/// Bytes that are gathered before they are written.
const WRITTEN_BYTES: usize = 256 << 10;

/// What programs are to be called that wrote the file. The format wants something here.
pub(crate) const NO_NAME: &[u8] = b"-";

pub(crate) fn write(
    clip: &Matroska,
    reader: &mut Reader<'_>,
    sink: &mut dyn ByteSink,
) -> Result<u64, Error> {
    let mut plan = Plan::measure(clip, reader)?;
    let head = head(clip, &plan);
    sink.write(&head)?;
    let mut written = head.len() as u64;
    let mut buffer = Vec::new();
    let mut next = 0;
    let mut cutter = Cutter::new(clip);
    frames::each(clip, reader, &mut |frame| {
        if cutter.opens(frame) {
            // The source must not have changed between.
            let cluster = plan.clusters.get(next).ok_or(Error::Unreadable)?;
            ebml::write_id(ids::CLUSTER, &mut buffer);
            ebml::write_size(cluster.bytes, &mut buffer);
            ebml::write_unsigned(ids::TIMESTAMP, cluster.time, &mut buffer);
            next += 1;
        }
        cutter.write(frame, &mut buffer);
        if buffer.len() >= WRITTEN_BYTES {
            written += buffer.len() as u64;
            sink.write(&buffer)?;
            buffer.clear();
        }
        Ok(())
    })?;
    sink.write(&buffer)?;
    written += buffer.len() as u64;
    let expected = head.len() as u64 + plan.clusters_bytes();
    plan.clusters.clear();
    if written == expected { Ok(written) } else { Err(Error::Unreadable) }
}

struct Plan {
    clusters: Vec<Cluster>,
    /// For each track, whether pictures have HDR data beside them.
    has_additions: Vec<bool>,
}

impl Plan {
    fn measure(clip: &Matroska, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut plan = Self { clusters: Vec::new(), has_additions: vec![false; clip.tracks.len()] };
        let mut cutter = Cutter::new(clip);
        let mut block = Vec::new();
        frames::each(clip, reader, &mut |frame| {
            block.clear();
            if cutter.opens(frame) {
                let time = cutter.cluster_time as u64;
                ebml::write_unsigned(ids::TIMESTAMP, time, &mut block);
                let is_first = clip.tracks.len() < 128 && cutter.is_entry(frame);
                let cue = if is_first { frame.track as u8 + 1 } else { 0 };
                plan.clusters.push(Cluster { time, bytes: 0, cue });
            }
            cutter.write(frame, &mut block);
            if !frame.additions.is_empty() {
                plan.has_additions[frame.track] = true;
            }
            if let Some(cluster) = plan.clusters.last_mut() {
                cluster.bytes += block.len() as u64;
            }
            match plan.clusters.len() > CLUSTERS_MAX {
                true => Err(Error::TooManyParts { parts_max: CLUSTERS_MAX }),
                false => Ok(()),
            }
        })?;
        Ok(plan)
    }

    fn clusters_bytes(&self) -> u64 {
        self.clusters.iter().map(Cluster::whole_bytes).sum()
    }
}

impl Cluster {
    fn whole_bytes(&self) -> u64 {
        let mut head = Vec::new();
        ebml::write_id(ids::CLUSTER, &mut head);
        ebml::write_size(self.bytes, &mut head);
        head.len() as u64 + self.bytes
    }
}

/// Everything before the first cluster.
fn head(clip: &Matroska, plan: &Plan) -> Vec<u8> {
    let mut header = Vec::new();
    let doc_type = clip.layout.doc_type.name();
    for (id, value) in [
        (ids::EBML_VERSION, 1),
        (ids::EBML_READ_VERSION, 1),
        (ids::EBML_ID_LENGTH, 4),
        (ids::EBML_SIZE_LENGTH, 8),
    ] {
        ebml::write_unsigned(id, value, &mut header);
    }
    ebml::write(ids::DOC_TYPE, doc_type, &mut header);
    ebml::write_unsigned(ids::DOC_TYPE_VERSION, 4, &mut header);
    ebml::write_unsigned(ids::DOC_TYPE_READ_VERSION, 2, &mut header);
    let mut parts = Vec::new();
    let mut info = Vec::new();
    clip.info.write(schema::INFO, &mut info);
    ebml::write(ids::MUXING_APP, NO_NAME, &mut info);
    ebml::write(ids::WRITING_APP, NO_NAME, &mut info);
    ebml::write(ids::INFO, &info, &mut parts);
    let mut tracks = Vec::new();
    for (index, track) in clip.tracks.iter().enumerate() {
        track.write(index as u64 + 1, plan.has_additions[index], &mut tracks);
    }
    ebml::write(ids::TRACKS, &tracks, &mut parts);
    cues(plan, &mut parts);
    let mut out = Vec::new();
    ebml::write(ids::EBML, &header, &mut out);
    ebml::write_id(ids::SEGMENT, &mut out);
    let bytes = parts.len() as u64 + plan.clusters_bytes();
    ebml::write_size(bytes, &mut out);
    out.extend(parts);
    out
}

/// Where each time is. Places are written in full length, so that they do not move each other.
fn cues(plan: &Plan, parts: &mut Vec<u8>) {
    let table = |first: u64| {
        let mut out = Vec::new();
        let mut place = first;
        for cluster in &plan.clusters {
            if cluster.cue > 0 {
                let mut positions = Vec::new();
                ebml::write_unsigned(ids::CUE_TRACK, cluster.cue.into(), &mut positions);
                ebml::write(ids::CUE_CLUSTER, &place.to_be_bytes(), &mut positions);
                let mut point = Vec::new();
                ebml::write_unsigned(ids::CUE_TIME, cluster.time, &mut point);
                ebml::write(ids::CUE_POSITIONS, &positions, &mut point);
                ebml::write(ids::CUE_POINT, &point, &mut out);
            }
            place += cluster.whole_bytes();
        }
        out
    };
    let mut measured = Vec::new();
    ebml::write(ids::CUES, &table(0), &mut measured);
    if measured.len() > 5 {
        let first = (parts.len() + measured.len()) as u64;
        ebml::write(ids::CUES, &table(first), parts);
    }
}

/// Decides where clusters begin, and writes blocks.
struct Cutter {
    videos: Vec<bool>,
    ticks_min: i64,
    ticks_max: i64,
    is_open: bool,
    cluster_time: i64,
    /// For each track, when its last sample is shown.
    last_times: Vec<Option<i64>>,
}

impl Cutter {
    fn new(clip: &Matroska) -> Self {
        let ticks = |ns: u64| TICKS_MAX.min((ns / clip.scale_ns) as i64).max(1);
        Self {
            videos: clip.tracks.iter().map(|track| track.is_video).collect(),
            ticks_min: ticks(CLUSTER_NS_MIN),
            ticks_max: ticks(CLUSTER_NS_MAX),
            is_open: false,
            cluster_time: 0,
            last_times: vec![None; clip.tracks.len()],
        }
    }

    /// Whether a player may begin with this frame.
    fn is_entry(&self, frame: &Frame<'_>) -> bool {
        frame.flags.is_key && (self.videos[frame.track] || !self.videos.contains(&true))
    }

    /// Whether a frame is the first of a cluster.
    fn opens(&mut self, frame: &Frame<'_>) -> bool {
        let since = frame.time - self.cluster_time;
        let is_due = match self.is_entry(frame) && self.videos[frame.track] {
            true => since >= self.ticks_min,
            false => since >= self.ticks_max,
        };
        let is_new = !self.is_open || is_due || i16::try_from(since).is_err();
        if is_new {
            self.is_open = true;
            self.cluster_time = frame.time.max(0);
        }
        is_new
    }

    /// Appends a frame as a block.
    fn write(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        let since = (frame.time - self.cluster_time) as i16;
        let last = self.last_times[frame.track].replace(frame.time);
        let is_simple =
            frame.duration.is_none() && frame.discarded.is_none() && frame.additions.is_empty();
        let laces = match frame.lacing() {
            Lacing::None => Vec::new(),
            _ => laces(frame.sizes),
        };
        let mut head = Vec::with_capacity(8 + laces.len());
        ebml::write_size(frame.track as u64 + 1, &mut head);
        head.extend(since.to_be_bytes());
        let flags = frame.flags;
        let mut bits = u8::from(flags.is_invisible) << 3 | u8::from(!laces.is_empty()) << 1;
        if is_simple {
            bits |= u8::from(flags.is_key) << 7 | u8::from(flags.is_discardable);
        }
        head.push(bits);
        head.extend(laces);
        let mut behind = Vec::new();
        if !is_simple {
            self.write_behind(frame, last, &mut behind);
            let mut size = Vec::new();
            ebml::write_size((head.len() + frame.data.len()) as u64, &mut size);
            let block_bytes = 1 + size.len() + head.len() + frame.data.len();
            ebml::write_id(ids::BLOCK_GROUP, out);
            ebml::write_size((block_bytes + behind.len()) as u64, out);
        }
        ebml::write_id(if is_simple { ids::SIMPLE_BLOCK } else { ids::BLOCK }, out);
        ebml::write_size((head.len() + frame.data.len()) as u64, out);
        out.extend(head);
        out.extend_from_slice(frame.data);
        out.extend(behind);
    }

    /// What a group says about its block.
    fn write_behind(&self, frame: &Frame<'_>, last: Option<i64>, out: &mut Vec<u8>) {
        if !frame.additions.is_empty() {
            let mut additions = Vec::new();
            for (id, data) in frame.additions {
                let mut addition = Vec::new();
                ebml::write_unsigned(ids::ADDITION_ID, *id, &mut addition);
                ebml::write(ids::ADDITION_DATA, data, &mut addition);
                ebml::write(ids::ADDITION, &addition, &mut additions);
            }
            ebml::write(ids::ADDITIONS, &additions, out);
        }
        if let Some(duration) = frame.duration {
            ebml::write_unsigned(ids::BLOCK_DURATION, duration, out);
        }
        if !frame.flags.is_key {
            let reference = last.map_or(-1, |last| last - frame.time);
            ebml::write_signed(ids::REFERENCE, reference, out);
        }
        if let Some(discarded) = frame.discarded {
            ebml::write_signed(ids::DISCARD_PADDING, discarded, out);
        }
    }
}

/// How many samples there are, and the sizes of all but the last.
fn laces(sizes: &[usize]) -> Vec<u8> {
    let mut out = vec![sizes.len() as u8];
    for size in sizes {
        out.extend(core::iter::repeat_n(255, size / 255));
        out.push((size % 255) as u8);
    }
    out
}

/// What is said about the whole: a duration is kept to a thousandth of a tick.
pub(crate) fn clean_info(info: &mut schema::Values, scale_ns: u64) {
    info.set(ids::TIMESTAMP_SCALE, Value::Number(scale_ns));
    let duration = info.float(ids::DURATION).map(|ticks| (ticks * 1000.0).round() / 1000.0);
    match duration {
        Some(duration) if duration > 0.0 && duration < 1e12 => {
            info.set(ids::DURATION, Value::Float(duration));
        }
        _ => info.remove(ids::DURATION),
    }
}
