//! What can be done instead of serving, with the database in a file.

use std::path::PathBuf;

/// What can be done instead of serving.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Copies the database into one file, while a server runs or not
    ///
    /// Neither photos nor the folder of keys are part of it: after a restore everything that was
    /// open has ended, so nothing would open with them.
    Backup {
        /// The server's folder
        #[arg(long, env = "VELUM_DATA")]
        data: PathBuf,

        /// The file to write; it must not be there
        #[arg(long)]
        to: PathBuf,
    },

    /// Puts a copy back while no server runs
    ///
    /// Mailboxes and invitations that were accepted go on. What was open (shares, consents to
    /// receive, invitations) ends at the next start, so that nothing which was viewed or taken
    /// back since the copy can be opened again.
    Restore {
        /// The server's folder
        #[arg(long, env = "VELUM_DATA")]
        data: PathBuf,

        /// The copy; it stays as it is
        #[arg(long)]
        from: PathBuf,
    },
}
