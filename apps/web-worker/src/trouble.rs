//! Errors, as what a person can do about them.

use client::{Error, StorageError};
use web_messages::Trouble;
use wire::ProblemKind;

/// The trouble behind an error of the device.
pub(crate) fn trouble(error: Error) -> Trouble {
    match error {
        Error::WrongPassphrase => Trouble::WrongPassphrase,
        Error::WrongKey => Trouble::WrongKey,
        Error::NotRecoveryWords => Trouble::NotRecoveryWords,
        Error::TooManySlots => Trouble::TooManyWays,
        Error::NotABackup => Trouble::NotABackup,
        Error::Restored => Trouble::Restored,
        Error::PassphraseTooShort(chars_min) => {
            Trouble::PassphraseTooShort { chars_min: chars_min as u32 }
        }
        Error::NoVault => Trouble::Locked,
        Error::VaultExists => Trouble::OpenElsewhere,
        Error::VaultDamaged | Error::VaultTooNew => Trouble::VaultDamaged,
        Error::Storage(StorageError::Full) => Trouble::StorageFull,
        Error::Storage(_) => Trouble::StorageUnavailable,
        Error::RelayUnreachable => Trouble::Unreachable,
        Error::Relay(inner) => relay(inner),
        Error::InvalidLink => Trouble::LinkBroken,
        Error::InvitationGone => Trouble::LinkGone,
        Error::OwnInvitation => Trouble::LinkOwn,
        Error::NameTaken | Error::InvalidName => Trouble::NameUnusable,
        Error::ShareGone | Error::NoSuchShare => Trouble::PhotoGone,
        Error::WiderThanAgreed | Error::Denied(_) => Trouble::NotAgreed,
        Error::PhotoTooBig(_) => Trouble::PhotoTooBig,
        Error::Consent(_) => Trouble::ClockWrong,
        _ => Trouble::Bug,
    }
}

fn relay(error: wire::Error) -> Trouble {
    match error {
        wire::Error::Problem(ProblemKind::Busy) => Trouble::Busy,
        wire::Error::Problem(ProblemKind::Unavailable) => Trouble::Unreachable,
        wire::Error::Problem(ProblemKind::Gone) => Trouble::PhotoGone,
        _ => Trouble::Bug,
    }
}
