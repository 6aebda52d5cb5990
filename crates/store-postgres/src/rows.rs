//! Reading rows.

use crate::columns::{
    Value, array, array_or_none, bytes, column, integer, number, seconds, time, values,
};
use crate::session::Session;
use crypto::secret::ClaimKey;
use relay::fence::{Age, Incarnation};
use relay::model::{
    Allowance, Capability, Invite, InviteState, LiveMailbox, LiveShare, Mailbox, Message,
    OpenInvite, Release, Share, ShareTerms, Tombstone, Usage, WrappedHalf,
};
use relay::{Error, Rows};
use tokio_postgres::Row;
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// The columns that [`share`] reads.
macro_rules! share_columns {
    () => {
        "control, due, capability, fetcher, claim_key, policy, not_after, views, blob_bytes,
         blob_digest, epoch, views_left, object, claimed_at, wrapped"
    };
}

/// The columns that [`release`] reads.
macro_rules! release_columns {
    () => {
        "reply_key, views_left, made_at, sealed"
    };
}

/// Where a release lies.
pub(crate) type Place = (ShareId, ClaimId);

/// What every transaction looks at first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    /// The latest time recorded.
    pub(crate) clock: Timestamp,
    /// How far the database has come.
    pub(crate) age: Age,
    /// PostgreSQL's number of the table: another one if it was dropped and made again.
    pub(crate) table: u32,
}

/// The tables as one connection sees them in its open transaction.
pub(crate) struct Table<'s>(pub(crate) &'s Session);

impl Table<'_> {
    /// Time and age.
    pub(crate) fn head(&self) -> Result<Head, Error> {
        self.one(
            "SELECT seconds, incarnation, generation, tableoid FROM velum.clock",
            vec![],
            |row| {
                let incarnation = Incarnation::from_bytes(array(row, 1)?);
                let age = Age { incarnation, generation: number(row, 2)? };
                Ok(Head { clock: time(row, 0)?, age, table: column(row, 3)? })
            },
        )?
        .ok_or(Error::Corrupt)
    }

    /// The first row of a query, or `None`.
    fn one<T>(
        &self,
        query: &'static str,
        values: Vec<Value>,
        read: impl FnOnce(&Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.0.rows(query, values)?.first().map(read).transpose()
    }

    /// All rows of a query.
    fn all<T>(
        &self,
        query: &'static str,
        values: Vec<Value>,
        read: impl Fn(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.0.rows(query, values)?.iter().map(read).collect()
    }

    fn exists(&self, query: &'static str, values: Vec<Value>) -> Result<bool, Error> {
        self.one(query, values, |_| Ok(())).map(|row| row.is_some())
    }

    /// Many shares in one query; those that are not there are left out.
    pub(crate) fn shares(&self, ids: &[ShareId]) -> Result<Vec<(ShareId, Share)>, Error> {
        let ids: Vec<Vec<u8>> = ids.iter().map(|id| bytes(id.as_bytes())).collect();
        self.all(
            concat!(
                "SELECT ",
                share_columns!(),
                ", share
                 FROM velum.share LEFT JOIN velum.half USING (share) WHERE share = ANY ($1)"
            ),
            values![ids],
            |row| Ok((ShareId::from_bytes(array(row, 15)?), share(row)?)),
        )
    }

    /// Many releases in one query; those that are not there are left out.
    pub(crate) fn releases(&self, places: &[Place]) -> Result<Vec<(Place, Release)>, Error> {
        let shares: Vec<Vec<u8>> = places.iter().map(|(id, _)| bytes(id.as_bytes())).collect();
        let claims: Vec<Vec<u8>> = places.iter().map(|(_, id)| bytes(id.as_bytes())).collect();
        self.all(
            concat!(
                "SELECT ",
                release_columns!(),
                ", share, claim
                 FROM velum.release
                 JOIN ROWS FROM (unnest($1::bytea[]), unnest($2::bytea[])) AS asked (share, claim)
                 USING (share, claim)"
            ),
            values![shares, claims],
            |row| {
                let share = ShareId::from_bytes(array(row, 4)?);
                Ok(((share, ClaimId::from_bytes(array(row, 5)?)), release(row)?))
            },
        )
    }
}

impl Rows for Table<'_> {
    fn clock(&self) -> Result<Timestamp, Error> {
        self.head().map(|head| head.clock)
    }

    fn age(&self) -> Result<Age, Error> {
        self.head().map(|head| head.age)
    }

    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error> {
        self.one(
            "SELECT read, post, next_sequence, forget_at FROM velum.mailbox WHERE mailbox = $1",
            values![bytes(id.as_bytes())],
            |row| {
                let read = CapabilityDigest::from_bytes(array(row, 0)?);
                Ok(match array_or_none(row, 1)? {
                    Some(post) => Mailbox::Live(LiveMailbox {
                        read,
                        post: CapabilityDigest::from_bytes(post),
                        next_sequence: number(row, 2)?,
                    }),
                    None => Mailbox::Forgotten { read, forget_at: time(row, 3)? },
                })
            },
        )
    }

    fn mailbox_read_by(&self, read: CapabilityDigest) -> Result<Option<MailboxId>, Error> {
        self.one(
            "SELECT mailbox FROM velum.mailbox WHERE read = $1 AND post IS NOT NULL",
            values![bytes(read.as_bytes())],
            |row| array(row, 0).map(MailboxId::from_bytes),
        )
    }

    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error> {
        self.exists(
            "SELECT 1 FROM velum.message WHERE mailbox = $1 AND message = $2",
            values![bytes(mailbox.as_bytes()), bytes(message.as_bytes())],
        )
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        self.all(
            "SELECT sequence, message, body FROM velum.message
             WHERE mailbox = $1 AND sequence > $2 AND body IS NOT NULL
             ORDER BY sequence LIMIT $3",
            values![bytes(mailbox.as_bytes()), integer(after), i64::from(rows_max)],
            |row| {
                Ok(Message {
                    sequence: number(row, 0)?,
                    message: MessageId::from_bytes(array(row, 1)?),
                    body: column(row, 2)?,
                })
            },
        )
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        self.one(
            "SELECT count(*) FROM velum.message WHERE mailbox = $1 AND body IS NOT NULL",
            values![bytes(mailbox.as_bytes())],
            |row| number(row, 0),
        )?
        .ok_or(Error::Corrupt)
    }

    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error> {
        self.one(
            "SELECT mailbox, bytes_max, shares_max, not_after, forget_at FROM velum.capability
             WHERE capability = $1",
            values![bytes(digest.as_bytes())],
            |row| {
                let withdrawn = column::<Option<i64>>(row, 3)?.is_none();
                let allows = match withdrawn {
                    true => None,
                    false => Some(Allowance {
                        bytes_max: number(row, 1)?,
                        shares_max: number(row, 2)?,
                        not_after: time(row, 3)?,
                    }),
                };
                let mailbox = MailboxId::from_bytes(array(row, 0)?);
                Ok(Capability { mailbox, allows, forget_at: time(row, 4)? })
            },
        )
    }

    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error> {
        self.one(
            "SELECT count(*), coalesce(sum(blob_bytes), 0)::bigint FROM velum.share
             WHERE capability = $1",
            values![bytes(digest.as_bytes())],
            |row| Ok(Usage { shares: number(row, 0)?, bytes: number(row, 1)? }),
        )?
        .ok_or(Error::Corrupt)
    }

    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error> {
        self.one(
            "SELECT mailbox, state, read, accept, not_after, offer, message, forget_at
             FROM velum.invite WHERE invite = $1",
            values![bytes(id.as_bytes())],
            invite,
        )
    }

    fn share(&self, id: ShareId) -> Result<Option<Share>, Error> {
        Ok(self.shares(&[id])?.pop().map(|(_, share)| share))
    }

    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error> {
        Ok(self.releases(&[(share, claim)])?.pop().map(|(_, release)| release))
    }

    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error> {
        self.all(
            "SELECT share FROM velum.share WHERE due <= $1 ORDER BY due LIMIT $2",
            values![seconds(now), i64::from(rows_max)],
            |row| array(row, 0).map(ShareId::from_bytes),
        )
    }

    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error> {
        self.all(
            "SELECT object FROM velum.doomed ORDER BY object LIMIT $1",
            values![i64::from(rows_max)],
            |row| array(row, 0).map(ObjectId::from_bytes),
        )
    }

    fn object_needed(&self, object: ObjectId) -> Result<bool, Error> {
        self.exists(
            "SELECT 1 FROM velum.share WHERE object = $1",
            values![bytes(object.as_bytes())],
        )
    }
}

fn invite(row: &Row) -> Result<Invite, Error> {
    let accept = |row| array(row, 3).map(CapabilityDigest::from_bytes);
    let state = match column::<i64>(row, 1)? {
        0 => InviteState::Open(OpenInvite {
            read: CapabilityDigest::from_bytes(array(row, 2)?),
            accept: accept(row)?,
            not_after: time(row, 4)?,
            offer: column(row, 5)?,
        }),
        1 => InviteState::Used {
            accept: accept(row)?,
            message: MessageId::from_bytes(array(row, 6)?),
        },
        2 => InviteState::Cancelled,
        _ => return Err(Error::Corrupt),
    };
    let mailbox = MailboxId::from_bytes(array(row, 0)?);
    Ok(Invite { mailbox, forget_at: time(row, 7)?, state })
}

fn share(row: &Row) -> Result<Share, Error> {
    let control = CapabilityDigest::from_bytes(array(row, 0)?);
    let Some(capability) = array_or_none(row, 2)? else {
        return Ok(Share::Ended(Tombstone { control, forget_at: time(row, 1)? }));
    };
    let terms = ShareTerms {
        capability: CapabilityDigest::from_bytes(capability),
        control,
        fetch: CapabilityDigest::from_bytes(array(row, 3)?),
        claim_key: ClaimKey::from_bytes(array(row, 4)?),
        policy: CapabilityDigest::from_bytes(array(row, 5)?),
        not_after: time(row, 6)?,
        views: number(row, 7)?,
        blob_bytes: number(row, 8)?,
        blob_digest: array(row, 9)?,
    };
    let claimed_at = match column::<Option<i64>>(row, 13)? {
        None => None,
        Some(_) => Some(time(row, 13)?),
    };
    Ok(Share::Live(Box::new(LiveShare {
        terms,
        epoch: number(row, 10)?,
        views_left: number(row, 11)?,
        object: array_or_none(row, 12)?.map(ObjectId::from_bytes),
        claimed_at,
        half: column::<Option<Vec<u8>>>(row, 14)?.map(WrappedHalf),
    })))
}

fn release(row: &Row) -> Result<Release, Error> {
    Ok(Release {
        reply_key: array(row, 0)?,
        views_left: number(row, 1)?,
        made_at: time(row, 2)?,
        sealed: column(row, 3)?,
    })
}
