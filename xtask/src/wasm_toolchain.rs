//! Finds a Rust compiler that can build for the browser, or makes one.
//!
//! The order, from cheapest to dearest: the active toolchain, if it has the wasm target; the
//! private toolchain, if an earlier run built it; `rustup target add`; and last building the
//! private toolchain from Debian's packages. `VELUM_WASM_TOOLCHAIN=installed|rustup|debian`
//! forces one. docs/decisions/0004-wasm-toolchain.md says why.

mod debian;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run::{answers, read, run};
use crate::say;

/// The target all browser code is built for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The variable that forces one way.
const SWITCH: &str = "VELUM_WASM_TOOLCHAIN";

/// The ways to a compiler for the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Use what the active toolchain has.
    Installed,
    /// Let rustup add the target to the active toolchain.
    Rustup,
    /// Use, or build, the private toolchain from Debian's packages.
    Debian,
}

/// Returns the path of a `rustc` that can build for [`TARGET`].
pub(crate) fn rustc() -> Result<PathBuf> {
    match forced(std::env::var(SWITCH).ok().as_deref())? {
        Some(Way::Installed) => installed()?.with_context(|| {
            format!("the active toolchain has no {TARGET}; run  rustup target add {TARGET}")
        }),
        Some(Way::Rustup) => rustup(),
        Some(Way::Debian) => debian::rustc(),
        None => first_that_works(),
    }
}

fn forced(switch: Option<&str>) -> Result<Option<Way>> {
    Ok(match switch {
        None | Some("") => None,
        Some("installed") => Some(Way::Installed),
        Some("rustup") => Some(Way::Rustup),
        Some("debian") => Some(Way::Debian),
        Some(_) => bail!("{SWITCH} must be one of: installed, rustup, debian"),
    })
}

fn first_that_works() -> Result<PathBuf> {
    if let Some(rustc) = installed()? {
        return Ok(rustc);
    }
    if let Some(rustc) = debian::cached()? {
        return Ok(rustc);
    }
    match rustup() {
        Ok(rustc) => Ok(rustc),
        Err(error) if debian::is_possible() => {
            say::note(&format!("{error:#}; trying Debian's packages instead"));
            debian::rustc()
        }
        Err(error) => Err(error),
    }
}

/// The active toolchain's compiler, if it has the standard library for the browser.
fn installed() -> Result<Option<PathBuf>> {
    let sysroot = read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let sysroot = PathBuf::from(sysroot.trim());
    Ok(has_std(&sysroot).then(|| sysroot.join("bin/rustc")))
}

fn rustup() -> Result<PathBuf> {
    if !answers("rustup", "--version") {
        bail!("there is no rustup here to add the target {TARGET}");
    }
    say::step(&format!("adding the target {TARGET} with rustup"));
    run(Command::new("rustup").args(["target", "add", TARGET]))?;
    installed()?.context("rustup added the target, but the active toolchain does not have it")
}

/// True if the toolchain in this folder has a standard library for [`TARGET`].
fn has_std(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    let Ok(entries) = std::fs::read_dir(libraries) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_forces_a_way_and_refuses_other_words() {
        assert_eq!(forced(None).unwrap(), None);
        assert_eq!(forced(Some("")).unwrap(), None);
        assert_eq!(forced(Some("installed")).unwrap(), Some(Way::Installed));
        assert_eq!(forced(Some("rustup")).unwrap(), Some(Way::Rustup));
        assert_eq!(forced(Some("debian")).unwrap(), Some(Way::Debian));
        assert!(forced(Some("nightly")).is_err());
    }

    #[test]
    fn a_folder_without_the_standard_library_does_not_count() {
        assert!(!has_std(Path::new("no-such-folder")));
    }
}
