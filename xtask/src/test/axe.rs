//! The accessibility engine that judges every screen of the web app: axe-core, one JavaScript file.
//!
//! It comes out of a Python package that carries it, because tests need Python anyway and would
//! need npm for nothing else. It is used in tests only; nothing of it reaches a person.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run::{run, target};
use crate::say;

/// The package that carries the engine. Its own dependencies are not wanted.
const CARRIER: &str = "axe-playwright-python==0.1.8";

/// Returns the engine's file; fetches it first where it is missing.
pub(super) fn engine(python: &Path) -> Result<PathBuf> {
    let folder = target().join("test-axe");
    let engine = folder.join("axe_playwright_python/axe.min.js");
    let stamp = folder.join("carrier");
    if engine.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == CARRIER) {
        return Ok(engine);
    }
    say::step("fetching the accessibility engine (axe-core) with pip");
    run(Command::new(python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--upgrade", "--target"])
        .arg(&folder)
        .arg(CARRIER))
    .context("could not fetch the accessibility engine")?;
    if !engine.is_file() {
        bail!("{CARRIER} does not carry the accessibility engine");
    }
    fs::write(stamp, CARRIER)?;
    Ok(engine)
}
