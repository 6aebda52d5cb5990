//! What can go wrong, sorted by what a person can do about it. The page finds the words.

use serde::{Deserialize, Serialize};

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// The file is empty.
    FileEmpty,
    /// The file is no photo.
    NotAPhoto,
    /// The file is of a kind that is known but not handled.
    NotSupported {
        /// The name of the kind, such as `HEIC`.
        format: String,
    },
    /// The file or its picture is too large.
    PhotoTooBig,
    /// The file ends before its picture does.
    CutShort,
    /// The file contradicts itself.
    Damaged,
    /// Its pictures or sound are coded in a way that is not known.
    UnknownCodec,
    /// Nothing here can draw this kind of picture, or not this one.
    CannotDraw,
    /// What finds things in pictures could not be fetched.
    DetectorMissing,
    /// What finds things in pictures is not what this version was made with.
    DetectorDamaged,
    /// Parts of this kind of picture cannot be covered here.
    CannotCover,
    /// Parts of a picture that moves cannot be covered here.
    CannotCoverMoving,
    /// Nobody was found to be told from the background, or there is no background.
    NobodyFound,
    /// What was covered was found in the copy again, which was thrown away.
    FoundAgain,
    /// Looking at a picture stopped half-way, perhaps for want of memory.
    LookStopped,
    /// No photo is held (any more).
    NoPhoto,
    /// The passphrase does not open the vault.
    WrongPassphrase,
    /// What was given does not open the vault: words or a passkey that others took the place of.
    WrongKey,
    /// These are not 24 recovery words, or one is wrong.
    NotRecoveryWords,
    /// The browser or its passkey cannot open a vault, or it was cancelled.
    NoPasskey,
    /// The vault has as many ways to open it as it can have.
    TooManyWays,
    /// The file is not a backup.
    NotABackup,
    /// The vault was put back from a backup: nothing new is signed for this person.
    Restored,
    /// The passphrase is too short.
    PassphraseTooShort {
        /// How many characters it needs.
        chars_min: u32,
    },
    /// The vault is locked.
    Locked,
    /// The vault was locked because nothing was touched for a while.
    LockedByItself,
    /// The vault is open in another tab.
    OpenElsewhere,
    /// The page was opened in a way that browsers do not trust with keys.
    NotSecure,
    /// The browser has no room left.
    StorageFull,
    /// The browser does not let anything be kept.
    StorageUnavailable,
    /// What the vault holds cannot be read.
    VaultDamaged,
    /// The relay did not answer.
    Unreachable,
    /// The relay is busy or has no room.
    Busy,
    /// The link is not complete.
    LinkBroken,
    /// The link was used, is too old, or was cancelled.
    LinkGone,
    /// The link is this person's own.
    LinkOwn,
    /// The name is empty, too long, or taken.
    NameUnusable,
    /// The photo is not available any more.
    PhotoGone,
    /// What was asked for was not agreed.
    NotAgreed,
    /// This device's clock is too far off to agree on times.
    ClockWrong,
    /// The worker stopped.
    WorkerStopped,
    /// A fault of ours.
    Bug,
}
