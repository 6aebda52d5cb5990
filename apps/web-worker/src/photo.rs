//! The photo that is being checked: what it gives away, and its clean copy.

use media::{Clean, Comparison, Error, Fate, Format, Limits, Original};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use web_messages::{Answer, Checked, Finding, Likeness, Receipt, Trouble, Value};
use web_sys::Blob;

use crate::js;
use crate::port::{Along, Reply};

/// What the page handed over.
pub(crate) enum Chosen {
    Photo(Photo),
    Clip,
}

/// A photo that was understood, with its clean copy.
pub(crate) struct Photo {
    pub(crate) clean: Clean,
    pub(crate) checked: Checked,
}

impl Chosen {
    /// Looks at the file the page handed over. A photo's size is looked at before its bytes are.
    pub(crate) async fn take(payload: JsValue) -> Result<Self, Trouble> {
        let file: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
        let head = file.slice_with_f64_and_f64(0.0, media::HEAD_BYTES as f64);
        let head = read(&head.map_err(|_| Trouble::NotAPhoto)?).await?;
        if Format::recognise(&head).map_err(trouble)?.is_clip() {
            return Ok(Self::Clip);
        }
        if file.size() > vocab::limits::PHOTO_BYTES_MAX as f64 {
            return Err(Trouble::PhotoTooBig);
        }
        Photo::check(read(&file).await?).map(Self::Photo)
    }
}

/// A file that was moved, or a folder that was dropped, cannot be read.
pub(crate) async fn read(blob: &Blob) -> Result<Vec<u8>, Trouble> {
    let buffer = js::wait(blob.array_buffer()).await.map_err(|_| Trouble::NotAPhoto)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

impl Photo {
    /// Looks at a photo and cleans it.
    fn check(bytes: Vec<u8>) -> Result<Self, Trouble> {
        let original = Original::parse(bytes, &Limits::default()).map_err(trouble)?;
        let clean = original.clean().map_err(trouble)?;
        let shown = original.shown_size();
        let told = |finding: &media::Finding| told(finding, shows(finding, &original));
        let checked = Checked {
            media_type: original.format().media_type().to_owned(),
            size: Some((shown.width, shown.height)),
            bytes: original.bytes().len() as u64,
            receipt: Some(receipt(clean.receipt())),
            can_be_shared: client::can_share(original.format()),
            can_be_covered: original.format().can_be_covered(),
            findings: original.findings().iter().map(told).collect(),
        };
        Ok(Self { clean, checked })
    }
}

/// Draws a photo, for the worker that looks at pictures. As a blob, which two of them can read.
pub(crate) async fn draw(payload: JsValue) -> Result<Reply, Trouble> {
    let file: Blob = payload.dyn_into().map_err(|_| Trouble::Bug)?;
    let original = Original::parse(read(&file).await?, &Limits::default()).map_err(trouble)?;
    let picture = original.picture().map_err(|_| Trouble::CannotDraw)?;
    let size = (picture.size().width, picture.size().height);
    let along = Along::Blob(js::blob(picture.samples()).ok_or(Trouble::Bug)?);
    Ok(Reply { answer: Answer::Drawn { size }, along })
}

fn receipt(receipt: &media::Receipt) -> Receipt {
    Receipt {
        clean_bytes: receipt.clean_bytes,
        kept_bytes: receipt.kept_bytes,
        removed: receipt.removed.iter().map(|line| (line.source.id(), line.bytes)).collect(),
    }
}

pub(crate) fn told(finding: &media::Finding, shows: Option<&str>) -> Finding {
    Finding {
        kind: finding.kind.id().to_owned(),
        value: value(&finding.value),
        offset: finding.offset,
        bytes: finding.bytes,
        shows: shows.map(str::to_owned),
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

/// What a hidden picture or clip is when its bytes are taken alone. Things that only look like one
/// are shown by nobody, and the page says so.
fn shows(finding: &media::Finding, original: &Original) -> Option<&'static str> {
    use media::FindingKind as Kind;
    let is_picture = matches!(finding.value, media::Value::Picture { .. });
    if !is_picture && !matches!(finding.kind, Kind::Clip | Kind::GainMap) {
        return None;
    }
    let start = usize::try_from(finding.offset).ok()?;
    let end = start.checked_add(usize::try_from(finding.bytes).ok()?)?;
    let format = Format::recognise(original.bytes().get(start..end)?).ok()?;
    Some(format.media_type())
}

pub(crate) fn trouble(error: Error) -> Trouble {
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
        Error::UnknownCodec => Trouble::UnknownCodec,
        Error::Unreadable => Trouble::NotAPhoto,
        _ => Trouble::Bug,
    }
}

fn format_name(format: media::OtherFormat) -> &'static str {
    use media::OtherFormat as Other;
    match format {
        Other::RareJpeg => "a rare kind of JPEG",
        Other::RawPhoto => "a raw photo",
        Other::Tiff => "a rare kind of TIFF",
        Other::Heif => "a rare kind of HEIC or AVIF",
        Other::JpegXl => "a rare kind of JPEG XL",
        Other::Matroska => "a rare kind of WebM",
        Other::Bmp => "BMP",
        Other::Pdf => "PDF",
        _ => "another kind",
    }
}
