//! Writing rows, and undoing what was written: each write keeps the row it replaced.

use super::{StoredMessage, Tables};
use crate::fence::{Age, Ends};
use crate::model::{Capability, Invite, InviteState, Mailbox, Message, Release, Share, Tombstone};
use crate::{Error, Rows as _, Tx};
use std::collections::BTreeMap;
use vocab::{CapabilityDigest, ClaimId, InviteId, MailboxId, ObjectId, ShareId, Timestamp};

/// A row as it was before a write.
#[derive(Clone, Debug)]
pub(super) enum Undo {
    Clock(Option<Timestamp>),
    Age(Age),
    Mailbox(MailboxId, Option<Mailbox>),
    Message((MailboxId, u64), Option<StoredMessage>),
    Capability(CapabilityDigest, Option<Capability>),
    Invite(InviteId, Option<Invite>),
    Share(ShareId, Option<Share>),
    Release((ShareId, ClaimId), Option<Release>),
    Doomed(ObjectId, bool),
}

/// A moment to which writes can be undone.
#[derive(Clone, Copy, Debug)]
pub struct Savepoint(usize);

impl Tables {
    /// Remembers this moment.
    pub fn savepoint(&self) -> Savepoint {
        Savepoint(self.undo.len())
    }

    /// Undoes all that was written since.
    pub fn undo_to(&mut self, savepoint: Savepoint) {
        for undo in self.undo.drain(savepoint.0..).rev() {
            match undo {
                Undo::Clock(clock) => self.clock = clock,
                Undo::Age(age) => self.age = age,
                Undo::Mailbox(id, row) => restore(&mut self.mailboxes, id, row),
                Undo::Message(place, row) => restore(&mut self.messages, place, row),
                Undo::Capability(id, row) => restore(&mut self.capabilities, id, row),
                Undo::Invite(id, row) => restore(&mut self.invites, id, row),
                Undo::Share(id, row) => restore(&mut self.shares, id, row),
                Undo::Release(place, row) => restore(&mut self.releases, place, row),
                Undo::Doomed(object, true) => {
                    self.doomed.insert(object);
                }
                Undo::Doomed(object, false) => {
                    self.doomed.remove(&object);
                }
            }
        }
    }

    /// What was written stays.
    pub fn settle(&mut self) {
        self.undo.clear();
    }

    pub(super) fn set_message(&mut self, place: (MailboxId, u64), row: Option<StoredMessage>) {
        let before = set(&mut self.messages, place, row);
        self.undo.push(Undo::Message(place, before));
    }

    pub(super) fn set_release(&mut self, place: (ShareId, ClaimId), row: Option<Release>) {
        let before = set(&mut self.releases, place, row);
        self.undo.push(Undo::Release(place, before));
    }

    pub(super) fn set_mailbox(&mut self, id: MailboxId, row: Option<Mailbox>) {
        let before = set(&mut self.mailboxes, id, row);
        self.undo.push(Undo::Mailbox(id, before));
    }

    pub(super) fn set_capability(&mut self, id: CapabilityDigest, row: Option<Capability>) {
        let before = set(&mut self.capabilities, id, row);
        self.undo.push(Undo::Capability(id, before));
    }

    pub(super) fn set_invite(&mut self, id: InviteId, row: Option<Invite>) {
        let before = set(&mut self.invites, id, row);
        self.undo.push(Undo::Invite(id, before));
    }

    pub(super) fn set_share(&mut self, id: ShareId, row: Option<Share>) {
        let before = set(&mut self.shares, id, row);
        self.undo.push(Undo::Share(id, before));
    }
}

fn set<K: Ord, V>(rows: &mut BTreeMap<K, V>, key: K, row: Option<V>) -> Option<V> {
    match row {
        Some(row) => rows.insert(key, row),
        None => rows.remove(&key),
    }
}

fn restore<K: Ord, V>(rows: &mut BTreeMap<K, V>, key: K, row: Option<V>) {
    set(rows, key, row);
}

/// The keys of the rows that a condition holds for.
pub(super) fn places<K: Copy, V>(rows: &BTreeMap<K, V>, holds: impl Fn(&V) -> bool) -> Vec<K> {
    rows.iter().filter(|(_, row)| holds(row)).map(|(key, _)| *key).collect()
}

impl Tx for Tables {
    fn put_clock(&mut self, now: Timestamp) -> Result<(), Error> {
        self.undo.push(Undo::Clock(self.clock.replace(now)));
        Ok(())
    }

    fn put_age(&mut self, age: Age) -> Result<(), Error> {
        self.undo.push(Undo::Age(core::mem::replace(&mut self.age, age)));
        Ok(())
    }

    fn end_everything(&mut self, ends: &Ends) -> Result<(), Error> {
        for id in places(&self.shares, |row| matches!(row, Share::Live(_))) {
            let Some(Share::Live(row)) = self.shares.get(&id) else { continue };
            let (control, object) = (row.terms.control, row.object);
            let tombstone = Tombstone { control, forget_at: ends.tombstones };
            self.set_share(id, Some(Share::Ended(tombstone)));
            object.map_or(Ok(()), |object| self.doom_object(object))?;
        }
        for place in places(&self.releases, |_| true) {
            self.set_release(place, None);
        }
        for id in places(&self.capabilities, |row| row.allows.is_some()) {
            let Some(mut row) = self.capabilities.get(&id).cloned() else { continue };
            (row.allows, row.forget_at) = (None, ends.tombstones);
            self.set_capability(id, Some(row));
        }
        for id in places(&self.invites, |row| matches!(row.state, InviteState::Open(_))) {
            let Some(mut row) = self.invites.get(&id).cloned() else { continue };
            (row.state, row.forget_at) = (InviteState::Cancelled, ends.invites);
            self.set_invite(id, Some(row));
        }
        for id in places(&self.mailboxes, |row| matches!(row, Mailbox::Live(_))) {
            let Some(mut row) = self.mailboxes.get(&id).cloned() else { continue };
            let mut next = ends.sequence_min;
            for message in self.messages(id, 0, u32::MAX)? {
                let before = (id, message.sequence);
                let Some(stored) = self.messages.get(&before).cloned() else { continue };
                self.set_message(before, None);
                self.set_message((id, next), Some(stored));
                next += 1;
            }
            if let Mailbox::Live(live) = &mut row {
                live.next_sequence = next;
            }
            self.set_mailbox(id, Some(row));
        }
        Ok(())
    }

    fn put_mailbox(&mut self, id: MailboxId, row: &Mailbox) -> Result<(), Error> {
        self.set_mailbox(id, Some(row.clone()));
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
        self.set_message((mailbox, sequence), Some(stored));
        Ok(())
    }

    fn clear_messages(
        &mut self,
        mailbox: MailboxId,
        through: u64,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        let some = self.messages.range((mailbox, 0)..=(mailbox, through));
        let waiting = some.filter(|(_, row)| row.body.is_some());
        let cleared: Vec<_> = waiting.map(|(place, row)| (*place, row.message)).collect();
        for (place, message) in cleared {
            self.set_message(place, Some(StoredMessage { message, body: None, forget_at }));
        }
        Ok(())
    }

    fn drop_messages(&mut self, mailbox: MailboxId) -> Result<(), Error> {
        let all = self.messages.range((mailbox, 0)..=(mailbox, u64::MAX));
        for place in all.map(|(place, _)| *place).collect::<Vec<_>>() {
            self.set_message(place, None);
        }
        Ok(())
    }

    fn put_capability(&mut self, digest: CapabilityDigest, row: &Capability) -> Result<(), Error> {
        self.set_capability(digest, Some(row.clone()));
        Ok(())
    }

    fn put_invite(&mut self, id: InviteId, row: &Invite) -> Result<(), Error> {
        self.set_invite(id, Some(row.clone()));
        Ok(())
    }

    fn put_share(&mut self, id: ShareId, row: &Share) -> Result<(), Error> {
        self.set_share(id, Some(row.clone()));
        Ok(())
    }

    fn drop_share(&mut self, id: ShareId) -> Result<(), Error> {
        self.set_share(id, None);
        Ok(())
    }

    fn put_release(&mut self, share: ShareId, claim: ClaimId, row: &Release) -> Result<(), Error> {
        self.set_release((share, claim), Some(row.clone()));
        Ok(())
    }

    fn drop_releases(&mut self, share: ShareId) -> Result<(), Error> {
        let first = ClaimId::from_bytes([0; 16]);
        let last = ClaimId::from_bytes([0xFF; 16]);
        let all = self.releases.range((share, first)..=(share, last));
        for place in all.map(|(place, _)| *place).collect::<Vec<_>>() {
            self.set_release(place, None);
        }
        Ok(())
    }

    fn clear_releases(&mut self, before: Timestamp, rows_max: u32) -> Result<u32, Error> {
        let mut old = places(&self.releases, |row| row.made_at < before && row.sealed.is_some());
        old.truncate(rows_max as usize);
        for place in &old {
            let Some(mut row) = self.releases.get(place).cloned() else { continue };
            row.sealed = None;
            self.set_release(*place, Some(row));
        }
        u32::try_from(old.len()).map_err(|_| Error::Corrupt)
    }

    fn drop_forgotten(&mut self, now: Timestamp, _rows_max: u32) -> Result<u32, Error> {
        let over = |row: &Mailbox| match row {
            Mailbox::Live(_) => false,
            Mailbox::Forgotten { forget_at, .. } => *forget_at <= now,
        };
        let before = self.undo.len();
        places(&self.mailboxes, over).into_iter().for_each(|id| self.set_mailbox(id, None));
        for place in places(&self.messages, |row| row.forget_at <= now) {
            self.set_message(place, None);
        }
        for id in places(&self.capabilities, |row| row.forget_at <= now) {
            self.set_capability(id, None);
        }
        places(&self.invites, |row| row.forget_at <= now)
            .into_iter()
            .for_each(|id| self.set_invite(id, None));
        u32::try_from(self.undo.len() - before).map_err(|_| Error::Corrupt)
    }

    fn doom_object(&mut self, object: ObjectId) -> Result<(), Error> {
        let was_there = !self.doomed.insert(object);
        self.undo.push(Undo::Doomed(object, was_there));
        Ok(())
    }

    fn forget_object(&mut self, object: ObjectId) -> Result<(), Error> {
        let was_there = self.doomed.remove(&object);
        self.undo.push(Undo::Doomed(object, was_there));
        Ok(())
    }
}
