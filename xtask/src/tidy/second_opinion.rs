//! The auditor is asked about a finished copy, and by nobody who writes one: a writer that used
//! its code would make the same mistake twice.

use super::source::{line_of, word_places};
use super::{Finding, TextFile};

const MEDIA: &str = "crates/media/src/";
/// Where a copy is finished: a photo, a clip, and the error that says what the auditor found.
const MAY_ASK: &[&str] = &["original.rs", "clip.rs", "error.rs"];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let (Some(module), Some(source)) = (file.path.strip_prefix(MEDIA), &file.rust) else {
        return Vec::new();
    };
    if MAY_ASK.contains(&module) {
        return Vec::new();
    }
    let code = &source.code;
    let is_crate = |at: &usize| {
        code[at + "audit".len()..].starts_with("::") || code[..*at].trim_end().ends_with("use")
    };
    let places = word_places(code, "audit").filter(is_crate);
    let text = "only the step that finishes a copy may ask the auditor";
    places.map(|at| Finding::problem(&file.path, line_of(code, at), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    fn problems(path: &str) -> Vec<String> {
        let text = "//! Asks audit::photo.\nuse audit;\nfn f() {\n    audit::photo(b\"\");\n}\n\
            fn audit() {}\n";
        problems_of(&check(&TextFile::new(path, text)))
    }

    #[test]
    fn a_format_that_asks_the_auditor_is_found() {
        let text = "only the step that finishes a copy may ask the auditor";
        let found = [format!("2: {text}"), format!("4: {text}")];
        assert_eq!(problems("crates/media/src/jpeg/writer.rs"), found);
    }

    #[test]
    fn who_finishes_a_copy_may_ask() {
        assert_eq!(problems("crates/media/src/original.rs"), Vec::<String>::new());
        assert_eq!(problems("crates/media/tests/it/damage.rs"), Vec::<String>::new());
    }
}
