//! Ending everything at once (R17), set by set: a restored database may hold a great many rows.

use super::{Change, SLOT_BYTES};
use crate::columns::{integer, seconds};
use relay::Error;
use relay::fence::Ends;

pub(super) fn end_everything(change: &Change<'_>, ends: &Ends) -> Result<(), Error> {
    change.run(
        "INSERT OR IGNORE INTO doomed (object)
         SELECT object FROM share WHERE capability IS NOT NULL AND object IS NOT NULL",
        [],
    )?;
    // In place, like every other erasure of halves: no page is moved.
    change.run(
        "UPDATE half SET used = 0, wrapped = ?1 WHERE used = 1",
        [[0_u8; SLOT_BYTES].as_slice()],
    )?;
    change.run("DELETE FROM release", [])?;
    change.run(
        "UPDATE share SET due = ?1, capability = NULL, fetch = NULL, claim_key = NULL,
             policy = NULL, not_after = NULL, views = NULL, blob_bytes = NULL,
             blob_digest = NULL, epoch = NULL, slot = NULL, views_left = NULL, object = NULL,
             claimed_at = NULL
         WHERE capability IS NOT NULL",
        [seconds(ends.tombstones)],
    )?;
    change.run(
        "UPDATE capability SET bytes_max = NULL, shares_max = NULL, not_after = NULL,
             forget_at = ?1
         WHERE not_after IS NOT NULL",
        [seconds(ends.tombstones)],
    )?;
    change.run(
        "UPDATE invite SET state = 2, read = NULL, accept = NULL, not_after = NULL, offer = NULL,
             forget_at = ?1
         WHERE state = 0",
        [seconds(ends.invites)],
    )?;
    number_anew(change, integer(ends.sequence_min))
}

/// What waits, in its order; then the next number of each mailbox. New numbers are larger than all
/// there are, so no two rows ever have the same.
fn number_anew(change: &Change<'_>, first: i64) -> Result<(), Error> {
    change.run(
        "UPDATE message SET sequence = ?1 + waiting.place - 1
         FROM (SELECT rowid AS id,
                      row_number() OVER (PARTITION BY mailbox ORDER BY sequence) AS place
               FROM message WHERE body IS NOT NULL) AS waiting
         WHERE message.rowid = waiting.id",
        [first],
    )?;
    change.run(
        "UPDATE mailbox SET next_sequence = ?1 + (
             SELECT count(*) FROM message
             WHERE message.mailbox = mailbox.mailbox AND body IS NOT NULL)
         WHERE post IS NOT NULL",
        [first],
    )?;
    Ok(())
}
