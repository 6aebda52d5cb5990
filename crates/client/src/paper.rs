//! Taking everything back with what stands on a sheet of paper: without vault, device or account.
//!
//! The paper holds one secret. Ids and rights of shares and of our mailboxes are derived from it by
//! number, so that whoever holds the paper can name them all again and take them back, and can do
//! nothing else: nothing opens a photo, reads a message, or allows anything. The relay sees random
//! ids as always; it links them only when the paper is used.

use crate::{Device, Error, Storage, Transport, WithdrawReport};
use core::fmt;
use crypto::{
    CryptoRng, kdf,
    secret::{BearerToken, SECRET_BYTES},
};
use vocab::{MailboxId, ShareId, Timestamp, limits};
use wire::{
    ProblemKind,
    v1::{
        SHARES_PER_REQUEST_MAX, answer,
        body::{ControlledShare, ControlledShares, ShareState},
        request,
    },
};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Numbers of one day. The relay gives one answer for what has ended and what never was, so nothing
/// would say where plain numbers end; but nothing lives longer than a consent can.
const SHARES_PER_DAY: u32 = 1 << 16;

/// Days that are looked through, back from today: the longest life of a share, and a week for clocks
/// that were behind.
const DAYS_BACK: u64 = limits::CONSENT_DAYS_MAX + 7;

/// Days that are looked through beyond today, for clocks that were ahead.
const DAYS_AHEAD: u64 = 2;

/// So many numbers of a day without anything live end the search in it.
const SHARES_GAP: u32 = 2 * SHARES_PER_REQUEST_MAX as u32;

/// So many mailboxes in a row that are not there end the search for more.
const MAILBOXES_GAP: u32 = 64;

/// The secret on the paper.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PaperSecret([u8; SECRET_BYTES]);

impl PaperSecret {
    /// Length in bytes; as 24 words with a checksum of 8 bits.
    pub const BYTES: usize = SECRET_BYTES;

    /// As read from a paper.
    pub const fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be printed.
    pub const fn expose(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    pub(crate) fn share(&self, number: u32) -> ShareId {
        ShareId::from_bytes(self.first_half("velum/paper-share/v1", number))
    }

    /// The right to take back and to ask about the share of that number.
    pub(crate) fn control(&self, number: u32) -> BearerToken {
        BearerToken::from_bytes(self.derive("velum/paper-control/v1", number))
    }

    pub(crate) fn mailbox(&self, number: u32) -> MailboxId {
        MailboxId::from_bytes(self.first_half("velum/paper-mailbox/v1", number))
    }

    /// The right to read and to end the mailbox of that number.
    pub(crate) fn read(&self, number: u32) -> BearerToken {
        BearerToken::from_bytes(self.derive("velum/paper-read/v1", number))
    }

    fn derive(&self, purpose: &str, number: u32) -> [u8; SECRET_BYTES] {
        let number = number.to_be_bytes();
        *kdf::derive_sha512(&self.0, &[purpose.as_bytes(), &number])
    }

    fn first_half(&self, purpose: &str, number: u32) -> [u8; 16] {
        let derived = self.derive(purpose, number);
        core::array::from_fn(|at| derived[at])
    }
}

impl fmt::Debug for PaperSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[PaperSecret]")
    }
}

/// What the paper has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaperReport {
    /// Photos that can never be released again.
    pub withdrawn: usize,
    /// Mailboxes that are gone, and with them every yes to receive given through them.
    pub mailboxes: usize,
}

/// Takes back everything that was ever shared under this secret at this relay, and ends the
/// mailboxes, so that nothing more is received. May be done again at any time.
///
/// Shares are asked about first: only live ones are named in withdrawals, so that no tombstones
/// are left for numbers that were never used.
pub async fn withdraw_all<T: Transport>(
    transport: &T,
    secret: &PaperSecret,
    now: Timestamp,
) -> Result<PaperReport, Error> {
    let mut withdrawn = 0;
    let today = now.day_number();
    // The newest first: they are the most likely to be alive.
    for day in (today.saturating_sub(DAYS_BACK)..=today + DAYS_AHEAD).rev() {
        withdrawn += withdraw_day(transport, secret, first_of(day)).await?;
    }
    let mailboxes = end_mailboxes(transport, secret).await?;
    Ok(PaperReport { withdrawn, mailboxes })
}

/// The first number of a day; days that no number can name share the last ones.
fn first_of(day: u64) -> u32 {
    let day = u32::try_from(day).unwrap_or(u32::MAX).min(u32::MAX / SHARES_PER_DAY);
    day * SHARES_PER_DAY
}

async fn withdraw_day<T: Transport>(
    transport: &T,
    secret: &PaperSecret,
    first: u32,
) -> Result<usize, Error> {
    let (mut withdrawn, mut last_live, mut from) = (0, first, first);
    while from - last_live < SHARES_GAP && from - first < SHARES_PER_DAY {
        let to = from + SHARES_PER_REQUEST_MAX as u32;
        let named = |number| ControlledShare {
            share: secret.share(number),
            control: secret.control(number),
        };
        let all = ControlledShares { shares: (from..to).map(named).collect() };
        let statuses = answer::statuses(&transport.send(request::status(&all)).await?)?;
        let mut live = ControlledShares { shares: Vec::new() };
        for (share, status) in all.shares.into_iter().zip(statuses.shares) {
            if status.share == share.share && status.state != ShareState::Ended {
                live.shares.push(share);
            }
        }
        if !live.shares.is_empty() {
            let count = live.shares.len();
            answer::withdrawn(&transport.send(request::withdraw(&live)).await?)?;
            withdrawn += count;
            last_live = to;
        }
        from = to;
    }
    Ok(withdrawn)
}

async fn end_mailboxes<T: Transport>(transport: &T, secret: &PaperSecret) -> Result<usize, Error> {
    let (mut ended, mut last, mut number) = (0, 0, 0);
    while number - last < MAILBOXES_GAP {
        let end = request::delete_mailbox(secret.mailbox(number), &secret.read(number));
        match answer::done(&transport.send(end).await?) {
            Ok(()) => {
                ended += 1;
                last = number;
            }
            // Never made, or ended before.
            Err(wire::Error::Problem(ProblemKind::Refused | ProblemKind::Gone)) => {}
            Err(error) => return Err(Error::Relay(error)),
        }
        number += 1;
    }
    Ok(ended)
}

impl PaperReport {
    /// As a withdrawal: nothing is left unconfirmed, or there would have been an error.
    pub fn as_withdrawal(&self) -> WithdrawReport {
        WithdrawReport { withdrawn: self.withdrawn, unconfirmed: 0 }
    }
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// The secret for the paper. It is the same every time, and covers what was shared since it was
    /// made: with the vault, or, in an older vault, at the first use.
    pub async fn paper_secret(&mut self) -> Result<PaperSecret, Error> {
        let secret = self.paper();
        self.save().await?;
        Ok(secret)
    }

    /// How many photos are alive that an older version shared, which no paper can name.
    pub fn beyond_paper(&self) -> usize {
        let shares = self.state.sent.iter().filter(|sent| sent.can_be_withdrawn());
        shares.filter(|sent| !sent.on_paper).count()
    }

    /// Id and right of the next share.
    pub(crate) fn next_share(&mut self, now: Timestamp) -> (ShareId, BearerToken) {
        let secret = self.paper();
        let number = self.state.next_share.max(first_of(now.day_number()));
        self.state.next_share = number.saturating_add(1);
        (secret.share(number), secret.control(number))
    }

    /// Id and right of the next mailbox.
    pub(crate) fn next_mailbox(&mut self) -> (MailboxId, BearerToken) {
        let secret = self.paper();
        let number = self.state.next_mailbox;
        self.state.next_mailbox += 1;
        (secret.mailbox(number), secret.read(number))
    }

    fn paper(&mut self) -> PaperSecret {
        let rng = &mut self.rng;
        let secret = self.state.paper.get_or_insert_with(|| crate::device::fresh_seed(rng));
        PaperSecret(*secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Computed with another implementation (Python's `cryptography`).
    #[test]
    fn what_is_derived_is_what_the_format_says() {
        let secret = PaperSecret::from_bytes(core::array::from_fn(|at| at as u8));
        let number = first_of(20_784) + 3;
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(hex(secret.share(number).as_bytes()), "d303a1481468ea8e00c17f5253f90594");
        assert_eq!(
            hex(secret.control(number).expose()),
            "0b3cb99a4a3332611a84ba6a09940ba714a9b6e73e1b4d91868619b05d30b25a"
        );
        assert_eq!(hex(secret.mailbox(number).as_bytes()), "29268d5ec3259b8a721e21fa2e378a1d");
        assert_eq!(
            hex(secret.read(number).expose()),
            "2bfb6b57b39411482bd7a97f9d015c1bb79db83b72e4b8881cfd56a1f95a8179"
        );
    }

    #[test]
    fn nothing_derived_is_like_anything_else() {
        let secrets = [PaperSecret::from_bytes([1; 32]), PaperSecret::from_bytes([2; 32])];
        let mut all = BTreeSet::new();
        for secret in &secrets {
            for number in 0..50 {
                all.insert(secret.share(number).as_bytes().to_vec());
                all.insert(secret.mailbox(number).as_bytes().to_vec());
                all.insert(secret.control(number).expose()[..16].to_vec());
                all.insert(secret.read(number).expose()[..16].to_vec());
            }
        }
        assert_eq!(all.len(), 2 * 4 * 50);
        assert_eq!(format!("{:?}", secrets[0]), "[PaperSecret]");
    }
}
