//! What can go wrong on a device, sorted by what the person can do.

use crate::{StorageError, TransportError};
use vocab::{ErrorKind, LogSafe};

/// A failure of something a person asked their device to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There is no vault here yet.
    NoVault,
    /// There is a vault here already.
    VaultExists,
    /// The passphrase does not open this vault, or its first record was changed.
    WrongPassphrase,
    /// What was kept elsewhere (words, a passkey, a keyring) does not open this vault.
    WrongKey,
    /// These are not 24 words of the list, or one is wrong.
    NotRecoveryWords,
    /// Nothing else that a person has in hand would open the vault.
    LastSlot,
    /// The vault has as many ways to open it as it may have.
    TooManySlots,
    /// The file is not a backup, or was made by a newer version.
    NotABackup,
    /// What is said now would contradict what may have been said since the backup was made.
    Restored,
    /// The passphrase is shorter than this many characters.
    PassphraseTooShort(usize),
    /// The vault opened, but a record in it is missing or was changed.
    VaultDamaged,
    /// The vault was written by a newer version.
    VaultTooNew,
    /// The vault's place failed.
    Storage(StorageError),
    /// The relay cannot be reached. Nothing is lost; what waits is sent later.
    RelayUnreachable,
    /// The relay refused or failed.
    Relay(wire::Error),
    /// The relay's answer cannot be true: sealed bytes do not match what was agreed.
    RelayLied,
    /// The text is not an invitation link.
    InvalidLink,
    /// The invitation was used, has expired, was cancelled or never was.
    InvitationGone,
    /// The invitation is one's own.
    OwnInvitation,
    /// There is no partner of that name.
    NoSuchPartner,
    /// A partner of that name is there already.
    NameTaken,
    /// The name is empty, too long, or holds control characters.
    InvalidName,
    /// There is no share of that id here.
    NoSuchShare,
    /// The share ended: viewed, expired or taken back. Nobody can tell which.
    ShareGone,
    /// The limits asked for are wider than what both agreed on, or impossible.
    WiderThanAgreed,
    /// Consent says no.
    Denied(consent::Denied),
    /// A statement could not be made or read.
    Consent(consent::Error),
    /// Something sealed could not be made or opened.
    Envelope(envelope::Error),
    /// The photo is not what it should be.
    Media(media::Error),
    /// Photos of this format can be cleaned, but not shared.
    FormatNotShared,
    /// The photo is larger than one may be, in bytes.
    PhotoTooBig(u64),
}

impl Error {
    /// Whose move it is.
    pub fn kind(self) -> ErrorKind {
        match self {
            Self::NoVault | Self::NoSuchPartner | Self::NoSuchShare => ErrorKind::NotFound,
            Self::InvitationGone | Self::ShareGone => ErrorKind::NotFound,
            Self::LastSlot | Self::TooManySlots | Self::NotRecoveryWords => ErrorKind::Misuse,
            Self::WrongKey | Self::Restored => ErrorKind::Refused,
            Self::NotABackup => ErrorKind::Malformed,
            Self::VaultExists | Self::NameTaken | Self::OwnInvitation => ErrorKind::Misuse,
            Self::PassphraseTooShort(_) | Self::InvalidName => ErrorKind::Misuse,
            Self::FormatNotShared => ErrorKind::Misuse,
            Self::WrongPassphrase | Self::WiderThanAgreed | Self::Denied(_) => ErrorKind::Refused,
            Self::VaultDamaged | Self::VaultTooNew | Self::InvalidLink => ErrorKind::Malformed,
            Self::RelayLied => ErrorKind::Malformed,
            Self::Storage(_) | Self::RelayUnreachable => ErrorKind::Unavailable,
            Self::PhotoTooBig(_) => ErrorKind::TooBig,
            Self::Relay(inner) => inner.kind(),
            Self::Consent(inner) => inner.kind(),
            Self::Envelope(inner) => inner.kind(),
            Self::Media(inner) => inner.kind(),
        }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}
impl LogSafe for Error {}

impl From<StorageError> for Error {
    fn from(inner: StorageError) -> Self {
        Self::Storage(inner)
    }
}

impl From<TransportError> for Error {
    fn from(_: TransportError) -> Self {
        Self::RelayUnreachable
    }
}

impl From<wire::Error> for Error {
    fn from(inner: wire::Error) -> Self {
        Self::Relay(inner)
    }
}

impl From<consent::Error> for Error {
    fn from(inner: consent::Error) -> Self {
        Self::Consent(inner)
    }
}

impl From<consent::Denied> for Error {
    fn from(inner: consent::Denied) -> Self {
        Self::Denied(inner)
    }
}

impl From<envelope::Error> for Error {
    fn from(inner: envelope::Error) -> Self {
        Self::Envelope(inner)
    }
}

impl From<media::Error> for Error {
    fn from(inner: media::Error) -> Self {
        Self::Media(inner)
    }
}
