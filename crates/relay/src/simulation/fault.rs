//! Mistakes that a real relay could make. Each must be found.

use core::str::FromStr;

macro_rules! faults {
    ($($(#[doc = $doc:literal])* $name:ident $text:literal,)*) => {
        /// A mistake that a real relay could make.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[doc = $doc])* $name,)*
        }

        impl Fault {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, as a command line takes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

faults! {
    /// Answers before the commit is on disk.
    AnswerFirst "answer-first",
    /// Writes a share back as it was when the claim was looked at.
    StaleWrite "stale-write",
    /// Withdraws without leaving a tombstone.
    NoTombstone "no-tombstone",
    /// Answers a withdrawal without doing it.
    IgnoreWithdrawal "ignore-withdrawal",
    /// Withdraws those whose token is right, and only then sees that another is wrong.
    PartialWithdrawal "partial-withdrawal",
    /// Leaves the releases of a withdrawn share to be retried.
    RetryAfterWithdrawal "retry-after-withdrawal",
    /// Takes the system's clock as it is.
    ForgetTime "forget-time",
    /// Makes a new release for a retry.
    RecountRetry "recount-retry",
    /// Answers a retry however late it is.
    RetryForEver "retry-for-ever",
    /// Forgets which claims were counted once they may not be retried.
    ForgetClaims "forget-claims",
    /// Keeps the half after the last view.
    KeepHalf "keep-half",
    /// Deletes a withdrawn consent instead of remembering that it was withdrawn.
    ForgetWithdrawnConsent "forget-withdrawn-consent",
    /// Does not look at the consent when the blob has arrived.
    BlobWithoutConsent "blob-without-consent",
    /// Lets a ready share's record be replaced.
    ReplaceReady "replace-ready",
    /// Does not count what lies under a capability.
    IgnoreAllowance "ignore-allowance",
    /// Sweeps tombstones away at once.
    ForgetTombstones "forget-tombstones",
    /// Never drops the sealed bytes of releases.
    KeepReleases "keep-releases",
    /// Leaves an invitation open when it was accepted.
    AcceptTwice "accept-twice",
    /// Uses an invitation up and loses the message it brings.
    AcceptWithoutMessage "accept-without-message",
    /// Forgets a message's id with the message.
    ForgetMessageIds "forget-message-ids",
    /// Numbers messages anew once a mailbox is empty.
    ReuseSequence "reuse-sequence",
    /// Makes a share ready before its blob is safely on disk.
    BlobNotSynced "blob-not-synced",
    /// Leaves blobs that no row knows after a crash.
    KeepOrphans "keep-orphans",
    /// Forgets the names of doomed blobs before they are deleted.
    ForgetDoomed "forget-doomed",
    /// Writes the mirror before the commit.
    MirrorFirst "mirror-first",
    /// Answers without writing the mirror.
    NoMirror "no-mirror",
    /// Answers, and then writes the mirror.
    AnswerBeforeMirror "answer-before-mirror",
    /// Writes the mirror always in the same place.
    OneSlot "one-slot",
    /// Takes a database without a mirror for a new one.
    TrustMissingMirror "trust-missing-mirror",
    /// Sees that a database was put back, and goes on.
    NoFence "no-fence",
    /// Ends the shares of a database that was put back, and nothing else.
    FenceSharesOnly "fence-shares-only",
    /// Goes on with the same life after a fence.
    SameLife "same-life",
    /// Keeps the epoch keys of earlier lives.
    KeysOutliveRestore "keys-outlive-restore",
}

/// There is no fault of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFault;

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name).ok_or(UnknownFault)
    }
}
