//! The private wasm toolchain, made from Debian's signed packages and never installed.
//!
//! Debian's `rustc-web` is a current compiler, but without a standard library for the browser.
//! The source package beside it has that library's source, so it is built once, and its
//! libraries are put into the private toolchain. From then on plain, stable commands work.
//! Nothing of the system, of rustup or of `~/.cargo` is changed.
//!
//! It lies in `$XDG_CACHE_HOME/velum/wasm-toolchain`, one folder a version. Once built it is
//! used until that folder is deleted.

mod unpack;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use super::{TARGET, has_std};
use crate::packages;
use crate::run::{answers, plain_cargo, read, run};
use crate::say;

/// Raised when the steps below change, so that a toolchain made by older steps is not used.
const RECIPE: u32 = 1;

/// How the folder of a toolchain begins; its version follows.
const PREFIX: &str = "rustc-web-";

/// The oldest compiler that the workspace can be built with, as its manifests say.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Written last; without it a folder is an unfinished attempt.
const READY: &str = "ready";

/// The packages a toolchain is made of, each with its exact version.
struct Parts {
    version: String,
    packages: Vec<String>,
    llvm_major: String,
}

/// The toolchain's compiler, built first if this machine does not have it yet.
pub(super) fn rustc() -> Result<PathBuf> {
    if let Some(rustc) = cached()? {
        return Ok(rustc);
    }
    if !is_possible() {
        bail!(
            "the private wasm toolchain can only be made on a 64-bit Intel or AMD machine with \
             apt; elsewhere run  rustup target add {TARGET}"
        );
    }
    let cache = cache()?;
    fs::create_dir_all(&cache)?;
    let lock = File::create(cache.join("lock"))?;
    lock.lock().context("could not lock the toolchain's folder")?;
    // Another build may have finished while we waited for the lock.
    if let Some(rustc) = cached()? {
        return Ok(rustc);
    }
    build(&cache)
}

/// The compiler of the newest toolchain built earlier, if there is one.
pub(super) fn cached() -> Result<Option<PathBuf>> {
    Ok(newest_ready(&cache()?).map(|folder| folder.join("bin/rustc")))
}

/// True where Debian's packages for this kind of machine can be had.
pub(super) fn is_possible() -> bool {
    cfg!(all(target_arch = "x86_64", target_os = "linux")) && packages::has_apt()
}

fn newest_ready(cache: &Path) -> Option<PathBuf> {
    let suffix = format!("-r{RECIPE}");
    let entries = fs::read_dir(cache).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let version = name.strip_suffix(&suffix).and_then(|it| it.strip_prefix(PREFIX));
            version.is_some_and(is_new_enough)
        })
        .filter_map(|folder| {
            let made = folder.join(READY).metadata().ok()?.modified().ok()?;
            Some((made, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

fn cache() -> Result<PathBuf> {
    Ok(crate::tools::cache()?.join("wasm-toolchain"))
}

fn build(cache: &Path) -> Result<PathBuf> {
    let started = Instant::now();
    let parts = parts()?;
    say::heading("building a private wasm toolchain (once, a few minutes)");
    let work = cache.join("unfinished");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;

    let unpacked = unpack::download_and_unpack(&work, &parts)?;
    say::step("putting the compiler together");
    let toolchain = work.join("toolchain");
    unpack::assemble(&unpacked, &toolchain, &parts.llvm_major)?;
    check_that_it_starts(&toolchain, &parts)?;
    build_std(&work, &toolchain)?;
    if !has_std(&toolchain) {
        bail!("the standard library for {TARGET} was built, but is not where it should be");
    }
    // Only needed to build the library, and large.
    fs::remove_dir_all(toolchain.join("lib/rustlib/src"))?;

    let finished = cache.join(folder_name(&parts.version));
    if finished.exists() {
        fs::remove_dir_all(&finished)?;
    }
    fs::rename(&toolchain, &finished)?;
    fs::write(finished.join(READY), "")?;
    fs::remove_dir_all(&work)?;
    say::step(&format!("the wasm toolchain is ready ({})", say::in_words(started.elapsed())));
    Ok(finished.join("bin/rustc"))
}

fn folder_name(version: &str) -> String {
    let version: String = version
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
        .collect();
    format!("{PREFIX}{version}-r{RECIPE}")
}

/// Whether a version such as `1.96.0+dfsg1` is not below [`OLDEST`].
fn is_new_enough(version: &str) -> bool {
    let numbers = |version: &str| {
        let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    numbers(version) >= numbers(OLDEST)
}

/// Asks apt which versions belong together.
fn parts() -> Result<Parts> {
    // Old lists know only the compiler that the distribution began with.
    if !packages::candidate("rustc-web").as_deref().is_some_and(is_new_enough) {
        packages::refresh_lists()?;
    }
    let version = packages::candidate("rustc-web")
        .context("Debian's package rustc-web is not known to apt on this machine")?;
    if !is_new_enough(&version) {
        bail!("Debian's package rustc-web is {version} here, and {OLDEST} is needed at least");
    }
    let std_dev = facts(&format!("libstd-rust-web-dev={version}"))?;
    let std = word_starting_with(&std_dev, "libstd-rust-web-", |c| c.is_ascii_digit() || c == '.')
        .context("apt does not say which compiler library belongs to rustc-web")?;
    let std_facts = facts(&format!("{std}={version}"))?;
    let llvm = word_starting_with(&std_facts, "libllvm", |c| c.is_ascii_digit())
        .context("apt does not say which LLVM belongs to rustc-web")?;
    let llvm_major = llvm.trim_start_matches("libllvm").to_owned();
    let exact = ["rustc-web", "libstd-rust-web-dev", &std, "rust-web-src"]
        .map(|package| format!("{package}={version}"));
    let mut packages = exact.to_vec();
    packages.extend([llvm, format!("lld-{llvm_major}")]);
    Ok(Parts { version, packages, llvm_major })
}

fn facts(package: &str) -> Result<String> {
    read(Command::new("apt-cache").args(["show", "--no-all-versions", package]))
}

/// The first word that starts so and goes on, at least once, with characters of this kind.
fn word_starting_with(text: &str, start: &str, goes_on: fn(char) -> bool) -> Option<String> {
    text.match_indices(start).find_map(|(at, _)| {
        let rest = &text[at + start.len()..];
        let length = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        let tail = rest[..length].trim_end_matches('.');
        (!tail.is_empty()).then(|| format!("{start}{tail}"))
    })
}

/// Starts the compiler; on a slim system, installs the libraries it misses and tries again.
fn check_that_it_starts(toolchain: &Path, parts: &Parts) -> Result<()> {
    let rustc = toolchain.join("bin/rustc");
    if answers(&rustc, "-vV") {
        return Ok(());
    }
    let llvm = facts(&format!("libllvm{}", parts.llvm_major))?;
    let depends = llvm.lines().find_map(|line| line.strip_prefix("Depends:")).unwrap_or_default();
    let missing: Vec<&str> = depends
        .split(',')
        .filter_map(|package| package.split_whitespace().next())
        .filter(|package| !packages::is_installed(package))
        .collect();
    packages::install(&missing)?;
    run(Command::new(&rustc).arg("-vV")).context("the unpacked compiler does not start")
}

/// Builds the standard library for the browser and puts it into the toolchain.
fn build_std(work: &Path, toolchain: &Path) -> Result<()> {
    say::step("building the standard library for the browser (1 to 2 minutes)");
    let empty = work.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("src/lib.rs"), "")?;
    fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
         [profile.release]\ndebug = 0\npanic = \"abort\"\n[workspace]\n",
    )?;
    let built = empty.join("target");
    run(plain_cargo()
        .args(["build", "--quiet", "--release", "--target", TARGET])
        .args(["-Z", "build-std=std,panic_abort,test"])
        .current_dir(&empty)
        .env("RUSTC", toolchain.join("bin/rustc"))
        // Cargo keeps -Z for nightly; this says once that we know what we do.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &built)
        .env("CARGO_ENCODED_RUSTFLAGS", std_flags(toolchain)?)
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER"))?;

    let libraries = toolchain.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(built.join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&path, libraries.join(&name))?;
        }
    }
    Ok(())
}

/// Bitcode so that later builds may optimise across crates; no path of this machine inside.
fn std_flags(toolchain: &Path) -> Result<String> {
    let about = read(Command::new(toolchain.join("bin/rustc")).arg("-vV"))?;
    let commit =
        about.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let source = toolchain.join("lib/rustlib/src/rust");
    let registry = crate::web::cargo_home()?.join("registry/src");
    Ok([
        "-Cembed-bitcode=yes".to_owned(),
        format!("--remap-path-prefix={}=/rustc/{commit}", source.display()),
        format!("--remap-path-prefix={}=/rust/deps", registry.display()),
    ]
    .join("\u{1f}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_becomes_a_plain_folder_name() {
        assert_eq!(folder_name("1.96.0+dfsg1-1~deb12u2"), "rustc-web-1.96.0_dfsg1_1_deb12u2-r1");
    }

    #[test]
    fn package_names_are_read_from_apts_words() {
        let digit = |c: char| c.is_ascii_digit();
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let text = "Depends: libllvm (>= 1), libllvm22 (>= 1:22), libstd-rust-web-1.96 (= 1.96.0)";
        assert_eq!(word_starting_with(text, "libllvm", digit).as_deref(), Some("libllvm22"));
        let std = word_starting_with(text, "libstd-rust-web-", number);
        assert_eq!(std.as_deref(), Some("libstd-rust-web-1.96"));
        assert_eq!(word_starting_with(text, "lld-", digit), None);
    }

    #[test]
    fn an_old_compiler_is_not_enough() {
        assert!(!is_new_enough("1.85.0+dfsg3-1~deb12u3"));
        assert!(!is_new_enough("0.99") && !is_new_enough("rustc"));
        assert!(is_new_enough(OLDEST) && is_new_enough("1.250.0") && is_new_enough("2.0.0"));
    }

    #[test]
    fn an_unfinished_or_old_toolchain_is_not_used() {
        let cache = std::env::temp_dir().join(format!("velum-cache-{}", std::process::id()));
        let old = cache.join(folder_name("1.85.0+dfsg3"));
        fs::create_dir_all(&old).unwrap();
        fs::write(old.join(READY), "").unwrap();
        let folder = cache.join(folder_name("9.0"));
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(newest_ready(&cache), None);
        fs::write(folder.join(READY), "").unwrap();
        assert_eq!(newest_ready(&cache), Some(folder));
        fs::remove_dir_all(&cache).unwrap();
    }
}
