//! What a device does: keep a vault, pair with a partner, share a clean photo, view one, withdraw.
//!
//! All outside things are ports: where sealed records rest ([`Storage`]), how a request reaches the
//! relay ([`Transport`]); randomness and the time are arguments. The same code runs behind the
//! command line and in a browser's Worker.
//!
//! A photo travels one way: `media::Original → media::Clean → ` [`Device::share`] ` → (consent is
//! live: consent::LiveGrant) → sealed → relay`. What has not been cleaned cannot be passed in, and
//! nothing is sealed for sending without a `LiveGrant`.
//!
//! Whatever has to be told to a relay is written to the vault first and removed when the relay has
//! answered, so that a crash, a dead relay or a closed page loses nothing.
//!
//! Reading order: [`ports`], [`vault`], [`device`] (the unlocked device), `unlocking` (the ways to
//! open it), `backup`, [`link`], then one module for each thing a person does: `pairing`,
//! `agreeing`, `sharing`, `viewing`, `keeping`, `withdrawing`, `paper`, and `sync`, which carries
//! on what waits. [`overview`] is what screens show.

#![allow(async_fn_in_trait, reason = "ports are implemented here and by our apps; no Send needed")]

mod agreeing;
mod backup;
pub mod device;
mod error;
mod keeping;
mod letter;
pub mod link;
mod outbox;
pub mod overview;
mod pairing;
pub mod paper;
pub mod ports;
mod sharing;
mod state;
mod stored;
mod sync;
mod unlocking;
pub mod vault;
mod viewing;
mod withdrawing;

pub use agreeing::Renewal;
pub use backup::Restoring;
pub use device::Device;
pub use error::Error;
pub use keeping::KeptView;
pub use link::InviteLink;
pub use overview::{PartnerStage, PartnerView, ReceivedView, SentStage, SentView};
pub use pairing::{Offer, Told};
pub use paper::{PaperReport, PaperSecret};
pub use ports::{Storage, StorageError, Transport, TransportError};
pub use sharing::{ShareLimits, can_share};
pub use sync::Event;
pub use unlocking::recovery_secret;
pub use vault::{Opener, SlotKind, SlotView};
pub use viewing::OpenedPhoto;
pub use withdrawing::{Withdraw, WithdrawReport};

pub use consent::{Permission, Terms, Verb};
pub use envelope::{Keeping, MediaType};
