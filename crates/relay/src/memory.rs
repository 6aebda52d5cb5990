//! The smallest store: maps in memory. For tests and the simulation; it forgets all when dropped.

use crate::fence::{Age, Ends, Mirror, grow_older};
use crate::model::{
    Capability, Invite, InviteState, Mailbox, Message, Release, Share, Tombstone, Usage,
};
use crate::{Command, Error, Records, Reply, Rows, Stop, Tx, advance_clock, apply};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// All rows. Cloned to begin a transaction, swapped in to commit it.
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
        let mut after = self.clone();
        let reply = apply(&mut after, command, now)?;
        grow_older(&mut after)?;
        *self = after;
        Ok(reply)
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
        Ok(self
            .messages
            .iter()
            .any(|((place, _), stored)| *place == mailbox && stored.message == message))
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        let waiting = self.messages.iter().filter_map(|((place, sequence), stored)| {
            let body = stored.body.clone()?;
            (*place == mailbox && *sequence > after).then_some(Message {
                sequence: *sequence,
                message: stored.message,
                body,
            })
        });
        Ok(waiting.take(rows_max as usize).collect())
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        let waiting = self
            .messages
            .iter()
            .filter(|((place, _), stored)| *place == mailbox && stored.body.is_some());
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

impl Tx for Tables {
    fn put_clock(&mut self, now: Timestamp) -> Result<(), Error> {
        self.clock = Some(now);
        Ok(())
    }

    fn put_age(&mut self, age: Age) -> Result<(), Error> {
        self.age = age;
        Ok(())
    }

    fn end_everything(&mut self, ends: &Ends) -> Result<(), Error> {
        for row in self.shares.values_mut() {
            if let Share::Live(live) = row {
                self.doomed.extend(live.object);
                let control = live.terms.control;
                *row = Share::Ended(Tombstone { control, forget_at: ends.tombstones });
            }
        }
        self.releases.clear();
        for row in self.capabilities.values_mut().filter(|row| row.allows.is_some()) {
            row.allows = None;
            row.forget_at = ends.tombstones;
        }
        for row in self.invites.values_mut() {
            if matches!(row.state, InviteState::Open(_)) {
                row.state = InviteState::Cancelled;
                row.forget_at = ends.invites;
            }
        }
        for row in self.mailboxes.values_mut() {
            if let Mailbox::Live(live) = row {
                live.next_sequence = live.next_sequence.saturating_add(ends.sequences);
            }
        }
        Ok(())
    }

    fn put_mailbox(&mut self, id: MailboxId, row: &Mailbox) -> Result<(), Error> {
        self.mailboxes.insert(id, row.clone());
        Ok(())
    }

    fn put_message(
        &mut self,
        mailbox: MailboxId,
        message: &Message,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        let Message { sequence, message, body } = message.clone();
        let stored = StoredMessage { message, body: Some(body), forget_at };
        self.messages.insert((mailbox, sequence), stored);
        Ok(())
    }

    fn clear_messages(
        &mut self,
        mailbox: MailboxId,
        through: u64,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        for (_, stored) in self.messages.range_mut((mailbox, 0)..=(mailbox, through)) {
            if stored.body.take().is_some() {
                stored.forget_at = forget_at;
            }
        }
        Ok(())
    }

    fn drop_messages(&mut self, mailbox: MailboxId) -> Result<(), Error> {
        self.messages.retain(|(place, _), _| *place != mailbox);
        Ok(())
    }

    fn put_capability(&mut self, digest: CapabilityDigest, row: &Capability) -> Result<(), Error> {
        self.capabilities.insert(digest, row.clone());
        Ok(())
    }

    fn put_invite(&mut self, id: InviteId, row: &Invite) -> Result<(), Error> {
        self.invites.insert(id, row.clone());
        Ok(())
    }

    fn put_share(&mut self, id: ShareId, row: &Share) -> Result<(), Error> {
        self.shares.insert(id, row.clone());
        Ok(())
    }

    fn drop_share(&mut self, id: ShareId) -> Result<(), Error> {
        self.shares.remove(&id);
        Ok(())
    }

    fn put_release(&mut self, share: ShareId, claim: ClaimId, row: &Release) -> Result<(), Error> {
        self.releases.insert((share, claim), row.clone());
        Ok(())
    }

    fn drop_releases(&mut self, share: ShareId) -> Result<(), Error> {
        self.releases.retain(|(place, _), _| *place != share);
        Ok(())
    }

    fn clear_releases(&mut self, before: Timestamp, rows_max: u32) -> Result<u32, Error> {
        let old = self.releases.values_mut().filter(|row| row.made_at < before);
        let mut cleared = 0;
        for row in old.filter(|row| row.sealed.is_some()).take(rows_max as usize) {
            row.sealed = None;
            cleared += 1;
        }
        Ok(cleared)
    }

    fn drop_forgotten(&mut self, now: Timestamp, _rows_max: u32) -> Result<u32, Error> {
        let rows = self.forgettable_rows();
        let kept = |row: &Mailbox| match row {
            Mailbox::Live(_) => true,
            Mailbox::Forgotten { forget_at, .. } => *forget_at > now,
        };
        self.mailboxes.retain(|_, row| kept(row));
        self.messages.retain(|_, stored| stored.forget_at > now);
        self.capabilities.retain(|_, row| row.forget_at > now);
        self.invites.retain(|_, row| row.forget_at > now);
        u32::try_from(rows - self.forgettable_rows()).map_err(|_| Error::Corrupt)
    }

    fn doom_object(&mut self, object: ObjectId) -> Result<(), Error> {
        self.doomed.insert(object);
        Ok(())
    }

    fn forget_object(&mut self, object: ObjectId) -> Result<(), Error> {
        self.doomed.remove(&object);
        Ok(())
    }
}

impl Tables {
    fn forgettable_rows(&self) -> usize {
        self.mailboxes.len() + self.messages.len() + self.capabilities.len() + self.invites.len()
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
