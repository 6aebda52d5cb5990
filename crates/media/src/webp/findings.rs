//! What a WebP's extras say.

use crate::exif::{self, Location};
use crate::finding::{Finding, FindingKind, Source, Value};
use crate::icc;
use crate::limits::Limits;
use crate::thumbnail::Photo;
use crate::webp::reader::{Chunk, Content};
use crate::webp::{WebP, without_exif_prefix, writer};
use crate::xmp;

pub(crate) fn of(webp: &WebP, bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    let photo = Photo::new(|| Some(writer::write(webp, bytes)), webp.orientation, limits);
    let mut found = Vec::new();
    for chunk in &webp.extras {
        found.extend(chunk_findings(webp, chunk, bytes, &photo));
    }
    for range in &webp.loose {
        found.push(Finding::removed(FindingKind::LooseData, Source::Between, range.clone()));
    }
    if !webp.after_end.is_empty() {
        let tail = webp.after_end.clone();
        found.push(Finding::removed(FindingKind::TrailingData, Source::AfterEnd, tail));
    }
    let still_with_alpha = matches!(&webp.content, Content::Still(picture) if picture.has_alpha);
    if still_with_alpha && photo.has_hidden_colours() {
        found.push(Finding::removed(FindingKind::HiddenColours, Source::Picture, 0..0).kept());
    }
    found
}

fn chunk_findings(webp: &WebP, chunk: &Chunk, bytes: &[u8], photo: &Photo<'_>) -> Vec<Finding> {
    let data = &bytes[chunk.data.clone()];
    let plain = |kind| Finding::removed(kind, Source::Chunk(chunk.name), chunk.whole());
    match &chunk.name {
        b"EXIF" => {
            if webp.orientation.neutral_exif().is_some_and(|neutral| neutral == data) {
                return Vec::new();
            }
            let block = without_exif_prefix(data);
            exif::read(block, Location::At(chunk.data.end - block.len()), photo)
        }
        b"XMP " => xmp::read(data, chunk.whole()),
        b"ICCP" => {
            if webp.profile.as_deref() == Some(data) {
                return Vec::new();
            }
            let text = icc::description(data).map_or(Value::None, Value::Text);
            let at = chunk.whole();
            vec![Finding::removed(FindingKind::ColourProfile, Source::Profile, at).with(text)]
        }
        b"C2PA" => vec![plain(FindingKind::Provenance)],
        b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF" => vec![plain(FindingKind::OtherPicture)],
        _ => vec![plain(FindingKind::UnknownData)],
    }
}
