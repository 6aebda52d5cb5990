//! Why a database cannot be used, in words for the operator.

use core::fmt;
use relay::Error;
use vocab::LogSafe;

/// Why a database cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// The address does not read as one.
    Address,
    /// The file of authorities holds no certificate that can be read.
    Authorities,
    /// No connection: nothing listens there, the network or TLS failed.
    NoConnection,
    /// The server does not let us in.
    Denied,
    /// The server has no such database.
    NoDatabase,
    /// The server is older than version 13.
    TooOld,
    /// The tables are from a later version of this program, or are not ours.
    Tables,
    /// The server is a standby: what it shows may be the past.
    Standby,
    /// There are replicas and no commit waits for any of them: a fail-over would bring back views
    /// that were counted and shares that were withdrawn.
    AsynchronousReplicas,
    /// A commit is answered before it is on disk: `synchronous_commit` is not `on` or
    /// `remote_apply`.
    CommitNotDurable,
    /// `fsync` or `full_page_writes` is off: a power cut may lose what was answered.
    NotCrashSafe,
    /// The database is an earlier copy of what this program knew, or another server has ended a life
    /// of it: until this program is started again, nothing is answered.
    WentBack,
    /// Not now: the connection was lost, or the server is busy, full or ending.
    Unavailable,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the address of the database does not read as postgres://user@host/database",
            Self::Authorities => "the file of authorities holds no certificate that can be read",
            Self::NoConnection => "no connection to the database: is it running, is TLS set up on it, and does its certificate name this host?",
            Self::Denied => "the database does not let this user in: user, password or pg_hba.conf",
            Self::NoDatabase => "the server has no such database: create it first",
            Self::TooOld => "the database server is too old: version 13 or later is needed",
            Self::Tables => "the tables in schema velum are from a later version of this program, or not ours",
            Self::Standby => "the database server is a standby: give the address of the primary",
            Self::AsynchronousReplicas => "the database has replicas that commits do not wait for; a fail-over would bring back what was viewed or withdrawn: set synchronous_standby_names, or remove the replicas and their slots",
            Self::CommitNotDurable => "synchronous_commit is not in force as on: commits would be answered before they are safe",
            Self::NotCrashSafe => "fsync or full_page_writes is off on the database server: a power cut would lose what was answered",
            Self::WentBack => "the database was put back from an earlier copy, or replaced, while this server ran: start all servers again; what was open in it then ends",
            Self::Unavailable => "the database does not answer now",
        })
    }
}

impl std::error::Error for Trouble {}
impl LogSafe for Trouble {}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Corrupt => Self::Tables,
            _ => Self::Unavailable,
        }
    }
}
