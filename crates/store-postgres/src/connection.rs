//! Connecting: the settings that the promises need, the schema, and whether this server can be
//! trusted with them.

use crate::columns::{column, values};
use crate::session::Session;
use crate::{Address, Trouble};
use tokio_postgres::error::SqlState;

/// The schema this version reads and writes.
const SCHEMA_VERSION: i32 = 1;

/// The oldest server, as `server_version_num`.
const SERVER_MIN: i32 = 13_00_00;

/// Serialises the making of the schema by nodes that start at once. Any number that nobody else
/// uses in this database: "velum" as ASCII, and which lock.
const SCHEMA_LOCK: &str = "SELECT pg_advisory_xact_lock(x'76656c756d01'::bigint)";

/// What every session is set to.
///
/// Not left to the server's configuration: another role's or database's default must not decide
/// whether an answer is durable. A node that stops in the middle of a transaction holds the
/// writers' lock; the server ends its session after a while, and its commit then fails. All
/// queries go by an index; a plan made while a table was small must not read a large one whole.
const SETTINGS: &str = "
    SET synchronous_commit = on;
    SET client_min_messages = warning;
    SET idle_in_transaction_session_timeout = '5s';
    SET lock_timeout = '10s';
    SET search_path = pg_catalog, pg_temp;
    SET enable_seqscan = off;
    SET plan_cache_mode = force_generic_plan;
    SET jit = off";

/// Opens a connection to a server that was found fit.
pub(crate) fn open(address: &Address) -> Result<Session, Trouble> {
    let session = Session::open(async {
        address.config.connect(address.tls.clone()).await.map_err(|error| connect_trouble(&error))
    })?;
    session.run_plain(SETTINGS)?;
    check_server(&session)?;
    Ok(session)
}

/// Makes the schema if it is not there.
pub(crate) fn make_schema(session: &Session) -> Result<(), Trouble> {
    session.send_plain("BEGIN ISOLATION LEVEL READ COMMITTED");
    session.send_plain(SCHEMA_LOCK);
    let made = schema_in_transaction(session);
    session.send_plain(if made.is_ok() { "COMMIT" } else { "ROLLBACK" });
    session.settle()?;
    made
}

fn schema_in_transaction(session: &Session) -> Result<(), Trouble> {
    let there = "SELECT to_regclass('velum.version') IS NOT NULL";
    let there = session.rows(there, vec![])?.first().map(|row| column(row, 0)).transpose()?;
    if there == Some(true) {
        let versions = session.rows("SELECT number FROM velum.version", vec![])?;
        let versions: Result<Vec<i32>, _> = versions.iter().map(|row| column(row, 0)).collect();
        return if versions? == [SCHEMA_VERSION] { Ok(()) } else { Err(Trouble::Tables) };
    }
    session.run_plain("CREATE SCHEMA IF NOT EXISTS velum")?;
    session.run_plain(include_str!("schema.sql"))?;
    session.run_plain("CREATE TABLE velum.version (number integer NOT NULL)")?;
    session.send("INSERT INTO velum.version VALUES ($1)", values![SCHEMA_VERSION])?;
    Ok(())
}

/// Whether what this server answers is durable, and stays so over a fail-over.
///
/// It sees what the server knows: replicas that are connected now, and those that have a slot.
/// A replica without a slot that is not connected, or a copy of the disk, it cannot see.
pub(crate) fn check_server(session: &Session) -> Result<(), Trouble> {
    let rows = session.rows(
        "SELECT current_setting('server_version_num')::integer,
                pg_is_in_recovery(),
                current_setting('synchronous_commit') IN ('on', 'remote_apply'),
                current_setting('fsync')::boolean AND current_setting('full_page_writes')::boolean,
                current_setting('synchronous_standby_names') <> '',
                EXISTS (SELECT FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup')
                OR EXISTS (SELECT FROM pg_replication_slots
                           WHERE slot_type = 'physical' AND NOT temporary)",
        vec![],
    )?;
    let row = rows.first().ok_or(Trouble::Unavailable)?;
    let is = |index| column::<bool>(row, index);
    if column::<i32>(row, 0)? < SERVER_MIN {
        Err(Trouble::TooOld)
    } else if is(1)? {
        Err(Trouble::Standby)
    } else if !is(2)? {
        Err(Trouble::CommitNotDurable)
    } else if !is(3)? {
        Err(Trouble::NotCrashSafe)
    } else if is(5)? && !is(4)? {
        Err(Trouble::AsynchronousReplicas)
    } else {
        Ok(())
    }
}

/// Its text is dropped: it may quote the user or the password.
fn connect_trouble(error: &tokio_postgres::Error) -> Trouble {
    match error.code() {
        Some(&SqlState::INVALID_CATALOG_NAME) => Trouble::NoDatabase,
        Some(state) if state.code().starts_with("28") => Trouble::Denied,
        Some(state) if state.code() == "42501" => Trouble::Denied,
        // Starting, ending, or too many connections.
        Some(_) => Trouble::Unavailable,
        None => Trouble::NoConnection,
    }
}
