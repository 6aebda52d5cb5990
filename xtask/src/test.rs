//! `cargo xtask test`: installs what the tests need and runs all of them.
//!
//! Tests learn where things are from the environment:
//!
//! | variable | what it holds |
//! | --- | --- |
//! | `VELUM_TEST_PYTHON` | a Python with the crates' independent judges (COSE, HPKE) and an S3-speaking server |
//! | `VELUM_TEST_AXE` | the accessibility engine, one JavaScript file |
//! | `VELUM_TEST_WEB` | the folder of the built web app |
//! | `VELUM_TEST_SERVER`, `VELUM_TEST_CLI` | the programs `velum-server` and `velum` |
//! | `VELUM_TEST_SCALE` | how often the slow tests repeat: 1, or more with `--long` |

mod axe;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::packages;
use crate::python;
use crate::run::{cargo, on_ci, root, run, target};
use crate::say::{self, Stages};
use crate::sim;
use crate::tidy;
use crate::tools;
use crate::web;

/// What judges our formats and our interface: HPKE and AES-GCM, COSE, `age`'s files, OpenAPI, by
/// other people's hands; and a server that speaks S3.
const JUDGES: &[&str] = &[
    "cryptography>=50,<51",
    "pycose>=1.1,<2",
    "pyrage>=1.4,<2",
    "schemathesis>=4.32,<5",
    "moto[s3,server]>=5.2,<6",
];

/// How much the slow tests repeat with `--long`.
const SCALE_LONG: u32 = 10;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    scale: Option<u32>,
    /// Passed on to the test runner, such as the name of a test.
    filter: Vec<String>,
}

impl Options {
    /// Reads `[--long] [-- ARGS…]`.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--long" => options.scale = Some(SCALE_LONG),
                "--" => options.filter = arguments.by_ref().map(|&a| a.to_owned()).collect(),
                other => bail!("unknown option: {other}; usage: cargo xtask test [--long] [-- …]"),
            }
        }
        Ok(options)
    }
}

/// What the tests find in their environment.
struct Surroundings {
    python: PathBuf,
    axe: PathBuf,
    web: PathBuf,
    programs: PathBuf,
    scale: Option<u32>,
}

/// Runs all tests; the test runner's closing line comes last.
pub(crate) fn all(options: &Options) -> Result<()> {
    let mut stages = Stages::new();
    let outcome = in_stages(options, &mut stages);
    stages.print();
    outcome
}

/// The same, as a part of a longer run.
pub(crate) fn in_stages(options: &Options, stages: &mut Stages) -> Result<()> {
    let (python, axe) = stages.run("what the tests need", || {
        let mut needs = vec![&packages::COMPILER];
        needs.extend(&packages::FOR_TESTS);
        packages::require(&needs)?;
        let python = python::with("test-python", JUDGES)?;
        let axe = axe::engine(&python)?;
        Ok((python, axe))
    })?;
    let web = stages.run("web app", || web::build(web::Profile::Release))?;
    stages.run("programs", build_programs)?;
    let surroundings =
        Surroundings { python, axe, web, programs: target().join("debug"), scale: options.scale };
    if options.filter.is_empty() {
        stages.run("house rules", || tidy::check(tidy::Notes::Counted))?;
        stages.run("examples in the documentation", || {
            let mut examples = cargo("test");
            run(surroundings.tell(examples.args(["--quiet", "--workspace", "--doc"])))
        })?;
        stages.run("simulation", || sim::for_tests(options.scale))?;
    }
    // Last, so that its closing line counts the tests.
    stages.run("tests", || run(surroundings.tell(&mut runner(&options.filter)?)))
}

impl Surroundings {
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("VELUM_TEST_PYTHON", &self.python)
            .env("VELUM_TEST_AXE", &self.axe)
            .env("VELUM_TEST_WEB", &self.web)
            .env("VELUM_TEST_SERVER", self.programs.join("velum-server"))
            .env("VELUM_TEST_CLI", self.programs.join("velum"));
        if let Some(scale) = self.scale {
            command.env("VELUM_TEST_SCALE", scale.to_string());
        }
        command
    }
}

/// Builds the programs that tests of other crates start.
fn build_programs() -> Result<()> {
    let mut build = cargo("build");
    for (package, folder) in [("velum-server", "apps/velum-server"), ("velum-cli", "apps/velum")] {
        if is_crate(&root().join(folder)) {
            build.args(["--package", package]);
        }
    }
    run(&mut build)
}

fn is_crate(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file()
}

/// The test runner: nextest where it can be had, else cargo's own.
fn runner(filter: &[String]) -> Result<Command> {
    let mut runner = match tools::cargo_with(&tools::NEXTEST) {
        Ok(mut nextest) => {
            nextest.arg("run");
            if on_ci() {
                nextest.arg("--locked");
            }
            nextest
        }
        Err(error) => {
            say::note(&format!("{error:#}; running the tests with cargo's own runner"));
            let mut plain = cargo("test");
            plain.args(["--lib", "--bins", "--tests"]);
            plain
        }
    };
    runner.arg("--workspace").args(filter);
    Ok(runner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_refused() {
        assert_eq!(Options::parse(&[]).unwrap(), Options::default());
        let options = Options::parse(&["--long", "--", "strips", "-p", "velum-media"]).unwrap();
        assert_eq!(options.scale, Some(SCALE_LONG));
        assert_eq!(options.filter, ["strips", "-p", "velum-media"]);
        assert!(Options::parse(&["--longer"]).is_err());
    }
}
