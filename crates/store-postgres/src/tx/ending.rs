//! Ending everything at once (R17), set by set: a restored database may hold a great many rows.

use super::Change;
use crate::columns::{integer, seconds, values};
use relay::Error;
use relay::fence::Ends;

pub(super) fn end_everything(change: &Change<'_>, ends: &Ends) -> Result<(), Error> {
    change.write(
        "INSERT INTO velum.doomed (object)
         SELECT object FROM velum.share WHERE capability IS NOT NULL AND object IS NOT NULL
         ON CONFLICT (object) DO NOTHING",
        vec![],
    )?;
    change.write("DELETE FROM velum.half", vec![])?;
    change.write("DELETE FROM velum.release", vec![])?;
    change.write(
        "UPDATE velum.share SET due = $1, capability = NULL, fetcher = NULL, claim_key = NULL,
             policy = NULL, not_after = NULL, views = NULL, blob_bytes = NULL,
             blob_digest = NULL, epoch = NULL, views_left = NULL, object = NULL,
             claimed_at = NULL
         WHERE capability IS NOT NULL",
        values![seconds(ends.tombstones)],
    )?;
    change.write(
        "UPDATE velum.capability SET bytes_max = NULL, shares_max = NULL, not_after = NULL,
             forget_at = $1
         WHERE not_after IS NOT NULL",
        values![seconds(ends.tombstones)],
    )?;
    change.write(
        "UPDATE velum.invite SET state = 2, read = NULL, accept = NULL, not_after = NULL,
             offer = NULL, forget_at = $1
         WHERE state = 0",
        values![seconds(ends.invites)],
    )?;
    number_anew(change, integer(ends.sequence_min))
}

/// What waits, in its order; then the next number of each mailbox. New numbers are larger than all
/// there are, so no two rows ever have the same.
fn number_anew(change: &Change<'_>, first: i64) -> Result<(), Error> {
    change.write(
        "UPDATE velum.message AS one SET sequence = $1 + waiting.place - 1
         FROM (SELECT mailbox, sequence,
                      row_number() OVER (PARTITION BY mailbox ORDER BY sequence) AS place
               FROM velum.message WHERE body IS NOT NULL) AS waiting
         WHERE one.mailbox = waiting.mailbox AND one.sequence = waiting.sequence",
        values![first],
    )?;
    change.write(
        "UPDATE velum.mailbox SET next_sequence = $1 + (
             SELECT count(*) FROM velum.message
             WHERE message.mailbox = mailbox.mailbox AND body IS NOT NULL)
         WHERE post IS NOT NULL",
        values![first],
    )
}
