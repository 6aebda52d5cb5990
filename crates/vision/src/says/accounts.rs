//! Numbers of cards and accounts.

use core::ops::Range;

use super::lists::{ACCOUNT_LENGTHS, ACCOUNT_WORDS, CARD_WORDS, CODE_WORDS, has};
use super::words::{Number, Words, numbers};
use super::{Found, Sensitive};

/// Payment cards: 13 to 19 digits whose last one follows from the others (ISO/IEC 7812).
pub(super) fn cards(words: &Words, found: &mut Found) {
    for number in numbers(words.text) {
        let mut rest = Some(number);
        while let Some(number) = rest {
            let digits = number.digits(words.text);
            if is_card(&digits) || (is_grouped_as_card(&number) && is_named(words, &number)) {
                found.add(Sensitive::Card, number.place);
                break;
            }
            // Another number may follow behind a blank.
            rest = number.shorter();
        }
    }
}

fn is_card(digits: &str) -> bool {
    (13..=19).contains(&digits.len())
        && digits.starts_with(['2', '3', '4', '5', '6'])
        && checks(digits)
}

/// Four groups of four, or four, six and five, as printed on cards. One digit may have been read
/// wrong.
fn is_grouped_as_card(number: &Number) -> bool {
    matches!(number.lengths().as_slice(), [4, 4, 4, 4] | [4, 6, 5])
}

fn is_named(words: &Words, number: &Number) -> bool {
    let mut near = words.near_before(number.place.start, 60);
    near.any(|word| has(CARD_WORDS, &word.lower))
}

/// The sum of the digits, every second one doubled, is a multiple of ten.
fn checks(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, times)| {
            let value = u32::from(digit - b'0') * times;
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Accounts: IBANs, numbers after a word for an account, and purses of crypto currencies.
pub(super) fn accounts(words: &Words, found: &mut Found) {
    for first in 0..words.list.len() {
        if let Some(place) = iban(words, first) {
            found.add(Sensitive::Account, place);
        }
        if is_purse(words.list[first].text) {
            found.add(Sensitive::Account, words.place(first..first + 1));
        }
    }
    for number in numbers(words.text) {
        let length: usize = number.lengths().iter().sum();
        let mut near = words.near_before(number.place.start, 30);
        if (5..=20).contains(&length) && near.any(|word| has(ACCOUNT_WORDS, &word.lower)) {
            found.add(Sensitive::Account, number.place);
        }
    }
    bank_codes(words, found);
}

/// `BIC: GENODEF1ABC`.
fn bank_codes(words: &Words, found: &mut Found) {
    for (index, word) in words.list.iter().enumerate() {
        let is_code = matches!(word.text.len(), 8 | 11)
            && word.text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let mut near = words.near_before(word.start, 16);
        if is_code && near.any(|word| has(CODE_WORDS, &word.lower)) {
            found.add(Sensitive::Account, words.place(index..index + 1));
        }
    }
}

/// An IBAN that begins with this word (ISO 13616): a country, two digits, and as many letters and
/// digits as that country has. If those two digits do not fit the rest, one was read wrong.
fn iban(words: &Words, first: usize) -> Option<Range<usize>> {
    let country = words.list[first].text.get(..2)?.to_ascii_uppercase();
    let mut lengths = ACCOUNT_LENGTHS.split(' ').filter_map(|entry| entry.strip_prefix(&country));
    let length: usize = lengths.next()?.parse().ok()?;
    let mut letters = String::new();
    for last in first..words.list.len() {
        let is_apart = last > first && !matches!(words.before(last), " " | "-" | "\u{a0}" | "  ");
        letters.push_str(words.list[last].text);
        if is_apart || letters.len() > length || !letters.is_ascii() {
            return None;
        }
        if letters.len() == length {
            let has_shape = letters[2..4].bytes().all(|byte| byte.is_ascii_digit());
            let digits = letters.bytes().filter(u8::is_ascii_digit).count();
            let is_one = fits(&letters) || (has_shape && digits >= length / 2 + 2);
            return is_one.then(|| words.place(first..last + 1));
        }
    }
    None
}

/// The remainder of the whole, its first four characters last and letters as numbers, is one.
fn fits(letters: &str) -> bool {
    let (start, rest) = letters.split_at(4);
    let mut values = rest.chars().chain(start.chars()).map(|letter| letter.to_digit(36));
    let remainder = values.try_fold(0, |sum: u32, value| {
        let value = value?;
        Some((sum * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    remainder == Some(1)
}

/// `0x` and 40 digits to the base 16, or `bc1` and 39 or 59 letters and digits.
fn is_purse(word: &str) -> bool {
    let is_hexadecimal =
        |digits: &str| digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.strip_prefix("0x").is_some_and(is_hexadecimal)
        || (word.starts_with("bc1") && matches!(word.len(), 42 | 62))
}
