//! What was found hidden in a photo: typed, with its place in the file, without words for people.
//!
//! Values come from the file and belong to its owner. `Debug` never shows them, so that they
//! cannot reach a log by accident.

use core::fmt;

use crate::limits::Size;

/// One thing a photo carries beside its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// What it says, as far as that can be told.
    pub value: Value,
    /// Which part of the file holds it.
    pub source: Source,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its size.
    pub bytes: u64,
    /// What cleaning does with it.
    pub fate: Fate,
}

impl Finding {
    pub(crate) fn removed(kind: FindingKind, source: Source, at: core::ops::Range<usize>) -> Self {
        Self {
            kind,
            value: Value::None,
            source,
            offset: at.start as u64,
            bytes: at.len() as u64,
            fate: Fate::Removed,
        }
    }

    pub(crate) fn with(mut self, value: Value) -> Self {
        self.value = value;
        self
    }

    pub(crate) fn kept(mut self) -> Self {
        self.fate = Fate::Kept;
        self
    }
}

macro_rules! finding_kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal),+ $(,)?) => {
        /// Kinds of findings. [`FindingKind::id`] is stable and may be stored.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingKind { $($(#[$doc])* $name),+ }

        impl FindingKind {
            /// Every kind, in the order in which they matter to people.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// A stable name for programs.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }
        }
    };
}

finding_kinds! {
    /// Where it was taken.
    Place = "place",
    /// Where the camera was and how it moved, many times a second.
    Telemetry = "telemetry",
    /// When it was taken or changed.
    Time = "time",
    /// A person's name: owner, artist, copyright holder.
    Person = "person",
    /// A serial number of a camera or lens.
    Serial = "serial",
    /// Make and model of the camera, phone or lens.
    Device = "device",
    /// A small copy of the picture, perhaps from before it was cropped.
    Thumbnail = "thumbnail",
    /// Another picture in the same file.
    OtherPicture = "other-picture",
    /// A second picture that brightens the first on HDR screens.
    GainMap = "gain-map",
    /// How far away everything in the picture is.
    DepthMap = "depth-map",
    /// A short video, recorded with the photo.
    Clip = "clip",
    /// Title, caption, keywords.
    Description = "description",
    /// A free comment.
    Comment = "comment",
    /// Words or settings given to an image generator.
    Prompt = "prompt",
    /// A signed history of who made and changed the picture.
    Provenance = "provenance",
    /// A number that names this one file, document or original.
    Identifier = "identifier",
    /// The program that wrote or changed it.
    Software = "software",
    /// The camera maker's own notes; nobody knows all that is in them.
    MakerNotes = "maker-notes",
    /// How the camera was set.
    CameraSettings = "camera-settings",
    /// Metadata not named above.
    OtherMetadata = "other-metadata",
    /// The colour profile's own texts, date or serial number.
    ColourProfile = "colour-profile",
    /// A part that no format says how to read.
    UnknownData = "unknown-data",
    /// Bytes after the end of the picture.
    TrailingData = "trailing-data",
    /// Bytes between or inside the parts, which no viewer reads.
    LooseData = "loose-data",
    /// A table the picture does not use.
    UnusedTable = "unused-table",
    /// Tables of coarseness that only some cameras or programs use.
    QuantTables = "quantisation-tables",
    /// A first picture that only viewers without animation show.
    HiddenFrame = "hidden-frame",
    /// Parts of the coded picture outside of the frame that viewers show.
    CroppedPixels = "cropped-pixels",
    /// Colours under fully transparent pixels.
    HiddenColours = "hidden-colours",
}

/// Which part of a file a finding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// An Exif block.
    Exif,
    /// An XMP packet.
    Xmp,
    /// IPTC records.
    Iptc,
    /// A Photoshop resource block.
    PhotoshopBlock,
    /// A colour profile.
    Profile,
    /// The JFIF header or its extension.
    Jfif,
    /// A JPEG segment with this marker byte.
    Segment(u8),
    /// A chunk of PNG or WebP, a box or an item of HEIF and its relatives, of this type.
    Chunk([u8; 4]),
    /// A Matroska element with this number.
    Element(u32),
    /// A GIF extension with this label byte.
    Extension(u8),
    /// The multi-picture index.
    PictureIndex,
    /// Between or inside the picture's own parts.
    Between,
    /// After the end.
    AfterEnd,
    /// The picture itself.
    Picture,
}

impl Source {
    /// A stable name for programs.
    pub fn id(self) -> String {
        match self {
            Self::Exif => "exif".into(),
            Self::Xmp => "xmp".into(),
            Self::Iptc => "iptc".into(),
            Self::PhotoshopBlock => "photoshop".into(),
            Self::Profile => "icc".into(),
            Self::Jfif => "jfif".into(),
            Self::Segment(marker) => match marker {
                0xe0..=0xef => format!("app{}", marker - 0xe0),
                0xfe => "com".into(),
                _ => format!("marker-{marker:02x}"),
            },
            Self::Chunk(name) => {
                format!("chunk-{}", name.escape_ascii().to_string().trim_end())
            }
            Self::Element(number) => format!("element-{number:x}"),
            Self::Extension(label) => format!("extension-{label:02x}"),
            Self::PictureIndex => "mpf".into(),
            Self::Between => "between".into(),
            Self::AfterEnd => "after-end".into(),
            Self::Picture => "picture".into(),
        }
    }
}

/// What cleaning does with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A clean copy does not have it.
    Removed,
    /// It is part of the picture; removing it would change what some viewer shows.
    Kept,
}

/// What a finding says.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing that can be told.
    None,
    /// A text from the file.
    Text(String),
    /// A place on the map.
    Place(Place),
    /// How many single entries there are.
    Count(u32),
    /// Another picture and how it compares.
    Picture {
        /// Its size, if it can be read.
        size: Option<Size>,
        /// Whether it shows something else than the photo.
        comparison: Comparison,
    },
}

/// A place on the map.
#[derive(Clone, Copy, PartialEq)]
pub struct Place {
    /// Degrees north; south is negative.
    pub latitude_degrees: f64,
    /// Degrees east; west is negative.
    pub longitude_degrees: f64,
    /// Metres above the sea.
    pub altitude_m: Option<f64>,
}

/// How a small copy compares with the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It shows the same.
    Same,
    /// It shows something else, or more than the photo does.
    Different,
    /// It could not be compared.
    Unknown,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Text(_) => "[Text]",
            Self::Place(_) => "[Place]",
            Self::Count(_) => "[Count]",
            Self::Picture { .. } => "[Picture]",
        })
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Place]")
    }
}
