//! What goes wrong with photos, clips and the disk, in words, each with a name for programs.

use std::io::{self, ErrorKind};

use media::{Error, OtherFormat};
use vocab::ErrorKind as Whose;

use super::size;
use crate::failure::Failure;

const OTHER_COPY: &str = "Open it in the app it came from, save it again, and use that copy.";

/// Why a photo or clip cannot be read or cleaned.
pub(crate) fn not_usable(error: &Error) -> Failure {
    let (id, what, advice) = match error {
        Error::NotSupported(format) => not_supported(*format),
        Error::FileTooBig { .. } | Error::PictureTooBig { .. } | Error::TooManyParts { .. } => {
            too_big(error)
        }
        Error::CutShort { .. } | Error::Damaged { .. } => broken(error),
        other => plain(other),
    };
    Failure::new(what, advice).named(error.kind(), id)
}

/// Why parts of a photo cannot be covered.
pub(crate) fn not_coverable(error: &Error) -> Failure {
    match error {
        Error::NoDecoder => Failure::new(
            "Velum covers parts of JPEG, PNG and WebP pictures only; this one it cannot draw.",
            "Save or export it as JPEG or PNG, and cover that copy.",
        )
        .named(error.kind(), "no-decoder"),
        Error::PictureTooBig { width, height } => Failure::new(
            format!(
                "The picture has {width} x {height} pixels; Velum draws at most {} million.",
                media::Limits::default().compared_pixels_max / 1_000_000
            ),
            "Save it smaller, and cover that copy. Of a JPEG of any size, places that you mark can be \
             covered in one colour.",
        )
        .named(error.kind(), "picture-too-big"),
        other => not_usable(other),
    }
}

type Words = (&'static str, String, &'static str);

fn plain(error: &Error) -> Words {
    let (id, what, advice) = match error {
        Error::Empty => ("empty", "The file is empty.", "Get the photo again."),
        Error::NotAPhoto => (
            "not-a-photo",
            "This is not a photo that Velum knows.",
            "Velum tells photos and clips by what is in them, whatever they are called.",
        ),
        Error::IsClip(_) => (
            "is-a-clip",
            "This is a clip; here, Velum takes photos only.",
            "velum check and velum clean take clips too.",
        ),
        Error::UnknownCodec => (
            "unknown-codec",
            "The pictures or the sound in it are coded in a way that Velum does not know, so nobody \
             can say what else is in them.",
            "Export it from a video app as MP4 with H.264 and AAC, and use that copy.",
        ),
        Error::NoDecoder => (
            "no-decoder",
            "Velum cannot draw this picture, which saving it anew needs.",
            "Leave out --resave, or save it as JPEG or PNG and use that copy.",
        ),
        Error::Moves => (
            "picture-moves",
            "The picture moves. Velum covers still pictures only: in a frame that nobody looked at, \
             what is covered in others would stay.",
            "Save one frame of it as a picture, and cover that.",
        ),
        Error::CannotCover => (
            "cannot-cover",
            "This picture is coded in a rare way that cannot be changed in places.",
            "Save it as JPEG or PNG, and cover that copy.",
        ),
        Error::Unreadable => (
            "unreadable",
            "The file stopped being readable in the middle.",
            "Check that the disk or stick it is on is still there, then try again.",
        ),
        Error::Unwritable => (
            "unwritable",
            "The copy could not be written to the end; nothing of it is left.",
            "Make room or choose another place, then try again.",
        ),
        Error::NotClean => (
            "not-clean",
            "This copy holds more than its picture.",
            "Clean the photo again with velum clean.",
        ),
        Error::AuditFailed(_) => (
            "audit-failed",
            "The copy did not pass the second look at it, so it was thrown away. This is a fault \
             in Velum.",
            "Save it in another format and clean that copy, and please tell us about the fault.",
        ),
        _ => ("photo-not-usable", "The photo cannot be used.", OTHER_COPY),
    };
    (id, what.into(), advice)
}

fn too_big(error: &Error) -> Words {
    match error {
        Error::FileTooBig { bytes, bytes_max } => (
            "file-too-big",
            format!("The file is too big: {}, at most {}.", size(*bytes), size(*bytes_max)),
            "Save it smaller, and use that copy.",
        ),
        Error::PictureTooBig { width, height } => (
            "picture-too-big",
            format!("The file says that its picture has {width} x {height} pixels: too many."),
            "If it is a real photo, save it smaller, and use that copy.",
        ),
        _ => (
            "too-many-parts",
            "The file is made of more parts than any real photo.".into(),
            OTHER_COPY,
        ),
    }
}

fn broken(error: &Error) -> Words {
    match error {
        Error::Damaged { offset, .. } => (
            "damaged",
            format!("The file is damaged near byte {offset}, so no clean copy can be promised."),
            OTHER_COPY,
        ),
        _ => (
            "cut-short",
            "The file ends before the picture does.".into(),
            "It was probably not copied or downloaded to the end: get it again.",
        ),
    }
}

fn not_supported(format: OtherFormat) -> Words {
    let (what, advice) = match format {
        OtherFormat::Matroska => (
            "a rare kind of Matroska video",
            "Export it from a video app as MP4 with H.264 and AAC, and use that copy.",
        ),
        OtherFormat::Pdf => ("a PDF", "Save the picture in it as JPEG or PNG, and use that copy."),
        other => (
            match other {
                OtherFormat::RareJpeg => "a rare kind of JPEG",
                OtherFormat::Tiff => "a rare kind of TIFF",
                OtherFormat::RawPhoto => "a raw photo",
                OtherFormat::Heif => "a rare kind of HEIC or AVIF",
                OtherFormat::JpegXl => "a rare kind of JPEG XL",
                OtherFormat::Bmp => "a BMP picture",
                _ => "a format",
            },
            "Save or export it as JPEG or PNG, and use that copy.",
        ),
    };
    ("not-supported", format!("This is {what}, which Velum cannot clean yet."), advice)
}

/// Why a file cannot be read from the disk.
pub(crate) fn reading_failed(error: &io::Error) -> Failure {
    let (id, what, advice) = match error.kind() {
        ErrorKind::NotFound => ("no-such-file", "There is no such file.", "Check the name."),
        ErrorKind::PermissionDenied => {
            ("file-not-readable", "The file may not be read.", "Check who may read it.")
        }
        ErrorKind::IsADirectory => {
            ("is-a-folder", "This is a folder, not a photo.", "Name the photos in it.")
        }
        _ => {
            let what = format!("The file cannot be read: {error}.");
            return Failure::new(what, "Try again.").named(Whose::Malformed, "file-not-readable");
        }
    };
    Failure::new(what, advice).named(Whose::Malformed, id)
}

/// Why a copy cannot be written to the disk.
pub(crate) fn writing_failed(error: &io::Error) -> Failure {
    let (id, what, advice) = match error.kind() {
        ErrorKind::AlreadyExists => (
            "file-exists",
            "There is already a file of that name; it was left as it is.",
            "Choose another name.",
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => (
            "disk-full",
            "The disk is full; no copy was written.",
            "Make room or choose another place, then try again.",
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => (
            "place-not-writable",
            "The copy may not be written there.",
            "Choose another place, or check who may write to it.",
        ),
        ErrorKind::NotFound => {
            ("no-such-folder", "There is no such folder.", "Make it first, or choose another.")
        }
        ErrorKind::NotADirectory => {
            ("not-a-folder", "This is a file, not a folder.", "Choose a folder for the copies.")
        }
        ErrorKind::IsADirectory => (
            "is-a-folder",
            "This is a folder; a copy cannot take its place.",
            "Name a file, or use -o to put copies into the folder.",
        ),
        _ => {
            let what = format!("The copy could not be written: {error}.");
            let advice = "Choose another place, then try again.";
            return Failure::new(what, advice).named(Whose::Malformed, "copy-not-written");
        }
    };
    Failure::new(what, advice).named(Whose::Malformed, id)
}

/// Why a copy cannot take a name that was asked for, where a file of that name may be replaced.
pub(crate) fn naming_failed(error: &io::Error) -> Failure {
    let mut failure = writing_failed(error);
    if error.kind() == ErrorKind::AlreadyExists {
        failure.advice = "Choose another name, or add --overwrite to replace it.".to_owned();
    }
    failure
}

#[cfg(test)]
mod tests;
