//! Rules about whole files: the opening line, the length, the name, the white space.

use super::{Finding, TextFile};

/// Lines outside tests from which a file is worth a look.
const LINES_SOFT_MAX: usize = 400;

/// Lines outside tests that no file may pass, unless it is in the list below.
const LINES_HARD_MAX: usize = 700;

/// Files that may be longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    name(file, &mut findings);
    white_space(file, &mut findings);
    if file.path.ends_with(".rs") {
        opening(file, &mut findings);
        length(file, &mut findings);
    }
    findings
}

fn name(file: &TextFile, findings: &mut Vec<Finding>) {
    for part in file.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if let Some(word) = stem.split(['_', '-']).find(|word| EMPTY_NAMES.contains(word)) {
            let text = format!("the name `{part}` hides behind `{word}`; say what it is for");
            findings.push(Finding::problem(&file.path, 1, text));
        }
    }
    if file.path.ends_with("/mod.rs") {
        let text = "name the file after the module, with its folder beside it";
        findings.push(Finding::problem(&file.path, 1, text));
    }
}

fn white_space(file: &TextFile, findings: &mut Vec<Finding>) {
    // Test data may be what it must be.
    if file.path.contains("/data/") || file.path.starts_with("vectors/") {
        return;
    }
    for (at, line) in file.text.split('\n').enumerate() {
        let what = match line {
            line if line.ends_with('\r') => "a carriage return",
            line if line.ends_with([' ', '\t']) => "white space at the end",
            line if line.contains('\t') => "a tab",
            _ => continue,
        };
        findings.push(Finding::problem(&file.path, at + 1, format!("{what} in this line")));
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        findings.push(Finding::problem(&file.path, last, "the last line does not end"));
    }
}

fn opening(file: &TextFile, findings: &mut Vec<Finding>) {
    if !file.text.starts_with("//! ") {
        let text = "a file starts with `//!` and what it is for";
        findings.push(Finding::problem(&file.path, 1, text));
    }
}

fn length(file: &TextFile, findings: &mut Vec<Finding>) {
    let Some(source) = file.rust.as_ref().filter(|_| !file.is_test()) else { return };
    let lines = source.production_lines();
    let is_allowed = LONG_FILES.iter().any(|(path, _reason)| *path == file.path);
    if lines > LINES_HARD_MAX && !is_allowed {
        let text = format!("{lines} lines without tests; the limit is {LINES_HARD_MAX}");
        findings.push(Finding::problem(&file.path, 1, text));
    } else if lines > LINES_SOFT_MAX {
        let text = format!("{lines} lines without tests; would two files read better?");
        findings.push(Finding::note(&file.path, 1, text));
    }
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    fn check_one(path: &str, text: &str, expected: &str) {
        let problems = problems_of(&check(&TextFile::new(path, text)));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(expected), "{problems:?}");
    }

    #[test]
    fn a_good_file_has_no_problem() {
        let file = TextFile::new("crates/media/src/clean.rs", "//! Cleans.\n\nfn a() {}\n");
        assert_eq!(problems_of(&check(&file)), Vec::<String>::new());
    }

    #[test]
    fn a_file_must_say_what_it_is_for() {
        check_one("a.rs", "fn a() {}\n", "starts with `//!`");
    }

    #[test]
    fn empty_names_are_found_in_files_and_folders() {
        check_one("crates/x/src/file_utils.rs", "//! A.\n", "hides behind `utils`");
        check_one("crates/common/src/a.rs", "//! A.\n", "hides behind `common`");
        check_one("crates/x/src/a/mod.rs", "//! A.\n", "name the file after the module");
    }

    #[test]
    fn untidy_white_space_is_found() {
        check_one("a.md", "one \n", "white space at the end");
        check_one("a.md", "one\ttwo\n", "a tab");
        check_one("a.md", "one\r\n", "a carriage return");
        check_one("a.md", "one", "does not end");
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = format!("//! A.\n{}", "fn a() {}\n".repeat(LINES_HARD_MAX));
        check_one("a.rs", &long, "701 lines");
        let tests = format!("//! A.\n#[cfg(test)]\nmod t {{\n{}}}\n", "\n".repeat(LINES_HARD_MAX));
        assert_eq!(problems_of(&check(&TextFile::new("a.rs", &tests))), Vec::<String>::new());
    }

    #[test]
    fn a_file_past_the_soft_limit_gets_a_note() {
        let text = format!("//! A.\n{}", "fn a() {}\n".repeat(LINES_SOFT_MAX));
        let findings = check(&TextFile::new("a.rs", &text));
        assert_eq!(findings.len(), 1);
        assert_eq!(problems_of(&findings), Vec::<String>::new());
    }
}
