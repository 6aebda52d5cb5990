//! Two people's devices: what they know of each other and of the relay, and what they ask for next.

use super::random::Random;
use crate::Command;
use crate::command::Sealed;
use crate::model::{Allowance, LiveShare, ShareTerms, WrappedHalf};
use crypto::secret::ClaimKey;
use vocab::limits::CONTROL_MESSAGE_BYTES;
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// How long a share lives in this world: long enough for some retries, short enough to expire.
const LIFE_SECONDS: u64 = 240;
/// Size of every blob.
pub(super) const BLOB_BYTES: u64 = 1000;
/// What every consent allows.
pub(super) const SHARES_MAX: u32 = 3;
/// Most shares of one schedule; their numbers fit into a byte.
const SHARES: usize = 60;

/// A share as its sender planned it.
pub(super) struct Plan {
    pub(super) capability: u8,
    pub(super) views: u32,
    pub(super) not_after: Timestamp,
}

/// What is going on just now.
#[derive(Default)]
pub(super) struct Devices {
    pub(super) shares: Vec<Plan>,
    /// The first share that is not older than the latest restore.
    first_new: usize,
    /// The latest of each; all smaller numbers were used before.
    pub(super) mailbox: u8,
    pub(super) capability: u8,
    pub(super) invite: u8,
    first_invite: u8,
    /// When each link is dead.
    invites_end: Vec<Timestamp>,
    messages: u8,
    attempts: u8,
}

impl Devices {
    /// One more photo to share, if there is room.
    pub(super) fn plan(&mut self, relay_time: Timestamp, random: &mut Random) {
        if self.shares.len() < SHARES {
            let views = 1 + random.below(3) as u32;
            let not_after = relay_time.plus_seconds(LIFE_SECONDS);
            self.shares.push(Plan { capability: self.capability, views, not_after });
        }
    }

    /// Everything from before is over: they consent and share anew.
    pub(super) fn begin_anew(&mut self, mailbox_is_there: bool) {
        self.mailbox += u8::from(!mailbox_is_there);
        self.capability += 1;
        self.invite += 1;
        self.first_invite = self.invite;
        self.first_new = self.shares.len();
    }

    /// What is sent next; mostly what moves things on.
    pub(super) fn request(&mut self, now: Timestamp, random: &mut Random) -> Command {
        if self.shares.len() == self.first_new || random.one_in(24) {
            self.plan(now, random);
        }
        match random.below(64) {
            0..12 => self.put_share(random),
            12..22 => {
                let number = self.some_share(random);
                let variant = variant(random);
                finish_blob(number, self.shares[usize::from(number)].capability, variant)
            }
            22..40 => self.claim(random),
            40..42 => self.withdraw(random),
            42..44 if random.one_in(4) => {
                let withdrawn = capability(self.capability);
                let read = token(READ, self.mailbox);
                self.capability += 1;
                Command::DeleteCapability { capability: withdrawn, read }
            }
            44 if random.one_in(12) => {
                let gone = self.mailbox;
                (self.mailbox, self.capability) = (gone + 1, self.capability + 1);
                Command::DeleteMailbox { mailbox: mailbox(gone), read: token(READ, gone) }
            }
            45..48 => self.put_capability(now),
            48..50 => self.put_mailbox(),
            50..55 => self.post(random),
            55..60 => self.invitation(now, random),
            _ => Command::Sweep { rows_max: 4 },
        }
    }

    /// Mostly one of the new ones.
    fn some_share(&self, random: &mut Random) -> u8 {
        let (first, all) = (self.first_new, self.shares.len());
        match all > first && !random.one_in(6) {
            true => (first + random.place(all - first)) as u8,
            false => random.place(all) as u8,
        }
    }

    /// Each announcement seals the half anew. A sender with a fault announces another blob.
    fn put_share(&self, random: &mut Random) -> Command {
        let number = self.some_share(random);
        let plan = &self.shares[usize::from(number)];
        let variant = variant(random);
        let terms = ShareTerms {
            capability: capability(plan.capability),
            control: token(CONTROL, number),
            fetch: token(FETCH, number),
            claim_key: ClaimKey::from_bytes([11; 32]),
            policy: token(POLICY, number),
            not_after: plan.not_after,
            views: plan.views,
            blob_bytes: BLOB_BYTES,
            blob_digest: [variant; 32],
        };
        let record = LiveShare {
            terms,
            half: Some(WrappedHalf(vec![variant, number, random.byte(), random.byte()])),
            epoch: 0,
            views_left: plan.views,
            object: None,
            claimed_at: None,
        };
        Command::PutShare { share: share(number), record: Box::new(record) }
    }

    /// Half of them new attempts, the others retries of some earlier one.
    fn claim(&mut self, random: &mut Random) -> Command {
        if self.attempts == 0 || random.one_in(2) {
            self.attempts = self.attempts.saturating_add(1);
        }
        // Mostly one of the latest, as a device that waits for an answer would.
        let far = if random.one_in(4) { u64::from(self.attempts) } else { 6 };
        let back = random.below(u64::from(self.attempts)).min(random.below(far)) as u8;
        let number = self.some_share(random);
        let reply_key = [u8::from(random.one_in(16)); 32];
        let claim = ClaimId::from_bytes(id(CLAIM, self.attempts - back));
        Command::Claim { share: share(number), claim, reply_key, fresh: None }
    }

    /// One, or several; sometimes with a wrong token among them.
    fn withdraw(&self, random: &mut Random) -> Command {
        let first = self.some_share(random);
        let mut shares = vec![(share(first), token(CONTROL, first))];
        if !random.one_in(3) {
            let second = self.some_share(random);
            let kind = if random.one_in(4) { CONTROL } else { FETCH };
            if second != first {
                shares.push((share(second), token(kind, second)));
            }
        }
        Command::Withdraw { shares }
    }

    pub(super) fn put_capability(&self, now: Timestamp) -> Command {
        let not_after = now.plus_days(1);
        let bytes_max = 10 * BLOB_BYTES;
        Command::PutCapability {
            capability: capability(self.capability),
            mailbox: mailbox(self.mailbox),
            read: token(READ, self.mailbox),
            allows: Allowance { bytes_max, shares_max: SHARES_MAX, not_after },
        }
    }

    pub(super) fn put_mailbox(&self) -> Command {
        let number = self.mailbox;
        let (read, post) = (token(READ, number), token(POST, number));
        Command::PutMailbox { mailbox: mailbox(number), read, post }
    }

    fn post(&mut self, random: &mut Random) -> Command {
        if self.messages == 0 || !random.one_in(3) {
            self.messages = self.messages.saturating_add(1);
        }
        let back = random.below(u64::from(self.messages)).min(random.below(3)) as u8;
        let number = self.messages - back;
        Command::PostMessage {
            mailbox: mailbox(self.mailbox),
            post: token(POST, self.mailbox),
            message: message(number),
            body: Sealed(vec![number; CONTROL_MESSAGE_BYTES]),
        }
    }

    fn invitation(&mut self, now: Timestamp, random: &mut Random) -> Command {
        // Links of before a restore are not laid out anew, but somebody may still try them.
        let back = random.below(2) as u8;
        let number = self.invite.saturating_sub(back).max(self.first_invite);
        while self.invites_end.len() <= usize::from(self.invite) {
            self.invites_end.push(now.plus_seconds(3600));
        }
        match random.below(12) {
            0..4 => Command::PutInvite {
                invite: invite(number),
                mailbox: mailbox(self.mailbox),
                mailbox_read: token(READ, self.mailbox),
                read: token(OFFER, number),
                accept: token(ACCEPT, number),
                not_after: self.invites_end[usize::from(number)],
                offer: Sealed(vec![number; CONTROL_MESSAGE_BYTES]),
            },
            4..10 => {
                let number = if random.one_in(6) {
                    random.below(1 + u64::from(self.invite)) as u8
                } else {
                    number
                };
                // Two people with the same link.
                let message = MessageId::from_bytes(id(ACCEPTANCE + random.below(2) as u8, number));
                let body = Sealed(vec![number; CONTROL_MESSAGE_BYTES]);
                Command::AcceptInvite {
                    invite: invite(number),
                    accept: token(ACCEPT, number),
                    message,
                    body,
                }
            }
            10 => {
                self.invite = self.invite.saturating_add(1);
                let mailbox_read = token(READ, self.mailbox);
                Command::DeleteInvite { invite: invite(number), mailbox_read }
            }
            _ => {
                self.invite = self.invite.saturating_add(1);
                self.put_mailbox()
            }
        }
    }
}

/// Mostly the blob that was meant.
fn variant(random: &mut Random) -> u8 {
    u8::from(random.one_in(10))
}

fn finish_blob(number: u8, of: u8, variant: u8) -> Command {
    Command::FinishBlob {
        share: share(number),
        capability: capability(of),
        object: ObjectId::from_bytes([0; 16]),
        bytes: BLOB_BYTES,
        digest: [variant; 32],
    }
}

// Kinds of ids and tokens.
const CLAIM: u8 = 1;
pub(super) const CONTROL: u8 = 2;
const FETCH: u8 = 3;
const POLICY: u8 = 4;
pub(super) const READ: u8 = 5;
const POST: u8 = 6;
const OFFER: u8 = 7;
const ACCEPT: u8 = 8;
const SHARE: u8 = 9;
const MAILBOX: u8 = 10;
const MESSAGE: u8 = 11;
const INVITE: u8 = 12;
const ACCEPTANCE: u8 = 13;

fn id(kind: u8, number: u8) -> [u8; 16] {
    let mut id = [0; 16];
    (id[0], id[1]) = (number, kind);
    id
}

pub(super) fn token(kind: u8, number: u8) -> CapabilityDigest {
    let mut token = [0; 32];
    (token[0], token[1]) = (number, kind);
    CapabilityDigest::from_bytes(token)
}

pub(super) fn share(number: u8) -> ShareId {
    ShareId::from_bytes(id(SHARE, number))
}

pub(super) fn capability(number: u8) -> CapabilityDigest {
    token(0, number)
}

pub(super) fn mailbox(number: u8) -> MailboxId {
    MailboxId::from_bytes(id(MAILBOX, number))
}

fn invite(number: u8) -> InviteId {
    InviteId::from_bytes(id(INVITE, number))
}

fn message(number: u8) -> MessageId {
    MessageId::from_bytes(id(MESSAGE, number))
}
