//! Coded samples: takes out of them what no decoder needs to show or play them.
//!
//! HEIF, MP4 and Matroska keep the same coded pictures and sounds in different boxes. What encoders
//! and cameras hide inside them (their settings, clocks, places, captions) is the same everywhere,
//! so it is taken out here. Pure functions: slices in, bytes appended to `out`.
//!
//! Reading order: `nal` (H.264 and HEVC) with `sei` and `avc_sets`, `obu` (AV1), then the smaller
//! ones; `bits` and `fields` are what they read and write with.
//!
//! Offsets in errors count from the start of the slice that was handed in.

mod avc_sets;
mod bits;
mod fields;
pub(crate) mod nal;
pub(crate) mod obu;
mod sei;
#[cfg(test)]
mod tests;

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
