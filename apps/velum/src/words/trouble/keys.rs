//! What to do when a vault does not open, or its keys cannot be changed.

use client::Error;

/// The vault itself.
pub(super) fn vault(error: Error) -> (&'static str, &'static str, &'static str) {
    match error {
        Error::NoVault => (
            "no-vault",
            "There is no vault here yet.",
            "Make one with velum vault new, or name another folder with --vault.",
        ),
        Error::VaultExists => (
            "vault-exists",
            "There is a vault here already; it was left as it is.",
            "Use it, or name another folder with --vault.",
        ),
        Error::WrongPassphrase => (
            "wrong-passphrase",
            "The passphrase does not open this vault.",
            "Check the spelling and try again. With recovery words on paper: velum vault recover.",
        ),
        Error::VaultTooNew => (
            "vault-too-new",
            "A newer version of Velum wrote this vault.",
            "Update Velum on this machine. Nothing was changed.",
        ),
        _ => (
            "vault-damaged",
            "The vault opens, but a part of it is missing or was changed.",
            "Put back a copy of its folder if you have one. Nothing was changed.",
        ),
    }
}

/// The ways to open it, and backups.
pub(super) fn ways(error: Error) -> (&'static str, &'static str, &'static str) {
    match error {
        Error::NotRecoveryWords => (
            "not-recovery-words",
            "These are not 24 recovery words, or one of them is wrong.",
            "Compare each with your paper; the first four letters of a word are enough.",
        ),
        Error::LastSlot => (
            "last-way-in",
            "Without it, nothing that you have in hand would open the vault.",
            "Make recovery words first: velum vault words.",
        ),
        Error::TooManySlots => (
            "too-many-ways-in",
            "The vault has as many ways to open it as it can have.",
            "Take one away that you do not use any more.",
        ),
        Error::NotABackup => (
            "not-a-backup",
            "This is not a backup of a vault, or a newer version of Velum made it.",
            "Name another file, or update Velum. Nothing was changed.",
        ),
        Error::Restored => (
            "restored",
            "This vault was put back from a backup. What you said after that backup is not in it, \
             so nothing new can be signed for this person.",
            "Taking back works. To go on, end it (velum end) and invite each other anew.",
        ),
        _ => (
            "wrong-key",
            "This does not open the vault.",
            "Newer recovery words or a newer passkey may have taken its place.",
        ),
    }
}
