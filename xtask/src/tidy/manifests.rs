//! Rules about manifests: every crate takes the workspace's lints, versions and licence.

use super::{Finding, TextFile};

/// What every crate's manifest must contain, with white space left out.
const MUST_HAVE: &[(&str, &str)] = &[
    ("[lints]\nworkspace=true", "the workspace's lints"),
    ("license.workspace=true", "the workspace's licence"),
    ("edition.workspace=true", "the workspace's edition"),
    ("rust-version.workspace=true", "the workspace's Rust version"),
];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let is_crate = file.path.ends_with("/Cargo.toml");
    // The fuzz targets are built in another way and so are a workspace of their own.
    if !is_crate || file.path.starts_with("fuzz/") {
        return Vec::new();
    }
    let bare: String = file.text.chars().filter(|c| *c != ' ').collect();
    let mut findings = Vec::new();
    for (line, what) in MUST_HAVE {
        if !bare.contains(line) {
            findings.push(Finding::problem(&file.path, 1, format!("does not take {what}")));
        }
    }
    own_versions(file, &mut findings);
    findings
}

/// Versions stand once, in the root manifest.
fn own_versions(file: &TextFile, findings: &mut Vec<Finding>) {
    let mut in_dependencies = false;
    for (at, line) in file.text.lines().enumerate() {
        if let Some(section) = line.strip_prefix('[') {
            in_dependencies = section.contains("dependencies");
        }
        // Values only: a path such as `[target.'cfg(…)'.dependencies]` has an equals sign too.
        let has_version = !line.starts_with('[')
            && line.split_once('=').is_some_and(|(_, value)| {
                value.trim().starts_with('"') || value.contains("version")
            });
        if in_dependencies && has_version {
            let text = "versions stand in the root Cargo.toml; write `name.workspace = true`";
            findings.push(Finding::problem(&file.path, at + 1, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    const GOOD: &str = "[package]\nedition.workspace = true\nrust-version.workspace = true\n\
        license.workspace = true\n[dependencies]\nvocab.workspace = true\n\
        serde = { workspace = true, features = [\"derive\"] }\n\
        [target.'cfg(unix)'.dependencies]\nlibc.workspace = true\n[lints]\nworkspace = true\n";

    fn problems(path: &str, text: &str) -> Vec<String> {
        problems_of(&check(&TextFile::new(path, text)))
    }

    #[test]
    fn a_good_manifest_has_no_problem() {
        assert_eq!(problems("crates/x/Cargo.toml", GOOD), Vec::<String>::new());
        assert_eq!(problems("Cargo.toml", "[workspace]\n"), Vec::<String>::new());
    }

    #[test]
    fn a_manifest_without_the_lints_is_found() {
        let text = GOOD.replace("[lints]\nworkspace = true\n", "");
        assert_eq!(
            problems("crates/x/Cargo.toml", &text),
            ["1: does not take the workspace's lints"]
        );
    }

    #[test]
    fn a_version_of_its_own_is_found() {
        for own in ["serde = \"1\"", "serde = { version = \"1\" }"] {
            let text = GOOD.replace("vocab.workspace = true", own);
            let problems = problems("crates/x/Cargo.toml", &text);
            assert!(problems[0].contains("root Cargo.toml"), "{problems:?}");
        }
    }
}
