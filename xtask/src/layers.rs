//! Which crate may know which: the exact list of edges, checked against every manifest.
//!
//! A crate that is not in the table, an edge or an outside dependency that is not, and a line of
//! the table that is no longer true are all errors. Changing the table is an architecture change
//! and comes with a page in docs/decisions. The picture and the reasons are in ARCHITECTURE.md.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::run::{plain_cargo, read, root};
use table::{BLIND, DEV_OUTSIDE, LAYERS, Layer, NOT_FOR_BLIND};

/// The page that people read.
const MAP: &str = "ARCHITECTURE.md";

/// One crate as its manifest has it.
#[derive(Debug, Default, Clone)]
struct Crate {
    inside: BTreeSet<String>,
    outside: BTreeSet<String>,
    dev_outside: BTreeSet<String>,
}

type Crates = BTreeMap<String, Crate>;

/// Compares the workspace with the table; returns one sentence a difference.
pub(crate) fn problems() -> Result<Vec<String>> {
    let metadata = read(plain_cargo().current_dir(root()).args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let crates = crates_in(&metadata)?;
    let mut problems = differences(&crates, LAYERS);
    problems.extend(upward_edges(&crates, LAYERS));
    problems.extend(blindness(&crates));
    problems.extend(missing_on_the_map(&fs::read_to_string(root().join(MAP))?, LAYERS));
    Ok(problems)
}

/// Reads the crates and their direct dependencies from `cargo metadata`.
fn crates_in(metadata: &str) -> Result<Crates> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut crates = Crates::new();
    for package in packages {
        let name = package["name"].as_str().context("a package without a name")?;
        let found = crates.entry(name.to_owned()).or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let name = dependency["name"].as_str().context("a dependency without a name")?;
            let is_dev = dependency["kind"] == "dev";
            let is_inside = dependency["path"].is_string();
            let list = match (is_inside, is_dev) {
                // Tests may look at the whole workspace; what ships may not.
                (true, true) => continue,
                (true, false) => &mut found.inside,
                (false, true) => &mut found.dev_outside,
                (false, false) => &mut found.outside,
            };
            list.insert(name.to_owned());
        }
    }
    Ok(crates)
}

fn differences(crates: &Crates, layers: &[Layer]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, found) in crates {
        let Some(layer) = layers.iter().find(|layer| layer.name == name) else {
            problems.push(format!("{name} is not in the table of xtask/src/layers/table.rs"));
            continue;
        };
        compare(&mut problems, name, "crate", &found.inside, layer.inside);
        compare(&mut problems, name, "outside crate", &found.outside, layer.outside);
        for outside in &found.dev_outside {
            let allowed = DEV_OUTSIDE.contains(&outside.as_str())
                || layer.outside.contains(&outside.as_str());
            if !allowed {
                problems.push(format!("the tests of {name} use {outside}, which the table lacks"));
            }
        }
    }
    for layer in layers.iter().filter(|layer| !crates.contains_key(layer.name)) {
        problems.push(format!("the table names {}, which does not exist", layer.name));
    }
    problems
}

fn compare(
    problems: &mut Vec<String>,
    name: &str,
    what: &str,
    found: &BTreeSet<String>,
    allowed: &[&str],
) {
    for used in found.iter().filter(|used| !allowed.contains(&used.as_str())) {
        problems.push(format!("{name} uses the {what} {used}, which the table does not allow"));
    }
    for unused in allowed.iter().filter(|allowed| !found.contains(**allowed)) {
        problems.push(format!("the table lets {name} use the {what} {unused}, but it does not"));
    }
}

/// Edges must lead to a lower row, so that crates of one row do not know each other.
fn upward_edges(crates: &Crates, layers: &[Layer]) -> Vec<String> {
    let row_of = |name: &str| layers.iter().find(|layer| layer.name == name).map(|l| l.row);
    let mut problems = Vec::new();
    for (name, found) in crates {
        for used in &found.inside {
            if let (Some(from), Some(to)) = (row_of(name), row_of(used))
                && to >= from
            {
                problems.push(format!("{name} ({from:?}) may not know {used} ({to:?})"));
            }
        }
    }
    problems
}

/// The relay is blind: not even through others may it reach a crate that knows photos.
fn blindness(crates: &Crates) -> Vec<String> {
    let mut problems = Vec::new();
    for blind in BLIND {
        let reached = reached_from(crates, blind);
        for forbidden in NOT_FOR_BLIND.iter().filter(|name| reached.contains(**name)) {
            problems.push(format!("{blind} must stay blind, but it reaches {forbidden}"));
        }
    }
    problems
}

/// Each crate has a line, beginning with its name, in one of the map's tables.
fn missing_on_the_map(map: &str, layers: &[Layer]) -> Vec<String> {
    let has_line = |name: &str| {
        let short = name.trim_start_matches("velum-");
        let cells = [format!("| `{short}` "), format!("| `{name}` ")];
        map.lines().any(|line| {
            cells.iter().any(|cell| line.starts_with(cell.as_str()))
                || line.starts_with("| ") && line.contains(&format!("(package `{name}`) |"))
        })
    };
    let missing = layers.iter().filter(|layer| !has_line(layer.name));
    missing.map(|layer| format!("{MAP} has no line for {}", layer.name)).collect()
}

fn reached_from(crates: &Crates, start: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start.to_owned()];
    while let Some(name) = open.pop() {
        for next in crates.get(&name).into_iter().flat_map(|found| &found.inside) {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests;
