//! Reading rows.

use crate::columns::{column, integer, number, seconds, store_error, time};
use crypto::secret::ClaimKey;
use relay::fence::{Age, Incarnation};
use relay::model::{
    Allowance, Capability, Invite, InviteState, LiveMailbox, LiveShare, Mailbox, Message,
    OpenInvite, Release, Share, ShareTerms, Tombstone, Usage, WrappedHalf,
};
use relay::{Error, Rows};
use rusqlite::{Connection, Params, Row, params};
use vocab::{
    CapabilityDigest, ClaimId, InviteId, MailboxId, MessageId, ObjectId, ShareId, Timestamp,
};

/// The tables as one connection sees them in its open transaction.
pub(crate) struct Table<'c>(pub(crate) &'c Connection);

impl Table<'_> {
    /// The first row of a query, or `None`.
    pub(crate) fn one<T>(
        &self,
        query: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.0.prepare_cached(query).map_err(store_error)?;
        let mut rows = statement.query(params).map_err(store_error)?;
        rows.next().map_err(store_error)?.map(read).transpose()
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        query: &'static str,
        params: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.0.prepare_cached(query).map_err(store_error)?;
        let mut rows = statement.query(params).map_err(store_error)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(store_error)? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    fn exists(&self, query: &'static str, params: impl Params) -> Result<bool, Error> {
        self.one(query, params, |_| Ok(())).map(|row| row.is_some())
    }
}

impl Rows for Table<'_> {
    fn clock(&self) -> Result<Timestamp, Error> {
        self.one("SELECT seconds FROM clock", [], |row| time(row, 0))?.ok_or(Error::Corrupt)
    }

    fn age(&self) -> Result<Age, Error> {
        self.one("SELECT incarnation, generation FROM clock", [], |row| {
            let incarnation = Incarnation::from_bytes(column(row, 0)?);
            Ok(Age { incarnation, generation: number(row, 1)? })
        })?
        .ok_or(Error::Corrupt)
    }

    fn mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>, Error> {
        self.one(
            "SELECT read, post, next_sequence, forget_at FROM mailbox WHERE mailbox = ?1",
            [id.as_bytes()],
            |row| {
                let read = CapabilityDigest::from_bytes(column(row, 0)?);
                Ok(match column::<Option<[u8; 32]>>(row, 1)? {
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
            "SELECT mailbox FROM mailbox WHERE read = ?1 AND post IS NOT NULL",
            [read.as_bytes()],
            |row| column(row, 0).map(MailboxId::from_bytes),
        )
    }

    fn message_seen(&self, mailbox: MailboxId, message: MessageId) -> Result<bool, Error> {
        self.exists(
            "SELECT 1 FROM message WHERE mailbox = ?1 AND message = ?2",
            params![mailbox.as_bytes(), message.as_bytes()],
        )
    }

    fn messages(
        &self,
        mailbox: MailboxId,
        after: u64,
        rows_max: u32,
    ) -> Result<Vec<Message>, Error> {
        self.all(
            "SELECT sequence, message, body FROM message
             WHERE mailbox = ?1 AND sequence > ?2 AND body IS NOT NULL
             ORDER BY sequence LIMIT ?3",
            params![mailbox.as_bytes(), integer(after), rows_max],
            |row| {
                Ok(Message {
                    sequence: number(row, 0)?,
                    message: MessageId::from_bytes(column(row, 1)?),
                    body: column(row, 2)?,
                })
            },
        )
    }

    fn messages_waiting(&self, mailbox: MailboxId) -> Result<u32, Error> {
        self.one(
            "SELECT count(*) FROM message WHERE mailbox = ?1 AND body IS NOT NULL",
            [mailbox.as_bytes()],
            |row| number(row, 0),
        )?
        .ok_or(Error::Corrupt)
    }

    fn capability(&self, digest: CapabilityDigest) -> Result<Option<Capability>, Error> {
        self.one(
            "SELECT mailbox, bytes_max, shares_max, not_after, forget_at FROM capability
             WHERE capability = ?1",
            [digest.as_bytes()],
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
                let mailbox = MailboxId::from_bytes(column(row, 0)?);
                Ok(Capability { mailbox, allows, forget_at: time(row, 4)? })
            },
        )
    }

    fn usage(&self, digest: CapabilityDigest) -> Result<Usage, Error> {
        self.one(
            "SELECT count(*), coalesce(sum(blob_bytes), 0) FROM share WHERE capability = ?1",
            [digest.as_bytes()],
            |row| Ok(Usage { shares: number(row, 0)?, bytes: number(row, 1)? }),
        )?
        .ok_or(Error::Corrupt)
    }

    fn invite(&self, id: InviteId) -> Result<Option<Invite>, Error> {
        self.one(
            "SELECT mailbox, state, read, accept, not_after, offer, message, forget_at
             FROM invite WHERE invite = ?1",
            [id.as_bytes()],
            |row| {
                let accept = |row| column(row, 3).map(CapabilityDigest::from_bytes);
                let state = match column::<i64>(row, 1)? {
                    0 => InviteState::Open(OpenInvite {
                        read: CapabilityDigest::from_bytes(column(row, 2)?),
                        accept: accept(row)?,
                        not_after: time(row, 4)?,
                        offer: column(row, 5)?,
                    }),
                    1 => InviteState::Used {
                        accept: accept(row)?,
                        message: MessageId::from_bytes(column(row, 6)?),
                    },
                    2 => InviteState::Cancelled,
                    _ => return Err(Error::Corrupt),
                };
                let mailbox = MailboxId::from_bytes(column(row, 0)?);
                Ok(Invite { mailbox, forget_at: time(row, 7)?, state })
            },
        )
    }

    fn share(&self, id: ShareId) -> Result<Option<Share>, Error> {
        self.one(
            "SELECT control, due, capability, fetch, claim_key, policy, not_after, views,
                    blob_bytes, blob_digest, epoch, views_left, object, claimed_at, wrapped
             FROM share LEFT JOIN half USING (slot) WHERE share = ?1",
            [id.as_bytes()],
            share,
        )
    }

    fn release(&self, share: ShareId, claim: ClaimId) -> Result<Option<Release>, Error> {
        self.one(
            "SELECT reply_key, views_left, made_at, sealed FROM release
             WHERE share = ?1 AND claim = ?2",
            params![share.as_bytes(), claim.as_bytes()],
            |row| {
                Ok(Release {
                    reply_key: column(row, 0)?,
                    views_left: number(row, 1)?,
                    made_at: time(row, 2)?,
                    sealed: column(row, 3)?,
                })
            },
        )
    }

    fn shares_due(&self, now: Timestamp, rows_max: u32) -> Result<Vec<ShareId>, Error> {
        self.all(
            "SELECT share FROM share WHERE due <= ?1 ORDER BY due LIMIT ?2",
            params![seconds(now), rows_max],
            |row| column(row, 0).map(ShareId::from_bytes),
        )
    }

    fn doomed_objects(&self, rows_max: u32) -> Result<Vec<ObjectId>, Error> {
        self.all("SELECT object FROM doomed LIMIT ?1", [rows_max], |row| {
            column(row, 0).map(ObjectId::from_bytes)
        })
    }

    fn object_needed(&self, object: ObjectId) -> Result<bool, Error> {
        self.exists("SELECT 1 FROM share WHERE object = ?1", [object.as_bytes()])
    }
}

fn share(row: &Row<'_>) -> Result<Share, Error> {
    let control = CapabilityDigest::from_bytes(column(row, 0)?);
    let Some(capability) = column::<Option<[u8; 32]>>(row, 2)? else {
        return Ok(Share::Ended(Tombstone { control, forget_at: time(row, 1)? }));
    };
    let terms = ShareTerms {
        capability: CapabilityDigest::from_bytes(capability),
        control,
        fetch: CapabilityDigest::from_bytes(column(row, 3)?),
        claim_key: ClaimKey::from_bytes(column(row, 4)?),
        policy: CapabilityDigest::from_bytes(column(row, 5)?),
        not_after: time(row, 6)?,
        views: number(row, 7)?,
        blob_bytes: number(row, 8)?,
        blob_digest: column(row, 9)?,
    };
    let claimed_at = match column::<Option<i64>>(row, 13)? {
        None => None,
        Some(_) => Some(time(row, 13)?),
    };
    Ok(Share::Live(Box::new(LiveShare {
        terms,
        epoch: number(row, 10)?,
        views_left: number(row, 11)?,
        object: column::<Option<[u8; 16]>>(row, 12)?.map(ObjectId::from_bytes),
        claimed_at,
        half: column::<Option<Vec<u8>>>(row, 14)?.map(WrappedHalf),
    })))
}
