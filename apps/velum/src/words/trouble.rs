//! What went wrong with a vault, a partner or a relay, in words.

mod keys;

use std::path::Path;

use client::{Error, StorageError};
use consent::Denied;
use http_client::InvalidOrigin;
use vocab::ErrorKind;
use wire::ProblemKind;

use crate::failure::Failure;
use crate::vault_files::NotUsable;

const CARRIED_ON: &str = "Nothing is lost: velum sync carries on what waits.";

/// Every failure of `client`.
pub(crate) fn of(error: Error) -> Failure {
    let (id, what, advice) = match error {
        Error::Storage(inner) => return storage(inner),
        Error::Relay(inner) => return relay(inner),
        Error::Denied(denied) | Error::Consent(consent::Error::Denied(denied)) => {
            return no_consent(denied);
        }
        Error::Consent(inner) => return agreement(inner),
        Error::Media(inner) => {
            return super::not_usable(&inner).named(inner.kind(), "photo-not-usable");
        }
        Error::PassphraseTooShort(characters) => return too_short(characters),
        Error::PhotoTooBig(bytes) => return too_big(bytes),
        other => plain(other),
    };
    Failure::new(what, advice).named(error.kind(), id)
}

/// The failures whose words are always the same: id, what happened, what to do.
fn plain(error: Error) -> (&'static str, &'static str, &'static str) {
    match error {
        Error::NoVault
        | Error::VaultExists
        | Error::WrongPassphrase
        | Error::VaultDamaged
        | Error::VaultTooNew => keys::vault(error),
        Error::WrongKey
        | Error::NotRecoveryWords
        | Error::LastSlot
        | Error::TooManySlots
        | Error::NotABackup
        | Error::Restored => keys::ways(error),
        Error::RelayUnreachable => (
            "relay-unreachable",
            "The relay cannot be reached.",
            "Check the connection. Nothing is lost: velum sync carries on what waits.",
        ),
        Error::RelayLied => (
            "relay-lied",
            "What the relay sent is not what was agreed, so it was not opened.",
            "Try again later. If it stays so, tell the other person that this relay changes what it carries.",
        ),
        Error::FormatNotShared => (
            "format-not-shared",
            "Photos of this format can be cleaned, but not shared: not everyone's browser can show them.",
            "Export it as JPEG or PNG, and share that.",
        ),
        Error::InvalidLink => (
            "invalid-link",
            "This is not a whole invitation link.",
            "Copy all of it, also what comes after the # sign.",
        ),
        Error::InvitationGone => (
            "invitation-gone",
            "The invitation was used, has expired or was taken back; nobody can tell which.",
            "Ask for a new one.",
        ),
        Error::OwnInvitation => (
            "own-invitation",
            "This is your own invitation.",
            "Give the link to the person it is for.",
        ),
        Error::NoSuchPartner | Error::NameTaken | Error::InvalidName => names(error),
        Error::NoSuchShare => (
            "no-such-share",
            "There is no such photo in this vault.",
            "velum inbox and velum status show the ids; velum sync fetches what has come.",
        ),
        Error::ShareGone => (
            "share-gone",
            "The photo is not available any more: viewed, expired or taken back; nobody can tell which.",
            "If its sender wants you to see it, they can share it again.",
        ),
        Error::WiderThanAgreed => (
            "wider-than-agreed",
            "This allows more than you both agreed on.",
            "velum agreement show tells the terms. Allowing more takes both of you: velum agreement renew.",
        ),
        Error::Envelope(_) => (
            "not-opened",
            "Something sealed could not be opened.",
            "It was changed on the way, or is not for this vault. Ask for it again.",
        ),
        _ => ("failed", "It did not work.", "Update Velum, then try again."),
    }
}

fn names(error: Error) -> (&'static str, &'static str, &'static str) {
    match error {
        Error::NoSuchPartner => (
            "no-such-partner",
            "There is nobody of that name in this vault.",
            "velum status lists everyone.",
        ),
        Error::NameTaken => (
            "name-taken",
            "There is somebody of that name in this vault already.",
            "Choose another name. velum status lists everyone.",
        ),
        _ => ("invalid-name", "This name cannot be used.", "Use one short line, at most 64 bytes."),
    }
}

fn too_short(characters: usize) -> Failure {
    Failure::new(
        format!("A passphrase has at least {characters} characters."),
        "Choose a longer one; four or five random words are good and can be remembered.",
    )
    .named(ErrorKind::Misuse, "passphrase-too-short")
}

fn too_big(bytes: u64) -> Failure {
    Failure::new(
        format!("The photo is too big to share: {}.", super::size(bytes)),
        "Save it smaller, and share that copy.",
    )
    .named(ErrorKind::TooBig, "photo-too-big")
}

fn storage(error: StorageError) -> Failure {
    let (id, what, advice) = match error {
        StorageError::Full => (
            "disk-full",
            "The disk is full; nothing was left half-written.",
            "Make room, then run the same command again.",
        ),
        _ => (
            "vault-not-usable",
            "The vault's folder cannot be used.",
            "Check that it is there and that you may write to it.",
        ),
    };
    Failure::new(what, advice).named(ErrorKind::Unavailable, id)
}

fn relay(error: wire::Error) -> Failure {
    let (id, what, advice) = match error {
        wire::Error::Problem(ProblemKind::Refused) => (
            "relay-refused",
            "The relay refused: the right to do this has ended.",
            "Run velum sync to see what has changed.",
        ),
        wire::Error::Problem(ProblemKind::NotFound | ProblemKind::Gone) => (
            "relay-has-nothing",
            "The relay has nothing there any more.",
            "It was used up, expired or taken back; nobody can tell which.",
        ),
        wire::Error::Problem(ProblemKind::Conflict) => (
            "relay-conflict",
            "The relay has something else there already.",
            "Run velum sync, then try again.",
        ),
        wire::Error::Problem(ProblemKind::TooBig) => (
            "relay-too-big",
            "This is larger than the relay takes.",
            "Save the photo smaller, and share that copy.",
        ),
        wire::Error::Problem(ProblemKind::Busy) => {
            ("relay-busy", "The relay is busy, or a box there is full.", CARRIED_ON)
        }
        wire::Error::Problem(ProblemKind::Unavailable) | wire::Error::UnexpectedStatus(500..) => {
            ("relay-unavailable", "The relay cannot do this now.", CARRIED_ON)
        }
        _ => (
            "relay-not-understood",
            "What answers at the relay's address does not speak as a relay does.",
            "Check the address with velum vault status, and update Velum. Nothing is lost.",
        ),
    };
    Failure::new(what, advice).named(error.kind(), id)
}

fn no_consent(denied: Denied) -> Failure {
    let (id, what, advice) = match denied {
        Denied::Ended => (
            "consent-ended",
            "One of you has ended this agreement.",
            "Sharing again takes a new invitation.",
        ),
        Denied::NoPolicy => (
            "consent-no-terms",
            "You have not both signed the same terms yet.",
            "Run velum sync later: the other person's device may not have answered.",
        ),
        Denied::PolicyExpired | Denied::Expired(_) => (
            "consent-expired",
            "The yes to this has ended by itself.",
            "To go on, both of you agree again: velum agreement renew NAME.",
        ),
        Denied::PolicyNotYet | Denied::NotYet(_) => (
            "consent-not-yet",
            "By this machine's clock, the yes to this lies in the future.",
            "Check the date and time on both devices.",
        ),
        Denied::NotAllowed(_) => (
            "consent-not-allowed",
            "Your terms do not allow this.",
            "velum agreement show tells the terms. Allowing more takes both of you: velum agreement renew.",
        ),
        Denied::NotGranted(consent::Verb::Keep) => (
            "consent-keep-not-granted",
            "The sender did not agree that you keep this photo.",
            "velum view shows it. Ask them if you would like to keep it.",
        ),
        Denied::NotEveryone => (
            "consent-not-everyone",
            "Somebody in the photo has not said yes to its being shown, or not any more.",
            "Ask them. Their yes: velum agreement allow NAME --permission show.",
        ),
        Denied::Withdrawn(_) => (
            "consent-withdrawn",
            "The yes to this was withdrawn.",
            "That is always possible, for both of you and without a reason.",
        ),
        _ => (
            "consent-not-granted",
            "Nobody has said yes to this.",
            "velum agreement show tells who stated what.",
        ),
    };
    Failure::new(what, advice).named(denied.kind(), id)
}

fn agreement(error: consent::Error) -> Failure {
    use consent::Error as E;
    let (id, what, advice) = match error {
        E::Malformed | E::TooBig => (
            "agreement-malformed",
            "This is not an agreement that Velum can read.",
            "Export it again with velum agreement export.",
        ),
        E::NotAuthentic | E::Stranger | E::WrongPair => (
            "agreement-not-authentic",
            "A signature in it does not fit: it was changed, or put together from several.",
            "Do not rely on it. Ask for a new export.",
        ),
        E::ExpiryOutOfRange | E::TermsOutOfRange => (
            "terms-out-of-range",
            "An agreement lasts at most 90 days, and a photo opens at most 1000 times.",
            "Choose an earlier date or fewer views.",
        ),
        E::ClockBehind => (
            "clock-behind",
            "This machine's clock is behind the last thing you signed here.",
            "Set the date and time, then run the command again.",
        ),
        E::Full => (
            "agreement-full",
            "This agreement holds as many statements as one can.",
            "End it with velum end, and begin anew with velum invite.",
        ),
        E::Ended => (
            "consent-ended",
            "One of you has ended this agreement.",
            "Sharing again takes a new invitation.",
        ),
        _ => (
            "agreement-not-consistent",
            "The statements in it do not fit together: some are missing or contradict each other.",
            "Run velum sync, or ask for a new export.",
        ),
    };
    Failure::new(what, advice).named(error.kind(), id)
}

/// No relay is known yet.
pub(crate) fn no_relay() -> Failure {
    Failure::new(
        "This vault has no relay yet.",
        "Choose one with velum vault relay URL, or accept an invitation.",
    )
    .named(ErrorKind::Misuse, "no-relay")
}

/// Why an address cannot be a relay's.
pub(crate) fn not_a_relay(error: InvalidOrigin) -> Failure {
    let (what, advice) = match error {
        InvalidOrigin::NotEncrypted => (
            "This address begins with http, so what is sent could be read on the way.",
            "Use its https address. Plain http is for this machine only.",
        ),
        _ => ("This is not a relay's address.", "It looks like https://velum.example."),
    };
    Failure::new(what, advice).named(error.kind(), "not-a-relay")
}

/// Why a folder cannot be used as a vault.
pub(crate) fn not_usable(error: NotUsable, folder: &Path) -> Failure {
    let (id, what, advice) = match error {
        NotUsable::Missing => return of(Error::NoVault).about(folder.display()),
        NotUsable::Storage(inner) => return storage(inner).about(folder.display()),
        NotUsable::NotAFolder => (
            "not-a-folder",
            "This is not a folder.",
            "Name the vault's own folder, not a link to it.",
        ),
        NotUsable::NotEmpty => (
            "folder-not-empty",
            "There are other things in this folder.",
            "Name an empty folder, or one that is not there yet.",
        ),
        NotUsable::Busy => {
            let failure = Failure::new(
                "Another velum command is using this vault.",
                "Wait until it has finished, then try again.",
            );
            return failure.named(ErrorKind::Unavailable, "vault-busy").about(folder.display());
        }
    };
    Failure::new(what, advice).named(ErrorKind::Misuse, id).about(folder.display())
}

#[cfg(test)]
mod tests;
