//! Cryptographic digests (SHA-256, FIPS 180-4).

use sha2::{Digest as _, Sha256};

/// SHA-256 over the concatenation of `parts`. Callers give parts of fixed length, or one part.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut state = Sha256::new();
    for part in parts {
        state.update(part);
    }
    state.finalize().into()
}

/// SHA-256 of bytes that arrive piece by piece.
#[derive(Clone, Default)]
pub struct RunningSha256(Sha256);

impl RunningSha256 {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes taken in.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
