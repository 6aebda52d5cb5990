//! What an XMP packet says. It is searched for the properties that matter, not parsed as XML: a
//! packet that is not well formed still gives away what stands in it.

use core::ops::Range;

use crate::exif::printable;
use crate::finding::{Finding, FindingKind, Place, Source, Value};

/// Property names and what they tell.
const PROPERTIES: &[(&str, FindingKind)] = &[
    ("xmp:CreateDate", FindingKind::Time),
    ("xmp:ModifyDate", FindingKind::Time),
    ("photoshop:DateCreated", FindingKind::Time),
    ("exif:DateTimeOriginal", FindingKind::Time),
    ("tiff:Make", FindingKind::Device),
    ("tiff:Model", FindingKind::Device),
    ("aux:Lens", FindingKind::Device),
    ("aux:SerialNumber", FindingKind::Serial),
    ("exifEX:BodySerialNumber", FindingKind::Serial),
    ("aux:OwnerName", FindingKind::Person),
    ("tiff:Artist", FindingKind::Person),
    ("dc:creator", FindingKind::Person),
    ("dc:rights", FindingKind::Person),
    ("photoshop:Credit", FindingKind::Person),
    ("mwg-rs:Name", FindingKind::Person),
    ("MPReg:PersonDisplayName", FindingKind::Person),
    ("dc:title", FindingKind::Description),
    ("dc:description", FindingKind::Description),
    ("dc:subject", FindingKind::Description),
    ("photoshop:Headline", FindingKind::Description),
    ("photoshop:City", FindingKind::Description),
    ("xmp:CreatorTool", FindingKind::Software),
    ("tiff:Software", FindingKind::Software),
    ("xmpMM:DocumentID", FindingKind::Identifier),
    ("xmpMM:OriginalDocumentID", FindingKind::Identifier),
    ("xmpMM:InstanceID", FindingKind::Identifier),
    ("exif:ImageUniqueID", FindingKind::Identifier),
    ("dcterms:provenance", FindingKind::Provenance),
    ("Iptc4xmpExt:AIPromptInformation", FindingKind::Prompt),
];

/// Reads the packet whose segment or chunk is at `at` in the file.
pub(crate) fn read(packet: &[u8], at: Range<usize>) -> Vec<Finding> {
    let text = String::from_utf8_lossy(packet);
    let mut found = Vec::new();
    for (name, kind) in PROPERTIES {
        let values = values_of(&text, name);
        if !values.is_empty() {
            let value = Value::Text(printable(&values.join(", ")));
            found.push(Finding::removed(*kind, Source::Xmp, at.clone()).with(value));
        }
    }
    if let Some(place) = place_in(&text) {
        let finding = Finding::removed(FindingKind::Place, Source::Xmp, at.clone());
        found.push(finding.with(Value::Place(place)));
    }
    // The packet is one piece: each finding in it is part of these bytes, none owns them all.
    for finding in &mut found {
        finding.bytes = match &finding.value {
            Value::Text(text) => text.len() as u64,
            _ => 0,
        };
    }
    let mut whole = Finding::removed(FindingKind::OtherMetadata, Source::Xmp, at);
    whole.bytes -= found.iter().map(|finding| finding.bytes).sum::<u64>().min(whole.bytes);
    found.push(whole);
    found
}

/// The values of a property, as attribute (`name="…"`) or element (`<name>…</name>`, whose list
/// items count one by one).
fn values_of(text: &str, name: &str) -> Vec<String> {
    let mut values = Vec::new();
    for (at, _) in text.match_indices(name).take(64) {
        let rest = &text[at + name.len()..];
        let value = if let Some(quoted) = rest.strip_prefix("=\"") {
            quoted.split('"').next().unwrap_or_default().to_owned()
        } else if rest.starts_with(['>', ' ']) && text[..at].ends_with('<') {
            let end = rest.find(&format!("</{name}")).unwrap_or(rest.len().min(4096));
            let body = rest.get(..end).unwrap_or_default();
            without_tags(body.split_once('>').map_or("", |(_, inner)| inner))
        } else {
            continue;
        };
        let value = unescape(value.trim());
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

fn without_tags(body: &str) -> String {
    let pieces = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let pieces: Vec<&str> = pieces.map(str::trim).filter(|piece| !piece.is_empty()).collect();
    pieces.join(", ")
}

fn unescape(text: &str) -> String {
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn place_in(text: &str) -> Option<Place> {
    let of = |name| coordinate(values_of(text, name).first()?);
    Some(Place {
        latitude_degrees: of("exif:GPSLatitude")?,
        longitude_degrees: of("exif:GPSLongitude")?,
        altitude_m: None,
    })
}

/// Reads `48,51.46N` or `48,51,27N`.
fn coordinate(text: &str) -> Option<f64> {
    let (numbers, sign) = match text.chars().last()? {
        'N' | 'E' => (&text[..text.len() - 1], 1.0),
        'S' | 'W' => (&text[..text.len() - 1], -1.0),
        _ => (text, 1.0),
    };
    let mut degrees = 0.0;
    for (part, unit) in numbers.split(',').zip([1.0, 60.0, 3600.0]) {
        degrees += part.trim().parse::<f64>().ok()? / unit;
    }
    Some(sign * degrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_as_attributes_elements_and_lists() {
        let text = "<rdf:Description xmp:CreatorTool=\"Pen &amp; Ink\"><dc:creator><rdf:Seq>\
                    <rdf:li>Ada</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq></dc:creator>";
        assert_eq!(values_of(text, "xmp:CreatorTool"), ["Pen & Ink"]);
        assert_eq!(values_of(text, "dc:creator"), ["Ada, Ben"]);
        assert!(values_of(text, "dc:title").is_empty());
    }

    #[test]
    fn coordinates_are_read_in_both_notations() {
        assert_eq!(coordinate("48,30.0N"), Some(48.5));
        assert_eq!(coordinate("2,30,36W"), Some(-2.51));
        assert_eq!(coordinate("north"), None);
    }
}
