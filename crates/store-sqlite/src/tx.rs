//! Writing rows.

mod ending;

use crate::columns::{integer, number, seconds, store_error};
use crate::rows::Table;
use relay::fence::{Age, Ends};
use relay::model::{
    Capability, Invite, InviteState, LiveShare, Mailbox, Message, Release, Share, Usage,
    WrappedHalf,
};
use relay::{Error, Rows, Tx};
use rusqlite::{Connection, Params, params};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// Bytes of one slot: a half of 32 bytes, sealed.
const SLOT_BYTES: usize = crypto::aead::OVERHEAD_BYTES + 32;

/// The tables in the writer's open transaction.
pub(crate) struct Change<'c>(Table<'c>);

impl<'c> Change<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self(Table(connection))
    }

    fn run(&self, statement: &'static str, params: impl Params) -> Result<u32, Error> {
        let mut statement = self.0.0.prepare_cached(statement).map_err(store_error)?;
        let rows = statement.execute(params).map_err(store_error)?;
        u32::try_from(rows).map_err(|_| Error::Corrupt)
    }

    /// Puts a half into its share's slot, or into an unused or new one; with no half, overwrites
    /// the slot with zeros. Always in place: all slots have the same size.
    fn put_half(&self, share: ShareId, half: Option<&WrappedHalf>) -> Result<Option<i64>, Error> {
        let slot = self
            .0
            .one("SELECT slot FROM share WHERE share = ?1", [share.as_bytes()], |row| {
                row.get::<_, Option<i64>>(0).map_err(store_error)
            })?
            .flatten();
        match (slot, half) {
            (None, None) => Ok(None),
            (Some(slot), None) => {
                self.fill(slot, 0, &[0; SLOT_BYTES])?;
                Ok(None)
            }
            (Some(slot), Some(half)) => {
                self.fill(slot, 1, &half.0)?;
                Ok(Some(slot))
            }
            (None, Some(half)) => {
                let slot = self.unused_slot()?;
                self.fill(slot, 1, &half.0)?;
                Ok(Some(slot))
            }
        }
    }

    fn unused_slot(&self) -> Result<i64, Error> {
        let unused = "SELECT slot FROM half WHERE used = 0 ORDER BY slot LIMIT 1";
        match self.0.one(unused, [], |row| number(row, 0))? {
            Some(slot) => Ok(slot),
            None => {
                let empty = [0_u8; SLOT_BYTES];
                self.run("INSERT INTO half (used, wrapped) VALUES (0, ?1)", [empty])?;
                Ok(self.0.0.last_insert_rowid())
            }
        }
    }

    fn fill(&self, slot: i64, used: i64, wrapped: &[u8]) -> Result<(), Error> {
        if wrapped.len() != SLOT_BYTES {
            return Err(Error::Corrupt);
        }
        let fill = "UPDATE half SET used = ?2, wrapped = ?3 WHERE slot = ?1";
        self.run(fill, params![slot, used, wrapped]).map(|_| ())
    }

    fn put_live_share(&self, id: ShareId, row: &LiveShare) -> Result<(), Error> {
        let slot = self.put_half(id, row.half.as_ref())?;
        let terms = &row.terms;
        self.run(
            "INSERT INTO share (share, control, due, capability, fetch, claim_key, policy,
                 not_after, views, blob_bytes, blob_digest, epoch, slot, views_left, object,
                 claimed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (share) DO UPDATE SET control = ?2, due = ?3, capability = ?4,
                 fetch = ?5, claim_key = ?6, policy = ?7, not_after = ?8, views = ?9,
                 blob_bytes = ?10, blob_digest = ?11, epoch = ?12, slot = ?13, views_left = ?14,
                 object = ?15, claimed_at = ?16",
            params![
                id.as_bytes(),
                terms.control.as_bytes(),
                seconds(row.due()),
                terms.capability.as_bytes(),
                terms.fetch.as_bytes(),
                terms.claim_key.expose(),
                terms.policy.as_bytes(),
                seconds(terms.not_after),
                terms.views,
                integer(terms.blob_bytes),
                terms.blob_digest,
                integer(row.epoch),
                slot,
                row.views_left,
                row.object.map(|object| *object.as_bytes()),
                row.claimed_at.map(seconds),
            ],
        )
        .map(|_| ())
    }
}

impl Tx for Change<'_> {
    fn put_clock(&mut self, now: Timestamp) -> Result<(), Error> {
        self.run("UPDATE clock SET seconds = ?1", [seconds(now)]).map(|_| ())
    }

    fn put_age(&mut self, age: Age) -> Result<(), Error> {
        let put = "UPDATE clock SET incarnation = ?1, generation = ?2";
        self.run(put, params![age.incarnation.as_bytes(), integer(age.generation)]).map(|_| ())
    }

    fn end_everything(&mut self, ends: &Ends) -> Result<(), Error> {
        ending::end_everything(self, ends)
    }

    fn put_mailbox(&mut self, id: MailboxId, row: &Mailbox) -> Result<(), Error> {
        let (read, post, next_sequence, forget_at) = match row {
            Mailbox::Live(row) => {
                (row.read, Some(*row.post.as_bytes()), Some(integer(row.next_sequence)), None)
            }
            Mailbox::Forgotten { read, forget_at } => (*read, None, None, Some(*forget_at)),
        };
        self.run(
            "INSERT INTO mailbox (mailbox, read, post, next_sequence, forget_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (mailbox) DO UPDATE
             SET read = ?2, post = ?3, next_sequence = ?4, forget_at = ?5",
            params![id.as_bytes(), read.as_bytes(), post, next_sequence, forget_at.map(seconds)],
        )
        .map(|_| ())
    }

    fn put_message(
        &mut self,
        mailbox: MailboxId,
        message: &Message,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        self.run(
            "INSERT INTO message (mailbox, sequence, message, body, forget_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                mailbox.as_bytes(),
                integer(message.sequence),
                message.message.as_bytes(),
                message.body,
                seconds(forget_at)
            ],
        )
        .map(|_| ())
    }

    fn clear_messages(
        &mut self,
        mailbox: MailboxId,
        through: u64,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        self.run(
            "UPDATE message SET body = NULL, forget_at = ?3
             WHERE mailbox = ?1 AND sequence <= ?2 AND body IS NOT NULL",
            params![mailbox.as_bytes(), integer(through), seconds(forget_at)],
        )
        .map(|_| ())
    }

    fn drop_messages(&mut self, mailbox: MailboxId) -> Result<(), Error> {
        self.run("DELETE FROM message WHERE mailbox = ?1", [mailbox.as_bytes()]).map(|_| ())
    }

    fn put_capability(&mut self, digest: CapabilityDigest, row: &Capability) -> Result<(), Error> {
        let allows = row.allows;
        self.run(
            "INSERT INTO capability
                 (capability, mailbox, bytes_max, shares_max, not_after, forget_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (capability) DO UPDATE
             SET mailbox = ?2, bytes_max = ?3, shares_max = ?4, not_after = ?5, forget_at = ?6",
            params![
                digest.as_bytes(),
                row.mailbox.as_bytes(),
                allows.map(|allows| integer(allows.bytes_max)),
                allows.map(|allows| allows.shares_max),
                allows.map(|allows| seconds(allows.not_after)),
                seconds(row.forget_at)
            ],
        )
        .map(|_| ())
    }

    fn put_invite(&mut self, id: InviteId, row: &Invite) -> Result<(), Error> {
        let (state, open, used) = match &row.state {
            InviteState::Open(open) => (0, Some(open), None),
            InviteState::Used { accept, message } => (1, None, Some((accept, message))),
            InviteState::Cancelled => (2, None, None),
        };
        let accept = open.map(|open| &open.accept).or(used.map(|(accept, _)| accept));
        self.run(
            "INSERT INTO invite
                 (invite, mailbox, state, read, accept, not_after, offer, message, forget_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (invite) DO UPDATE
             SET mailbox = ?2, state = ?3, read = ?4, accept = ?5, not_after = ?6, offer = ?7,
                 message = ?8, forget_at = ?9",
            params![
                id.as_bytes(),
                row.mailbox.as_bytes(),
                state,
                open.map(|open| open.read.as_bytes()),
                accept.map(CapabilityDigest::as_bytes),
                open.map(|open| seconds(open.not_after)),
                open.map(|open| &open.offer),
                used.map(|(_, message)| message.as_bytes()),
                seconds(row.forget_at)
            ],
        )
        .map(|_| ())
    }

    fn put_share(&mut self, id: ShareId, row: &Share) -> Result<(), Error> {
        let tombstone = match row {
            Share::Live(row) => return self.put_live_share(id, row),
            Share::Ended(tombstone) => tombstone,
        };
        self.put_half(id, None)?;
        self.run(
            "INSERT INTO share (share, control, due) VALUES (?1, ?2, ?3)
             ON CONFLICT (share) DO UPDATE SET control = ?2, due = ?3, capability = NULL,
                 fetch = NULL, claim_key = NULL, policy = NULL, not_after = NULL, views = NULL,
                 blob_bytes = NULL, blob_digest = NULL, epoch = NULL, slot = NULL,
                 views_left = NULL, object = NULL, claimed_at = NULL",
            params![id.as_bytes(), tombstone.control.as_bytes(), seconds(tombstone.forget_at)],
        )
        .map(|_| ())
    }

    fn drop_share(&mut self, id: ShareId) -> Result<(), Error> {
        self.put_half(id, None)?;
        self.run("DELETE FROM share WHERE share = ?1", [id.as_bytes()]).map(|_| ())
    }

    fn put_release(&mut self, share: ShareId, claim: ClaimId, row: &Release) -> Result<(), Error> {
        self.run(
            "INSERT INTO release (share, claim, reply_key, views_left, made_at, sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                share.as_bytes(),
                claim.as_bytes(),
                row.reply_key,
                row.views_left,
                seconds(row.made_at),
                row.sealed
            ],
        )
        .map(|_| ())
    }

    fn drop_releases(&mut self, share: ShareId) -> Result<(), Error> {
        self.run("DELETE FROM release WHERE share = ?1", [share.as_bytes()]).map(|_| ())
    }

    fn clear_releases(&mut self, before: Timestamp, rows_max: u32) -> Result<u32, Error> {
        self.run(
            "UPDATE release SET sealed = NULL WHERE rowid IN (
                 SELECT rowid FROM release WHERE made_at < ?1 AND sealed IS NOT NULL LIMIT ?2)",
            params![seconds(before), rows_max],
        )
    }

    fn drop_forgotten(&mut self, now: Timestamp, rows_max: u32) -> Result<u32, Error> {
        let statements = [
            "DELETE FROM mailbox WHERE rowid IN
                 (SELECT rowid FROM mailbox WHERE forget_at <= ?1 LIMIT ?2)",
            "DELETE FROM message WHERE rowid IN
                 (SELECT rowid FROM message WHERE forget_at <= ?1 LIMIT ?2)",
            "DELETE FROM capability WHERE rowid IN
                 (SELECT rowid FROM capability WHERE forget_at <= ?1 LIMIT ?2)",
            "DELETE FROM invite WHERE rowid IN
                 (SELECT rowid FROM invite WHERE forget_at <= ?1 LIMIT ?2)",
        ];
        let mut most = 0;
        for statement in statements {
            most = most.max(self.run(statement, params![seconds(now), rows_max])?);
        }
        Ok(most)
    }

    fn doom_object(&mut self, object: ObjectId) -> Result<(), Error> {
        self.run("INSERT OR IGNORE INTO doomed (object) VALUES (?1)", [object.as_bytes()])
            .map(|_| ())
    }

    fn forget_object(&mut self, object: ObjectId) -> Result<(), Error> {
        self.run("DELETE FROM doomed WHERE object = ?1", [object.as_bytes()]).map(|_| ())
    }
}

/// Reading inside the transaction sees what was written in it.
impl Rows for Change<'_> {
    fn clock(&self) -> Result<Timestamp, Error> {
        self.0.clock()
    }

    fn age(&self) -> Result<Age, Error> {
        self.0.age()
    }

    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error> {
        self.0.mailbox(id)
    }

    fn mailbox_read_by(&self, read: CapabilityDigest) -> Result<Option<MailboxId>, Error> {
        self.0.mailbox_read_by(read)
    }

    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error> {
        self.0.message_seen(mailbox, message)
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        self.0.messages(mailbox, after, rows_max)
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        self.0.messages_waiting(mailbox)
    }

    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error> {
        self.0.capability(digest)
    }

    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error> {
        self.0.usage(digest)
    }

    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error> {
        self.0.invite(id)
    }

    fn share(&self, id: ShareId) -> Result<Option<Share>, Error> {
        self.0.share(id)
    }

    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error> {
        self.0.release(share, claim)
    }

    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error> {
        self.0.shares_due(now, rows_max)
    }

    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error> {
        self.0.doomed_objects(rows_max)
    }

    fn object_needed(&self, object: ObjectId) -> Result<bool, Error> {
        self.0.object_needed(object)
    }
}
