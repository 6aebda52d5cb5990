//! E-mail addresses, addresses on the web, and names on platforms.

use super::lists::{COUNTRY_ENDINGS, ENDINGS, PASSWORD_WORDS, PLATFORMS, has};
use super::words::Words;
use super::{Found, Sensitive};

/// `anna@example.org`, also `anna (at) example (dot) org`.
pub(super) fn emails(words: &Words, found: &mut Found) {
    let text = words.text;
    for (at, _) in text.match_indices('@') {
        let before = &text[..at];
        // Blanks come in when a text is read from a picture.
        let local = before.strip_suffix(' ').unwrap_or(before);
        let start = local.rfind(|letter| !is_local(letter)).map_or(0, |end| next(text, end));
        let after = &text[at + 1..];
        let domain = after.strip_prefix(' ').unwrap_or(after);
        let end = domain.find(|letter| !is_domain(letter)).unwrap_or(domain.len());
        let domain_start = text.len() - domain.len();
        let name = domain[..end].trim_end_matches(['.', '-']);
        let was_parted = local.len() != before.len() || domain.len() != after.len();
        if local.len() - start >= 1 && is_host(name, was_parted) {
            found.add(Sensitive::Email, start..domain_start + name.len());
        }
    }
    spelled_out(words, found);
}

/// A domain: it has a point, or, because points get lost in reading, is long enough.
fn is_host(name: &str, was_parted: bool) -> bool {
    match name.rsplit_once('.') {
        Some((host, ending)) => !host.is_empty() && ending.chars().count() >= 2,
        None => {
            !was_parted && name.len() >= 6 && name.bytes().any(|byte| byte.is_ascii_alphabetic())
        }
    }
}

/// `anna (at) example (dot) org`, `anna [at] example.org`, `anna AT example DOT org`.
fn spelled_out(words: &Words, found: &mut Found) {
    let stands_for = |index: usize, meaning: &str| {
        words.list.get(index).is_some_and(|word| word.lower == meaning)
            && ((words.before(index).ends_with(['(', '[', '{', '<'])
                && words.after(index).starts_with([')', ']', '}', '>']))
                || words.list[index].text.chars().all(char::is_uppercase))
    };
    for at in 1..words.list.len() {
        if !stands_for(at, "at") || at + 1 >= words.list.len() {
            continue;
        }
        let mut last = at + 1;
        let is_point = |index: usize| words.after(index) == "." || words.after(index) == "-";
        while last + 1 < words.list.len() && (is_point(last) || stands_for(last + 1, "dot")) {
            last += if is_point(last) { 1 } else { 2 };
        }
        if last > at + 1 && last < words.list.len() {
            found.add(Sensitive::Email, words.place(at - 1..last + 1));
        }
    }
}

/// `https://…`, `www.…`, and names of hosts such as `example.org/anna`.
pub(super) fn links(words: &Words, found: &mut Found) {
    let text = words.text;
    let mut start = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        let core = part.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '/');
        let at = start + part.find(core).unwrap_or(0);
        start += part.len();
        if is_link(core) {
            found.add(Sensitive::Link, at..at + core.len());
        }
    }
}

fn is_link(part: &str) -> bool {
    let lower = part.to_lowercase();
    if lower.contains("://") {
        return lower.len() > 8;
    }
    let host = lower.split(['/', '?', ':', '#']).next().unwrap_or_default();
    if let Some(rest) = lower.strip_prefix("www") {
        return rest.trim_start_matches('.').len() >= 4;
    }
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    let label = name.rsplit('.').next().unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let has_path = host.len() < lower.len();
    let is_known = has(ENDINGS, ending)
        // `end.So` is a sentence without a blank; `example.so` is a host.
        || (has(COUNTRY_ENDINGS, ending) && (has_path || !part.contains(char::is_uppercase)));
    is_known
        && label.chars().any(char::is_alphabetic)
        && name.len() >= if has_path { 1 } else { 3 }
        && name.split('.').all(is_label)
}

/// What follows a word for a password, and what codes for a network or for sign-in hold.
pub(super) fn passwords(words: &Words, found: &mut Found) {
    let text = words.text;
    if text.starts_with("WIFI:") || text.starts_with("otpauth://") {
        found.add(Sensitive::Password, 0..text.len());
    }
    for (index, word) in words.list.iter().enumerate() {
        let gap = words.after(index);
        let Some(next) = words.list.get(index + 1) else { continue };
        let is_told = gap.contains([':', '=']) || (gap.trim().is_empty() && next.has_digit());
        if has(PASSWORD_WORDS, &word.lower) && is_told && gap.len() <= 4 {
            let rest = &text[next.start..];
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let end = next.start + rest[..length].trim_end_matches(['.', ',', ';']).len();
            if end - next.start >= 3 {
                found.add(Sensitive::Password, next.start..end);
            }
        }
    }
}

/// `@anna_92`, `u/anna`, and names after the name of a platform: `insta: anna.k`.
pub(super) fn handles(words: &Words, found: &mut Found) {
    for (at, _) in words.text.match_indices('@') {
        let is_start = !words.text[..at].ends_with(is_handle);
        if is_start {
            add_handle(words.text, at, at + 1, found);
        }
    }
    for (index, word) in words.list.iter().enumerate() {
        let gap = words.after(index);
        let Some(next) = words.list.get(index + 1) else { continue };
        if word.lower == "u" && gap == "/" && next.text.len() > 2 {
            add_handle(words.text, word.start, next.start, found);
        } else if has(PLATFORMS, &word.lower) {
            let end = end_of_handle(words.text, next.start);
            let name = &words.text[next.start..end];
            let is_told = gap.trim().starts_with([':', '=', '-', '–', '@', '|', '/'])
                || name.contains(|letter: char| !letter.is_alphabetic());
            if is_told && !gap.contains("\n\n") {
                add_handle(words.text, next.start, next.start, found);
            }
        }
    }
}

fn add_handle(text: &str, start: usize, from: usize, found: &mut Found) {
    let end = end_of_handle(text, from);
    if text[from..end].chars().filter(|letter| letter.is_alphanumeric()).count() >= 2 {
        found.add(Sensitive::Handle, start..end);
    }
}

fn end_of_handle(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let end = rest.find(|letter| !is_handle(letter) && letter != '#').unwrap_or(rest.len());
    from + rest[..end].trim_end_matches(['.', '-', '#']).len()
}

fn is_handle(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-')
}

fn is_local(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '+' | '%')
}

fn is_domain(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-')
}

/// Where the character after the one at this place begins.
fn next(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(at, |letter| at + letter.len_utf8())
}
