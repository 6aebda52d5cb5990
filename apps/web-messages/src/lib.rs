//! What the page of the web app and its worker tell each other: typed, and without keys.
//!
//! The page shows and asks; the worker holds keys and photos and does the work. Each [`Ask`] gets
//! one [`Answer`]; before one about a clip, which takes long, come some that say how far it is. Photo
//! bytes travel beside a message, as a file, a blob, or a buffer that is handed over.
//!
//! Reading order: this file (asks and answers), [`photo`] (what a photo gives away), [`seen`] (what
//! the picture itself shows), [`cover`] (what is covered in it), [`shelf`] (what was sent and
//! received), [`keys`] (what opens the vault), [`trouble`] (what can go wrong). No words for people here.

pub mod cover;
pub mod keys;
pub mod photo;
pub mod seen;
pub mod shelf;
pub mod trouble;

pub use cover::{Cover, Look};
pub use keys::{KeyAsk, Opener, Passkey, Ways};
pub use photo::{Checked, Finding, Likeness, Receipt, Value};
pub use pixels::{Point, Region, Shape};
pub use seen::{Passage, Seen};
pub use shelf::{Entry, Person, Reach, Received, ReceivedStage, Sent, SentStage, Shelf, Standing};
pub use trouble::Trouble;

use serde::{Deserialize, Serialize};

/// Pictures of more pixels are not drawn by the browser to be looked at.
pub const PIXELS_DRAWN_MAX: u64 = 100_000_000;

/// What the page asks of the worker.
#[derive(Clone, Serialize, Deserialize)]
pub enum Ask {
    /// Look at the photo that goes along. It is held until another one comes. A clip is only
    /// recognised.
    Check,
    /// Look at the clip that goes along. Nothing is held.
    CheckClip,
    /// Hand over the clean copy of the clip that goes along. Nothing is held.
    CleanClip,
    /// Hand over the clean copy of the photo that is held.
    CleanCopy,
    /// Let go of the photo that is held.
    ForgetPhoto,
    /// Draw the photo that goes along, upright. Nothing is held.
    Draw,
    /// Load what finds things of these kinds, which may be asked for soon.
    Prepare {
        /// Their stable names.
        kinds: Vec<String>,
    },
    /// Find what identifies a person in the picture that goes along. The worker that looks at
    /// pictures answers.
    Find {
        /// Width and height if samples go along; none if a file does, for the browser to draw.
        size: Option<(u32, u32)>,
        /// The stable names of what to look for.
        kinds: Vec<String>,
        /// What is covered in it, if something is: each finding tells whether it shows through.
        under: Vec<Shape>,
    },
    /// Tell people from what is around them, in the picture that goes along. The worker that looks
    /// at pictures answers.
    People {
        /// Width and height if samples go along; none if a file does, for the browser to draw.
        size: Option<(u32, u32)>,
        /// The faces of those who are meant. Without any, what stands in front is taken for a
        /// person.
        faces: Vec<Region>,
    },
    /// Find what leads to a person in a text. The worker that looks at pictures answers.
    Read {
        /// Such as a message that is to go along with a photo.
        text: String,
    },
    /// Cover parts of the photo that goes along. Nothing is held.
    Cover(Cover),
    /// Is there a vault, and is it open?
    VaultState,
    /// Make a vault.
    CreateVault {
        /// What opens it.
        passphrase: String,
    },
    /// Open the vault.
    Unlock(Opener),
    /// Something about the ways to open the vault, or about backups.
    Keys(KeyAsk),
    /// Share the clean copy of the photo that is held, or the covered copy that goes along, by a
    /// new link.
    Share(NewShare),
    /// Read the terms behind a link. Changes nothing anywhere.
    Look {
        /// The whole link.
        link: String,
    },
    /// Say yes to the terms that were looked at.
    Accept {
        /// What this person is called here.
        name: String,
    },
    /// Fetch what is new and go on with what waits.
    Sync,
    /// Use one view.
    View {
        /// Which photo.
        share: String,
    },
    /// Keep a photo, where both agreed that it may be kept.
    Keep {
        /// Which photo.
        share: String,
    },
    /// Take one photo back.
    Withdraw {
        /// Which photo.
        share: String,
    },
    /// Take everything back that was sent.
    WithdrawAll,
    /// End what was agreed with a person.
    End {
        /// What they are called here.
        person: String,
    },
}

/// A photo to share and how.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewShare {
    /// What the other person is called here.
    pub name: String,
    /// How often it may be viewed.
    pub views: u32,
    /// For how many days.
    pub days: u32,
    /// Whether it may be kept.
    pub keep: Keep,
}

/// Whether a photo may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keep {
    /// It may be viewed only.
    No,
    /// A copy may be kept.
    Yes,
}

/// What the worker answers.
#[derive(Clone, Serialize, Deserialize)]
pub enum Answer {
    /// The worker is up. Comes once, unasked.
    Ready,
    /// It is done.
    Done,
    /// It is a clip: another worker looks at it, which can be ended without ending anything else.
    IsClip,
    /// How far it is. The answer itself is still to come.
    Progress {
        /// Of a hundred.
        percent: u8,
    },
    /// What a photo or clip gives away.
    Checked(Checked),
    /// A clean copy goes along.
    CleanCopy {
        /// What the bytes are.
        media_type: String,
    },
    /// The samples of a picture go along: red, green and blue, line by line.
    Drawn {
        /// Width and height in pixels.
        size: (u32, u32),
    },
    /// A covered copy goes along.
    Covered {
        /// What the bytes are.
        media_type: String,
        /// How many pixels are covered.
        pixels: u64,
    },
    /// What was found in a picture.
    Seen {
        /// Width and height in pixels.
        size: (u32, u32),
        /// What was found, kind by kind, the surest first.
        findings: Vec<Seen>,
    },
    /// What is around people.
    Around {
        /// All of the picture that belongs to nobody; none if there is nobody, or nothing else.
        background: Option<Shape>,
    },
    /// What in a text leads to a person, in the order in which it stands there.
    Read {
        /// Each with its words.
        passages: Vec<Passage>,
    },
    /// How the vault is.
    Vault(VaultState),
    /// The ways to open it.
    Ways(Ways),
    /// New recovery words. They are shown once.
    Words {
        /// In their order.
        words: Vec<String>,
    },
    /// A link was made.
    Linked {
        /// The link; it holds a secret and belongs into no log.
        link: String,
        /// Exactly what both sign, a sentence a line.
        words: String,
    },
    /// The terms behind a link.
    Offer(Offer),
    /// What was sent and received.
    Shelf(Shelf),
    /// A photo goes along.
    Opened(Opened),
    /// It did not work.
    Trouble(Trouble),
}

/// How the vault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VaultState {
    /// There is none yet.
    Absent,
    /// It is locked.
    Locked,
    /// It is open here.
    Open,
}

/// The terms behind a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Exactly what both sign, a sentence a line.
    pub words: String,
}

/// An opened photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What the bytes are.
    pub media_type: String,
    /// How often it can still be viewed.
    pub views_left: u32,
}

/// Shows which ask, not what is in it.
impl core::fmt::Debug for Ask {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[Ask]")
    }
}

/// Shows that it is an answer, not what is in it.
impl core::fmt::Debug for Answer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[Answer]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_and_answers_read_back() {
        let ask = Ask::Share(NewShare { name: "Kim".into(), views: 1, days: 7, keep: Keep::No });
        let text = serde_json::to_string(&ask).unwrap();
        let Ask::Share(read) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
        assert_eq!((read.name.as_str(), read.views, read.keep), ("Kim", 1, Keep::No));

        let text = serde_json::to_string(&Answer::Trouble(Trouble::LinkGone)).unwrap();
        let answer = serde_json::from_str(&text).unwrap();
        assert!(matches!(answer, Answer::Trouble(Trouble::LinkGone)));
    }

    #[test]
    fn debug_never_shows_a_passphrase() {
        let ask = Ask::Unlock(Opener::Passphrase("correct horse".into()));
        assert_eq!(format!("{ask:?}"), "[Ask]");
    }
}
