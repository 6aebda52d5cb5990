//! Row by row: what a store must be able to read and write inside one transaction.
//!
//! Deliberately plain, so that a store can be a map, SQLite or PostgreSQL and the rules stay in
//! one place, [`mod@crate::apply`].

use crate::Error;
use crate::fence::{Age, Ends};
use crate::model::{Capability, Invite, Mailbox, Message, Release, Share, Usage};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// Reading, in one snapshot.
pub trait Rows {
    /// The latest time recorded (R7).
    fn clock(&self) -> Result<Timestamp, Error>;

    /// How far this database has come (R17).
    fn age(&self) -> Result<Age, Error>;

    /// One mailbox.
    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error>;

    /// The live mailbox that this token reads.
    fn mailbox_read_by(&self, read: CapabilityDigest) -> Result<Option<MailboxId>, Error>;

    /// Whether a message id was seen in a mailbox, also if the message was forgotten since.
    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error>;

    /// Waiting messages with a number greater than `after`, in order.
    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error>;

    /// How many messages wait.
    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error>;

    /// One capability.
    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error>;

    /// What lies here under a capability: shares that are not ended.
    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error>;

    /// One invitation.
    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error>;

    /// One share.
    fn share(&self, id: ShareId) -> Result<Option<Share>, Error>;

    /// One view that was counted.
    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error>;

    /// Shares whose [`crate::model::LiveShare::due`] or tombstone's `forget_at` has come.
    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error>;

    /// Objects that no row needs and whose bytes may still be there.
    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error>;

    /// Whether a share still needs an object's bytes.
    fn object_needed(&self, object: ObjectId) -> Result<bool, Error>;
}

/// Reading and writing, all or nothing.
pub trait Tx: Rows {
    /// Records the latest time.
    fn put_clock(&mut self, now: Timestamp) -> Result<(), Error>;

    /// Writes the age.
    fn put_age(&mut self, age: Age) -> Result<(), Error>;

    /// R17, all in one: each live share becomes a tombstone that keeps its control digest, its
    /// half is overwritten, its releases are dropped and its object is doomed; each capability is
    /// withdrawn; each open invitation is cancelled; in each live mailbox, what waits is
    /// numbered anew in its order, from `ends.sequence_min` on, and the next number follows.
    /// Tombstones that are there already stay as they are.
    fn end_everything(&mut self, ends: &Ends) -> Result<(), Error>;

    /// Writes a mailbox.
    fn put_mailbox(&mut self, id: MailboxId, row: &Mailbox) -> Result<(), Error>;

    /// Adds a message that is forgotten at `forget_at` at the latest.
    fn put_message(
        &mut self,
        mailbox: MailboxId,
        message: &Message,
        forget_at: Timestamp,
    ) -> Result<(), Error>;

    /// Drops the bodies of messages up to and with a number. Their ids stay until `forget_at`.
    fn clear_messages(
        &mut self,
        mailbox: MailboxId,
        through: u64,
        forget_at: Timestamp,
    ) -> Result<(), Error>;

    /// Drops all messages of a mailbox, with their ids.
    fn drop_messages(&mut self, mailbox: MailboxId) -> Result<(), Error>;

    /// Writes a capability.
    fn put_capability(&mut self, digest: CapabilityDigest, row: &Capability) -> Result<(), Error>;

    /// Writes an invitation.
    fn put_invite(&mut self, id: InviteId, row: &Invite) -> Result<(), Error>;

    /// Writes a share. What the old row held and the new one does not is overwritten on disk.
    fn put_share(&mut self, id: ShareId, row: &Share) -> Result<(), Error>;

    /// Drops a share's row.
    fn drop_share(&mut self, id: ShareId) -> Result<(), Error>;

    /// Writes a counted view.
    fn put_release(&mut self, share: ShareId, claim: ClaimId, row: &Release) -> Result<(), Error>;

    /// Drops all counted views of a share.
    fn drop_releases(&mut self, share: ShareId) -> Result<(), Error>;

    /// Drops the sealed bytes of releases made before a moment; answers how many.
    fn clear_releases(&mut self, before: Timestamp, rows_max: u32) -> Result<u32, Error>;

    /// Drops mailboxes, messages, capabilities and invitations whose `forget_at` has come;
    /// answers how many.
    fn drop_forgotten(&mut self, now: Timestamp, rows_max: u32) -> Result<u32, Error>;

    /// Notes that an object's bytes are to be deleted.
    fn doom_object(&mut self, object: ObjectId) -> Result<(), Error>;

    /// Forgets a doomed object's name.
    fn forget_object(&mut self, object: ObjectId) -> Result<(), Error>;
}
