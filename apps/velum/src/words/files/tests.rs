//! Every message about a photo or a disk, side by side, compared with what was agreed on.

use std::fmt::Write as _;
use std::path::PathBuf;

use media::{Format, Part};

use super::*;

fn every_media_failure() -> Vec<Error> {
    use OtherFormat as F;
    let formats = [F::RareJpeg, F::Tiff, F::Heif, F::JpegXl, F::Matroska, F::Bmp, F::Pdf];
    let mut all = vec![
        Error::Empty,
        Error::NotAPhoto,
        Error::FileTooBig { bytes: 300 << 20, bytes_max: 256 << 20 },
        Error::PictureTooBig { width: 90_000, height: 90_000 },
        Error::TooManyParts { parts_max: 65_536 },
        Error::CutShort { offset: 77 },
        Error::Damaged { part: Part::Table, offset: 77 },
        Error::IsClip(Format::Mp4),
        Error::UnknownCodec,
        Error::NoDecoder,
        Error::Moves,
        Error::CannotCover,
        Error::Unreadable,
        Error::Unwritable,
        Error::NotClean,
    ];
    all.extend(formats.map(Error::NotSupported));
    all
}

const DISK: [ErrorKind; 9] = [
    ErrorKind::NotFound,
    ErrorKind::PermissionDenied,
    ErrorKind::IsADirectory,
    ErrorKind::NotADirectory,
    ErrorKind::AlreadyExists,
    ErrorKind::StorageFull,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::FileTooLarge,
    ErrorKind::TimedOut,
];

#[test]
fn every_failure_reads_as_agreed() {
    let mut text = String::new();
    let mut add = |name: String, failure: Failure| {
        assert!(failure.what.ends_with('.') && failure.advice.ends_with('.'), "{name}");
        assert!(!failure.id.is_empty(), "{name}");
        writeln!(text, "{name} -> {}\n{failure}\n", failure.id).unwrap();
    };
    for error in every_media_failure() {
        add(format!("{error:?}"), not_usable(&error));
    }
    for kind in DISK {
        add(format!("reading: {kind:?}"), reading_failed(&kind.into()));
        add(format!("writing: {kind:?}"), writing_failed(&kind.into()));
        if naming_failed(&kind.into()) != writing_failed(&kind.into()) {
            add(format!("naming: {kind:?}"), naming_failed(&kind.into()));
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/photo-messages.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "UPDATE_EXPECT=1 writes {}", path.display());
}
