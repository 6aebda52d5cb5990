//! The photo that is being checked: what it gives away, and its clean copy.

use media::{Clean, Comparison, Error, Fate, Limits, Original};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::{Checked, Finding, Likeness, Trouble, Value};

use crate::js;

/// A photo that was understood, with its clean copy.
pub(crate) struct Photo {
    pub(crate) clean: Clean,
    pub(crate) checked: Checked,
    /// A small picture from inside the file that shows something else than the photo.
    pub(crate) betraying_thumbnail: Option<Vec<u8>>,
}

/// Reads the file the page handed over. Its size is looked at before its bytes are.
pub(crate) async fn read(payload: JsValue) -> Result<Vec<u8>, Trouble> {
    let file: web_sys::Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    if file.size() > vocab::limits::PHOTO_BYTES_MAX as f64 {
        return Err(Trouble::PhotoTooBig);
    }
    // A file that was moved, or a folder that was dropped, cannot be read.
    let buffer = js::wait(file.array_buffer()).await.map_err(|_| Trouble::NotAPhoto)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

impl Photo {
    /// Looks at a photo and cleans it.
    pub(crate) fn check(bytes: Vec<u8>) -> Result<Self, Trouble> {
        let original = Original::parse(bytes, &Limits::default()).map_err(trouble)?;
        let clean = original.clean().map_err(trouble)?;
        let found = original.findings();
        let shown = original.shown_size();
        let checked = Checked {
            media_type: original.format().media_type().to_owned(),
            width: shown.width,
            height: shown.height,
            bytes: original.bytes().len() as u64,
            clean_bytes: clean.bytes().len() as u64,
            findings: found.iter().map(told).collect(),
        };
        let betraying_thumbnail = found.iter().find_map(|finding| thumbnail(finding, &original));
        Ok(Self { clean, checked, betraying_thumbnail })
    }
}

fn told(finding: &media::Finding) -> Finding {
    Finding {
        kind: finding.kind.id().to_owned(),
        value: value(&finding.value),
        bytes: finding.bytes,
        kept: finding.fate == Fate::Kept,
    }
}

fn value(value: &media::Value) -> Value {
    match value {
        media::Value::Text(text) => Value::Text(text.clone()),
        media::Value::Place(place) => Value::Place {
            latitude_degrees: place.latitude_degrees,
            longitude_degrees: place.longitude_degrees,
            altitude_m: place.altitude_m,
        },
        media::Value::Count(count) => Value::Count(*count),
        media::Value::Picture { size, comparison } => Value::Picture {
            size: size.map(|size| (size.width, size.height)),
            likeness: match comparison {
                Comparison::Same => Likeness::Same,
                Comparison::Different => Likeness::Different,
                Comparison::Unknown => Likeness::Unknown,
            },
        },
        // What a later version tells, this page cannot word yet.
        _ => Value::None,
    }
}

/// The bytes of a small picture worth showing beside the photo.
fn thumbnail(finding: &media::Finding, original: &Original) -> Option<Vec<u8>> {
    let media::Value::Picture { comparison: Comparison::Different, .. } = finding.value else {
        return None;
    };
    let start = usize::try_from(finding.offset).ok()?;
    let end = start.checked_add(usize::try_from(finding.bytes).ok()?)?;
    let bytes = original.bytes().get(start..end)?;
    bytes.starts_with(&[0xff, 0xd8]).then(|| bytes.to_vec())
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Empty => Trouble::FileEmpty,
        Error::NotAPhoto => Trouble::NotAPhoto,
        Error::NotSupported(format) => {
            Trouble::NotSupported { format: format_name(format).to_owned() }
        }
        Error::FileTooBig { .. } | Error::PictureTooBig { .. } | Error::TooManyParts { .. } => {
            Trouble::PhotoTooBig
        }
        Error::CutShort { .. } => Trouble::CutShort,
        Error::Damaged { .. } => Trouble::Damaged,
        _ => Trouble::Bug,
    }
}

fn format_name(format: media::OtherFormat) -> &'static str {
    use media::OtherFormat as Other;
    match format {
        Other::RareJpeg => "a rare kind of JPEG",
        Other::Gif => "GIF",
        Other::Tiff => "TIFF",
        Other::Heif => "HEIC",
        Other::Avif => "AVIF",
        Other::JpegXl => "JPEG XL",
        Other::Mp4 => "MP4",
        Other::Matroska => "WebM",
        Other::Bmp => "BMP",
        Other::Pdf => "PDF",
        _ => "another kind",
    }
}
