//! What went wrong, in two parts: what happened, and what you can do.

use web_messages::Trouble;

/// What happened, and what you can do.
pub(crate) fn words(trouble: &Trouble) -> (String, &'static str) {
    let (happened, help) = match trouble {
        Trouble::NotSupported { format } => {
            return (
                format!("This file is {format}. Velum cannot clean that kind yet."),
                "Save or export it as JPEG or PNG, then choose that file.",
            );
        }
        Trouble::PassphraseTooShort { chars_min } => {
            return (
                format!("The passphrase is too short. It needs {chars_min} characters or more."),
                "Four or five words that do not belong together work well.",
            );
        }
        Trouble::FileEmpty | Trouble::NotAPhoto | Trouble::PhotoTooBig => photo(trouble),
        Trouble::CutShort | Trouble::Damaged | Trouble::NoPhoto => photo(trouble),
        Trouble::UnknownCodec | Trouble::CannotDraw | Trouble::DetectorMissing => photo(trouble),
        Trouble::DetectorDamaged | Trouble::LookStopped => photo(trouble),
        Trouble::CannotCover
        | Trouble::CannotCoverMoving
        | Trouble::NobodyFound
        | Trouble::FoundAgain => cover(trouble),
        Trouble::WrongPassphrase | Trouble::Locked | Trouble::OpenElsewhere => vault(trouble),
        Trouble::LockedByItself | Trouble::NotSecure => vault(trouble),
        Trouble::WrongKey
        | Trouble::NotRecoveryWords
        | Trouble::NoPasskey
        | Trouble::TooManyWays
        | Trouble::NotABackup
        | Trouble::Restored => keys(trouble),
        Trouble::StorageFull | Trouble::StorageUnavailable | Trouble::VaultDamaged => {
            vault(trouble)
        }
        _ => sharing(trouble),
    };
    (happened.into(), help)
}

fn photo(trouble: &Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::FileEmpty => {
            ("This file is empty.", "Choose the photo again from where it was first stored.")
        }
        Trouble::PhotoTooBig => (
            "This file is larger than Velum can handle.",
            "Choose a photo of at most 256 MB and 65,535 pixels a side.",
        ),
        Trouble::CutShort => (
            "This photo stops in the middle. Part of the file is missing.",
            "Copy or download it again, then choose the new file.",
        ),
        Trouble::Damaged => (
            "This photo is damaged, and nobody can say for certain what is in it.",
            "Open it in a photo program, save it under a new name, and choose that file.",
        ),
        Trouble::UnknownCodec => (
            "The pictures or the sound in this file are coded in a way Velum does not know.",
            "Save it again as a plain MP4 or JPEG with a program you trust, and choose that file.",
        ),
        Trouble::CannotDraw => (
            "Neither Velum nor this browser can draw this picture, so it was not looked at.",
            "Please look yourself at what it shows. What is hidden in it was checked all the same.",
        ),
        Trouble::DetectorMissing => (
            "What finds faces and texts could not be loaded.",
            "Try again when the server answers. The photo stayed on this device.",
        ),
        Trouble::DetectorDamaged => (
            "What finds faces and texts is damaged or from another version, so it was not used.",
            "Load the page again.",
        ),
        Trouble::LookStopped => (
            "Looking at the picture stopped half-way, perhaps for want of memory.",
            "Try again, or look yourself. Nothing was changed.",
        ),
        Trouble::NoPhoto => ("There is no photo here any more.", "Choose the photo again."),
        _ => (
            "This file is not a photo.",
            "Choose a photo or a clip, such as JPEG, HEIC, PNG or MP4.",
        ),
    }
}

fn cover(trouble: &Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::CannotCoverMoving => (
            "This picture moves, and Velum cannot cover parts of one that does.",
            "Save a still picture of it as JPEG or PNG, and cover that.",
        ),
        Trouble::NobodyFound => (
            "Nobody could be told from the background, which does not mean that nobody is there.",
            "Mark what is to be covered yourself: with the brush, or corner by corner.",
        ),
        Trouble::FoundAgain => (
            "Something that was covered could still be found in the copy, so it was thrown away.",
            "Use one dark colour, or mark a larger place.",
        ),
        _ => (
            "Velum cannot cover parts of this kind of picture.",
            "Save or export it as JPEG or PNG, and cover that.",
        ),
    }
}

fn vault(trouble: &Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::WrongPassphrase => (
            "This passphrase does not open it.",
            "Check capital letters and the keyboard's language, and try again.",
        ),
        Trouble::LockedByItself => (
            "Velum locked itself after two minutes without a touch.",
            "Enter your passphrase to go on. Choose a photo you were checking again.",
        ),
        Trouble::OpenElsewhere => (
            "Velum is already open in another tab or window.",
            "Go on there, or lock it there and try again here.",
        ),
        Trouble::NotSecure => (
            "This address is not secure, so the browser gives Velum no place for keys.",
            "Open it with https, or on the machine it runs on.",
        ),
        Trouble::StorageFull => (
            "The browser has no room left to keep your keys.",
            "Free some space on this device, then try again. Nothing was lost.",
        ),
        Trouble::StorageUnavailable => (
            "The browser does not let this page keep anything.",
            "Leave the private window or allow site data, then try again.",
        ),
        Trouble::VaultDamaged => (
            "What is kept in this browser cannot be read.",
            "Load the page again. If that does not help, it has to be made anew.",
        ),
        _ => ("It is locked.", "Enter your passphrase."),
    }
}

fn keys(trouble: &Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::NotRecoveryWords => (
            "These are not your 24 words, or one of them is wrong.",
            "Compare each with your paper. The first four letters of a word are enough.",
        ),
        Trouble::NoPasskey => (
            "No passkey was used.",
            "It was cancelled, or this browser's passkeys cannot open Velum. Use your passphrase.",
        ),
        Trouble::TooManyWays => {
            ("No more passkeys can be added.", "Remove one that you do not use any more.")
        }
        Trouble::NotABackup => {
            ("This file is not a backup.", "Choose the file that you saved. Nothing was changed.")
        }
        Trouble::Restored => (
            "These keys were put back from a backup, so nothing new can be signed for this person.",
            "Taking back works. To share anew, end it, and invite each other again.",
        ),
        _ => (
            "This does not open it.",
            "Newer words or another passkey may have taken its place. Try your passphrase.",
        ),
    }
}

fn sharing(trouble: &Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Unreachable => {
            ("The server did not answer.", "Check your connection and try again. Nothing was lost.")
        }
        Trouble::Busy => {
            ("The server is busy or has no room.", "Wait a little and try again. Nothing was lost.")
        }
        Trouble::LinkBroken => (
            "This link is not complete.",
            "Open it again exactly as it was sent, or ask for a new one.",
        ),
        Trouble::LinkGone => (
            "This link does not work any more. It was used, is too old, or was cancelled.",
            "If you want to, ask the person who sent it for a new one.",
        ),
        Trouble::LinkOwn => {
            ("You made this link yourself.", "It is for the other person. Send it to them.")
        }
        Trouble::NameUnusable => (
            "This name cannot be used: it is empty, too long, or already taken.",
            "Choose another one. Only you see it.",
        ),
        Trouble::PhotoGone => (
            "This photo is no longer available.",
            "It was viewed, it ran out, or it was taken back. There is nothing you need to do.",
        ),
        Trouble::NotAgreed => {
            ("This was not agreed, so it cannot be done.", "You can agree on new terms together.")
        }
        Trouble::ClockWrong => (
            "This device's clock is far off, so the two of you cannot agree on times.",
            "Set the clock, then try again.",
        ),
        Trouble::WorkerStopped => (
            "The part that works on photos and keys has stopped, perhaps for want of memory.",
            "It has been started anew. Unlock or choose the photo again.",
        ),
        _ => ("Something went wrong on our side.", "Load the page again. Nothing was sent."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_says_what_happened_and_what_to_do() {
        let all = [
            Trouble::FileEmpty,
            Trouble::NotAPhoto,
            Trouble::NotSupported { format: "HEIC".into() },
            Trouble::PhotoTooBig,
            Trouble::CutShort,
            Trouble::Damaged,
            Trouble::CannotDraw,
            Trouble::DetectorMissing,
            Trouble::DetectorDamaged,
            Trouble::LookStopped,
            Trouble::NoPhoto,
            Trouble::WrongPassphrase,
            Trouble::PassphraseTooShort { chars_min: 8 },
            Trouble::Locked,
            Trouble::OpenElsewhere,
            Trouble::LockedByItself,
            Trouble::NotSecure,
            Trouble::StorageFull,
            Trouble::StorageUnavailable,
            Trouble::VaultDamaged,
            Trouble::Unreachable,
            Trouble::Busy,
            Trouble::LinkBroken,
            Trouble::LinkGone,
            Trouble::LinkOwn,
            Trouble::NameUnusable,
            Trouble::PhotoGone,
            Trouble::NotAgreed,
            Trouble::ClockWrong,
            Trouble::WorkerStopped,
            Trouble::Bug,
        ];
        let mut seen = std::collections::HashSet::new();
        for trouble in all {
            let (happened, help) = words(&trouble);
            assert!(happened.ends_with('.') && help.ends_with('.'), "{trouble:?}");
            assert!(seen.insert(happened), "{trouble:?} reads like another one");
        }
    }
}
