//! Downloads Debian's compiler packages and lays their files out the way `rustc` wants them.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::Parts;
use crate::run::run;
use crate::say;

/// The folder of the compiler's own platform inside a toolchain.
const HOST: &str = "lib/rustlib/x86_64-unknown-linux-gnu";

/// Debian's compiler does not know where its libraries lie when it is not installed.
const WRAPPER: &str = r#"#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH="$here/../lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
    exec "$here/../libexec/$(basename "$0")" "$@"
"#;

/// Downloads the packages and unpacks them side by side, without installing them.
pub(super) fn download_and_unpack(work: &Path, parts: &Parts) -> Result<PathBuf> {
    let packages = work.join("packages");
    let unpacked = work.join("unpacked");
    fs::create_dir_all(&packages)?;
    fs::create_dir_all(&unpacked)?;
    say::step(&format!(
        "downloading {} MB with apt-get: {}",
        size_bytes(&parts.packages)? / 1_000_000,
        parts.packages.join(" ")
    ));
    run(Command::new("apt-get")
        // Root downloads into a private folder, where the user that apt prefers cannot write.
        .args(["--quiet", "-o", "APT::Sandbox::User=root", "download"])
        .args(&parts.packages)
        .current_dir(&packages)
        .stdout(Stdio::null()))?;

    say::step("unpacking");
    for entry in fs::read_dir(&packages)? {
        let package = entry?.path();
        let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("rust-web-src_") {
            unpack_library_source(&package, &unpacked)?;
        } else {
            run(Command::new("dpkg-deb").arg("-x").args([&package, &unpacked]))?;
        }
    }
    Ok(unpacked)
}

fn size_bytes(packages: &[String]) -> Result<u64> {
    let mut sum = 0;
    for package in packages {
        let facts = super::facts(package)?;
        let size = facts.lines().find_map(|line| line.strip_prefix("Size:"));
        sum += size.and_then(|size| size.trim().parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(sum)
}

/// The source package holds the whole compiler; only the standard library is wanted.
fn unpack_library_source(package: &Path, into: &Path) -> Result<()> {
    let mut archive = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start dpkg-deb")?;
    let files = archive.stdout.take().context("dpkg-deb gave no output")?;
    let tar = Command::new("tar")
        .arg("-xC")
        .arg(into)
        .args(["--wildcards", "./usr/src/rustc-*/library"])
        .stdin(files)
        .status()
        .context("could not start tar")?;
    // tar may stop reading once it has what it wants, so its word is the one that counts.
    archive.wait()?;
    if !tar.success() {
        bail!("could not unpack the standard library's source ({tar})");
    }
    Ok(())
}

/// Builds the toolchain's folder out of the unpacked packages.
pub(super) fn assemble(unpacked: &Path, toolchain: &Path, llvm_major: &str) -> Result<()> {
    let usr = unpacked.join("usr");
    let host = toolchain.join(HOST);
    fs::create_dir_all(toolchain.join("lib/rustlib/src/rust"))?;
    fs::rename(usr.join(HOST), &host)?;

    let system = usr.join("lib/x86_64-linux-gnu");
    let driver = only_entry(&system, "librustc_driver-", ".so")?;
    copy_into(&driver, &toolchain.join("lib"))?;
    let llvm = only_entry(&system, &format!("libLLVM.so.{llvm_major}."), "")?;
    let llvm = copy_into(&llvm, &toolchain.join("lib"))?;

    let source = only_entry(&usr.join("src"), "rustc-", "")?.join("library");
    fs::rename(source, toolchain.join("lib/rustlib/src/rust/library"))?;

    // The linker looks for LLVM in ../lib, seen from where it lies.
    fs::create_dir_all(host.join("bin"))?;
    let linker = fs::canonicalize(usr.join(format!("lib/llvm-{llvm_major}/bin/lld")))?;
    fs::copy(linker, host.join("bin/rust-lld"))?;
    fs::create_dir_all(host.join("lib"))?;
    symlink(Path::new("../../..").join(&llvm), host.join("lib").join(&llvm))?;

    fs::create_dir_all(toolchain.join("libexec"))?;
    fs::create_dir_all(toolchain.join("bin"))?;
    for program in ["rustc", "rustdoc"] {
        fs::copy(usr.join("bin").join(program), toolchain.join("libexec").join(program))?;
        let wrapper = toolchain.join("bin").join(program);
        fs::write(&wrapper, WRAPPER)?;
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Copies the file behind a path, links followed, and returns its name.
fn copy_into(file: &Path, folder: &Path) -> Result<PathBuf> {
    let name = PathBuf::from(file.file_name().context("a file without a name")?);
    fs::copy(fs::canonicalize(file)?, folder.join(&name))?;
    Ok(name)
}

/// The one entry with this start and end; anything else means that Debian changed its layout.
fn only_entry(folder: &Path, start: &str, end: &str) -> Result<PathBuf> {
    let names: io::Result<Vec<PathBuf>> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let found: Vec<PathBuf> = names?
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(start) && name.ends_with(end)
        })
        .collect();
    match <[PathBuf; 1]>::try_from(found) {
        Ok([only]) => Ok(only),
        Err(found) => {
            bail!("{} files start with {start} in Debian's packages; one was expected", found.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_is_found_and_two_are_refused() {
        let folder = std::env::temp_dir().join(format!("velum-unpack-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("libLLVM.so.22.1"), "").unwrap();
        assert!(only_entry(&folder, "libLLVM.so.22.", "").is_ok());
        assert!(only_entry(&folder, "librustc_driver-", ".so").is_err());
        fs::write(folder.join("libLLVM.so.22.2"), "").unwrap();
        assert!(only_entry(&folder, "libLLVM.so.22.", "").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
