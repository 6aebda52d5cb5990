//! The house rules that a program can check, so that nobody has to repeat them in a review.
//!
//! A *problem* stops the build; a *note* is worth a look. To add a rule, add a function that
//! takes files and returns findings, and tests that show it finding something.

mod files;
mod functions;
mod links;
mod manifests;
mod rules;
mod second_opinion;
mod source;
mod words;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::layers;
use crate::run::{read, root};
use crate::say;
use source::Source;

/// A text file of the project.
pub(crate) struct TextFile {
    /// Seen from the workspace's folder, with `/` between the parts.
    path: String,
    text: String,
    /// What a Rust file holds, taken apart; absent for other files.
    rust: Option<Source>,
}

impl TextFile {
    fn new(path: &str, text: &str) -> Self {
        let rust = path.ends_with(".rs").then(|| Source::parse(text));
        Self { path: path.to_owned(), text: text.to_owned(), rust }
    }

    /// True for files that only hold tests; a contract is a suite that every store must pass.
    fn is_test(&self) -> bool {
        const FOR_TESTS: &[&str] = &["tests", "tests.rs", "contract", "contract.rs"];
        self.path.split('/').any(|part| FOR_TESTS.contains(&part))
    }
}

/// Whether a finding stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Problem,
    Note,
}

/// One thing that is not as the house rules want it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    weight: Weight,
    path: String,
    line: usize,
    text: String,
}

impl Finding {
    fn problem(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { weight: Weight::Problem, path: path.to_owned(), line, text: text.into() }
    }

    fn note(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self { weight: Weight::Note, path: path.to_owned(), line, text: text.into() }
    }
}

/// What to do with findings that stop nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notes {
    /// For who asked how tidy things are.
    Shown,
    /// For a longer run, where they would hide what counts.
    Counted,
}

/// Checks the whole tree; fails if there is any problem.
pub(crate) fn check(notes: Notes) -> Result<()> {
    let files = text_files()?;
    let mut findings = findings_in(&files);
    for text in layers::problems()? {
        findings.push(Finding::problem("xtask/src/layers/table.rs", 1, text));
    }
    findings.sort();
    let (problems, lesser): (Vec<_>, Vec<_>) =
        findings.iter().partition(|finding| finding.weight == Weight::Problem);
    if notes == Notes::Shown {
        for Finding { path, line, text, .. } in &lesser {
            say::note(&format!("{path}:{line}: {text}"));
        }
    }
    for Finding { path, line, text, .. } in &problems {
        say::step(&format!("{path}:{line}: {text}"));
    }
    if !problems.is_empty() {
        bail!("tidy found {} problems in {} files", problems.len(), files.len());
    }
    let aside = format!("{} notes; cargo xtask tidy shows them", lesser.len());
    say::step(&format!("tidy: {} files are as they should be ({aside})", files.len()));
    Ok(())
}

fn findings_in(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(files::check(file));
        findings.extend(functions::check(file));
        findings.extend(words::check(file));
        findings.extend(manifests::check(file));
        findings.extend(second_opinion::check(file));
    }
    findings.extend(links::check(files, |path| root().join(path).exists()));
    findings.extend(rules::check(files));
    findings
}

/// The text files git tracks, or would if they were added now.
fn text_files() -> Result<Vec<TextFile>> {
    let list = read(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .current_dir(root()),
    )?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let full: PathBuf = root().join(path);
        // A tracked file may have been deleted and not yet committed.
        if !full.is_file() {
            continue;
        }
        let bytes = fs::read(&full).with_context(|| format!("could not read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes)
            && !text.contains('\0')
        {
            files.push(TextFile::new(path, &text));
        }
    }
    Ok(files)
}

#[cfg(test)]
fn problems_of(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.weight == Weight::Problem)
        .map(|finding| format!("{}: {}", finding.line, finding.text))
        .collect()
}
