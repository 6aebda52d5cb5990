//! Writing rows.
//!
//! Writes are kept back and sent together, so that a claim costs no round trip of its own. Before
//! a question that what is known cannot answer, they are sent first: reading inside the
//! transaction sees what was written in it.

mod ending;
mod reading;

use crate::columns::{Value, bytes, integer, seconds, values};
use crate::known::Known;
use crate::rows::{Head, Table};
use crate::session::Session;
use relay::fence::{Age, Ends};
use relay::model::{
    Capability, Invite, InviteState, LiveShare, Mailbox, Message, Release, Share, WrappedHalf,
};
use relay::{Error, Tx};
use std::cell::{Cell, RefCell};
use vocab::{CapabilityDigest, ClaimId, InviteId, MailboxId, ObjectId, ShareId, Timestamp};

type Write = (&'static str, Vec<Value>);

/// The tables in the writer's open transaction.
pub(crate) struct Change<'s> {
    session: &'s Session,
    table: Table<'s>,
    known: Known,
    clock: Timestamp,
    age: Age,
    /// Writes that are not sent yet, in order.
    journal: RefCell<Vec<Write>>,
    /// How many of them are from earlier commands.
    earlier: Cell<usize>,
    /// Whether writes of the current command were sent, behind a savepoint.
    saved: Cell<bool>,
}

impl<'s> Change<'s> {
    pub(crate) fn new(session: &'s Session, known: Known, head: &Head) -> Self {
        Self {
            session,
            table: Table(session),
            known,
            clock: head.clock,
            age: head.age,
            journal: RefCell::default(),
            earlier: Cell::new(0),
            saved: Cell::new(false),
        }
    }

    /// From here on writes belong to a new command.
    pub(crate) fn begin_command(&self) {
        self.earlier.set(self.journal.borrow().len());
        if self.saved.take() {
            self.session.send_plain("RELEASE SAVEPOINT command");
        }
    }

    /// Takes back what the command wrote.
    pub(crate) fn undo_command(&mut self) {
        let mut journal = self.journal.borrow_mut();
        let sent = self.saved.take();
        if sent {
            self.session.send_plain("ROLLBACK TO SAVEPOINT command; RELEASE SAVEPOINT command");
        }
        if sent || journal.len() > self.earlier.get() {
            journal.truncate(self.earlier.get());
            self.known.forget_all();
        }
    }

    /// Sends what is left.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.journal.take().into_iter().try_for_each(|(sql, values)| self.session.send(sql, values))
    }

    fn write(&self, statement: &'static str, values: Vec<Value>) -> Result<(), Error> {
        self.journal.borrow_mut().push((statement, values));
        Ok(())
    }

    /// Sends the writes so far; those of the current command so that they can be taken back.
    fn flush(&self) -> Result<(), Error> {
        let mut earlier = self.journal.take();
        let own = earlier.split_off(self.earlier.replace(0));
        let send = |(sql, values)| self.session.send(sql, values);
        earlier.into_iter().try_for_each(send)?;
        if !own.is_empty() {
            self.save();
        }
        own.into_iter().try_for_each(send)
    }

    fn save(&self) {
        if !self.saved.replace(true) {
            self.session.send_plain("SAVEPOINT command");
        }
    }

    /// Writes now, for the number of rows that changed.
    fn run(&self, statement: &'static str, values: Vec<Value>) -> Result<u32, Error> {
        self.flush()?;
        self.save();
        self.session.run(statement, values)
    }

    /// The tables with all that was written.
    fn table(&self) -> Result<&Table<'s>, Error> {
        self.flush()?;
        Ok(&self.table)
    }

    fn put_half(&self, share: ShareId, half: Option<&WrappedHalf>) -> Result<(), Error> {
        let share_bytes = bytes(share.as_bytes());
        // What is known of the row before this change: most changes leave the half alone.
        let before = match self.known.share(share) {
            Some(Some(Share::Live(row))) => Some(row.half.as_ref()),
            Some(_) => Some(None),
            None => None,
        };
        match half {
            _ if before == Some(half) => Ok(()),
            None => self.write("DELETE FROM velum.half WHERE share = $1", values![share_bytes]),
            Some(half) => self.write(
                "INSERT INTO velum.half (share, wrapped) VALUES ($1, $2)
                 ON CONFLICT (share) DO UPDATE SET wrapped = $2",
                values![share_bytes, bytes(&half.0)],
            ),
        }
    }

    fn put_live_share(&self, id: ShareId, row: &LiveShare) -> Result<(), Error> {
        self.put_half(id, row.half.as_ref())?;
        let terms = &row.terms;
        if let Some(Some(Share::Live(before))) = self.known.share(id)
            && before.terms == *terms
            && before.epoch == row.epoch
        {
            // A claim: only this changes.
            return self.write(
                "UPDATE velum.share SET due = $2, views_left = $3, object = $4, claimed_at = $5
                 WHERE share = $1",
                values![
                    bytes(id.as_bytes()),
                    seconds(row.due()),
                    i64::from(row.views_left),
                    row.object.map(|object| bytes(object.as_bytes())),
                    row.claimed_at.map(seconds),
                ],
            );
        }
        self.write(
            "INSERT INTO velum.share (share, control, due, capability, fetcher, claim_key, policy,
                 not_after, views, blob_bytes, blob_digest, epoch, views_left, object, claimed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (share) DO UPDATE SET control = $2, due = $3, capability = $4,
                 fetcher = $5, claim_key = $6, policy = $7, not_after = $8, views = $9,
                 blob_bytes = $10, blob_digest = $11, epoch = $12, views_left = $13,
                 object = $14, claimed_at = $15",
            values![
                bytes(id.as_bytes()),
                bytes(terms.control.as_bytes()),
                seconds(row.due()),
                bytes(terms.capability.as_bytes()),
                bytes(terms.fetch.as_bytes()),
                bytes(terms.claim_key.expose()),
                bytes(terms.policy.as_bytes()),
                seconds(terms.not_after),
                i64::from(terms.views),
                integer(terms.blob_bytes),
                bytes(&terms.blob_digest),
                integer(row.epoch),
                i64::from(row.views_left),
                row.object.map(|object| bytes(object.as_bytes())),
                row.claimed_at.map(seconds),
            ],
        )
    }
}

impl Tx for Change<'_> {
    fn put_clock(&mut self, now: Timestamp) -> Result<(), Error> {
        self.clock = now;
        self.write("UPDATE velum.clock SET seconds = $1", values![seconds(now)])
    }

    fn put_age(&mut self, age: Age) -> Result<(), Error> {
        self.age = age;
        self.write(
            "UPDATE velum.clock SET incarnation = $1, generation = $2",
            values![bytes(age.incarnation.as_bytes()), integer(age.generation)],
        )
    }

    fn end_everything(&mut self, ends: &Ends) -> Result<(), Error> {
        self.known.forget_all();
        ending::end_everything(self, ends)
    }

    fn put_mailbox(&mut self, id: MailboxId, row: &Mailbox) -> Result<(), Error> {
        let (read, post, next_sequence, forget_at) = match row {
            Mailbox::Live(row) => {
                (row.read, Some(bytes(row.post.as_bytes())), Some(integer(row.next_sequence)), None)
            }
            Mailbox::Forgotten { read, forget_at } => (*read, None, None, Some(*forget_at)),
        };
        self.write(
            "INSERT INTO velum.mailbox (mailbox, read, post, next_sequence, forget_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox) DO UPDATE
             SET read = $2, post = $3, next_sequence = $4, forget_at = $5",
            values![
                bytes(id.as_bytes()),
                bytes(read.as_bytes()),
                post,
                next_sequence,
                forget_at.map(seconds)
            ],
        )
    }

    fn put_message(
        &mut self,
        mailbox: MailboxId,
        message: &Message,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        self.write(
            "INSERT INTO velum.message (mailbox, sequence, message, body, forget_at)
             VALUES ($1, $2, $3, $4, $5)",
            values![
                bytes(mailbox.as_bytes()),
                integer(message.sequence),
                bytes(message.message.as_bytes()),
                bytes(&message.body),
                seconds(forget_at)
            ],
        )
    }

    fn clear_messages(
        &mut self,
        mailbox: MailboxId,
        through: u64,
        forget_at: Timestamp,
    ) -> Result<(), Error> {
        self.write(
            "UPDATE velum.message SET body = NULL, forget_at = $3
             WHERE mailbox = $1 AND sequence <= $2 AND body IS NOT NULL",
            values![bytes(mailbox.as_bytes()), integer(through), seconds(forget_at)],
        )
    }

    fn drop_messages(&mut self, mailbox: MailboxId) -> Result<(), Error> {
        let mailbox = bytes(mailbox.as_bytes());
        self.write("DELETE FROM velum.message WHERE mailbox = $1", values![mailbox])
    }

    fn put_capability(&mut self, digest: CapabilityDigest, row: &Capability) -> Result<(), Error> {
        let allows = row.allows;
        self.write(
            "INSERT INTO velum.capability
                 (capability, mailbox, bytes_max, shares_max, not_after, forget_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (capability) DO UPDATE
             SET mailbox = $2, bytes_max = $3, shares_max = $4, not_after = $5, forget_at = $6",
            values![
                bytes(digest.as_bytes()),
                bytes(row.mailbox.as_bytes()),
                allows.map(|allows| integer(allows.bytes_max)),
                allows.map(|allows| i64::from(allows.shares_max)),
                allows.map(|allows| seconds(allows.not_after)),
                seconds(row.forget_at)
            ],
        )
    }

    fn put_invite(&mut self, id: InviteId, row: &Invite) -> Result<(), Error> {
        let (state, open, used) = match &row.state {
            InviteState::Open(open) => (0_i64, Some(open), None),
            InviteState::Used { accept, message } => (1, None, Some((accept, message))),
            InviteState::Cancelled => (2, None, None),
        };
        let accept = open.map(|open| &open.accept).or(used.map(|(accept, _)| accept));
        self.write(
            "INSERT INTO velum.invite
                 (invite, mailbox, state, read, accept, not_after, offer, message, forget_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (invite) DO UPDATE
             SET mailbox = $2, state = $3, read = $4, accept = $5, not_after = $6, offer = $7,
                 message = $8, forget_at = $9",
            values![
                bytes(id.as_bytes()),
                bytes(row.mailbox.as_bytes()),
                state,
                open.map(|open| bytes(open.read.as_bytes())),
                accept.map(|accept| bytes(accept.as_bytes())),
                open.map(|open| seconds(open.not_after)),
                open.map(|open| bytes(&open.offer)),
                used.map(|(_, message)| bytes(message.as_bytes())),
                seconds(row.forget_at)
            ],
        )
    }

    fn put_share(&mut self, id: ShareId, row: &Share) -> Result<(), Error> {
        match row {
            Share::Live(row) => self.put_live_share(id, row)?,
            Share::Ended(tombstone) => {
                self.put_half(id, None)?;
                self.write(
                    "INSERT INTO velum.share (share, control, due) VALUES ($1, $2, $3)
                     ON CONFLICT (share) DO UPDATE SET control = $2, due = $3,
                         capability = NULL, fetcher = NULL, claim_key = NULL, policy = NULL,
                         not_after = NULL, views = NULL, blob_bytes = NULL, blob_digest = NULL,
                         epoch = NULL, views_left = NULL, object = NULL, claimed_at = NULL",
                    values![
                        bytes(id.as_bytes()),
                        bytes(tombstone.control.as_bytes()),
                        seconds(tombstone.forget_at)
                    ],
                )?;
            }
        }
        self.known.put_share(id, Some(row.clone()));
        Ok(())
    }

    fn drop_share(&mut self, id: ShareId) -> Result<(), Error> {
        self.put_half(id, None)?;
        self.known.put_share(id, None);
        let share = bytes(id.as_bytes());
        self.write("DELETE FROM velum.share WHERE share = $1", values![share])
    }

    fn put_release(&mut self, share: ShareId, claim: ClaimId, row: &Release) -> Result<(), Error> {
        self.known.put_release((share, claim), row.clone());
        self.write(
            "INSERT INTO velum.release (share, claim, reply_key, views_left, made_at, sealed)
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                bytes(share.as_bytes()),
                bytes(claim.as_bytes()),
                bytes(&row.reply_key),
                i64::from(row.views_left),
                seconds(row.made_at),
                row.sealed.clone()
            ],
        )
    }

    fn drop_releases(&mut self, share: ShareId) -> Result<(), Error> {
        self.known.forget_releases(share);
        let share = bytes(share.as_bytes());
        self.write("DELETE FROM velum.release WHERE share = $1", values![share])
    }

    fn clear_releases(&mut self, before: Timestamp, rows_max: u32) -> Result<u32, Error> {
        self.known.forget_all_releases();
        self.run(
            "UPDATE velum.release SET sealed = NULL WHERE (share, claim) IN (
                 SELECT share, claim FROM velum.release
                 WHERE made_at < $1 AND sealed IS NOT NULL LIMIT $2)",
            values![seconds(before), i64::from(rows_max)],
        )
    }

    fn drop_forgotten(&mut self, now: Timestamp, rows_max: u32) -> Result<u32, Error> {
        let statements = [
            "DELETE FROM velum.mailbox WHERE mailbox IN
                 (SELECT mailbox FROM velum.mailbox WHERE forget_at <= $1 LIMIT $2)",
            "DELETE FROM velum.message WHERE (mailbox, sequence) IN
                 (SELECT mailbox, sequence FROM velum.message WHERE forget_at <= $1 LIMIT $2)",
            "DELETE FROM velum.capability WHERE capability IN
                 (SELECT capability FROM velum.capability WHERE forget_at <= $1 LIMIT $2)",
            "DELETE FROM velum.invite WHERE invite IN
                 (SELECT invite FROM velum.invite WHERE forget_at <= $1 LIMIT $2)",
        ];
        let mut most = 0;
        for statement in statements {
            most = most.max(self.run(statement, values![seconds(now), i64::from(rows_max)])?);
        }
        Ok(most)
    }

    fn doom_object(&mut self, object: ObjectId) -> Result<(), Error> {
        self.write(
            "INSERT INTO velum.doomed (object) VALUES ($1) ON CONFLICT (object) DO NOTHING",
            values![bytes(object.as_bytes())],
        )
    }

    fn forget_object(&mut self, object: ObjectId) -> Result<(), Error> {
        let object = bytes(object.as_bytes());
        self.write("DELETE FROM velum.doomed WHERE object = $1", values![object])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Cluster;
    use crate::{Address, connection};
    use relay::Rows as _;

    /// No rule writes and then refuses, but the port promises that it would do no harm.
    #[test]
    fn what_a_refused_command_wrote_is_taken_back_whether_it_was_sent_or_not() {
        let cluster = Cluster::new();
        let address = Address::parse(&cluster.address(), None).unwrap();
        let session = connection::open(&address).unwrap();
        connection::make_schema(&session).unwrap();
        let [one, two, three, four] = [1, 2, 3, 4].map(|n| ObjectId::from_bytes([n; 16]));
        session.send_plain("BEGIN");
        let head = Table(&session).head().unwrap();
        let mut change = Change::new(&session, Known::default(), &head);
        change.begin_command();
        change.doom_object(one).unwrap();
        change.begin_command();
        change.doom_object(two).unwrap();
        change.undo_command();
        change.begin_command();
        change.doom_object(three).unwrap();
        assert_eq!(change.doomed_objects(9).unwrap(), [one, three], "sent, to be read");
        change.undo_command();
        assert_eq!(change.doomed_objects(9).unwrap(), [one]);
        change.begin_command();
        change.doom_object(four).unwrap();
        assert_eq!(change.doomed_objects(9).unwrap(), [one, four]);
        change.begin_command();
        change.finish().unwrap();
        session.send_plain("COMMIT");
        session.settle().unwrap();
        assert_eq!(Table(&session).doomed_objects(9).unwrap(), [one, four]);
    }
}
