//! A `velum-server` that we started, and that does not outlive us.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http;

/// How long the server may take until it answers.
const START_MAX: Duration = Duration::from_secs(30);

/// How long the server may take to finish what it is doing.
const STOP_MAX: Duration = Duration::from_secs(20);

/// How often we look.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A running server.
pub(super) struct Server {
    child: Child,
    has_ended: bool,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub(super) fn start(
        program: &Path,
        address: SocketAddr,
        data: &Path,
        web: &Path,
    ) -> Result<Self> {
        std::fs::create_dir_all(data)
            .with_context(|| format!("could not make the folder {}", data.display()))?;
        let child = Command::new(program)
            .args(["--listen", &address.to_string()])
            .arg("--data")
            .arg(data)
            .arg("--web")
            .arg(web)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut server = Self { child, has_ended: false };
        server.wait_until_it_answers(address)?;
        Ok(server)
    }

    /// Fails if the server ended by itself.
    pub(super) fn check_that_it_runs(&mut self) -> Result<()> {
        if let Some(status) = self.ended()? {
            bail!("velum-server ended by itself ({status})");
        }
        Ok(())
    }

    /// Asks the server to end and waits until it has; fails if it does not end well.
    pub(super) fn stop(mut self) -> Result<()> {
        self.ask_to_end();
        let started = Instant::now();
        while started.elapsed() < STOP_MAX {
            if let Some(status) = self.ended()? {
                if !status.success() {
                    bail!("velum-server did not end well ({status})");
                }
                return Ok(());
            }
            thread::sleep(LOOK_EVERY);
        }
        bail!("velum-server did not end within {} seconds", STOP_MAX.as_secs());
    }

    fn wait_until_it_answers(&mut self, address: SocketAddr) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < START_MAX {
            self.check_that_it_runs()?;
            if http::ask(address, "/healthz").is_ok_and(|response| response.status == 200) {
                return Ok(());
            }
            thread::sleep(LOOK_EVERY);
        }
        bail!("velum-server did not answer within {} seconds", START_MAX.as_secs());
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait()?;
        self.has_ended |= status.is_some();
        Ok(status)
    }

    /// SIGTERM, which the standard library cannot send. It may have ended already: then no harm.
    fn ask_to_end(&self) {
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only where something failed before: a server nobody waits for must not stay.
        if !self.has_ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
