//! What an Exif block says: place, time, device, names, serials, thumbnail, and the rest counted.

use core::ops::Range;
use std::collections::BTreeSet;

use crate::finding::{Finding, FindingKind, Place, Source, Value};
use crate::ifd::{Entry, Tiff};
use crate::thumbnail::Photo;

/// Where an Exif block is in the file.
#[derive(Clone)]
pub(crate) enum Location {
    /// Its bytes are in the file as they are, beginning here.
    At(usize),
    /// It is packed or spelt out somewhere in this range.
    Packed(Range<usize>),
}

impl Location {
    /// Where a range of the block is in the file, as near as can be told.
    fn of(&self, inside: Range<usize>) -> Range<usize> {
        match self {
            Self::At(start) => start + inside.start..start + inside.end,
            Self::Packed(range) => range.clone(),
        }
    }
}

const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const INTEROP_IFD: u16 = 0xa005;
const SUB_IFDS: u16 = 0x014a;
const THUMBNAIL_AT: u16 = 0x0201;
const THUMBNAIL_BYTES: u16 = 0x0202;

/// Which directory an entry stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Directory {
    Main,
    Gps,
    Thumbnail,
}

struct Collector<'a> {
    tiff: Tiff<'a>,
    location: Location,
    findings: Vec<Finding>,
    seen: BTreeSet<usize>,
    thumbnail: Option<Range<usize>>,
    settings: (u32, u64),
    others: (u32, u64),
    place: Vec<Entry>,
    /// Tags of the main directory that someone else tells of.
    is_told_elsewhere: fn(u16) -> bool,
}

/// Reads an Exif block without its `Exif` prefix.
pub(crate) fn read(block: &[u8], location: Location, photo: &Photo<'_>) -> Vec<Finding> {
    let Some(tiff) = Tiff::parse(block) else {
        let whole = location.of(0..block.len());
        return vec![Finding::removed(FindingKind::OtherMetadata, Source::Exif, whole)];
    };
    let mut collector = Collector::new(tiff, location, |_| false);
    collector.directory(tiff.first_ifd(), Directory::Main, 0);
    if let Some(next) = tiff.next_ifd(tiff.first_ifd()) {
        collector.directory(next, Directory::Thumbnail, 0);
    }
    collector.finish(block, photo)
}

/// Reads what a whole TIFF file says about its first picture.
pub(crate) fn read_file(
    bytes: &[u8],
    is_told_elsewhere: fn(u16) -> bool,
    photo: &Photo<'_>,
) -> Vec<Finding> {
    let Some(tiff) = Tiff::parse(bytes) else { return Vec::new() };
    let mut collector = Collector::new(tiff, Location::At(0), is_told_elsewhere);
    collector.directory(tiff.first_ifd(), Directory::Main, 0);
    collector.finish(bytes, photo)
}

impl<'a> Collector<'a> {
    fn new(tiff: Tiff<'a>, location: Location, is_told_elsewhere: fn(u16) -> bool) -> Self {
        Self {
            tiff,
            location,
            findings: Vec::new(),
            seen: BTreeSet::new(),
            thumbnail: None,
            settings: (0, 0),
            others: (0, 0),
            place: Vec::new(),
            is_told_elsewhere,
        }
    }
}

impl Collector<'_> {
    fn directory(&mut self, ifd: usize, directory: Directory, depth: u32) {
        if depth > vocab::limits::NESTING_MAX || !self.seen.insert(ifd) {
            return;
        }
        let entries: Vec<Entry> = self.tiff.entries(ifd).collect();
        for entry in &entries {
            match (directory, entry.tag) {
                (Directory::Main, EXIF_IFD | INTEROP_IFD) => {
                    self.directories(entry, Directory::Main, depth);
                }
                (Directory::Main, GPS_IFD) => self.directories(entry, Directory::Gps, depth),
                (Directory::Main, tag) if (self.is_told_elsewhere)(tag) => {}
                (_, SUB_IFDS) => self.directories(entry, Directory::Thumbnail, depth),
                (Directory::Main, _) => self.main_entry(entry),
                (Directory::Gps, _) => self.gps_entry(entry),
                (Directory::Thumbnail, _) => {}
            }
        }
        if directory == Directory::Thumbnail {
            self.thumbnail_in(&entries);
        }
    }

    fn directories(&mut self, entry: &Entry, directory: Directory, depth: u32) {
        let offsets: Vec<u32> = self.tiff.numbers(entry).take(16).collect();
        for ifd in offsets {
            self.directory(ifd as usize, directory, depth + 1);
        }
    }

    fn main_entry(&mut self, entry: &Entry) {
        match main_kind(entry.tag) {
            Meaning::Structure => {}
            Meaning::Setting => count(&mut self.settings, entry),
            Meaning::Other => count(&mut self.others, entry),
            Meaning::Notes => self.add(FindingKind::MakerNotes, entry, Value::None),
            Meaning::Text(kind) => {
                let text = text_of(entry.tag, self.tiff.value(entry));
                if !text.is_empty() {
                    self.add(kind, entry, Value::Text(text));
                }
            }
        }
    }

    fn gps_entry(&mut self, entry: &Entry) {
        match entry.tag {
            1..=6 => self.place.push(*entry),
            0 => {}
            29 => {
                let text = text_of(entry.tag, self.tiff.value(entry));
                self.add(FindingKind::Time, entry, Value::Text(text));
            }
            _ => count(&mut self.others, entry),
        }
    }

    fn add(&mut self, kind: FindingKind, entry: &Entry, value: Value) {
        let at = self.location.of(entry.value_at..entry.value_at + entry.value_bytes);
        self.findings.push(Finding::removed(kind, Source::Exif, at).with(value));
    }

    fn thumbnail_in(&mut self, entries: &[Entry]) {
        let number = |tag| {
            let entry = entries.iter().find(|entry| entry.tag == tag)?;
            self.tiff.numbers(entry).next().map(|value| value as usize)
        };
        if let (Some(at), Some(bytes)) = (number(THUMBNAIL_AT), number(THUMBNAIL_BYTES)) {
            self.thumbnail.get_or_insert(at..at.saturating_add(bytes));
        }
    }

    fn coordinate(&self, reference_tag: u16, tag: u16, negative: &[u8]) -> Option<f64> {
        let of = |tag| self.place.iter().find(|entry| entry.tag == tag);
        let parts = self.tiff.fractions(of(tag)?);
        let degrees: f64 =
            parts.iter().zip([1.0, 60.0, 3600.0]).map(|(part, unit)| part / unit).sum();
        let reference = of(reference_tag).map(|entry| self.tiff.value(entry)).unwrap_or_default();
        let is_negative = reference.first().is_some_and(|first| negative.contains(first));
        (!parts.is_empty()).then_some(if is_negative { -degrees } else { degrees })
    }

    fn finish(mut self, block: &[u8], photo: &Photo<'_>) -> Vec<Finding> {
        let latitude = self.coordinate(1, 2, b"S");
        let longitude = self.coordinate(3, 4, b"W");
        if let (Some(latitude_degrees), Some(longitude_degrees)) = (latitude, longitude) {
            let altitude_m = self.coordinate(5, 6, &[1]);
            let place = Place { latitude_degrees, longitude_degrees, altitude_m };
            let start = self.place.iter().map(|entry| entry.value_at).min().unwrap_or(0);
            let bytes: usize = self.place.iter().map(|entry| entry.value_bytes).sum();
            let at = self.location.of(start..start + bytes);
            let found = Finding::removed(FindingKind::Place, Source::Exif, at);
            self.findings.push(found.with(Value::Place(place)));
        }
        let counted = [
            (FindingKind::CameraSettings, self.settings),
            (FindingKind::OtherMetadata, self.others),
        ];
        for (kind, (entries, bytes)) in counted {
            if entries > 0 {
                let mut found =
                    Finding::removed(kind, Source::Exif, self.location.of(0..block.len()));
                found.bytes = bytes;
                self.findings.push(found.with(Value::Count(entries)));
            }
        }
        if let Some(inside) = self.thumbnail {
            let end = inside.end.min(block.len());
            let inside = inside.start.min(end)..end;
            let at = self.location.of(inside.clone());
            self.findings.push(photo.thumbnail(Source::Exif, &block[inside], at));
        }
        self.findings
    }
}

fn count(sum: &mut (u32, u64), entry: &Entry) {
    sum.0 += 1;
    sum.1 += entry.value_bytes as u64;
}

/// What kind of thing a tag of a main directory tells.
pub(crate) fn kind_of(tag: u16) -> FindingKind {
    match main_kind(tag) {
        Meaning::Text(kind) => kind,
        Meaning::Notes => FindingKind::MakerNotes,
        Meaning::Setting => FindingKind::CameraSettings,
        Meaning::Structure | Meaning::Other => FindingKind::OtherMetadata,
    }
}

/// What a tag of the main or Exif directory tells about a person or a camera.
enum Meaning {
    /// How the block itself is built, or the orientation.
    Structure,
    Text(FindingKind),
    Notes,
    Setting,
    Other,
}

fn main_kind(tag: u16) -> Meaning {
    use FindingKind as Kind;
    match tag {
        // Orientation, resolution, YCbCr positioning, versions: no one's business, but harmless.
        0x0100..=0x0103 | 0x0106 | 0x0112 | 0x0115 | 0x011a | 0x011b | 0x0128 | 0x0213 => {
            Meaning::Structure
        }
        0x0001 | 0x0002 | 0x9000 | 0x9101 | 0xa000..=0xa003 => Meaning::Structure,
        0x010f | 0x0110 | 0xa433 | 0xa434 | 0xc614 => Meaning::Text(Kind::Device),
        0xa431 | 0xa435 | 0xc62f => Meaning::Text(Kind::Serial),
        0x013b | 0x8298 | 0xa430 | 0x9c9d => Meaning::Text(Kind::Person),
        0x0132 | 0x9003 | 0x9004 => Meaning::Text(Kind::Time),
        0x9010..=0x9012 | 0x9290..=0x9292 => Meaning::Other,
        0x0131 | 0x013c => Meaning::Text(Kind::Software),
        0x010d | 0x010e | 0x9c9b | 0x9c9e | 0x9c9f => Meaning::Text(Kind::Description),
        0x9286 | 0x9c9c => Meaning::Text(Kind::Comment),
        0xa420 => Meaning::Text(Kind::Identifier),
        0x927c => Meaning::Notes,
        0x829a..=0x882f | 0x8830..=0x8835 | 0x9102..=0x9214 | 0xa20b..=0xa41a | 0xa432 => {
            Meaning::Setting
        }
        _ => Meaning::Other,
    }
}

/// A text value as people read it: Windows' own tags are UTF-16, comments name their character
/// set in eight bytes, all others are taken as UTF-8. Padding goes.
fn text_of(tag: u16, value: &[u8]) -> String {
    let text = match tag {
        0x9c9b..=0x9c9f => utf16(value, false),
        0x9286 => match value.split_at_checked(8) {
            Some((b"UNICODE\0", rest)) => utf16(rest, rest.first() == Some(&0)),
            Some((_, rest)) => String::from_utf8_lossy(rest).into_owned(),
            None => String::new(),
        },
        _ => String::from_utf8_lossy(value).into_owned(),
    };
    printable(&text)
}

fn utf16(value: &[u8], big_endian: bool) -> String {
    let units = value.chunks_exact(2).map(|pair| match big_endian {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// One line without control characters, which could play tricks on a terminal, and not endless.
pub(crate) fn printable(text: &str) -> String {
    const CHARS_MAX: usize = 1000;
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(CHARS_MAX).collect()
}
