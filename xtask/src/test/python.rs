//! A private Python with the libraries that judge our formats independently of our own code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::packages::{self, Need};
use crate::run::{run, target};
use crate::say;

/// What is installed into the private folder: HPKE and AES-GCM, and COSE, by other people's hands.
const JUDGES: &[&str] = &["cryptography>=50,<51", "pycose>=1.1,<2"];

const PYTHON: Need = Need {
    programs: &["python3"],
    packages: &["python3", "python3-venv"],
    why: "for the independent judges of our formats",
};

/// Returns a Python that has the judges; makes it first where it is missing.
pub(super) fn with_judges() -> Result<PathBuf> {
    let folder = target().join("test-python");
    let python = folder.join("bin/python3");
    let stamp = folder.join("judges");
    let wanted = JUDGES.join("\n");
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(python);
    }
    packages::require(&[&PYTHON])?;
    say::step(&format!("installing with pip, into a private folder: {}", JUDGES.join(" ")));
    make_folder(&folder)?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(JUDGES))
    .context("could not install the judges")?;
    fs::write(stamp, wanted)?;
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
