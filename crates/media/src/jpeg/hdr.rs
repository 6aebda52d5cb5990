//! The second picture that brightens the first on HDR screens (gain map): found behind the first,
//! and written again with nothing but what viewers need to use it.
//!
//! Three ways to say how it is used are known, and any of them may be there: Adobe's and Google's
//! XMP (Ultra HDR), ISO 21496-1, and Apple's XMP. Older Apple photos say how bright only in the
//! camera maker's notes, which nobody can read through. Their gain map is not kept.

mod iso;
mod xmp;

use core::ops::Range;

use crate::error::Error;
use crate::jpeg::Jpeg;
use crate::jpeg::hdr::xmp::{AppleGain, Gain};
use crate::jpeg::reader::{ExtraKind, INDEX_SIGNATURE, XMP_SIGNATURE};
use crate::jpeg::writer::{self, Change, Front};
use crate::limits::Limits;
use crate::orientation::Orientation;

/// Pictures behind the first that are looked at.
const PICTURES_MAX: usize = 8;

/// Before ISO 21496-1 metadata, in an APP2 segment.
const ISO_SIGNATURE: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// Size of the picture index's own header and directory; then come its two entries.
const INDEX_HEAD_BYTES: usize = 50;

/// Marker, length and signature of the picture index.
const INDEX_PREFIX_BYTES: usize = 8;

/// Size of one entry.
const ENTRY_BYTES: usize = 16;

/// A gain map and how it is used.
pub(crate) struct GainMap {
    /// Where it is in the file.
    pub(crate) at: Range<usize>,
    pub(crate) picture: Jpeg,
    says: Says,
}

/// How a gain map is used.
enum Says {
    Standard { gain: Option<Box<Gain>>, iso: Option<Vec<u8>> },
    Apple(AppleGain),
}

impl GainMap {
    /// The gain map behind a picture, if it is announced and understood.
    pub(crate) fn find(jpeg: &Jpeg, bytes: &[u8], limits: &Limits) -> Option<Self> {
        let is_announced = jpeg.extras.iter().any(|extra| match extra.kind {
            ExtraKind::PictureIndex => true,
            ExtraKind::Xmp => xmp::speaks_of_gain(extra.data(bytes, XMP_SIGNATURE)),
            _ => false,
        });
        let tail = jpeg.extras.iter().find(|extra| extra.kind == ExtraKind::AfterEnd)?;
        if !is_announced {
            return None;
        }
        let mut at = tail.at.start;
        for _ in 0..PICTURES_MAX {
            let mut starts = bytes.get(at..tail.at.end)?.windows(3);
            at += starts.position(|window| window == b"\xff\xd8\xff")?;
            let rest = &bytes[at..];
            let Ok(picture) = Jpeg::parse(rest, limits) else {
                at += 3;
                continue;
            };
            let end = at + picture.end(rest);
            if let Some(says) = Says::of(&picture, rest) {
                return Some(Self { at: at..end, picture, says });
            }
            at = end;
        }
        None
    }

    /// The clean copy of both pictures.
    pub(crate) fn write(&self, jpeg: &Jpeg, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let map = self.write_map(bytes)?;
        let mut apps = Vec::new();
        if let Says::Standard { gain, iso } = &self.says {
            if gain.is_some() {
                apps.push((0xe1, [XMP_SIGNATURE, xmp::directory(map.len()).as_bytes()].concat()));
            }
            if iso.is_some() {
                apps.push((0xe2, [ISO_SIGNATURE, &iso::VERSION].concat()));
            }
        }
        let orientation = jpeg.orientation;
        let exif_bytes = orientation.neutral_exif().map_or(0, |exif| exif.len() + 10);
        let before: usize = apps.iter().map(|(_, data): &(u8, Vec<u8>)| data.len() + 4).sum();
        let index_at = 2 + exif_bytes + before + INDEX_PREFIX_BYTES;
        apps.push((0xe2, [INDEX_SIGNATURE, &picture_index()].concat()));
        let front = Front { orientation, change: Change::None, apps: &apps };
        let mut out = writer::write_with(jpeg, bytes, &front)?;
        let size = out.len();
        let entries = index_at + INDEX_HEAD_BYTES;
        let mut set = |at: usize, value: usize| {
            out[at..at + 4].copy_from_slice(&(value as u32).to_be_bytes());
        };
        set(entries, 0x0003_0000);
        set(entries + 4, size);
        set(entries + ENTRY_BYTES + 4, map.len());
        set(entries + ENTRY_BYTES + 8, size - index_at);
        out.extend(map);
        Ok(out)
    }

    fn write_map(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut apps = Vec::new();
        let text = match &self.says {
            Says::Standard { gain, .. } => gain.as_ref().map(|gain| gain.packet()),
            Says::Apple(apple) => Some(apple.packet()),
        };
        if let Some(text) = text {
            apps.push((0xe1, [XMP_SIGNATURE, text.as_bytes()].concat()));
        }
        if let Says::Standard { iso: Some(iso), .. } = &self.says {
            apps.push((0xe2, [ISO_SIGNATURE, iso].concat()));
        }
        // Viewers turn it with the first picture, whatever it says itself.
        let front = Front { orientation: Orientation::Upright, change: Change::None, apps: &apps };
        writer::write_with(&self.picture, &bytes[self.at.start..], &front)
    }
}

impl Says {
    fn of(picture: &Jpeg, bytes: &[u8]) -> Option<Self> {
        let mut packet = None;
        let mut iso = None;
        for extra in &picture.extras {
            match extra.kind {
                ExtraKind::Xmp => {
                    let data = extra.data(bytes, XMP_SIGNATURE);
                    packet = packet.or(Some(String::from_utf8_lossy(data)));
                }
                ExtraKind::OtherApp(0xe2) => {
                    let data = extra.data(bytes, b"");
                    let data = data.strip_prefix(ISO_SIGNATURE);
                    iso = iso.or_else(|| data.and_then(iso::canonical));
                }
                _ => {}
            }
        }
        let gain = packet.as_deref().and_then(Gain::from_packet).map(Box::new);
        if gain.is_some() || iso.is_some() {
            return Some(Self::Standard { gain, iso });
        }
        packet.as_deref().and_then(AppleGain::from_packet).map(Self::Apple)
    }
}

/// A picture index (MPF) with room for its two entries.
fn picture_index() -> Vec<u8> {
    let mut index = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    index.extend(b"\xb0\0\0\x07\0\0\0\x040100");
    index.extend(b"\xb0\x01\0\x04\0\0\0\x01\0\0\0\x02");
    index.extend(b"\xb0\x02\0\x07\0\0\0\x20\0\0\0\x32");
    index.resize(INDEX_HEAD_BYTES + 2 * ENTRY_BYTES, 0);
    index
}
