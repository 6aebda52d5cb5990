//! `cargo xtask up`: builds everything, starts the server on this machine, and says where it is.

mod demo;
mod http;
mod server;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::packages;
use crate::run::{cargo, run, target};
use crate::say;
use crate::web;
use server::Server;

/// Where the server listens unless told otherwise.
const PORT_DEFAULT: u16 = 8470;

/// How often we look whether Ctrl-C was pressed or the server ended.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    port: u16,
    data: PathBuf,
    build: Build,
    what: What,
}

/// How much the compiler should try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Build {
    /// Quick to build.
    Dev,
    /// As people get it.
    Release,
}

/// What happens once everything is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// The server runs until Ctrl-C.
    Serve,
    /// A sample photo goes all the way, on a server of its own.
    Demo,
}

impl Options {
    /// Reads `[--port N] [--data DIR] [--release] [--demo]`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self {
            port: PORT_DEFAULT,
            data: target().join("up/data"),
            build: Build::Dev,
            what: What::Serve,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--port" => {
                    let number = arguments.next().context("--port needs a number")?;
                    options.port = number.parse().context("--port needs a number up to 65535")?;
                }
                "--data" => {
                    let folder = arguments.next().context("--data needs a folder")?;
                    // Programs are started from elsewhere, so make it independent of that.
                    options.data = std::path::absolute(folder)?;
                }
                "--release" => options.build = Build::Release,
                "--demo" => options.what = What::Demo,
                other => bail!(
                    "unknown option: {other}; \
                     usage: cargo xtask up [--port N] [--data DIR] [--release] [--demo]"
                ),
            }
        }
        Ok(options)
    }
}

/// Builds, starts, and stays until Ctrl-C.
pub(crate) fn up(options: &Options) -> Result<()> {
    packages::require(&[&packages::COMPILER])?;
    let web = web::build(web::Profile::Release)?;
    let server = build_program("velum-server", "velum-server", options.build)?;
    match options.what {
        What::Serve => serve(options, &server, &web),
        What::Demo => {
            let cli = build_program("velum-cli", "velum", options.build)?;
            demo::run(&demo::Built { server, cli, web })
        }
    }
}

fn serve(options: &Options, program: &Path, web: &Path) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    let address = free_address(options.port)?;
    let mut server = Server::start(program, address, &options.data, web)?;
    say::heading(&format!("Velum is ready: http://{address}"));
    say::step(&format!("its data is in {}; Ctrl-C stops it", web::shown(&options.data)));
    while !stop.load(Ordering::Relaxed) {
        server.check_that_it_runs()?;
        thread::sleep(LOOK_EVERY);
    }
    say::step("stopping");
    server.stop()?;
    say::step("stopped cleanly");
    Ok(())
}

/// Builds one of our programs and returns where it is.
fn build_program(package: &str, program: &str, build: Build) -> Result<PathBuf> {
    say::step(&format!("building {program}"));
    let mut command = cargo("build");
    command.args(["--package", package]);
    let folder = match build {
        Build::Dev => "debug",
        Build::Release => {
            command.arg("--release");
            "release"
        }
    };
    run(&mut command)?;
    Ok(target().join(folder).join(program))
}

/// The address to listen on; says what to do if somebody else is there. Port 0 finds a free one.
fn free_address(port: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        format!("port {port} is taken, perhaps by another `cargo xtask up`; choose one with --port")
    })?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        let options = Options::parse(&["--port", "9000", "--demo", "--data", "/x"]).unwrap();
        assert_eq!(options.port, 9000);
        assert_eq!(options.what, What::Demo);
        assert_eq!(options.data, PathBuf::from("/x"));
        assert_eq!(Options::parse(&[]).unwrap().port, PORT_DEFAULT);
        for wrong in [&["--port"][..], &["--port", "x"], &["--port", "70000"], &["up"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_taken_port_is_refused_with_advice() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let error = free_address(taken.local_addr().unwrap().port()).unwrap_err();
        assert!(error.to_string().contains("choose one with --port"), "{error}");
    }
}
