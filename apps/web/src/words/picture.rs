//! What the picture shows reads like.

use web_messages::{Passage, Seen};

pub(crate) const LOOKING: &str = "Looking at the picture…";

pub(crate) const READING: &str = "Reading the message…";
pub(crate) const IN_TEXT: &str = "This leads to a person:";
pub(crate) const NOTHING_IN_TEXT: &str =
    "Nothing was found that leads to a person. That does not mean that there is nothing.";

/// A part of a message.
pub(crate) fn passage(passage: &Passage) -> String {
    match says_one(&passage.says) {
        Some(says) => format!("“{}”: perhaps {says}", short(&passage.text)),
        None => format!("“{}”", short(&passage.text)),
    }
}

/// What only a person can see.
pub(crate) const YOURS: [&str; 5] = [
    "a tattoo, birthmark, mole or scar",
    "a ring, a watch, other jewellery, glasses",
    "clothing or bedding that others know",
    "a mirror, a window, a screen that reflects",
    "a room, a view, a thing that is only yours",
];

/// What a finding is, with what was read.
pub(crate) fn finding(seen: &Seen) -> String {
    match (&*seen.kind, &seen.text) {
        ("face", _) => "Face".into(),
        ("code", Some(text)) => format!("Code “{}”", short(text)),
        ("code", None) => "Code".into(),
        (_, Some(text)) => format!("Text “{}”", short(text)),
        (_, None) => "Text".into(),
    }
}

/// The same on the picture, where there is little room.
pub(crate) fn label(seen: &Seen) -> &'static str {
    match &*seen.kind {
        "face" => "face",
        "code" => "code",
        _ => "text",
    }
}

/// So many characters of a text are shown.
const SHOWN_MAX: usize = 60;

fn short(text: &str) -> String {
    match text.chars().count() > SHOWN_MAX {
        true => text.chars().take(SHOWN_MAX).chain(['…']).collect(),
        false => text.into(),
    }
}

/// What a text says about a person.
pub(crate) fn says(seen: &Seen) -> Option<String> {
    let said: Vec<_> = seen.says.iter().filter_map(|id| says_one(id)).collect();
    match said.is_empty() {
        true if seen.says.is_empty() => None,
        true => Some("It could not be read, so it may say anything.".into()),
        false => Some(format!("Perhaps {}.", said.join(", "))),
    }
}

fn says_one(id: &str) -> Option<&'static str> {
    Some(match id {
        "email" => "an e-mail address",
        "phone" => "a telephone number",
        "address" => "an address or place",
        "name" => "a name",
        "handle" => "a name on a platform",
        "link" => "an address on the web",
        "plate" => "a number plate",
        "birth-date" => "a day of birth",
        "card" => "the number of a payment card",
        "account" => "the number of an account",
        "password" => "a password or PIN",
        "document" => "the number of a document or parcel",
        _ => return None,
    })
}

/// How much was found.
pub(crate) fn found(seen: &[Seen]) -> String {
    let count = |kind: &str| seen.iter().filter(|seen| seen.kind == kind).count();
    let counts = [
        counted(count("face"), "face", "faces"),
        counted(count("text"), "line of text", "lines of text"),
        counted(count("code"), "code", "codes"),
    ];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    match counts.split_last() {
        None => "No face, text or code was found. That does not mean that there is none.".into(),
        Some((one, [])) => format!("Velum found {one}. There may be more."),
        Some((last, others)) => {
            format!("Velum found {} and {last}. There may be more.", others.join(", "))
        }
    }
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web_messages::{Point, Shape};

    fn seen(kind: &str, text: Option<&str>, says: &[&str]) -> Seen {
        let says = says.iter().map(|id| (*id).to_owned()).collect();
        let text = text.map(str::to_owned);
        let at = Point { x: 0.0, y: 0.0 };
        let cover = Shape::Polygon(vec![at; 4]);
        Seen { kind: kind.into(), outline: [at; 4], cover, shows_through: false, text, says }
    }

    #[test]
    fn findings_are_counted_and_named() {
        let all = [
            seen("face", None, &[]),
            seen("text", Some("12 Harbour Street"), &["address"]),
            seen("text", None, &["unread"]),
            seen("code", None, &["unread"]),
        ];
        let told = "Velum found 1 face, 2 lines of text and 1 code. There may be more.";
        assert_eq!(found(&all), told);
        assert_eq!(finding(&all[1]), "Text “12 Harbour Street”");
        assert_eq!(says(&all[1]).unwrap(), "Perhaps an address or place.");
        assert_eq!(says(&all[2]).unwrap(), "It could not be read, so it may say anything.");
        assert_eq!((&*finding(&all[3]), says(&all[3])), ("Code", says(&all[2])));
        assert_eq!(says(&all[0]), None);
    }

    #[test]
    fn nothing_found_is_not_nothing_there() {
        assert!(found(&[]).contains("does not mean that there is none"));
        let long = "a".repeat(500);
        assert!(finding(&seen("code", Some(&long), &[])).chars().count() < 80);
    }
}
