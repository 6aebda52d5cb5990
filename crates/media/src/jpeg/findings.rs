//! What a JPEG's extras say.

use crate::exif::{self, Location};
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::icc;
use crate::iptc;
use crate::jpeg::reader::{self, Extra, ExtraKind};
use crate::jpeg::tail::Tail;
use crate::jpeg::{Jpeg, icc_profile, writer};
use crate::limits::Limits;
use crate::thumbnail::Photo;
use crate::xmp;

/// Bytes of marker and length before a segment's payload.
const SEGMENT_HEAD_BYTES: usize = 4;

pub(crate) fn of(jpeg: &Jpeg, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let mut found = Vec::new();
    let photo = Photo::new(|| writer::write(jpeg, bytes).ok(), jpeg.orientation, limits);
    for extra in &jpeg.extras {
        match extra.kind {
            ExtraKind::Exif => exif_findings(jpeg, extra, bytes, &photo, &mut found),
            ExtraKind::Xmp => {
                let data = extra.data(bytes, reader::XMP_SIGNATURE);
                found.extend(xmp::read(data, extra.at.clone()));
            }
            ExtraKind::PhotoshopBlock => {
                let data_at =
                    extra.at.start + SEGMENT_HEAD_BYTES + reader::PHOTOSHOP_SIGNATURE.len();
                found.extend(iptc::read_photoshop(bytes, data_at..extra.at.end, &photo));
            }
            ExtraKind::AfterEnd => {
                let tail = Tail { jpeg, bytes, photo: &photo, limits };
                found.extend(tail.findings(extra.at.clone()));
            }
            ExtraKind::Comment => {
                let text = exif::printable(&String::from_utf8_lossy(extra.data(bytes, b"")));
                found.push(plain(FindingKind::Comment, extra).with(Value::Text(text)));
            }
            ExtraKind::Profile => {}
            ExtraKind::OtherApp(marker) => found.push(other_app(extra, marker, bytes)),
            kind => found.push(plain(kind_of(kind), extra)),
        }
    }
    found.extend(profile_finding(jpeg, bytes));
    if jpeg.quant.iter().any(|table| !table.is_common()) {
        let source = Source::Segment(0xdb);
        let at = jpeg.quant_at.clone();
        found.push(Finding::removed(FindingKind::QuantTables, source, at).kept());
    }
    found
}

fn plain(kind: FindingKind, extra: &Extra) -> Finding {
    Finding::removed(kind, source_of(extra.kind), extra.at.clone())
}

fn kind_of(kind: ExtraKind) -> FindingKind {
    match kind {
        ExtraKind::ExtendedXmp | ExtraKind::PictureIndex => FindingKind::OtherMetadata,
        ExtraKind::Provenance => FindingKind::Provenance,
        ExtraKind::JfifThumbnail | ExtraKind::JfifExtension => FindingKind::Thumbnail,
        ExtraKind::UnusedTable(_) => FindingKind::UnusedTable,
        ExtraKind::RepeatedScan => FindingKind::OtherPicture,
        ExtraKind::Loose => FindingKind::LooseData,
        _ => FindingKind::UnknownData,
    }
}

pub(crate) fn source_of(kind: ExtraKind) -> Source {
    match kind {
        ExtraKind::Exif => Source::Exif,
        ExtraKind::Xmp | ExtraKind::ExtendedXmp => Source::Xmp,
        ExtraKind::Profile => Source::Profile,
        ExtraKind::PictureIndex => Source::PictureIndex,
        ExtraKind::PhotoshopBlock => Source::PhotoshopBlock,
        ExtraKind::Provenance => Source::Segment(0xeb),
        ExtraKind::JfifThumbnail | ExtraKind::JfifExtension => Source::Jfif,
        ExtraKind::Comment => Source::Segment(0xfe),
        ExtraKind::OtherApp(marker) | ExtraKind::UnusedTable(marker) => Source::Segment(marker),
        ExtraKind::RepeatedScan | ExtraKind::Loose => Source::Between,
        ExtraKind::AfterEnd => Source::AfterEnd,
    }
}

fn exif_findings(
    jpeg: &Jpeg,
    extra: &Extra,
    bytes: &[u8],
    photo: &Photo<'_>,
    found: &mut Vec<Finding>,
) {
    let block = extra.data(bytes, reader::EXIF_SIGNATURE);
    if jpeg.orientation.neutral_exif().is_some_and(|neutral| neutral == block) {
        return;
    }
    let base = extra.at.start + SEGMENT_HEAD_BYTES + reader::EXIF_SIGNATURE.len();
    found.extend(exif::read(block, Location::At(base), photo));
}

/// A segment of a program's own: named by what is known to write it.
fn other_app(extra: &Extra, marker: u8, bytes: &[u8]) -> Finding {
    let data = extra.data(bytes, b"");
    let kind = match marker {
        // Older XMP writers and Samsung's and FLIR's blocks: metadata of some kind.
        0xe1 if data.starts_with(b"Exif") || data.starts_with(b"http") => {
            FindingKind::OtherMetadata
        }
        0xec if data.starts_with(b"Ducky") => FindingKind::Software,
        0xed => FindingKind::OtherMetadata,
        _ => FindingKind::UnknownData,
    };
    plain(kind, extra)
}

fn profile_finding(jpeg: &Jpeg, bytes: &[u8]) -> Option<Finding> {
    let first = jpeg.extras.iter().find(|extra| extra.kind == ExtraKind::Profile)?;
    let profile = icc_profile(bytes, &jpeg.extras);
    if profile.is_some() && profile == jpeg.profile {
        return None;
    }
    let pieces = jpeg.extras.iter().filter(|extra| extra.kind == ExtraKind::Profile);
    let mut finding = plain(FindingKind::ColourProfile, first);
    finding.bytes = pieces.map(|extra| extra.at.len() as u64).sum();
    let text = profile.as_deref().and_then(icc::description);
    Some(finding.with(text.map_or(Value::None, Value::Text)))
}
