//! The words for what `media` finds and for what goes wrong with files: plain, calm, short.

use std::io::{self, ErrorKind};

use media::{Comparison, Error, Fate, Finding, FindingKind, OtherFormat, Place, Value};

use crate::failure::Failure;

pub(crate) mod sharing;
pub(crate) mod trouble;

/// One finding as one line.
pub(crate) fn sentence(finding: &Finding) -> String {
    let subject = subject(finding.kind);
    let size = size(finding.bytes);
    let mut line = match &finding.value {
        Value::Text(text) if finding.kind == FindingKind::Time => {
            format!("{subject}: {}", date_words(text))
        }
        Value::Text(text) if !text.is_empty() => format!("{subject}: {text}"),
        Value::Place(place) => format!("{subject}: {}", place_words(place)),
        Value::Count(1) => format!("{subject}: 1 entry, {size}"),
        Value::Count(count) => format!("{subject}: {count} entries, {size}"),
        Value::Picture { size: picture, comparison } => {
            let pixels = picture.map(|s| format!(", {} x {} pixels", s.width, s.height));
            let verdict = comparison_words(*comparison);
            format!("{subject}: {size}{}{verdict}", pixels.unwrap_or_default())
        }
        _ => format!("{subject}: {size}"),
    };
    if finding.fate == Fate::Kept {
        line += " (part of the picture; stays)";
    }
    line
}

fn subject(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Place => "Where it was taken",
        FindingKind::Time => "When it was taken or changed",
        FindingKind::Person => "A name",
        FindingKind::Serial => "A serial number of the camera or lens",
        FindingKind::Device => "Camera, phone or lens",
        FindingKind::Thumbnail => "A small copy of the picture",
        FindingKind::OtherPicture => "Another picture inside the file",
        FindingKind::GainMap => "A second picture for bright screens",
        FindingKind::DepthMap => "A map of how far away everything is",
        FindingKind::Clip => "A short video recorded with the photo",
        FindingKind::Description => "A title, caption or keywords",
        FindingKind::Comment => "A comment",
        FindingKind::Prompt => "What an image generator was told",
        FindingKind::Provenance => "A signed history of the picture",
        FindingKind::Identifier => "A number that names this one file",
        FindingKind::Software => "The program that wrote it",
        FindingKind::MakerNotes => "The camera maker's own notes",
        FindingKind::CameraSettings => "How the camera was set",
        FindingKind::OtherMetadata => "Other metadata",
        FindingKind::ColourProfile => "A colour profile with its own texts and dates",
        FindingKind::UnknownData => "Data that only some program understands",
        FindingKind::TrailingData => "Data after the end of the picture",
        FindingKind::LooseData => "Data between the parts of the file",
        FindingKind::UnusedTable => "A table that the picture does not use",
        FindingKind::HiddenFrame => "A first picture that animation hides",
        FindingKind::CroppedPixels => "Parts of the picture outside its frame",
        FindingKind::HiddenColours => "Colours under transparent pixels",
        _ => "Something else",
    }
}

/// Exif writes dates as 2026:05:16; people do not.
fn date_words(text: &str) -> String {
    match text.split_at_checked(10) {
        Some((date, rest)) if date.matches(':').count() == 2 => date.replace(':', "-") + rest,
        _ => text.to_owned(),
    }
}

fn comparison_words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Same => ", shows the same",
        Comparison::Different => ", shows something else than the photo: perhaps what was cut away",
        Comparison::Unknown => "",
    }
}

/// For programs: true, false, or null when nobody can say.
pub(crate) fn comparison_json(comparison: Comparison) -> Option<bool> {
    match comparison {
        Comparison::Same => Some(false),
        Comparison::Different => Some(true),
        Comparison::Unknown => None,
    }
}

fn place_words(place: &Place) -> String {
    let half = |degrees: f64, positive: &str, negative: &str| {
        format!("{:.5}° {}", degrees.abs(), if degrees < 0.0 { negative } else { positive })
    };
    let north = half(place.latitude_degrees, "N", "S");
    let east = half(place.longitude_degrees, "E", "W");
    let height = place.altitude_m.map(|metres| format!(", {metres:.0} m above the sea"));
    format!("{north}, {east}{}", height.unwrap_or_default())
}

/// A number of bytes, easy to read.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Why a photo cannot be read or cleaned.
pub(crate) fn not_usable(error: &Error) -> Failure {
    const OTHER_COPY: &str = "Open it in the app it came from, save it again, and use that copy.";
    match error {
        Error::Empty => Failure::new("The file is empty.", "Get the photo again."),
        Error::NotAPhoto => Failure::new(
            "This is not a photo that Velum knows.",
            "Velum reads JPEG, PNG and WebP, whatever the file is called.",
        ),
        Error::NotSupported(format) => Failure::new(
            format!("This is {}, which Velum cannot clean yet.", format_words(*format)),
            "Save or export it as JPEG or PNG, and use that copy.",
        ),
        Error::FileTooBig { bytes, bytes_max } => Failure::new(
            format!("The file is too big: {}, at most {}.", size(*bytes), size(*bytes_max)),
            "Save it smaller, and use that copy.",
        ),
        Error::PictureTooBig { width, height } => Failure::new(
            format!("The file says that its picture has {width} x {height} pixels: too many."),
            "If it is a real photo, save it smaller, and use that copy.",
        ),
        Error::TooManyParts { .. } => {
            Failure::new("The file is made of more parts than any real photo.", OTHER_COPY)
        }
        Error::CutShort { .. } => Failure::new(
            "The file ends before the picture does.",
            "It was probably not copied or downloaded to the end: get it again.",
        ),
        Error::Damaged { offset, .. } => Failure::new(
            format!("The file is damaged near byte {offset}, so no clean copy can be promised."),
            OTHER_COPY,
        ),
        Error::NotClean => Failure::new(
            "This copy holds more than its picture.",
            "Clean the photo again with velum clean.",
        ),
        _ => Failure::new("The photo cannot be used.", OTHER_COPY),
    }
}

fn format_words(format: OtherFormat) -> &'static str {
    match format {
        OtherFormat::RareJpeg => "a rare kind of JPEG",
        OtherFormat::Gif => "a GIF",
        OtherFormat::Tiff => "a TIFF or raw photo",
        OtherFormat::Heif => "a HEIC photo",
        OtherFormat::Avif => "an AVIF photo",
        OtherFormat::JpegXl => "a JPEG XL photo",
        OtherFormat::Mp4 => "a video",
        OtherFormat::Matroska => "a video",
        OtherFormat::Bmp => "a BMP picture",
        OtherFormat::Pdf => "a PDF",
        _ => "a format",
    }
}

/// Why a file cannot be read from the disk.
pub(crate) fn reading_failed(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new("There is no such file.", "Check the name."),
        ErrorKind::PermissionDenied => {
            Failure::new("The file may not be read.", "Check who may read it.")
        }
        ErrorKind::IsADirectory => {
            Failure::new("This is a folder, not a photo.", "Name the photos in it.")
        }
        _ => Failure::new(format!("The file cannot be read: {error}."), "Try again."),
    }
}

/// Why a copy cannot be written to the disk.
pub(crate) fn writing_failed(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(
            "There is already a file of that name; it was left as it is.",
            "Choose another name, or add --overwrite to replace it.",
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Failure::new(
                "The disk is full; no copy was written.",
                "Make room or choose another place, then try again.",
            )
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Failure::new(
            "The copy may not be written there.",
            "Choose another place, or check who may write to it.",
        ),
        ErrorKind::NotFound => {
            Failure::new("There is no such folder.", "Make it first, or choose another.")
        }
        ErrorKind::NotADirectory => {
            Failure::new("This is a file, not a folder.", "Choose a folder for the copies.")
        }
        _ => Failure::new(
            format!("The copy could not be written: {error}."),
            "Choose another place, then try again.",
        ),
    }
}
