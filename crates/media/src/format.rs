//! Which format the bytes are, told by their content alone.

use crate::error::{Error, OtherFormat};

/// The formats that can be checked and cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG, also animated.
    Png,
    /// WebP, also animated.
    WebP,
    /// GIF, also animated.
    Gif,
    /// TIFF and BigTIFF.
    Tiff,
    /// HEIC and other HEIF with HEVC pictures.
    Heic,
    /// AVIF, also a sequence.
    Avif,
    /// JPEG XL, with or without a container.
    JpegXl,
    /// MP4 and its relatives (M4V, 3GP).
    Mp4,
    /// QuickTime.
    Mov,
    /// WebM and other Matroska.
    WebM,
}

/// How much of a file's beginning tells its format.
pub const HEAD_BYTES: usize = 4096;

impl Format {
    /// Tells the format, or which unsupported format it is. The first [`HEAD_BYTES`] are enough.
    pub fn recognise(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let starts = [
            (&b"\xff\xd8\xff"[..], Self::Jpeg),
            (crate::png::SIGNATURE, Self::Png),
            (b"GIF87a", Self::Gif),
            (b"GIF89a", Self::Gif),
            (b"II\x2a\0", Self::Tiff),
            (b"MM\0\x2a", Self::Tiff),
            (b"II\x2b\0", Self::Tiff),
            (b"MM\0\x2b", Self::Tiff),
            (b"\xff\x0a", Self::JpegXl),
            (b"\0\0\0\x0cJXL \r\n\x87\n", Self::JpegXl),
            (b"\x1a\x45\xdf\xa3", Self::WebM),
        ];
        if let Some((_, format)) = starts.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Ok(*format);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Ok(Self::WebP);
        }
        if let Some(format) = recognise_boxes(bytes) {
            return Ok(format);
        }
        Err(recognise_other(bytes).map_or(Error::NotAPhoto, Error::NotSupported))
    }

    /// Whether it is a moving picture with its own timeline, read as a stream: see [`crate::Clip`].
    pub fn is_clip(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::WebM)
    }

    /// The usual file name ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Tiff => "tif",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::JpegXl => "jxl",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::WebM => "webm",
        }
    }

    /// The media type, as browsers name it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::JpegXl => "image/jxl",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::WebM => "video/webm",
        }
    }
}

/// Formats made of ISO boxes. Files without a brand box are old QuickTime.
fn recognise_boxes(bytes: &[u8]) -> Option<Format> {
    match bytes.get(4..8)? {
        b"ftyp" => {}
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" => return Some(Format::Mov),
        _ => return None,
    }
    let brands = bytes.get(8..12)?;
    let size = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let compatible = bytes.get(16..size.min(bytes.len())).unwrap_or_default();
    let mut compatible = compatible.chunks_exact(4);
    Some(match brands {
        b"avif" | b"avis" => Format::Avif,
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" => Format::Heic,
        b"mif1" | b"msf1" | b"miaf" | b"mif2" => {
            match compatible.any(|brand| brand == b"avif" || brand == b"avis") {
                true => Format::Avif,
                false => Format::Heic,
            }
        }
        b"qt  " => Format::Mov,
        _ => Format::Mp4,
    })
}

fn recognise_other(bytes: &[u8]) -> Option<OtherFormat> {
    let starts = [
        (&b"BM"[..], OtherFormat::Bmp),
        (b"%PDF-", OtherFormat::Pdf),
        (b"IIRO", OtherFormat::RawPhoto),
        (b"IIRS", OtherFormat::RawPhoto),
        (b"MMOR", OtherFormat::RawPhoto),
        (b"IIU\0", OtherFormat::RawPhoto),
        (b"FUJIFILMCCD-RAW", OtherFormat::RawPhoto),
    ];
    starts.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, format)| *format)
}
