//! A running server that ends with its test.

use crate::connection::Connection;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use tempfile::TempDir;
use wire::{Request, Response};

/// A started `velum-server` and where it listens.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// A folder of data, kept over restarts.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a folder for the test"))
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts a server here.
    pub(crate) fn start(&self) -> Running {
        Running::start(&mut self.command(Command::new(env!("CARGO_BIN_EXE_velum-server"))))
    }

    /// Runs one of the server's other commands on this folder to its end.
    pub(crate) fn run(&self, command: &str, flag: &str, file: &Path) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_velum-server"));
        program.args([command, "--data"]).arg(self.data()).arg(flag).arg(file);
        program.output().expect("the program starts")
    }

    /// The flags of a test's server, behind whatever starts it.
    pub(crate) fn command(&self, mut program: Command) -> Command {
        program.args(["--listen", "127.0.0.1:0", "--open-requests-per-minute", "0", "--data"]);
        program.arg(self.data());
        program
    }
}

impl Running {
    /// Starts a server and reads the line that says it is ready.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is ours");
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it listens");
        let address = line.trim().strip_prefix("listening on http://").and_then(|a| a.parse().ok());
        Self { address: address.expect("the server says where it listens"), child }
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(self.address).expect("the server listens")
    }

    /// One request on a connection of its own.
    pub(crate) fn send(&self, request: &Request) -> Response {
        self.connect().send(request).expect("the server answers")
    }

    /// Ends it without a warning, as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it was running");
    }

    /// Sends it a signal and does not wait.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("there is a kill");
        assert!(sent.success());
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal("-TERM");
        self.child.wait().expect("it was running")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
