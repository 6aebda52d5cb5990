//! The vault's passphrase: Argon2id (RFC 9106).

use crate::{Error, secret::SlotKey};
use argon2::{Algorithm, Argon2, Params, Version};

/// Length of the salt, in bytes.
pub const SALT_BYTES: usize = 16;

/// The work factor of one key slot. It is stored beside the salt, so it may differ by device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Cost {
    /// For programs: 256 MiB, three passes.
    pub const NATIVE: Self = Self { memory_kib: 256 << 10, passes: 3 };
    /// For browsers: 64 MiB, three passes.
    pub const BROWSER: Self = Self { memory_kib: 64 << 10, passes: 3 };
    /// The least that is accepted from a stored vault, so that a swapped header cannot make
    /// guessing cheap: RFC 9106's second choice for small memory, 19 MiB (OWASP), two passes.
    pub const LEAST: Self = Self { memory_kib: 19 << 10, passes: 2 };
    /// The most that is accepted, so that a damaged header cannot ask for all memory.
    pub const MOST: Self = Self { memory_kib: 1 << 20, passes: 16 };
}

/// Derives the key that wraps a vault key.
pub fn derive(passphrase: &str, salt: &[u8; SALT_BYTES], cost: Cost) -> Result<SlotKey, Error> {
    let in_range = |value, least, most| value >= least && value <= most;
    if !in_range(cost.memory_kib, Cost::LEAST.memory_kib, Cost::MOST.memory_kib)
        || !in_range(cost.passes, Cost::LEAST.passes, Cost::MOST.passes)
    {
        return Err(Error::CostOutOfRange);
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))
        .map_err(|_| Error::CostOutOfRange)?;
    let mut key = zeroize::Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(|_| Error::CostOutOfRange)?;
    Ok(SlotKey::from_bytes(*key))
}
