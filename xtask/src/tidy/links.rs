//! Links between our own documents lead somewhere.

use super::{Finding, TextFile};

/// Checks the links of all documents, and the documents named in comments.
pub(super) fn check(files: &[TextFile], exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        if file.path.ends_with(".md") {
            for (line, target) in links(&file.text) {
                if let Some(text) = broken(files, &exists, &file.path, target) {
                    findings.push(Finding::problem(&file.path, line, text));
                }
            }
        } else if let Some(source) = &file.rust {
            for (line, document) in documents_named(&source.comments) {
                if !exists(document) {
                    let text = format!("names {document}, which does not exist");
                    findings.push(Finding::problem(&file.path, line, text));
                }
            }
        }
    }
    findings
}

/// The targets of `[text](target)`, with their lines. Code between fences is left out.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (start, _) in line.match_indices("](") {
            let rest = &line[start + 2..];
            if let Some(end) = rest.find(')') {
                found.push((at + 1, rest[..end].trim()));
            }
        }
    }
    found
}

/// Says what is wrong with a link, if anything is.
fn broken(
    files: &[TextFile],
    exists: &impl Fn(&str) -> bool,
    from: &str,
    target: &str,
) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { from.to_owned() } else { resolve(from, path) };
    if !exists(&path) {
        return Some(format!("links to {target}, but there is no {path}"));
    }
    let document = files.iter().find(|file| file.path == path);
    let has_heading = document.is_none_or(|document| {
        heading.is_empty() || headings(&document.text).any(|found| found == heading)
    });
    (!has_heading).then(|| format!("links to {target}, but {path} has no such heading"))
}

/// The path as seen from the workspace's folder.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The headings of a document, the way links name them.
fn headings(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// The documents that comments name, such as `docs/words.md`.
fn documents_named(comments: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, line) in comments.lines().enumerate() {
        for (start, _) in line.match_indices("docs/") {
            let rest = &line[start..];
            let is_path = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
            let end = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
            let document = rest[..end].trim_end_matches('.');
            if document.ends_with(".md") {
                found.push((at + 1, document));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::problems_of;
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let files = [
            TextFile::new(path, text),
            TextFile::new("docs/words.md", "# Words\n## Clean copy!\n"),
        ];
        problems_of(&check(&files, |path| files.iter().any(|file| file.path == path)))
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        for text in [
            "[w](docs/words.md)\n",
            "[w](docs/words.md#clean-copy)\n",
            "[w](https://example.org/x)\n",
            "```\n[w](nowhere.md)\n```\n",
        ] {
            assert_eq!(problems("README.md", text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(problems("docs/a/b.md", "[w](../words.md)\n"), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        assert_eq!(problems("README.md", "\n[w](words.md)\n").len(), 1);
        assert_eq!(problems("README.md", "[w](docs/words.md#nothing)\n").len(), 1);
        assert_eq!(problems("README.md", "[w](#nothing)\n").len(), 1);
    }

    #[test]
    fn a_document_named_in_a_comment_must_exist() {
        assert_eq!(problems("a.rs", "//! See docs/words.md.\n"), Vec::<String>::new());
        assert_eq!(problems("a.rs", "//! See docs/nothing.md.\n").len(), 1);
    }
}
