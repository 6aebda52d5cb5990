//! Installs what this project needs from the system's own package manager, and says so.
//!
//! Only Debian's and Ubuntu's `apt` is known. Elsewhere, and without the right to install, the
//! error names the packages, so that a person can do it their way.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::run::{answers, read, run};
use crate::say;

/// A program that must be there, and the packages that bring it.
pub(crate) struct Need {
    /// Any one of these programs will do.
    pub(crate) programs: &'static [&'static str],
    /// The packages that bring it on Debian; with more than one name, all are installed.
    pub(crate) packages: &'static [&'static str],
    /// What it is for, as the end of "needed …".
    pub(crate) why: &'static str,
}

/// The C compiler and linker, for every build.
pub(crate) const COMPILER: Need = Need {
    programs: &["cc"],
    packages: &["gcc", "libc6-dev"],
    why: "to link programs and to build SQLite",
};

/// The database for many nodes, of which each test starts one of its own. Its client alone is not
/// enough: Debian keeps the server's programs off the search path, so the wrapper that comes with
/// the server stands for them.
const POSTGRES: Need = Need {
    programs: &["pg_ctlcluster", "pg_ctl"],
    packages: &["postgresql"],
    why: "to run the relay on PostgreSQL in tests",
};

/// What the tests start.
pub(crate) const FOR_TESTS: [Need; 7] = [
    Need {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        packages: &["chromium"],
        why: "for the browser tests",
    },
    Need {
        programs: &["chromedriver"],
        packages: &["chromium-driver"],
        why: "to drive the browser in tests",
    },
    Need {
        programs: &["exiftool"],
        packages: &["libimage-exiftool-perl"],
        why: "as the independent judge of cleaned photos",
    },
    Need {
        programs: &["jpegtran", "djpeg"],
        packages: &["libjpeg-turbo-progs"],
        why: "as the judge of what a JPEG shows",
    },
    Need {
        programs: &["djxl"],
        packages: &["libjxl-tools"],
        why: "as the judge of what a JPEG XL shows",
    },
    POSTGRES,
    Need { programs: &["ffmpeg"], packages: &["ffmpeg"], why: "as the judge of what a clip shows" },
];

/// Installs whatever of these is missing, in one go.
pub(crate) fn require(needs: &[&Need]) -> Result<()> {
    let missing: Vec<&&Need> = needs.iter().filter(|need| !is_there(need)).collect();
    for need in &missing {
        say::step(&format!("missing: {}, needed {}", need.programs[0], need.why));
    }
    let packages: Vec<&str> =
        missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    install(&packages)
}

/// Installs these packages; does nothing if the list is empty.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !has_apt() {
        bail!("please install these with your system's package manager: {list}");
    }
    if !is_root() {
        bail!("please run  sudo apt-get install {list}  and then this command again");
    }
    if packages.iter().any(|package| candidate(package).is_none()) {
        refresh_lists()?;
    }
    say::step(&format!("installing with apt-get: {list}"));
    if apt_install(packages).is_err() {
        // Old lists name versions that are no longer there.
        refresh_lists()?;
        apt_install(packages).with_context(|| format!("could not install {list}"))?;
    }
    Ok(())
}

fn apt_install(packages: &[&str]) -> Result<()> {
    run(Command::new("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null()))
}

/// Asks for the current package lists. Needs the right to do so.
pub(crate) fn refresh_lists() -> Result<()> {
    if !is_root() {
        bail!("please run  sudo apt-get update  and then this command again");
    }
    say::step("fetching the package lists (apt-get update)");
    run(Command::new("apt-get").args(["update", "--quiet"]).stdout(Stdio::null()))
}

/// The version apt would install, if it knows the package.
pub(crate) fn candidate(package: &str) -> Option<String> {
    let policy = read(Command::new("apt-cache").args(["policy", package])).ok()?;
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate:"))?.trim();
    (version != "(none)" && !version.is_empty()).then(|| version.to_owned())
}

/// True where apt and dpkg's tools are.
pub(crate) fn has_apt() -> bool {
    answers("apt-get", "--version") && answers("dpkg-deb", "--version")
}

/// True if dpkg says that the package is installed.
pub(crate) fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// True if one of the programs is on the search path.
fn is_there(need: &Need) -> bool {
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path)
        .any(|folder| need.programs.iter().any(|program| folder.join(program).is_file()))
}

fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_on_the_path_is_found_and_another_is_not() {
        let there = Need { programs: &["velum-no-such-program", "sh"], packages: &[], why: "" };
        let missing = Need { programs: &["velum-no-such-program"], packages: &[], why: "" };
        assert!(is_there(&there));
        assert!(!is_there(&missing));
    }

    #[test]
    fn nothing_to_install_needs_no_rights() {
        install(&[]).unwrap();
    }
}
