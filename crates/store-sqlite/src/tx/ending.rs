//! Ending everything at once (R17), set by set: a restored database may hold a great many rows.

use super::{Change, SLOT_BYTES};
use crate::columns::{integer, seconds};
use relay::Error;
use relay::fence::Ends;
use rusqlite::params;

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
    change.run(
        "UPDATE mailbox SET next_sequence = next_sequence + ?1 WHERE post IS NOT NULL",
        params![integer(ends.sequences)],
    )?;
    Ok(())
}
