//! Private Pythons with the libraries that a command needs: to judge our formats independently of
//! our own code, or to make the detectors' weights again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::packages::{self, Need};
use crate::run::{run, target};
use crate::say;

const PYTHON: Need = Need {
    programs: &["python3"],
    packages: &["python3", "python3-venv"],
    why: "for independent judges of our formats, and to derive weights",
};

/// Returns a Python in `target/NAME` that has these packages; makes it first where it is missing.
pub(crate) fn with(name: &str, wanted: &[&str]) -> Result<PathBuf> {
    let folder = target().join(name);
    let python = folder.join("bin/python3");
    let stamp = folder.join("packages");
    let listed = wanted.join("\n");
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == listed) {
        return Ok(python);
    }
    packages::require(&[&PYTHON])?;
    say::step(&format!("installing with pip, into a private folder: {}", wanted.join(" ")));
    make_folder(&folder)?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(wanted))
    .with_context(|| format!("could not install {}", wanted.join(" ")))?;
    fs::write(stamp, listed)?;
    Ok(python)
}

fn make_folder(folder: &Path) -> Result<()> {
    if venv(folder).is_err() {
        // Debian ships Python without the part that makes such folders.
        packages::install(&["python3-venv"])?;
        venv(folder)?;
    }
    Ok(())
}

fn venv(folder: &Path) -> Result<()> {
    let status = Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("could not start python3")?;
    if !status.success() {
        bail!("python3 could not make a private folder for its packages");
    }
    Ok(())
}
