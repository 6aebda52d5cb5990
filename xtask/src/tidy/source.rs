//! Takes a Rust file apart: code without comments and strings, comments alone, which lines are
//! tests. A few careful lines instead of a parser; good enough for style checks.

/// The parts of a Rust file. Lines and columns are those of the file.
pub(super) struct Source {
    /// Comments and what is inside strings replaced by spaces.
    pub(super) code: String,
    /// Everything but comments replaced by spaces.
    pub(super) comments: String,
    /// For each line, whether it belongs to a `#[cfg(test)]` module or a test function.
    is_test_line: Vec<bool>,
}

/// What the scanner is inside of.
#[derive(Clone, Copy)]
enum Inside {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text,
    RawText { marks: usize },
}

impl Source {
    /// Takes the text of a Rust file apart.
    pub(super) fn parse(text: &str) -> Self {
        let (code, comments) = split(text.as_bytes());
        let code = String::from_utf8_lossy(&code).into_owned();
        let comments = String::from_utf8_lossy(&comments).into_owned();
        let is_test_line = test_lines(&code);
        Self { code, comments, is_test_line }
    }

    /// True if the line, counted from 1, belongs to tests.
    pub(super) fn is_test_line(&self, line: usize) -> bool {
        line.checked_sub(1).and_then(|at| self.is_test_line.get(at)).copied().unwrap_or(false)
    }

    /// How many lines do not belong to tests.
    pub(super) fn production_lines(&self) -> usize {
        self.is_test_line.iter().filter(|is_test| !**is_test).count()
    }
}

/// The line, counted from 1, of a place in the text.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The places where this word stands alone, not as a part of a longer name.
pub(super) fn word_places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let in_name = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        !in_name(before) && !in_name(text.as_bytes().get(at + word.len()))
    })
}

/// The place just after the brace that closes the one at `open`.
pub(super) fn after_closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// Returns the file twice: with code only, and with comments only.
fn split(text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut code = vec![b' '; text.len()];
    let mut comments = code.clone();
    let mut inside = Inside::Code;
    let mut at = 0;
    while at < text.len() {
        let (next, length) = step(inside, text, at);
        let is_comment =
            |inside| matches!(inside, Inside::LineComment | Inside::BlockComment { .. });
        // Only a character literal takes several bytes and leads from code to code.
        let is_character = |next, length| matches!(next, Inside::Code) && length > 1;
        let end = (at + length).min(text.len());
        for place in at..end {
            if text[place] == b'\n' {
                (code[place], comments[place]) = (b'\n', b'\n');
            } else if is_comment(inside) || is_comment(next) {
                comments[place] = text[place];
            } else if matches!(inside, Inside::Code) && !is_character(next, length) {
                code[place] = text[place];
            }
        }
        (inside, at) = (next, end);
    }
    (code, comments)
}

/// What follows at this place: the new state, and how many bytes belong to the step.
fn step(inside: Inside, text: &[u8], at: usize) -> (Inside, usize) {
    let rest = &text[at..];
    match inside {
        Inside::Code => step_in_code(text, at),
        Inside::LineComment if rest[0] == b'\n' => (Inside::Code, 1),
        Inside::LineComment => (inside, 1),
        Inside::BlockComment { depth } if rest.starts_with(b"/*") => {
            (Inside::BlockComment { depth: depth + 1 }, 2)
        }
        Inside::BlockComment { depth: 1 } if rest.starts_with(b"*/") => (Inside::Code, 2),
        Inside::BlockComment { depth } if rest.starts_with(b"*/") => {
            (Inside::BlockComment { depth: depth - 1 }, 2)
        }
        Inside::BlockComment { .. } => (inside, 1),
        Inside::Text if rest[0] == b'\\' => (inside, 2),
        Inside::Text if rest[0] == b'"' => (Inside::Code, 1),
        Inside::Text => (inside, 1),
        Inside::RawText { marks } if closes_raw(rest, marks) => (Inside::Code, 1 + marks),
        Inside::RawText { .. } => (inside, 1),
    }
}

fn step_in_code(text: &[u8], at: usize) -> (Inside, usize) {
    let rest = &text[at..];
    if rest.starts_with(b"//") {
        return (Inside::LineComment, 2);
    }
    if rest.starts_with(b"/*") {
        return (Inside::BlockComment { depth: 1 }, 2);
    }
    if rest[0] == b'"' {
        return (Inside::Text, 1);
    }
    let starts_a_word = at == 0 || !(text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_');
    if starts_a_word && let Some((marks, length)) = raw_start(rest) {
        return (Inside::RawText { marks }, length);
    }
    if rest[0] == b'\'' {
        return (Inside::Code, character_length(rest));
    }
    (Inside::Code, 1)
}

/// Recognises `r"`, `r#"`, `br##"` and their like; returns the number of `#` and the length.
fn raw_start(rest: &[u8]) -> Option<(usize, usize)> {
    let prefix = usize::from(matches!(rest[0], b'b' | b'c'));
    if rest.get(prefix) != Some(&b'r') {
        return None;
    }
    let marks = rest[prefix + 1..].iter().take_while(|byte| **byte == b'#').count();
    let quote = prefix + 1 + marks;
    (rest.get(quote) == Some(&b'"')).then_some((marks, quote + 1))
}

fn closes_raw(rest: &[u8], marks: usize) -> bool {
    rest[0] == b'"' && rest.len() > marks && rest[1..=marks].iter().all(|byte| *byte == b'#')
}

/// The length of a character literal, or 1 where the quote begins a lifetime.
fn character_length(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
        return end.map_or(1, |end| end + 4);
    }
    // A character is up to four bytes long; a lifetime has no closing quote so near.
    let end = rest.iter().take(6).skip(2).position(|byte| *byte == b'\'');
    match end {
        Some(0) => 3,
        Some(end) if !rest[1].is_ascii() => end + 3,
        _ => 1,
    }
}

/// Marks the lines of `#[cfg(test)]` items and `#[test]` functions.
fn test_lines(code: &str) -> Vec<bool> {
    let mut lines = vec![false; code.lines().count()];
    for mark in ["#[cfg(test)]", "#[test]"] {
        for (at, _) in code.match_indices(mark) {
            let rest = &code[at..];
            let open = rest.find('{').map_or(code.len(), |open| at + open);
            let semicolon = rest.find(';').map_or(code.len(), |end| at + end);
            let end = if semicolon < open { semicolon } else { after_closing_brace(code, open) };
            let last = line_of(code, end.min(code.len())).min(lines.len());
            for line in &mut lines[line_of(code, at) - 1..last] {
                *line = true;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str) {
        assert_eq!(Source::parse(text).code, code, "in {text}");
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        check("a // b\nc", "a     \nc");
        check("a /* /* b */ */ c", &format!("a{}c", " ".repeat(15)));
        check(r#"a("x\"{", 1)"#, "a(\"     , 1)");
        check("r#\"{\"# + 1", "r#\"    + 1");
    }

    #[test]
    fn characters_and_lifetimes_are_told_apart() {
        let source = Source::parse("fn f<'a>(x: &'a str) { g('{'); h('\\''); k('é') } // x");
        assert!(source.code.contains("<'a>(x: &'a str)"), "{}", source.code);
        assert_eq!(source.comments.trim(), "// x");
    }

    #[test]
    fn test_modules_are_found_to_their_closing_brace() {
        let source = Source::parse("fn a() {}\n#[cfg(test)]\nmod t {\n fn b() { }\n}\nfn c() {}\n");
        let marks: Vec<bool> = (1..=6).map(|line| source.is_test_line(line)).collect();
        assert_eq!(marks, [false, true, true, true, true, false]);
        assert_eq!(source.production_lines(), 2);
    }

    #[test]
    fn a_test_module_in_another_file_ends_at_its_semicolon() {
        let source = Source::parse("#[cfg(test)]\nmod tests;\n\nfn c() { }\n");
        assert!(source.is_test_line(2));
        assert!(!source.is_test_line(4));
    }
}
