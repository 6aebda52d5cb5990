//! Builds the web app: three wasm programs, the JavaScript that loads them, and the static files.
//!
//! The result lies in `target/web/dist`, ready to be served: the static files of
//! `apps/web/static` at the top, under `app/` what the compiler made (`web.js` for the page,
//! `web_worker.js` for the worker that holds keys and photos, `web_vision.js` for the one that looks
//! at pictures), and under `models/` what that one needs.

mod dist;

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::run::{cargo, read, root, run, target};
use crate::say;
use crate::wasm_toolchain;

/// How much the compiler should try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As people get it: small and fast, slow to build.
    Release,
    /// For our own iteration: quick to build.
    Dev,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "web",
            Self::Dev => "web-dev",
        }
    }
}

/// One of the two programs of the web app.
struct Program {
    package: &'static str,
    /// The folder of the package, seen from the workspace's root.
    folder: &'static str,
    /// The name of its JavaScript module.
    module: &'static str,
}

const PROGRAMS: [Program; 3] = [
    Program { package: "velum-web", folder: "apps/web", module: "web" },
    Program { package: "velum-web-worker", folder: "apps/web-worker", module: "web_worker" },
    Program { package: "velum-web-vision", folder: "apps/web-vision", module: "web_vision" },
];

/// Builds the web app and returns the folder to serve.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    let rustc = wasm_toolchain::rustc()?;
    say::step("building the web app (the first time takes some minutes)");
    let messages = read(&mut compile(&rustc, profile)?)?;
    let mut made = Vec::new();
    for program in &PROGRAMS {
        let wasm = artifact(&messages, program.folder)
            .with_context(|| format!("{} did not produce a wasm program", program.package))?;
        made.push(bind(program, &wasm)?);
    }
    let from = dist::From {
        static_files: &root().join("apps/web/static"),
        made: &made,
        models: &root().join("models"),
    };
    let dist = dist::lay_out(&target().join("web"), &from)?;
    dist::refuse_machine_paths(&dist, &machine_paths()?)?;
    say::step(&format!("the web app is in {}", shown(&dist)));
    Ok(dist)
}

/// Cargo with the compiler and flags for the browser; the caller adds what to build.
pub(crate) fn cargo_for_wasm(rustc: &Path, subcommand: &str) -> Result<Command> {
    let mut command = cargo(subcommand);
    command
        .args(["--target", wasm_toolchain::TARGET])
        .env("RUSTC", rustc)
        // Another compiler than the host's may be at work: keep what they build apart.
        .env("CARGO_TARGET_DIR", target().join("wasm"))
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?)
        .env_remove("RUSTFLAGS");
    Ok(command)
}

/// Where cargo keeps the sources of the crates we use.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let home = std::env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cargo"))
}

fn compile(rustc: &Path, profile: Profile) -> Result<Command> {
    let mut command = cargo_for_wasm(rustc, "build")?;
    command.args(["--profile", profile.name(), "--message-format", "json-render-diagnostics"]);
    for program in &PROGRAMS {
        command.args(["--package", program.package]);
    }
    Ok(command)
}

/// SIMD, which every current browser has, and no path of this machine in the output.
fn flags() -> Result<String> {
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    let mut replace = |path: &Path, with: &str| {
        flags.push(format!("--remap-path-prefix={}={with}", path.display()));
    };
    for (path, with) in machine_paths()?.iter().zip(["/cargo", "/target", "/velum"]) {
        replace(path, with);
    }
    // The compiler tries the last one first, so these win over the folder they lie in.
    for sources in crate_sources()? {
        replace(&sources, "/crates");
    }
    Ok(flags.join("\u{1f}"))
}

/// The folders with the sources of the crates we use. Their names tell where they came from, and
/// must be known before the first build, or the second one would have other flags.
fn crate_sources() -> Result<Vec<PathBuf>> {
    let registries = cargo_home()?.join("registry/src");
    if !registries.is_dir() {
        run(&mut cargo("fetch"))?;
    }
    let mut folders = Vec::new();
    for entry in fs::read_dir(registries)? {
        folders.push(entry?.path());
    }
    folders.sort();
    Ok(folders)
}

/// The folders whose names must not reach a browser.
fn machine_paths() -> Result<[PathBuf; 3]> {
    Ok([cargo_home()?, target(), root()])
}

/// Finds, in what cargo reports, the wasm file built from the package in this folder.
fn artifact(messages: &str, folder: &str) -> Option<PathBuf> {
    let manifest = format!("{folder}/Cargo.toml");
    let of_package = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter(|message| {
            message["manifest_path"].as_str().is_some_and(|path| path.ends_with(&manifest))
        });
    let mut wasm_files = of_package.filter_map(|message| {
        message["filenames"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .find(|name| name.ends_with(".wasm"))
            .map(PathBuf::from)
    });
    wasm_files.next()
}

/// Makes the JavaScript beside a wasm program, unless that was done for these very bytes.
fn bind(program: &Program, wasm: &Path) -> Result<PathBuf> {
    let folder = target().join("web/made").join(program.module);
    let stamp = folder.with_extension("stamp");
    let mark = mark_of(&fs::read(wasm)?);
    let module = folder.join(format!("{}.js", program.module));
    if module.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == mark) {
        return Ok(folder);
    }
    let bindgen = bindgen_program()?;
    say::step(&format!("making {}.js", program.module));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    run(Command::new(bindgen).args([wasm, folder.as_path()]).arg(program.module))?;
    fs::write(stamp, mark)?;
    Ok(folder)
}

/// Tells changed bytes from unchanged ones. Nobody gains from fooling it, so it need not be strong.
fn mark_of(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{} {:016x}\n", bytes.len(), hasher.finish())
}

/// Builds, if needed, the program that makes the JavaScript.
fn bindgen_program() -> Result<PathBuf> {
    let program = target().join("bindgen/velum-bindgen");
    if !program.is_file() {
        say::step("building the program that makes the JavaScript (a minute or two)");
    }
    run(cargo("build")
        .args(["--quiet", "--profile", "bindgen", "--package", "velum-bindgen"])
        .stdout(Stdio::null()))?;
    if !program.is_file() {
        bail!("velum-bindgen was built, but is not where it should be");
    }
    Ok(program)
}

/// The path as seen from the workspace's folder, where that is shorter.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wasm_file_is_read_from_cargos_report() {
        let report = concat!(
            r#"{"reason":"compiler-artifact","manifest_path":"/x/crates/media/Cargo.toml","filenames":["/t/a.rlib"]}"#,
            "\nnot json\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/x/apps/web-worker/Cargo.toml","filenames":["/t/w.wasm"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/x/apps/web/Cargo.toml","filenames":["/t/p.d","/t/p.wasm"]}"#,
        );
        assert_eq!(artifact(report, "apps/web"), Some(PathBuf::from("/t/p.wasm")));
        assert_eq!(artifact(report, "apps/web-worker"), Some(PathBuf::from("/t/w.wasm")));
        assert_eq!(artifact(report, "crates/media"), None);
    }

    #[test]
    fn changed_bytes_have_another_mark() {
        assert_eq!(mark_of(b"same"), mark_of(b"same"));
        assert_ne!(mark_of(b"same"), mark_of(b"sane"));
    }
}
