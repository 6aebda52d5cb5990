//! Coded samples: takes out of them what no decoder needs to show or play them.
//!
//! HEIF, MP4 and Matroska keep the same coded pictures and sounds in different boxes. What encoders
//! and cameras hide inside them (their settings, clocks, places, captions) is the same everywhere,
//! so it is taken out here. Pure functions: slices in, bytes appended to `out`.
//!
//! [`Coding`] is how a track's samples are cleaned. The modules make one, together with the clean
//! form of what the box says about the codec.
//!
//! Reading order: `nal` (H.264 and HEVC) with `sei`, `sets`, `avc_sets` and `hevc_sets`, `obu`
//! (AV1), `aac` and `esds`, `start_codes` (MPEG-2 and MPEG-4 video), `xiph` (Vorbis, Opus, FLAC),
//! `single` (JPEG, ProRes, MP3); `bits` and `fields` are what they read and write with.
//!
//! Offsets in errors count from the start of the slice that was handed in.

pub(crate) mod aac;
mod avc_sets;
pub(crate) mod bits;
pub(crate) mod esds;
mod fields;
mod hevc_sets;
pub(crate) mod nal;
pub(crate) mod obu;
pub(crate) mod sei;
mod sets;
mod single;
pub(crate) mod start_codes;
#[cfg(test)]
pub(crate) mod tests;
mod units;
pub(crate) mod xiph;

use crate::error::Error;
use nal::NalCodec;
pub(crate) use single::prores_head;

/// How the samples of a track are coded, as far as it matters for cleaning them.
#[derive(Clone, Debug)]
pub(crate) enum Coding {
    /// H.264 or HEVC.
    Nal(NalCodec),
    Av1,
    Aac,
    /// MPEG audio, all layers.
    Mp3,
    Opus,
    /// MPEG-4 part 2.
    Mpeg4,
    /// MPEG-1 and MPEG-2 video.
    Mpeg2,
    /// Each sample a JPEG.
    Jpeg,
    ProRes,
    /// Nothing but pictures or sound, as far as is known: VP8, VP9, Vorbis, FLAC, ALAC, AC-3, AMR,
    /// uncompressed.
    Plain,
}

impl Coding {
    /// Appends a sample with only what a decoder needs.
    pub(crate) fn clean_sample(
        &self,
        sample: &[u8],
        out: &mut Vec<u8>,
        found: &mut Found,
    ) -> Result<(), Error> {
        match self {
            Self::Nal(codec) => codec.clean_sample(sample, out, found)?,
            Self::Av1 => obu::clean_sample(sample, out, found)?,
            Self::Aac => aac::clean_sample(sample, out, found)?,
            Self::Mp3 => single::clean_mp3(sample, out, found)?,
            Self::Opus => xiph::clean_opus_sample(sample, out, found),
            Self::Mpeg4 => out.extend(start_codes::clean_mpeg4(sample, found)?),
            Self::Mpeg2 => out.extend(start_codes::clean_mpeg2(sample, found)?),
            Self::Jpeg => single::clean_jpeg(sample, out, found)?,
            Self::ProRes => single::clean_prores(sample, out, found)?,
            Self::Plain => out.extend_from_slice(sample),
        }
        Ok(())
    }
}

/// What was taken out of samples, added up over a whole track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many pieces.
    pub(crate) pieces: u32,
    /// Their bytes together.
    pub(crate) bytes: u64,
    /// Of those, bytes of captions and other messages for people.
    pub(crate) caption_bytes: u64,
    /// Of those, bytes in a form that only the maker of the encoder or camera knows.
    pub(crate) private_bytes: u64,
    /// How the encoder named itself and its settings, where it did first.
    pub(crate) encoder: Option<String>,
}

impl Found {
    /// Longest text that is kept to be shown.
    const TEXT_BYTES_MAX: usize = 1024;

    pub(crate) fn add(&mut self, bytes: usize) {
        self.pieces = self.pieces.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes as u64);
    }

    /// What is cut off an end, if anything is.
    pub(crate) fn add_cut(&mut self, bytes: usize) {
        if bytes > 0 {
            self.add(bytes);
        }
    }

    /// Keeps the longest readable run of a private part as the encoder's words.
    pub(crate) fn add_words(&mut self, data: &[u8]) {
        if self.encoder.is_some() {
            return;
        }
        let runs = data.split(|byte| !(b' '..=b'~').contains(byte));
        let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
        if longest.len() >= 4 {
            let shown = &longest[..longest.len().min(Self::TEXT_BYTES_MAX)];
            self.encoder = Some(String::from_utf8_lossy(shown).into_owned());
        }
    }
}
