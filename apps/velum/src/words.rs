//! The words for what `media` finds: plain, calm, short. Those for what goes wrong are in `files`
//! and `trouble`.

use std::path::Path;

use media::{Comparison, Fate, Finding, FindingKind, Place, Value};
use vision::Sensitive;

mod files;
pub(crate) mod kinds;
pub(crate) mod receipt;
pub(crate) mod sharing;
pub(crate) mod trouble;

pub(crate) use files::{naming_failed, not_coverable, not_usable, reading_failed, writing_failed};

/// One finding as one line.
pub(crate) fn sentence(finding: &Finding) -> String {
    let subject = kinds::subject(finding.kind);
    let size = size(finding.bytes);
    let mut line = match &finding.value {
        Value::Text(text) if finding.kind == FindingKind::Time => {
            format!("{subject}: {}", date_words(text))
        }
        Value::Text(text) if !text.is_empty() => format!("{subject}: {text}"),
        Value::Place(place) => format!("{subject}: {}", place_words(place)),
        Value::Count(1) => format!("{subject}: 1 entry, {size}"),
        Value::Count(count) => format!("{subject}: {count} entries, {size}"),
        Value::Picture { size: picture, comparison } => {
            let pixels = picture.map(|s| format!(", {} x {} pixels", s.width, s.height));
            let verdict = comparison_words(*comparison);
            format!("{subject}: {size}{}{verdict}", pixels.unwrap_or_default())
        }
        _ => format!("{subject}: {size}"),
    };
    if finding.fate == Fate::Kept {
        line += " (part of the picture; stays)";
    }
    line
}

/// Exif writes dates as 2026:05:16; people do not.
fn date_words(text: &str) -> String {
    match text.split_at_checked(10) {
        Some((date, rest)) if date.matches(':').count() == 2 => date.replace(':', "-") + rest,
        _ => text.to_owned(),
    }
}

fn comparison_words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Same => ", shows the same",
        Comparison::Different => ", shows something else than the photo: perhaps what was cut away",
        Comparison::Unknown => "",
    }
}

/// For programs: true, false, or null when nobody can say.
pub(crate) fn comparison_json(comparison: Comparison) -> Option<bool> {
    match comparison {
        Comparison::Same => Some(false),
        Comparison::Different => Some(true),
        Comparison::Unknown => None,
    }
}

fn place_words(place: &Place) -> String {
    let half = |degrees: f64, positive: &str, negative: &str| {
        format!("{:.5}° {}", degrees.abs(), if degrees < 0.0 { negative } else { positive })
    };
    let north = half(place.latitude_degrees, "N", "S");
    let east = half(place.longitude_degrees, "E", "W");
    let height = place.altitude_m.map(|metres| format!(", {metres:.0} m above the sea"));
    format!("{north}, {east}{}", height.unwrap_or_default())
}

/// A number of bytes, easy to read.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A number of bytes to the last one, in groups of three.
pub(crate) fn grouped(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A file's name as a terminal may show it.
pub(crate) fn shown(path: &Path) -> String {
    plain(&path.display().to_string())
}

/// Somebody else's text as a terminal may show it: what could move the cursor, begin a new line or
/// turn the direction of reading is told, not done.
pub(crate) fn plain(text: &str) -> String {
    if !text.chars().any(acts) {
        return text.to_owned();
    }
    text.chars().map(|c| if acts(c) { c.escape_default().to_string() } else { c.into() }).collect()
}

/// Whether a character does something rather than being shown.
pub(crate) fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// What a text or a code says about a person.
pub(crate) fn says(kind: Sensitive) -> &'static str {
    match kind {
        Sensitive::Email => "an e-mail address",
        Sensitive::Phone => "a telephone number",
        Sensitive::Address => "an address or place",
        Sensitive::Name => "a name",
        Sensitive::Handle => "a name on a platform",
        Sensitive::Link => "an address on the web",
        Sensitive::Plate => "what may be a number plate",
        Sensitive::BirthDate => "a day of birth",
        Sensitive::Card => "a card number",
        Sensitive::Account => "an account",
        Sensitive::Password => "a password or PIN",
        Sensitive::Document => "a number on a document, ticket or parcel",
        Sensitive::Unread => "something that could not be read",
    }
}

/// What looking through a folder came to. `what` is what those do in which something was `found`.
pub(crate) fn check_sum(
    checked: usize,
    found: usize,
    what: &str,
    failed: usize,
    skipped: usize,
) -> String {
    let rest = rest(failed, skipped, "could not be read");
    format!("{} looked into: {found} {what}{rest}", photos(checked))
}

/// What cleaning a folder came to.
pub(crate) fn clean_sum(cleaned: usize, failed: usize, skipped: usize, dry: bool) -> String {
    let done = if dry { "would be cleaned" } else { "cleaned" };
    format!("{} {done}{}", photos(cleaned), rest(failed, skipped, "could not be cleaned"))
}

fn photos(count: usize) -> String {
    if count == 1 { "1 photo or clip".into() } else { format!("{count} photos and clips") }
}

fn rest(failed: usize, skipped: usize, failing: &str) -> String {
    let mut text = String::new();
    if failed > 0 {
        text += &format!(", {failed} {failing}");
    }
    if skipped > 0 {
        text += &format!(", {skipped} left alone");
    }
    text + "."
}
