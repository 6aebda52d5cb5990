//! Numbers on licences, identity cards, tickets and parcels.

use super::lists::{DOCUMENT_WORDS, NUMBER_WORDS, has};
use super::words::{Words, numbers};
use super::{Found, Sensitive};

/// Lines for machines, numbers of known shapes, and numbers after a word for a document.
pub(super) fn documents(words: &Words, found: &mut Found) {
    machine_lines(words, found);
    for (index, word) in words.list.iter().enumerate() {
        let upper = word.text;
        if is_parcel(upper) || is_vehicle(upper) || is_insurance(upper) {
            found.add(Sensitive::Document, words.place(index..index + 1));
        }
    }
    for number in numbers(words.text) {
        let written = &words.text[number.place.clone()];
        // A social security number as it is written in the United States.
        if number.lengths() == [3, 2, 4] && written.len() == 11 {
            found.add(Sensitive::Document, number.place);
        }
    }
    insurance_in_groups(words, found);
}

/// Numbers after a word for a document. Many other rules are surer.
pub(super) fn codes(words: &Words, found: &mut Found) {
    for (index, word) in words.list.iter().enumerate() {
        let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
        let is_code = digits >= 3 && word.length() >= 5
            || digits >= 1 && word.length() >= 6 && !word.text.contains(char::is_lowercase);
        if is_code && is_named(words, word.start) {
            found.add(Sensitive::Document, words.place(index..index + 1));
        }
    }
    for number in numbers(words.text) {
        let length: usize = number.lengths().iter().sum();
        if length >= 6 && is_named(words, number.place.start) {
            found.add(Sensitive::Document, number.place);
        }
    }
}

/// A word for a document stands close before, in the same line or the one above.
fn is_named(words: &Words, at: usize) -> bool {
    let near: Vec<_> = words.near_before(at, 28).map(|word| word.lower.as_str()).collect();
    near.iter().enumerate().any(|(index, word)| {
        has(DOCUMENT_WORDS, word)
            // `order no`, `Kunden-Nr`: the word for a number tells that one follows.
            || (has(NUMBER_WORDS, word) && index < 2)
    })
}

/// The lines at the foot of passports and identity cards (ICAO 9303), full of `<`.
fn machine_lines(words: &Words, found: &mut Found) {
    let mut start = 0;
    for line in words.text.split_inclusive('\n') {
        let written = line.trim();
        let marks = written.matches('<').count();
        let others = written.chars().filter(char::is_ascii_alphanumeric).count();
        let at = start + line.find(written).unwrap_or(0);
        if marks >= 2 && marks + others >= 20 && !written.contains(char::is_lowercase) {
            found.add(Sensitive::Document, at..at + written.len());
        }
        start += line.len();
    }
}

/// `1Z999AA10123456784`, `RR123456785DE`, and 20 to 22 digits without a break.
fn is_parcel(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_postal = bytes.len() == 13
        && [0, 1, 11, 12].iter().all(|at| bytes[*at].is_ascii_uppercase())
        && bytes[2..11].iter().all(u8::is_ascii_digit);
    let is_courier = bytes.len() == 18 && word.starts_with("1Z");
    let is_long = (20..=22).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    is_postal || is_courier || is_long
}

/// 17 capital letters and digits without I, O and Q: the number of a vehicle (ISO 3779).
fn is_vehicle(word: &str) -> bool {
    let is_one = |byte: u8| {
        byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'O' | b'Q'))
    };
    word.len() == 17
        && word.bytes().all(is_one)
        && word.bytes().filter(u8::is_ascii_digit).count() >= 5
        && word.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// `QQ123456C`: a national insurance number of the United Kingdom.
fn is_insurance(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && matches!(bytes[8], b'A'..=b'D')
}

/// The same in groups of two.
fn insurance_in_groups(words: &Words, found: &mut Found) {
    for first in 0..words.list.len().saturating_sub(4) {
        let group = &words.list[first..first + 5];
        let whole: String = group.iter().map(|word| word.text).collect();
        let is_one_line = (first + 1..first + 5).all(|index| words.before(index) == " ");
        if is_one_line && is_insurance(&whole) {
            found.add(Sensitive::Document, words.place(first..first + 5));
        }
    }
}
