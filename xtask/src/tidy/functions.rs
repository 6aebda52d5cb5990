//! Rules about functions: how long they are and how they are called.

use super::source::{after_closing_brace, line_of, word_places};
use super::{Finding, TextFile};

/// Lines from which a function is worth a look.
const LINES_SOFT_MAX: usize = 40;

/// Lines that no function may pass, unless it is in the list below.
const LINES_HARD_MAX: usize = 70;

/// Functions that may be longer, as `path::name`, each with the reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// A function as it stands in its file.
struct Function<'a> {
    name: &'a str,
    line: usize,
    lines: usize,
}

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    let Some(source) = &file.rust else { return Vec::new() };
    let mut findings = Vec::new();
    for function in functions(&source.code) {
        length(file, &function, &mut findings);
        name(file, &function, &mut findings);
    }
    findings
}

fn length(file: &TextFile, function: &Function<'_>, findings: &mut Vec<Finding>) {
    let Function { name, line, lines } = *function;
    let full_name = format!("{}::{name}", file.path);
    let is_allowed = LONG_FUNCTIONS.iter().any(|(allowed, _reason)| *allowed == full_name);
    if lines > LINES_HARD_MAX && !is_allowed {
        let text = format!("`{name}` has {lines} lines; the limit is {LINES_HARD_MAX}");
        findings.push(Finding::problem(&file.path, line, text));
    } else if lines > LINES_SOFT_MAX {
        findings.push(Finding::note(&file.path, line, format!("`{name}` has {lines} lines")));
    }
}

fn name(file: &TextFile, function: &Function<'_>, findings: &mut Vec<Finding>) {
    if function.name.starts_with("get_") {
        let text = format!("`{}`: name it after what it returns, without `get_`", function.name);
        findings.push(Finding::problem(&file.path, function.line, text));
    }
}

/// The functions with a body, in the order of the file; those inside others are listed too.
fn functions(code: &str) -> Vec<Function<'_>> {
    word_places(code, "fn").filter_map(|at| function_at(code, at)).collect()
}

fn function_at(code: &str, at: usize) -> Option<Function<'_>> {
    let after_fn = &code[at + 2..];
    let name_start = after_fn.trim_start();
    let length = name_start.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let name = &name_start[..length];
    // A type such as `fn(u8) -> u8` has no name.
    if name.is_empty() {
        return None;
    }
    let signature_start = code.len() - name_start.len() + length;
    let open = body_start(code, signature_start)?;
    let (first, last) = (line_of(code, at), line_of(code, after_closing_brace(code, open) - 1));
    Some(Function { name, line: first, lines: last - first + 1 })
}

/// The brace that opens the body; none if the signature ends with a semicolon.
fn body_start(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        problems_of(&check(&TextFile::new("a.rs", text)))
    }

    #[test]
    fn the_lines_of_a_function_are_counted_from_its_name_to_its_brace() {
        let text = "fn a() {\n  let x = [0; 3];\n  if x { \"}\" }\n}\nfn b(f: fn(u8) -> u8);\n";
        let code = super::super::source::Source::parse(text).code;
        let found = functions(&code);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].name, found[0].line, found[0].lines), ("a", 1, 4));
    }

    #[test]
    fn a_function_past_the_limit_is_found() {
        let long = format!("fn long() {{\n{}}}\n", "    x();\n".repeat(LINES_HARD_MAX));
        assert_eq!(problems(&long), ["1: `long` has 72 lines; the limit is 70"]);
        let short = format!("fn short() {{\n{}}}\n", "    x();\n".repeat(LINES_HARD_MAX - 2));
        assert_eq!(problems(&short), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_starts_with_get_is_found() {
        assert_eq!(problems("fn a() {}\nfn get_photo() {}\n").len(), 1);
        assert_eq!(problems("fn widget_photo() {}\n"), Vec::<String>::new());
    }
}
