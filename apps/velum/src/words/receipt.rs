//! The words of a receipt: which part of a file something was in, and what no program takes out.

use media::{Format, Source};

/// What `--resave` does, said every time.
pub(crate) const RESAVED: &str = "This changes the picture: it was made smaller where it was \
    large, smoothed a little and saved anew. It makes traces of the camera weaker; nothing proves \
    they are gone.";

/// What `--in-place` does, said every time.
pub(crate) const ORIGINALS_GONE: &str = "The originals are gone from where they were. Copies of \
    them elsewhere, such as in backups or a cloud, are not.";

/// Which part of the file.
pub(crate) fn source(source: Source) -> String {
    match source {
        Source::Exif => "the Exif block".into(),
        Source::Xmp => "XMP metadata".into(),
        Source::Iptc => "IPTC records".into(),
        Source::PhotoshopBlock => "Photoshop's own block".into(),
        Source::Profile => "texts and dates of the colour profile".into(),
        Source::Jfif => "the JFIF header".into(),
        Source::PictureIndex => "the list of other pictures".into(),
        Source::Between => "bytes between the parts".into(),
        Source::AfterEnd => "bytes after the end".into(),
        Source::Picture => "unused parts of the picture's own data".into(),
        Source::Segment(0xfe) => "a comment".into(),
        Source::Segment(0xe0..=0xef) => format!("a program's own segment ({})", source.id()),
        Source::Chunk([b't' | b'z' | b'i', b'E' | b'T', b'X', b't']) => "texts".into(),
        Source::Chunk(name) => {
            format!("the part called {}", name.escape_ascii().to_string().trim())
        }
        Source::Element(number) => element(number),
        other => format!("the part called {}", other.id()),
    }
}

/// A Matroska element; the numbers are those of its standard.
fn element(number: u32) -> String {
    match number {
        0x1254_c367 => "tags".into(),
        0x1043_a770 => "chapters".into(),
        0x1941_a469 => "attached files".into(),
        0x1c53_bb6b => "the index, made anew".into(),
        0x114d_9b74 => "the table of contents, made anew".into(),
        0xec => "empty room".into(),
        0xbf => "a checksum".into(),
        0x4d80 | 0x5741 => "the name of a program".into(),
        0x73a4 | 0x73c5 | 0x3e_b923 | 0x3c_b923 => "a number of its own".into(),
        0x7ba9 | 0x536e => "a title".into(),
        0x4461 => "a date".into(),
        0x7384 | 0x3c_83ab | 0x3e_83bb => "a file name".into(),
        other => format!("the part numbered {other:x}"),
    }
}

/// What the kept bytes are.
pub(crate) fn kept(format: Format) -> &'static str {
    if format.is_clip() {
        "pictures, sound, and the tables to play them"
    } else {
        "the picture's data, tables, colours and turn"
    }
}

/// What the copy's size is.
pub(crate) fn written(is_resaved: bool) -> &'static str {
    if is_resaved {
        "the size of the new picture"
    } else {
        "the size of the copy: what is kept, written anew in one form for everyone"
    }
}

/// What a clean copy still tells, because it is the picture itself or out of our reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stays {
    Scene,
    Sound,
    Noise,
    Tables,
    Shape,
    Copies,
}

impl Stays {
    const ALL: [Self; 6] =
        [Self::Scene, Self::Sound, Self::Noise, Self::Tables, Self::Shape, Self::Copies];

    /// Those that hold for a copy.
    pub(crate) fn of(format: Format, is_resaved: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |stays| match stays {
            Self::Sound => format.is_clip(),
            // One set of tables for all photos saved anew; PNG has none.
            Self::Tables => !is_resaved && !matches!(format, Format::Png | Format::Gif),
            Self::Scene | Self::Noise | Self::Shape | Self::Copies => true,
        })
    }

    /// A stable name for programs.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Sound => "sound",
            Self::Noise => "sensor-noise",
            Self::Tables => "coding-tables",
            Self::Shape => "size-and-shape",
            Self::Copies => "other-copies",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Scene => "what it shows: faces, tattoos, signs, views from windows, reflections",
            Self::Sound => "what is heard: voices, places, the hum of the mains",
            Self::Noise => {
                "the sensor's noise, by which an expert with other photos can tell the camera"
            }
            Self::Tables => "how it was coded, which can tell the kind of camera or program",
            Self::Shape => "its size in pixels, which can tell the kind of device",
            Self::Copies => "copies elsewhere: the original, backups, a cloud, those already sent",
        }
    }
}
