//! A track: what is said about it, and how its samples are coded.

use crate::codec::nal::NalCodec;
use crate::codec::{Coding, Found, aac, obu, start_codes, xiph};
use crate::error::Error;
use crate::limits::Size;
use crate::matroska::ebml::{self, Head, Reader, damaged};
use crate::matroska::ids;
use crate::matroska::schema::{self, Value, Values};

/// A track of pictures or sound.
pub(crate) struct Track {
    /// Its number in the original.
    pub(crate) number: u64,
    pub(crate) is_video: bool,
    pub(crate) coding: Coding,
    /// What was taken away from the front of each of its samples, and is put back.
    pub(crate) stripped: Vec<u8>,
    /// How long a sample lasts, in nanoseconds.
    pub(crate) sample_ns: Option<u64>,
    pub(crate) has_alpha: bool,
    pub(crate) size: Option<Size>,
    /// Samples lack the eight bytes that they have in other files.
    pub(crate) is_headless: bool,
    values: Values,
}

/// What a track entry turned out to be.
pub(crate) enum Entry {
    Kept(Box<Track>),
    /// Subtitles, buttons, metadata, or a track that is switched off.
    Left,
}

/// What stands for no language in particular.
pub(crate) const NO_LANGUAGE: &[u8] = b"und";

const KIND_VIDEO: u64 = 1;
const KIND_AUDIO: u64 = 2;

/// Reads a track entry.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    head: &Head,
    extras: &mut Vec<Head>,
    found: &mut Found,
) -> Result<Entry, Error> {
    let mut inner = Vec::new();
    let inside = head.inside..head.end.unwrap_or(head.inside);
    let mut values = Values::read(reader, inside, schema::TRACK, &mut inner)?;
    let damaged = damaged(head.at);
    let number = values.number(ids::TRACK_NUMBER).filter(|number| *number > 0).ok_or(damaged)?;
    let kind = values.number(ids::TRACK_TYPE).ok_or(damaged)?;
    let is_on = values.number(ids::FLAG_ENABLED) != Some(0);
    if !is_on || !matches!(kind, KIND_VIDEO | KIND_AUDIO) {
        return Ok(Entry::Left);
    }
    extras.extend(inner);
    if values.float(ids::TRACK_TIMESTAMP_SCALE).is_some_and(|scale| scale != 1.0) {
        return Err(damaged);
    }
    let stripped = stripped(&values)?;
    values.remove(ids::ENCODINGS);
    let codec = values.text(ids::CODEC_ID).ok_or(damaged)?.to_owned();
    let private = values.bytes(ids::CODEC_PRIVATE).unwrap_or_default();
    let (coding, private) = coding(&codec, private, found)?;
    match private.is_empty() {
        true => values.remove(ids::CODEC_PRIVATE),
        false => values.set(ids::CODEC_PRIVATE, Value::Bytes(private)),
    }
    values.set(ids::CODEC_ID, Value::Bytes(codec.clone().into_bytes()));
    let is_video = kind == KIND_VIDEO;
    values.remove(if is_video { ids::AUDIO } else { ids::VIDEO });
    if let Some(audio) = values.master_mut(ids::AUDIO)
        && !has_depth(&codec)
    {
        audio.remove(ids::BIT_DEPTH);
    }
    let video = values.master_mut(ids::VIDEO);
    if is_video != video.is_some() {
        return Err(damaged);
    }
    let (mut size, mut has_alpha) = (None, false);
    if let Some(video) = video {
        size = Some(shown_size(video).ok_or(damaged)?);
        has_alpha = video.number(ids::ALPHA_MODE) == Some(1);
    }
    Ok(Entry::Kept(Box::new(Track {
        number,
        is_video,
        coding,
        stripped,
        sample_ns: values.number(ids::DEFAULT_DURATION).filter(|ns| *ns > 0),
        has_alpha,
        size,
        is_headless: codec == "V_PRORES",
        values,
    })))
}

impl Track {
    /// Appends the clean entry. Whoever wrote the original, the tracks are numbered from one on.
    pub(crate) fn write(&self, number: u64, has_additions: bool, out: &mut Vec<u8>) {
        let mut values = self.values.clone();
        values.set(ids::TRACK_NUMBER, Value::Number(number));
        // Which number additions have at most; four is HDR.
        let additions = match (has_additions, self.has_alpha) {
            (true, false) => 4,
            (_, alpha) => u64::from(alpha),
        };
        values.set(ids::MAX_ADDITION_ID, Value::Number(additions));
        let mut content = Vec::new();
        values.write(schema::TRACK, &mut content);
        ebml::write_unsigned(ids::TRACK_UID, number, &mut content);
        // Without a language players assume English.
        ebml::write(ids::LANGUAGE, NO_LANGUAGE, &mut content);
        ebml::write(ids::TRACK, &content, out);
    }
}

/// The size that is shown. What only repeats the size of the pictures is taken out.
fn shown_size(video: &mut Values) -> Option<Size> {
    let side = |value: Option<u64>| value.and_then(|value| u32::try_from(value).ok());
    let width = side(video.number(ids::PIXEL_WIDTH)).filter(|width| *width > 0)?;
    let height = side(video.number(ids::PIXEL_HEIGHT)).filter(|height| *height > 0)?;
    let shown = (video.number(ids::DISPLAY_WIDTH), video.number(ids::DISPLAY_HEIGHT));
    let crops = [ids::CROP_BOTTOM, ids::CROP_TOP, ids::CROP_LEFT, ids::CROP_RIGHT];
    let is_cropped = crops.iter().any(|id| video.number(*id).is_some_and(|crop| crop > 0));
    let is_in_pixels = video.number(ids::DISPLAY_UNIT).is_none_or(|unit| unit == 0);
    if is_in_pixels && !is_cropped && shown == (Some(width.into()), Some(height.into())) {
        video.remove(ids::DISPLAY_WIDTH);
        video.remove(ids::DISPLAY_HEIGHT);
    }
    match (is_in_pixels, side(shown.0), side(shown.1)) {
        (true, Some(width), Some(height)) => Some(Size { width, height }),
        _ => Some(Size { width, height }),
    }
}

/// Some programs save a few bytes by leaving out what all samples begin with. Other ways of packing
/// them are not followed.
fn stripped(values: &Values) -> Result<Vec<u8>, Error> {
    const HEADER_STRIPPING: u64 = 3;
    let Some(encodings) = values.master(ids::ENCODINGS) else { return Ok(Vec::new()) };
    let Some(encoding) = encodings.master(ids::ENCODING) else { return Ok(Vec::new()) };
    let compression = encoding.master(ids::COMPRESSION).ok_or(Error::UnknownCodec)?;
    let is_compression = encoding.number(ids::ENCODING_TYPE).unwrap_or(0) == 0;
    let is_of_samples = encoding.number(ids::ENCODING_SCOPE).unwrap_or(1) == 1;
    let algorithm = compression.number(ids::COMPRESSION_ALGORITHM);
    match is_compression && is_of_samples && algorithm == Some(HEADER_STRIPPING) {
        true => Ok(compression.bytes(ids::COMPRESSION_SETTINGS).unwrap_or_default().to_vec()),
        false => Err(Error::UnknownCodec),
    }
}

/// How a codec's samples are cleaned, and what it needs to be told.
fn coding(codec: &str, private: &[u8], found: &mut Found) -> Result<(Coding, Vec<u8>), Error> {
    let plain = (Coding::Plain, Vec::new());
    Ok(match codec {
        "V_VP8" | "V_UNCOMPRESSED" => plain,
        "V_VP9" => (Coding::Plain, vp9_features(private)),
        // Browsers that record leave it out.
        "V_AV1" if private.is_empty() => (Coding::Av1, Vec::new()),
        "V_AV1" => (Coding::Av1, obu::clean_configuration(private, found)?),
        "V_MPEG4/ISO/AVC" => {
            let (codec, private) = NalCodec::from_avcc(private, found)?;
            (Coding::Nal(codec), private)
        }
        "V_MPEGH/ISO/HEVC" => {
            let (codec, private) = NalCodec::from_hvcc(private, found)?;
            (Coding::Nal(codec), private)
        }
        "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => {
            (Coding::Mpeg4, start_codes::clean_mpeg4(private, found)?)
        }
        "V_MPEG1" | "V_MPEG2" => (Coding::Mpeg2, start_codes::clean_mpeg2(private, found)?),
        "V_MJPEG" => (Coding::Jpeg, Vec::new()),
        "V_PRORES" => match private {
            b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => {
                (Coding::ProRes, private.to_vec())
            }
            _ => return Err(Error::UnknownCodec),
        },
        "A_OPUS" => (Coding::Opus, xiph::clean_opus(private)?),
        "A_VORBIS" => (Coding::Plain, xiph::clean_vorbis(private, found)?),
        "A_FLAC" => {
            let blocks = private.strip_prefix(b"fLaC").ok_or(Error::UnknownCodec)?;
            let blocks = xiph::clean_flac(blocks, found)?;
            (Coding::Plain, [b"fLaC", blocks.as_slice()].concat())
        }
        "A_AAC" => (Coding::Aac, aac::clean_configuration(private, found)?),
        "A_MPEG/L1" | "A_MPEG/L2" | "A_MPEG/L3" => (Coding::Mp3, Vec::new()),
        "A_ALAC" => {
            let cookie = private.get(..24).ok_or(Error::cut_short(private.len()))?;
            (Coding::Plain, cookie.to_vec())
        }
        "A_AC3" | "A_EAC3" | "A_DTS" | "A_TRUEHD" | "A_PCM/INT/LIT" | "A_PCM/INT/BIG"
        | "A_PCM/FLOAT/IEEE" => plain,
        _ => return Err(Error::UnknownCodec),
    })
}

/// Whether a sound codec has bits a sample; for the others programs write anything.
fn has_depth(codec: &str) -> bool {
    codec.starts_with("A_PCM") || matches!(codec, "A_FLAC" | "A_ALAC" | "A_TRUEHD" | "A_DTS")
}

/// Profile, level, depth and chroma of VP9, in order; nothing if there is anything else.
fn vp9_features(private: &[u8]) -> Vec<u8> {
    let mut features: Vec<&[u8]> = private.chunks(3).collect();
    let is_known = |feature: &&[u8]| matches!(feature, [1..=4, 1, _]);
    if !features.iter().all(is_known) {
        return Vec::new();
    }
    features.sort();
    features.dedup_by_key(|feature| feature[0]);
    features.concat()
}
