//! What follows a JPEG's end: other pictures, clips, and the rest.

use core::ops::Range;

use crate::finding::{Finding, FindingKind, Source, Value};
use crate::jpeg::Jpeg;
use crate::jpeg::reader::{ExtraKind, XMP_SIGNATURE};
use crate::limits::Limits;
use crate::thumbnail::{self, Photo};

/// Pictures behind the first that are told one by one.
const PICTURES_MAX: usize = 8;
/// Where a picture says what it is.
const HEAD_BYTES: usize = 64 << 10;
const GAIN_MARKS: [&[u8]; 3] = [b"hdr-gain-map/1.0", b"HDRGainMap", b"iso:ts:21496"];
const DEPTH_MARKS: [&[u8]; 3] = [b"depthData/1.0", b"aux:depth", b"aux:disparity"];
/// How Apple's programs mark all pictures that belong to another: mattes of people and hair, too.
const MAP_MARK: &[u8] = b"AuxiliaryImageType";

/// The bytes behind a picture.
pub(crate) struct Tail<'a> {
    pub(crate) jpeg: &'a Jpeg,
    pub(crate) bytes: &'a [u8],
    pub(crate) photo: &'a Photo<'a>,
    pub(crate) limits: &'a Limits,
}

impl Tail<'_> {
    pub(crate) fn findings(&self, at: Range<usize>) -> Vec<Finding> {
        let tail = &self.bytes[at.clone()];
        let rest =
            |at: Range<usize>| Finding::removed(FindingKind::TrailingData, Source::AfterEnd, at);
        if tail.iter().all(|byte| *byte == 0) {
            return vec![rest(at)];
        }
        let clip = find(tail, b"ftyp").and_then(|start| start.checked_sub(4));
        let clip = clip.map(|start| at.start + start);
        let mut found = Vec::new();
        let mut told = at.start;
        for picture in self.pictures(at.start..clip.unwrap_or(at.end)) {
            if self.is_something(told..picture.start) {
                found.push(rest(told..picture.start));
            }
            told = picture.end;
            found.push(self.picture(picture));
        }
        let end = clip.unwrap_or(at.end);
        if self.is_something(told..end) {
            found.push(rest(told..end));
        }
        if let Some(start) = clip {
            found.push(Finding::removed(FindingKind::Clip, Source::AfterEnd, start..at.end));
        }
        found
    }

    fn is_something(&self, at: Range<usize>) -> bool {
        self.bytes[at].iter().any(|byte| *byte != 0)
    }

    /// Where the pictures are. One that cannot be read has all that is left.
    fn pictures(&self, at: Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut place = at.start;
        while found.len() < PICTURES_MAX {
            let left = &self.bytes[place..at.end];
            let Some(start) = find(left, b"\xff\xd8\xff") else { break };
            let left = &left[start..];
            let size =
                Jpeg::parse(left, self.limits).map_or(left.len(), |picture| picture.end(left));
            found.push(place + start..place + start + size);
            place += start + size;
        }
        found
    }

    fn picture(&self, at: Range<usize>) -> Finding {
        let data = &self.bytes[at.clone()];
        let head = &data[..data.len().min(HEAD_BYTES)];
        let has = |mark: &[u8]| find(head, mark).is_some();
        let kind = if GAIN_MARKS.into_iter().any(has) {
            FindingKind::GainMap
        } else if DEPTH_MARKS.into_iter().any(has) || is_grey(data) && self.speaks_of_depth() {
            FindingKind::DepthMap
        } else {
            FindingKind::OtherPicture
        };
        let comparison = match kind {
            FindingKind::OtherPicture if !has(MAP_MARK) => self.photo.compare(data),
            _ => self.photo.compare_map(data),
        };
        let value = Value::Picture { size: thumbnail::jpeg_size(data), comparison };
        Finding::removed(kind, Source::AfterEnd, at).with(value)
    }

    /// Whether the first picture says that one of those behind it is a depth map, which then says
    /// nothing itself.
    fn speaks_of_depth(&self) -> bool {
        self.jpeg.extras.iter().any(|extra| {
            extra.kind == ExtraKind::Xmp
                && find(extra.data(self.bytes, XMP_SIGNATURE), b"Semantic=\"Depth\"").is_some()
        })
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Whether a JPEG has one channel.
fn is_grey(bytes: &[u8]) -> bool {
    thumbnail::jpeg_channels(bytes) == Some(1)
}
