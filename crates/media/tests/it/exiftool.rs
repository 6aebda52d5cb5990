//! A second opinion from outside: exiftool, asked for everything it can see.

use std::process::Command;

use media::{Clip, Limits};

use crate::{clean, gif, jpeg, jxl, mp4, png, tiff, webp};

/// Groups of tags that come from the file system, or only say how a picture is coded.
const STRUCTURE: &[&str] = &[
    "ExifTool",
    "System",
    "File",
    "PNG",
    "RIFF",
    "GIF",
    "Jpeg2000",
    "Composite",
    "ICC-header",
    "ICC_Profile",
    "Meta",
];

/// Tags of those groups that are more than structure.
const NOT_STRUCTURE: &[&str] =
    &["ModifyDate", "Author", "Comment", "Title", "Software", "XMPToolkit", "Text"];

/// What a TIFF cannot be shown without, and the turn.
const PICTURE_FIELDS: &[&str] = &[
    "ImageWidth",
    "ImageHeight",
    "BitsPerSample",
    "Compression",
    "PhotometricInterpretation",
    "StripOffsets",
    "SamplesPerPixel",
    "RowsPerStrip",
    "StripByteCounts",
    "PlanarConfiguration",
    "Orientation",
];

/// Beginnings of the names of what boxes of HEIF, AVIF, MP4 and MOV say of pictures, tracks and
/// samples.
const BOX_FIELDS: &[&str] = &[
    "AV1Configuration",
    "Audio",
    "AuxiliaryImageType",
    "AverageFrameRate",
    "Balance",
    "BitDepth",
    "Chroma",
    "ChunkOffset",
    "Color",
    "CompatibleBrands",
    "CompressorID",
    "ConstantFrameRate",
    "ConstraintIndicatorFlags",
    "CurrentTime",
    "Duration",
    "GenProfileCompatibilityFlags",
    "General",
    "GraphicsMode",
    "HEVCConfiguration",
    "HandlerType",
    "HandlerClass",
    "HighBitDepth",
    "ImageHeight",
    "ImagePixelDepth",
    "ImageSpatialExtent",
    "ImageWidth",
    "InitialDelaySamples",
    "MajorBrand",
    "MatrixCoefficients",
    "MatrixStructure",
    "MediaData",
    "MediaDuration",
    "MediaHeaderVersion",
    "MediaLanguageCode",
    "MediaTimeScale",
    "MinSpatialSegmentationIDC",
    "MinorVersion",
    "MovieHeaderVersion",
    "NextTrackID",
    "NumTemporalLayers",
    "OpColor",
    "OtherFormat",
    "ParallelismType",
    "PosterTime",
    "PreferredRate",
    "PreferredVolume",
    "Preview",
    "Rotation",
    "SampleSizes",
    "SampleToChunk",
    "Selection",
    "SeqLevel",
    "SeqProfile",
    "SeqTier",
    "SourceImage",
    "SyncSampleTable",
    "TemporalIDNested",
    "TimeScale",
    "TimeToSampleTable",
    "TrackDuration",
    "TrackHeaderVersion",
    "TrackID",
    "TrackLayer",
    "TrackVolume",
    "TransferCharacteristics",
    "TwelveBit",
    "VideoFrameRate",
    "XResolution",
    "YResolution",
    // Boxes that exiftool has no name for, and the standards ask for.
    "Unknown_av1C",
    "Unknown_ccst",
    "Unknown_colr",
    "Unknown_auxl",
    "Unknown_auxi",
    "Unknown_d263",
    "Unknown_vpcC",
];

/// Tags of boxes that must be there, and what they say when they say nothing.
const EMPTY_FIELDS: &[(&str, &str)] = &[
    ("CreateDate", "0000:00:00 00:00:00"),
    ("ModifyDate", "0000:00:00 00:00:00"),
    ("TrackCreateDate", "0000:00:00 00:00:00"),
    ("TrackModifyDate", "0000:00:00 00:00:00"),
    ("MediaCreateDate", "0000:00:00 00:00:00"),
    ("MediaModifyDate", "0000:00:00 00:00:00"),
    ("HandlerDescription", "PictureHandler"),
    ("HandlerDescription", "VideoHandler"),
    ("HandlerDescription", "SoundHandler"),
    ("EncoderVendor", ""),
    ("EncoderVersion", "0"),
];

#[test]
fn exiftool_sees_only_structure_in_clean_photos() {
    let photos = [
        ("jpg", jpeg::planted_everywhere()),
        ("png", png::planted()),
        ("webp", webp::planted()),
        ("gif", gif::planted()),
        ("tif", tiff::planted()),
        ("jxl", jxl::planted()),
        ("heic", include_bytes!("../data/heif-planted.heic").to_vec()),
        ("avif", include_bytes!("../data/heif-planted-grid.avif").to_vec()),
        ("avif", include_bytes!("../data/heif-sequence.avif").to_vec()),
    ];
    for (extension, photo) in photos {
        judge(extension, &photo, &clean(&photo));
    }
}

#[test]
fn exiftool_sees_only_structure_in_clean_clips() {
    let mut quicktime = mp4::planted();
    quicktime[8..12].copy_from_slice(b"qt  ");
    let clips = [
        ("mp4", mp4::planted()),
        ("mov", quicktime),
        ("3gp", include_bytes!("../data/clip-phone.3gp").to_vec()),
    ];
    for (extension, clip) in clips {
        let mut source = clip.as_slice();
        let mut copy = Vec::new();
        let parsed = Clip::parse(&mut source, &Limits::default()).unwrap();
        parsed.clean(&mut source, &mut copy).unwrap();
        judge(extension, &clip, &copy);
    }
}

/// The original must say something to exiftool, so that silence about the copy means something.
fn judge(extension: &str, original: &[u8], copy: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("file.{extension}"));
    std::fs::write(&path, original).unwrap();
    assert!(!telling_tags(&path).is_empty(), "{extension}: exiftool should see what was planted");
    std::fs::write(&path, copy).unwrap();
    assert_eq!(telling_tags(&path), Vec::<String>::new(), "{extension}");
}

pub(crate) fn telling_tags(path: &std::path::Path) -> Vec<String> {
    let output = Command::new("exiftool")
        .args(["-a", "-G1", "-s", "-u", "-ee"])
        .arg(path)
        .output()
        .expect("exiftool is needed for this test: `cargo xtask test` installs it");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| is_telling(line)).map(str::to_owned);
    lines.collect()
}

/// Lines look like `[IFD0]          Orientation                     : Rotate 90 CW`.
fn is_telling(line: &str) -> bool {
    let Some((group, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) else {
        return true;
    };
    let (tag, value) = rest.split_once(':').unwrap_or((rest, ""));
    let (tag, value) = (tag.trim(), value.trim());
    match group {
        "IFD0" => !PICTURE_FIELDS.contains(&tag),
        "QuickTime" | "Track1" | "Track2" => {
            !BOX_FIELDS.iter().any(|known| tag.starts_with(known))
                && !EMPTY_FIELDS.contains(&(tag, value))
        }
        _ => !STRUCTURE.contains(&group) || NOT_STRUCTURE.contains(&tag),
    }
}
