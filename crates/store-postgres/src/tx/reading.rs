//! Reading while writing: from what is known, else from the tables with all that was written.

use super::Change;
use relay::fence::Age;
use relay::model::{Capability, Invite, Mailbox, Message, Release, Share, Usage};
use relay::{Error, Rows};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// Reading inside the transaction sees what was written in it.
impl Rows for Change<'_> {
    fn clock(&self) -> Result<Timestamp, Error> {
        Ok(self.clock)
    }

    fn age(&self) -> Result<Age, Error> {
        Ok(self.age)
    }

    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error> {
        self.table()?.mailbox(id)
    }

    fn mailbox_read_by(&self, read: CapabilityDigest) -> Result<Option<MailboxId>, Error> {
        self.table()?.mailbox_read_by(read)
    }

    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error> {
        self.table()?.message_seen(mailbox, message)
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        self.table()?.messages(mailbox, after, rows_max)
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        self.table()?.messages_waiting(mailbox)
    }

    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error> {
        self.table()?.capability(digest)
    }

    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error> {
        self.table()?.usage(digest)
    }

    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error> {
        self.table()?.invite(id)
    }

    fn share(&self, id: ShareId) -> Result<Option<Share>, Error> {
        match self.known.share(id) {
            Some(known) => Ok(known.clone()),
            None => self.table()?.share(id),
        }
    }

    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error> {
        match self.known.release((share, claim)) {
            Some(known) => Ok(known.clone()),
            None => self.table()?.release(share, claim),
        }
    }

    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error> {
        self.table()?.shares_due(now, rows_max)
    }

    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error> {
        self.table()?.doomed_objects(rows_max)
    }

    fn object_needed(&self, object: ObjectId) -> Result<bool, Error> {
        self.table()?.object_needed(object)
    }
}
