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
}

impl Format {
    /// Tells the format, or which unsupported format it is.
    pub fn recognise(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Ok(Self::Jpeg);
        }
        if bytes.starts_with(crate::png::SIGNATURE) {
            return Ok(Self::Png);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Ok(Self::WebP);
        }
        Err(recognise_other(bytes).map_or(Error::NotAPhoto, Error::NotSupported))
    }

    /// The usual file name ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    /// The media type, as browsers name it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
        }
    }
}

fn recognise_other(bytes: &[u8]) -> Option<OtherFormat> {
    let starts = [
        (&b"GIF8"[..], OtherFormat::Gif),
        (b"II\x2a\0", OtherFormat::Tiff),
        (b"MM\0\x2a", OtherFormat::Tiff),
        (b"II\x2b\0", OtherFormat::Tiff),
        (b"MM\0\x2b", OtherFormat::Tiff),
        (b"\xff\x0a", OtherFormat::JpegXl),
        (b"\0\0\0\x0cJXL \r\n\x87\n", OtherFormat::JpegXl),
        (b"\x1a\x45\xdf\xa3", OtherFormat::Matroska),
        (b"BM", OtherFormat::Bmp),
        (b"%PDF-", OtherFormat::Pdf),
    ];
    if let Some((_, format)) = starts.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(*format);
    }
    let brand = match bytes.get(4..8)? {
        b"ftyp" => bytes.get(8..12)?,
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" => return Some(OtherFormat::Mp4),
        _ => return None,
    };
    Some(match brand {
        b"avif" | b"avis" => OtherFormat::Avif,
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
            OtherFormat::Heif
        }
        _ => OtherFormat::Mp4,
    })
}
