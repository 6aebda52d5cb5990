//! The app's files packed with gzip (RFC 1952), for browsers that take it: all current ones.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use miniz_oxide::deflate::compress_to_vec;

/// Slower levels win less than one part in a hundred.
const LEVEL: u8 = 6;

/// Smaller files fit into one packet as they are.
const PLAIN_BYTES_MAX: usize = 1000;

/// Packing must save one part in so many to be worth unpacking.
const SAVES_AT_LEAST: usize = 10;

/// A packed file, once it is packed; `None` inside where that does not pay.
#[derive(Debug, Default)]
pub(super) struct Packed(OnceLock<Option<Bytes>>);

impl Packed {
    /// Packs the file, which takes a moment.
    pub(super) fn pack(&self, plain: &[u8]) {
        self.0.get_or_init(|| gzip(plain));
    }

    /// The packed file, if it is there already.
    pub(super) fn bytes(&self) -> Option<&Bytes> {
        self.0.get()?.as_ref()
    }
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    if plain.len() <= PLAIN_BYTES_MAX {
        return None;
    }
    // No name, no time, no word on the system it was made on.
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    packed.extend(compress_to_vec(plain, LEVEL));
    packed.extend(crc32fast::hash(plain).to_le_bytes());
    packed.extend((plain.len() as u32).to_le_bytes());
    (packed.len() + plain.len() / SAVES_AT_LEAST < plain.len()).then(|| packed.into())
}

/// Whether a browser takes gzip (RFC 9110, 12.5.3). One that says nothing gets the plain file.
pub(super) fn is_taken(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut words = values.filter_map(|value| value.to_str().ok()).flat_map(|it| it.split(','));
    words.any(|word| {
        let (name, more) = word.split_once(';').unwrap_or((word, ""));
        let quality = more.trim().strip_prefix("q=").map(|quality| quality.trim().parse::<f32>());
        let is_refused = matches!(quality, Some(Ok(0.0) | Err(_)));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_whether_it_takes_gzip() {
        let taken = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
            is_taken(&headers)
        };
        assert!(taken("gzip") && taken("br, GZIP;q=0.5") && taken("deflate,gzip, br, zstd"));
        assert!(!taken("br") && !taken("gzip;q=0") && !taken("gzip; q=0.0") && !taken("gzipped"));
        assert!(!taken("gzip;q=much") && !is_taken(&HeaderMap::new()));
    }

    #[test]
    fn what_does_not_get_smaller_stays_plain() {
        assert!(gzip(&[7; PLAIN_BYTES_MAX]).is_none());
        assert!(gzip(&[7; PLAIN_BYTES_MAX + 1]).is_some());
        let noise: Vec<u8> = (0_u8..128).flat_map(|at| crypto::digest::sha256(&[&[at]])).collect();
        assert!(gzip(&noise).is_none());
    }
}
