//! Several servers on one PostgreSQL and one bucket.

use crate::running::Running;
use blobs_s3::testing::{BUCKET, CREDENTIALS, S3Server};
use std::path::PathBuf;
use std::process::Command;
use store_postgres::testing::Cluster;
use tempfile::TempDir;

/// What all servers share.
pub(crate) struct Cloud {
    pub(crate) cluster: Cluster,
    pub(crate) s3: S3Server,
    folder: TempDir,
}

impl Cloud {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder for the test");
        Self { cluster: Cluster::new(), s3: S3Server::new(), folder }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// Starts one more server.
    pub(crate) fn start(&self) -> Running {
        Running::start(&mut self.command())
    }

    /// The program with what it needs, from the environment but for two flags.
    pub(crate) fn command(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_velum-server"));
        program.args(["--listen", "127.0.0.1:0", "--open-requests-per-minute", "0"]);
        program.envs(CREDENTIALS);
        program.env("VELUM_DATABASE", self.cluster.address()).env("VELUM_BLOBS", BUCKET);
        program.env("VELUM_S3_ENDPOINT", self.s3.endpoint()).env("VELUM_KEYS", self.keys());
        program
    }
}
