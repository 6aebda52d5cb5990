//! R17, at every start: is this database all that it was, or an earlier copy?

use crate::known::Known;
use crate::rows::{Head, Table};
use crate::session::Session;
use crate::tx::Change;
use crate::witness::Witness;
use crate::{Trouble, writer};
use relay::fence::{self, Finding, Guard, Incarnation};
use relay::{Error, Stop, advance_clock, apply};
use vocab::Timestamp;

/// One node at a time opens: the next must find what this one leaves in its mirror, or it would
/// take the new life for one it does not know, and end it.
const LOCK: &str = "SELECT pg_advisory_lock(x'76656c756d03'::bigint)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(x'76656c756d03'::bigint)";

/// What opening found, and the life it goes on with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    pub(crate) finding: Finding,
    pub(crate) incarnation: Incarnation,
}

/// Compares the database with the mirrors and, where they disagree, ends everything in it, in one
/// transaction. When this returns, this node's mirror says what the database says.
pub(crate) fn fence(session: &Session, guard: Guard) -> Result<(Opened, Witness), Trouble> {
    let Guard { mut mirror, fresh, now } = guard;
    session.run_plain(LOCK)?;
    // The mirrors first: other nodes go on meanwhile, and the database is never behind them.
    let mirrored = mirror.read()?;
    let head = writer::begin(session)?;
    let finding = fence::judge(head.age, mirrored);
    let command = fence::fence(head.age, mirrored, fresh, head.clock.max(now));
    session.be_patient(true);
    if let Some(command) = command {
        end_everything(session, &head, &command, now)?;
    }
    let head = Table(session).head()?;
    writer::commit(session)?;
    session.be_patient(false);
    // A crash before this line finds the same disagreement again.
    mirror.write(head.age)?;
    session.run_plain(UNLOCK)?;
    let opened = Opened { finding, incarnation: head.age.incarnation };
    Ok((opened, Witness::new(mirror, &head)))
}

fn end_everything(
    session: &Session,
    head: &Head,
    command: &relay::Command,
    now: Timestamp,
) -> Result<(), Error> {
    let mut change = Change::new(session, Known::default(), head);
    let now = advance_clock(&mut change, now)?;
    match apply(&mut change, command, now) {
        Ok(_) => change.finish(),
        Err(Stop::Error(error)) => Err(error),
        // No rule stands against it.
        Err(Stop::Refusal(_)) => Err(Error::Corrupt),
    }
}
