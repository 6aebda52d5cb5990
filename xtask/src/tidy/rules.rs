//! Numbered rules stand in three places: the specification, the code, the name of a test.
//!
//! A specification in `docs/formats` defines a rule by a bold number at the start of a line or
//! table cell, such as `**C1**` or `**C1.**`. Code names it in a comment as `rule C1`, and a test
//! has `rule_c1` in its name.

use std::collections::BTreeMap;

use super::source::word_places;
use super::{Finding, TextFile};

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rust: Vec<_> =
        files.iter().filter_map(|file| file.rust.as_ref().map(|source| (file, source))).collect();
    for (rule, (path, line)) in defined(files) {
        let in_comment = format!("rule {rule}");
        let is_in_code = rust.iter().any(|(file, source)| {
            !file.is_test() && word_places(&source.comments, &in_comment).next().is_some()
        });
        let in_test = format!("rule_{}", rule.to_lowercase());
        let is_tested = rust.iter().any(|(file, source)| {
            tests_named(&source.code, &in_test)
                .any(|line| file.is_test() || source.is_test_line(line))
        });
        for (is_there, what) in [
            (is_in_code, format!("no comment in the code names `{in_comment}`")),
            (is_tested, format!("no test has `{in_test}` in its name")),
        ] {
            if !is_there {
                findings.push(Finding::problem(path, line, format!("rule {rule}: {what}")));
            }
        }
    }
    findings
}

/// The rules that the specifications define, each with the place where it first stands.
fn defined(files: &[TextFile]) -> BTreeMap<String, (&str, usize)> {
    let mut rules = BTreeMap::new();
    let is_specification =
        |file: &&TextFile| file.path.starts_with("docs/formats/") && file.path.ends_with(".md");
    for file in files.iter().filter(is_specification) {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(rule) = rule_defined_in(line) {
                rules.entry(rule).or_insert((file.path.as_str(), at + 1));
            }
        }
    }
    rules
}

fn rule_defined_in(line: &str) -> Option<String> {
    let start = line.trim_start_matches(['-', '*', '|', ' ']);
    let marks = &line[..line.len() - start.len()];
    let (number, _) = start.split_once("**").filter(|_| marks.ends_with("**"))?;
    let number = number.trim_end_matches(['.', ':']);
    let mut characters = number.chars();
    let is_rule = characters.next().is_some_and(|c| c.is_ascii_uppercase())
        && number.len() > 1
        && characters.all(|c| c.is_ascii_digit());
    is_rule.then(|| number.to_owned())
}

/// The lines of functions whose name holds these words, followed by no further digit.
fn tests_named<'a>(code: &'a str, words: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.lines().enumerate().filter_map(move |(at, line)| {
        let name = line.trim_start().strip_prefix("fn ").or_else(|| line.split(" fn ").nth(1))?;
        let (_, rest) = name.split('(').next()?.split_once(words)?;
        (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    const SPEC: &str = "# Rules\n- **C1.** Silence is no.\nAs **C2** says.\n| **R12** | x |\n";
    const CODE: &str = "//! Keeps rule C1 and rule R12.\n#[cfg(test)]\nmod t {\n\
        fn rule_c1_silence_is_no() {}\nfn rule_r12_holds() {}\n}\n";

    fn problems(code: &str) -> Vec<String> {
        let files =
            [TextFile::new("docs/formats/consent.md", SPEC), TextFile::new("src/a.rs", code)];
        problems_of(&check(&files))
    }

    #[test]
    fn a_rule_that_stands_in_all_three_places_is_fine() {
        assert_eq!(problems(CODE), Vec::<String>::new());
    }

    #[test]
    fn a_rule_that_the_code_does_not_name_is_found() {
        let problems = problems(&CODE.replace("rule C1", "rule C10"));
        assert_eq!(problems, ["2: rule C1: no comment in the code names `rule C1`"]);
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        let problems = problems(&CODE.replace("rule_c1_", "rule_c11_"));
        assert_eq!(problems, ["2: rule C1: no test has `rule_c1` in its name"]);
    }
}
