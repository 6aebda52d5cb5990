//! Every limit in one place. Each says what it bounds and why it has that size.

/// Largest photo file that is read, in bytes. A 200-megapixel JPEG is about 80 MB.
pub const PHOTO_BYTES_MAX: u64 = 256 << 20;

/// Most samples (width × height) a photo may claim. Above the largest phone sensors (200 MP).
pub const PHOTO_PIXELS_MAX: u64 = 512 << 20;

/// Longest side a photo may claim, in pixels: the JPEG format's own limit.
pub const PHOTO_SIDE_MAX: u32 = 65_535;

/// Most bytes that one compressed chunk of metadata may unpack to.
pub const METADATA_BYTES_MAX: u64 = 16 << 20;

/// Most containers (segments, chunks) in one file; endless chains stop here.
pub const CONTAINERS_MAX: usize = 1 << 20;

/// Deepest nesting of directories inside metadata (IFDs, boxes).
pub const NESTING_MAX: u32 = 16;

/// Largest sealed photo a relay accepts, in bytes, padding included.
pub const BLOB_BYTES_MAX: u64 = PHOTO_BYTES_MAX + (PHOTO_BYTES_MAX / 8);

/// Every control message between devices has exactly this size, so that its kind cannot be told.
pub const CONTROL_MESSAGE_BYTES: usize = 4096;

/// Largest JSON body of any request, in bytes.
pub const REQUEST_BYTES_MAX: usize = 64 << 10;

/// Most control messages waiting in one mailbox.
pub const MAILBOX_MESSAGES_MAX: u32 = 1024;

/// Days that an unread control message waits.
pub const MESSAGE_DAYS_MAX: u64 = 90;

/// Most shares waiting for one recipient under one delivery capability.
pub const SHARES_PER_CAPABILITY_MAX: u32 = 256;

/// Bytes that may lie at the relay under one delivery capability.
pub const BYTES_PER_CAPABILITY_MAX: u64 = 2 << 30;

/// Longest life of an invitation link, in seconds.
pub const INVITE_SECONDS_MAX: u64 = 86_400;

/// Days a consent lasts unless its author says otherwise.
pub const CONSENT_DAYS_DEFAULT: u64 = 30;

/// Days a consent may last at most; longer means renewing it.
pub const CONSENT_DAYS_MAX: u64 = 90;

/// Days a relay remembers that something ended: longer than any consent, so that a request that
/// was delayed until then has expired by itself.
pub const TOMBSTONE_DAYS: u64 = CONSENT_DAYS_MAX + 1;

/// Seconds a relay remembers the id of a message that was read and forgotten, so that a late
/// copy of it is not delivered twice.
pub const MESSAGE_ID_SECONDS: u64 = 86_400;

/// Most views one grant may give.
pub const VIEWS_MAX: u32 = 1000;

/// Seconds during which a repeated claim with the same id gets the same release again.
pub const CLAIM_RETRY_SECONDS: u64 = 60;

/// Longest name a person gives a partner, in bytes of UTF-8. It stays on the device.
pub const NAME_BYTES_MAX: usize = 64;

/// Longest message that goes along with a photo, in bytes of UTF-8.
pub const CAPTION_BYTES_MAX: usize = 1000;

/// Shortest passphrase for a vault, in characters.
pub const PASSPHRASE_CHARS_MIN: usize = 8;

/// Statements in one ledger before it must be closed and begun anew.
pub const STATEMENTS_MAX: usize = 10_000;

/// Largest signed statement, in bytes. The longest there is takes about 370.
pub const STATEMENT_BYTES_MAX: usize = 512;

/// Clocks that differ by more than this are told to the person, in seconds.
pub const CLOCK_SKEW_SECONDS_MAX: u64 = 300;
