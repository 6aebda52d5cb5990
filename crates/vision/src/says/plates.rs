//! What may be number plates: letters and digits that stand alone in their line, as they do on a
//! car, or in a shape that is known, or after a word for it.

use core::ops::Range;

use super::lists::{PLATE_WORDS, has};
use super::words::Words;
use super::{Found, Sensitive};

pub(super) fn plates(words: &Words, found: &mut Found) {
    for line in words.lines() {
        if is_alone(words, &line) {
            found.add(Sensitive::Plate, words.place(line));
            continue;
        }
        for first in line.clone() {
            for count in [3, 2, 1] {
                let group = first..first + count;
                if group.end > line.end || !is_together(words, &group) {
                    continue;
                }
                let is_one = has_known_shape(words, &group)
                    || (has_both(words, &group) && is_named(words, first));
                if is_one {
                    found.add(Sensitive::Plate, words.place(group));
                }
            }
        }
    }
}

/// One to three groups of five to eight capital letters and digits, at least one letter and two
/// digits, and nothing else.
fn is_alone(words: &Words, line: &Range<usize>) -> bool {
    line.len() <= 3 && has_both(words, line) && {
        let letters: String = words.list[line.clone()].iter().map(|word| word.text).collect();
        let count = |is: fn(&char) -> bool| letters.chars().filter(is).count();
        (5..=8).contains(&letters.chars().count())
            && count(char::is_ascii_digit) >= 2
            && count(char::is_ascii_uppercase) >= 1
            && !is_measure(words, line)
    }
}

/// Capital letters and digits only, and some of each.
fn has_both(words: &Words, group: &Range<usize>) -> bool {
    let mut letters = words.list[group.clone()].iter().flat_map(|word| word.text.chars());
    let is_plain = letters.clone().all(|letter| letter.is_uppercase() || letter.is_ascii_digit());
    is_plain
        && letters.clone().any(char::is_uppercase)
        && letters.any(|letter| letter.is_ascii_digit())
}

/// Nothing but a blank, a hyphen or a point between them.
fn is_together(words: &Words, group: &Range<usize>) -> bool {
    let mut gaps = (group.start + 1..group.end).map(|index| words.before(index));
    gaps.all(|gap| matches!(gap, " " | "-" | "·" | "." | " - " | "•"))
}

/// Shapes that hardly anything else has: `AB12 CDE`, `AA-123-AA`, `B-AB 1234`.
fn has_known_shape(words: &Words, group: &Range<usize>) -> bool {
    let shape: Vec<String> =
        words.list[group.clone()].iter().map(|word| shape(word.text)).collect();
    let shape: Vec<&str> = shape.iter().map(String::as_str).collect();
    match shape.as_slice() {
        ["AA99", "AAA"] | ["AA", "999", "AA"] => true,
        [town, letters, digits] => {
            let has_hyphen = matches!(words.before(group.start + 1), "-" | "·" | ":");
            has_hyphen
                && matches!(*town, "A" | "AA" | "AAA")
                && matches!(*letters, "A" | "AA")
                && matches!(*digits, "9" | "99" | "999" | "9999")
        }
        _ => false,
    }
}

/// Letters as A, digits as 9.
fn shape(word: &str) -> String {
    let sign = |letter: char| {
        if letter.is_ascii_digit() {
            '9'
        } else if letter.is_uppercase() {
            'A'
        } else {
            'a'
        }
    };
    word.chars().map(sign).collect()
}

/// `1200 KG` and the like.
fn is_measure(words: &Words, line: &Range<usize>) -> bool {
    const UNITS: [&str; 16] = [
        "kg", "km", "km/h", "mph", "ml", "cm", "mm", "mg", "gb", "mb", "am", "pm", "usd", "eur",
        "gbp", "hz",
    ];
    words.list[line.clone()].iter().any(|word| {
        let unit = word.lower.trim_start_matches(|letter: char| letter.is_ascii_digit());
        UNITS.contains(&unit)
    })
}

fn is_named(words: &Words, first: usize) -> bool {
    let mut near = words.near_before(words.list[first].start, 24);
    near.any(|word| has(PLATE_WORDS, &word.lower))
}
