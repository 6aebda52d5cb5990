//! The ways to open a vault, and backups.
//!
//! Whatever adds a way in or takes a copy out asks for the passphrase once more: an unlocked device
//! may be in somebody else's hand for a moment.

use serde::{Deserialize, Serialize};

/// What opens a vault.
#[derive(Clone, Serialize, Deserialize)]
pub enum Opener {
    /// The passphrase.
    Passphrase(String),
    /// What a passkey's PRF made of its salt.
    Passkey(Vec<u8>),
}

/// What the page asks about keys.
#[derive(Clone, Serialize, Deserialize)]
pub enum KeyAsk {
    /// Which ways to open the vault are there? Also while it is locked.
    Ways,
    /// Open the vault with 24 words, and set a new passphrase.
    Recover {
        /// The words as typed.
        words: String,
        /// The new passphrase.
        passphrase: String,
    },
    /// Make 24 words.
    MakeWords {
        /// The passphrase, once more.
        passphrase: String,
    },
    /// Change the passphrase.
    SetPassphrase {
        /// The old one.
        passphrase: String,
        /// The new one.
        new: String,
    },
    /// Let a passkey open the vault.
    AddPasskey {
        /// The passphrase, once more.
        passphrase: String,
        /// The passkey.
        passkey: Passkey,
        /// What its PRF made of its salt.
        secret: Vec<u8>,
    },
    /// Take a passkey away.
    RemovePasskey(Passkey),
    /// Hand over a backup.
    BackUp {
        /// The passphrase, once more.
        passphrase: String,
        /// The backup's own passphrase.
        backup: String,
    },
    /// Make a vault from the backup that goes along.
    PutBack {
        /// The backup's own passphrase.
        backup: String,
        /// The new vault's passphrase.
        passphrase: String,
    },
}

/// A passkey that opens the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The name by which the browser knows it.
    pub credential: Vec<u8>,
    /// What it has to be asked with.
    pub salt: Vec<u8>,
}

/// The ways to open a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// Whether there are recovery words.
    pub has_words: bool,
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
}
