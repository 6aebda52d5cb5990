//! The smallest store: maps in memory. For tests and the simulation; it forgets all when dropped.

mod change;
mod faulty;

pub use change::Savepoint;

use crate::fence::{Age, Mirror, grow_older};
use crate::model::{Capability, Invite, Mailbox, Message, Release, Share, Usage};
use crate::{Command, Error, Records, Reply, Rows, Stop, advance_clock, apply};
use change::Undo;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// All rows. What is written can be undone until it is settled.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    clock: Option<Timestamp>,
    age: Age,
    mailboxes: BTreeMap<MailboxId, Mailbox>,
    messages: BTreeMap<(MailboxId, u64), StoredMessage>,
    capabilities: BTreeMap<CapabilityDigest, Capability>,
    invites: BTreeMap<InviteId, Invite>,
    shares: BTreeMap<ShareId, Share>,
    releases: BTreeMap<(ShareId, ClaimId), Release>,
    doomed: BTreeSet<ObjectId>,
    undo: Vec<Undo>,
}

#[derive(Clone, Debug)]
struct StoredMessage {
    message: MessageId,
    body: Option<Vec<u8>>,
    forget_at: Timestamp,
}

impl Tables {
    /// Applies one command as a store does: clock first, then all or nothing.
    pub fn run(&mut self, command: &Command, system: Timestamp) -> Result<Reply, Stop> {
        let now = advance_clock(self, system)?;
        let before = self.savepoint();
        let reply = apply(self, command, now).and_then(|reply| {
            grow_older(self)?;
            Ok(reply)
        });
        if reply.is_err() {
            self.undo_to(before);
        }
        self.settle();
        reply
    }

    fn messages_of(&self, mailbox: MailboxId) -> impl Iterator<Item = (u64, &StoredMessage)> {
        let all = self.messages.range((mailbox, 0)..=(mailbox, u64::MAX));
        all.map(|((_, sequence), stored)| (*sequence, stored))
    }

    /// Counted views whose sealed bytes are still there.
    pub fn sealed_releases(&self) -> usize {
        self.releases.values().filter(|row| row.sealed.is_some()).count()
    }

    /// Objects that a share needs.
    pub fn needed_objects(&self) -> BTreeSet<ObjectId> {
        let object = |row: &Share| match row {
            Share::Live(row) => row.object,
            Share::Ended(_) => None,
        };
        self.shares.values().filter_map(object).collect()
    }
}

impl Rows for Tables {
    fn clock(&self) -> Result<Timestamp, Error> {
        let start = Timestamp::from_unix_seconds(0).ok_or(Error::Corrupt)?;
        Ok(self.clock.unwrap_or(start))
    }

    fn age(&self) -> Result<Age, Error> {
        Ok(self.age)
    }

    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error> {
        Ok(self.mailboxes.get(&id).cloned())
    }

    fn mailbox_read_by(&self, read: CapabilityDigest) -> Result<Option<MailboxId>, Error> {
        let reads = |row: &Mailbox| matches!(row, Mailbox::Live(row) if row.read == read);
        Ok(self.mailboxes.iter().find(|(_, row)| reads(row)).map(|(id, _)| *id))
    }

    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error> {
        Ok(self.messages_of(mailbox).any(|(_, stored)| stored.message == message))
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        let waiting = self.messages_of(mailbox).filter(|(sequence, _)| *sequence > after);
        let waiting = waiting.filter_map(|(sequence, stored)| {
            Some(Message { sequence, message: stored.message, body: stored.body.clone()? })
        });
        Ok(waiting.take(rows_max as usize).collect())
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        let waiting = self.messages_of(mailbox).filter(|(_, stored)| stored.body.is_some());
        u32::try_from(waiting.count()).map_err(|_| Error::Corrupt)
    }

    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error> {
        Ok(self.capabilities.get(&digest).cloned())
    }

    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error> {
        let mut usage = Usage::default();
        for row in self.shares.values() {
            if let Share::Live(row) = row
                && row.terms.capability == digest
            {
                usage.shares += 1;
                usage.bytes += row.terms.blob_bytes;
            }
        }
        Ok(usage)
    }

    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error> {
        Ok(self.invites.get(&id).cloned())
    }

    fn share(&self, id: ShareId) -> Result<Option<Share>, Error> {
        Ok(self.shares.get(&id).cloned())
    }

    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error> {
        Ok(self.releases.get(&(share, claim)).cloned())
    }

    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error> {
        let due = self.shares.iter().filter(|(_, row)| match row {
            Share::Live(row) => row.due() <= now,
            Share::Ended(tombstone) => tombstone.forget_at <= now,
        });
        Ok(due.map(|(id, _)| *id).take(rows_max as usize).collect())
    }

    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error> {
        Ok(self.doomed.iter().copied().take(rows_max as usize).collect())
    }

    fn object_needed(&self, object: ObjectId) -> Result<bool, Error> {
        let needs = |row: &Share| matches!(row, Share::Live(row) if row.object == Some(object));
        Ok(self.shares.values().any(needs))
    }
}

/// A store of [`Tables`] behind a lock.
#[derive(Debug, Default)]
pub struct MemoryRecords(Mutex<Tables>);

impl Records for MemoryRecords {
    async fn submit(&self, command: Command, now: Timestamp) -> Result<Reply, Stop> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).run(&command, now)
    }

    async fn read<T, Q>(&self, question: Q) -> Result<T, Error>
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static,
    {
        Ok(question(&*self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// A mirror in memory, for tests of stores. A clone is the same place.
#[derive(Clone, Debug, Default)]
pub struct MemoryMirror(Arc<Mutex<Option<Age>>>);

impl Mirror for MemoryMirror {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        Ok(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(age);
        Ok(())
    }
}
