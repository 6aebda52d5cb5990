//! Rules about words: what must not stand in code, in comments or in documents.

use super::source::{line_of, word_places};
use super::{Finding, TextFile};

/// Code that must not stand anywhere.
const NOWHERE: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run is not a test"),
    ("todo!(", "unfinished"),
    ("unimplemented!(", "unfinished"),
    ("dbg!(", "left over from looking for a fault"),
];

/// Code that may only stand in tests.
const ONLY_IN_TESTS: &[(&str, &str)] = &[(".unwrap()", "say why it cannot fail, or return")];

/// Marks of unfinished work in comments.
const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX"];

/// Folders of one machine, and hosts one machine happens to use. Written in two parts, so that
/// this list does not find itself.
const ONE_MACHINE: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("index.crat", "es.io"),
    concat!("static.crat", "es.io"),
    concat!("py", "pi.org"),
    concat!("registry.np", "mjs.org"),
    concat!("deb.deb", "ian.org"),
];

/// Words about how a text came to be, which tell a reader of the product nothing.
const ABOUT_OURSELVES: &[&str] = &["agent", "agents", "teammate", "teammates"];

/// Those that are fine in code, where they are names of things.
const ABOUT_OURSELVES_IN_DOCUMENTS: &[&str] = &["session", "sessions"];

/// Where those words mean something else.
const OTHER_MEANINGS: &[&str] = &[
    "user agent",
    "user-agent",
    "session key",
    "session-key",
    "session storage",
    "browser session",
];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    one_machine(file, &mut findings);
    if let Some(source) = &file.rust {
        code(file, &mut findings);
        about_ourselves(file, &source.comments, ABOUT_OURSELVES, &mut findings);
        unfinished(file, &source.comments, &mut findings);
        bare_hash(file, &source.code, &mut findings);
    } else if file.path.ends_with(".md") {
        about_ourselves(file, &file.text, ABOUT_OURSELVES, &mut findings);
        about_ourselves(file, &file.text, ABOUT_OURSELVES_IN_DOCUMENTS, &mut findings);
        unfinished(file, &file.text, &mut findings);
    }
    findings
}

fn code(file: &TextFile, findings: &mut Vec<Finding>) {
    let Some(source) = &file.rust else { return };
    for (words, reason) in NOWHERE {
        for (at, _) in source.code.match_indices(words) {
            let text = format!("`{words}`: {reason}");
            findings.push(Finding::problem(&file.path, line_of(&source.code, at), text));
        }
    }
    for (words, reason) in ONLY_IN_TESTS {
        for (at, _) in source.code.match_indices(words) {
            let line = line_of(&source.code, at);
            if !file.is_test() && !source.is_test_line(line) {
                let text = format!("`{words}` outside tests: {reason}");
                findings.push(Finding::problem(&file.path, line, text));
            }
        }
    }
}

fn one_machine(file: &TextFile, findings: &mut Vec<Finding>) {
    // Cargo writes the lock file, and it names the registry in every entry.
    if file.path == "Cargo.lock" {
        return;
    }
    for words in ONE_MACHINE {
        for (at, _) in file.text.match_indices(words) {
            let text = format!("`{words}` belongs to one machine or one workplace");
            findings.push(Finding::problem(&file.path, line_of(&file.text, at), text));
        }
    }
}

fn about_ourselves(file: &TextFile, prose: &str, words: &[&str], findings: &mut Vec<Finding>) {
    let lower = prose.to_ascii_lowercase();
    for word in words {
        for at in word_places(&lower, word) {
            let before = lower[..at].char_indices().rev().nth(11).map_or(0, |(start, _)| start);
            let after = lower[at..].char_indices().nth(20).map_or(lower.len(), |(end, _)| at + end);
            let around = &lower[before..after];
            if !OTHER_MEANINGS.iter().any(|phrase| around.contains(phrase)) {
                let text = format!("`{word}`: write about the product, not about how it was made");
                findings.push(Finding::problem(&file.path, line_of(&lower, at), text));
            }
        }
    }
}

fn unfinished(file: &TextFile, prose: &str, findings: &mut Vec<Finding>) {
    for word in UNFINISHED {
        for at in word_places(prose, word) {
            let text = format!("`{word}`: finish it, or say what holds today");
            findings.push(Finding::problem(&file.path, line_of(prose, at), text));
        }
    }
}

/// "Hash" alone says neither digest (cryptographic) nor fingerprint (perceptual).
fn bare_hash(file: &TextFile, code: &str, findings: &mut Vec<Finding>) {
    for (at, _) in code.match_indices("hash") {
        let part_of_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        let before = at.checked_sub(1).and_then(|at| code.as_bytes().get(at));
        let after = &code[at + 4..];
        // The standard library's own words: `std::hash::…`, `.hash(`, `fn hash(`.
        let is_std =
            after.starts_with("::") || after.starts_with('(') || code[..at].ends_with("::");
        if !part_of_word(before) && !part_of_word(after.as_bytes().first()) && !is_std {
            let text = "`hash` alone: digest (cryptographic) or fingerprint (perceptual)?";
            findings.push(Finding::note(&file.path, line_of(code, at), text));
        }
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

    fn check_none(path: &str, text: &str) {
        assert_eq!(problems_of(&check(&TextFile::new(path, text))), Vec::<String>::new());
    }

    #[test]
    fn unfinished_code_is_found_also_in_tests() {
        check_one("a.rs", "fn a() { todo!() }", "`todo!(`");
        check_one("a.rs", "fn a() { unimplemented!() }", "`unimplemented!(`");
        check_one("a.rs", "#[cfg(test)]\nmod t { fn a() { dbg!(1); } }", "`dbg!(`");
        check_one("tests/a.rs", "#[test]\n#[ignore]\nfn a() {}", "`#[ignore`");
    }

    #[test]
    fn unwrap_may_stand_in_tests_only() {
        check_one("a.rs", "fn a() { b.unwrap() }", "`.unwrap()` outside tests");
        check_none("a.rs", "#[cfg(test)]\nmod t { fn a() { b.unwrap() } }");
        check_none("crates/x/tests/it/main.rs", "fn a() { b.unwrap() }");
        check_none("crates/x/src/a/tests.rs", "fn a() { b.unwrap() }");
        check_none("a.rs", "// never .unwrap() here\nfn a() { \".unwrap()\" }");
    }

    #[test]
    fn paths_and_hosts_of_one_machine_are_found() {
        for words in ONE_MACHINE {
            check_one("docs/a.md", &format!("see {words}x\n"), "belongs to one machine");
        }
        check_none("Cargo.lock", ONE_MACHINE[3]);
        check_none("docs/a.md", "the framework/target folder\n");
    }

    #[test]
    fn words_about_ourselves_are_found_in_prose_only() {
        check_one("docs/a.md", "Written in a session.\n", "`session`");
        check_one("a.rs", "// for the next Agent\nfn a() {}", "`agent`");
        check_none("a.rs", "// the session is over\nfn session() {}");
        check_none("docs/a.md", "The session key; the User-Agent header; an agency; obsession.\n");
    }

    #[test]
    fn marks_of_unfinished_work_are_found() {
        for word in UNFINISHED {
            check_one("a.rs", &format!("// {word}: later\nfn a() {{}}"), "finish it");
        }
        check_none("a.rs", "const X: &str = \"TODO\";");
    }

    #[test]
    fn a_bare_hash_gets_a_note() {
        let notes = |text: &str| check(&TextFile::new("a.rs", text)).len();
        assert_eq!(notes("let file_hash = 1;"), 1);
        assert_eq!(notes("let hash = 1;"), 1);
        assert_eq!(notes("use std::hash::Hash; x.hash(y); HashMap; rehashed"), 0);
    }
}
