//! Numbered rules stand in three places: the specification, the code, the name of a test.
//!
//! A specification in `docs/formats` defines a rule by a bold number at the start of a line or
//! table cell, such as `**C1.**` or `**C1 Silence is no.**`. A comment in the code names `C1`, and
//! so does the name of a test, as `c1_silence_is_no` or `rule_c1_silence_is_no`.

use std::collections::BTreeMap;

use super::source::word_places;
use super::{Finding, TextFile};

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let rust: Vec<_> =
        files.iter().filter_map(|file| file.rust.as_ref().map(|source| (file, source))).collect();
    for (rule, (path, line)) in defined(files) {
        let is_in_code = rust.iter().any(|(file, source)| {
            !file.is_test() && word_places(&source.comments, &rule).next().is_some()
        });
        let is_tested = rust.iter().any(|(_, source)| has_name_with(&source.code, &rule));
        if !is_in_code {
            let text = format!("rule {rule}: no comment in the code names it");
            findings.push(Finding::problem(path, line, text));
        }
        if !is_tested {
            let part = rule.to_lowercase();
            let text = format!("rule {rule}: no test has `{part}_` in its name");
            findings.push(Finding::problem(path, line, text));
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
    let number = start.split([' ', '.', ':', '*']).next().filter(|_| marks.ends_with("**"))?;
    let mut characters = number.chars();
    let is_rule = characters.next().is_some_and(|c| c.is_ascii_uppercase())
        && number.len() > 1
        && characters.all(|c| c.is_ascii_digit());
    is_rule.then(|| number.to_owned())
}

/// True if a name in the code has the rule's number as one of its parts, and more than that.
fn has_name_with(code: &str, rule: &str) -> bool {
    let part = rule.to_lowercase();
    let names = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    names.filter(|name| name.len() > part.len()).any(|name| name.split('_').any(|p| p == part))
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    const SPEC: &str =
        "# Rules\n- **C1.** Silence is no.\nAs **C2** says.\n* **R12 Once.** It is so.\n";
    const CODE: &str = "//! Keeps C1 and rule R12.\n#[cfg(test)]\nmod t {\n\
        fn rule_c1_silence_is_no() {}\nfn r12_holds() { let c2 = 0; }\n}\n";

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
        let problems = problems(&CODE.replace("Keeps C1", "Keeps C10"));
        assert_eq!(problems, ["2: rule C1: no comment in the code names it"]);
    }

    #[test]
    fn a_rule_without_a_test_is_found() {
        let problems = problems(&CODE.replace("r12_holds", "r1_holds"));
        assert_eq!(problems, ["4: rule R12: no test has `r12_` in its name"]);
    }

    #[test]
    fn a_variable_of_that_name_is_not_a_test() {
        assert!(!has_name_with("let r12 = 0; let xr12_a = 0;", "R12"));
    }
}
