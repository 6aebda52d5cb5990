//! What two people have agreed: signed statements, two chains of them, and the rules for what is
//! allowed right now.
//!
//! Bytes in, bytes out. Nothing here knows storage, screens, photos or a clock: `now` and the
//! nonce are arguments. The format and the numbered rules C1 to C12 are written down in
//! `docs/formats/consent.md`.
//!
//! ```
//! # use consent::*;
//! # use crypto::sign::IdentityKey;
//! # use vocab::{InviteId, ShareId, Timestamp};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (anna, ben) = (IdentityKey::from_seed(&[1; 32]), IdentityKey::from_seed(&[2; 32]));
//! # let now = Timestamp::parse_utc("2026-11-24T12:00Z").ok_or("no such time")?;
//! # let (share, nonce) = (ShareId::from_bytes([9; 16]), [0; 16]);
//! let pair = Pair::new(anna.public(), ben.public(), InviteId::from_bytes([7; 16]))?;
//! let mut ledger = Ledger::new(pair);
//! let mut say = |key: &IdentityKey, intent: Intent| -> Result<(), Error> {
//!     let signed = ledger.next(key.public().person(), intent, now, nonce)?.sign(key)?;
//!     ledger.append(&signed).map(drop)
//! };
//! let terms = Terms::offered(now);
//! say(&anna, Intent::Propose(terms))?;
//! say(&ben, Intent::Agree(terms))?;
//! say(&ben, Intent::grant(Verb::Receive, Subject::All, terms.until))?;
//! say(&anna, Intent::grant(Verb::View, Subject::Share(share), terms.until))?;
//!
//! let request = Request {
//!     verb: Verb::View,
//!     share,
//!     from: anna.public().person(),
//!     to: ben.public().person(),
//!     now,
//! };
//! let live = ledger.live_grant(&request)?;
//! assert_eq!(live.views_max(), 1);
//! # Ok(()) }
//! ```
//!
//! Reading order: [`statement`] (what can be said), [`terms`] (the words both sign), [`signed`]
//! (unverified and verified are different types), [`pair`] and [`ledger`] (two chains), [`intent`]
//! (the next statement), [`live`] (a question, and the proof of a yes), `rules` (one pure function),
//! [`standing`] (an overview for people), [`bundle`]
//! (proof for others, checked offline).

pub mod bundle;
mod codec;
mod error;
pub mod intent;
pub mod ledger;
pub mod live;
pub mod pair;
mod rules;
pub mod signed;
pub mod standing;
pub mod statement;
mod stored;
pub mod terms;

pub use bundle::{Report, export};
pub use error::Error;
pub use intent::Intent;
pub use ledger::{Appended, Ledger};
pub use live::{Denied, Depicted, LiveGrant, Request};
pub use pair::Pair;
pub use rules::Agreed;
pub use signed::{Signed, Unsigned, Verified};
pub use standing::Standing;
pub use statement::{Act, Grant, Policy, Statement, StatementDigest, Subject, Verb};
pub use terms::{OnEnd, Permission, Terms, TermsDigest};
