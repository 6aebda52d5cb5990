//! Telephone numbers: international ones by the list of calling codes (ITU-T E.164), others by how
//! they begin and are grouped, or by a word before them. Which country a text is from is not known.

use super::dates::is_date;
use super::lists::{CALLING_CODES, PHONE_WORDS, has};
use super::words::{Number, Words, numbers};
use super::{Found, Sensitive};

/// Bytes before a number in which a word for a telephone counts.
const NEAR: usize = 24;

pub(super) fn phones(words: &Words, found: &mut Found) {
    for number in numbers(words.text) {
        let is_named = is_named(words, &number);
        let mut rest = Some(number);
        while let Some(number) = rest {
            if is_phone(words.text, &number, is_named) {
                found.add(Sensitive::Phone, number.place);
                break;
            }
            // A time or a date may follow behind a blank.
            rest = number.shorter();
        }
    }
}

/// A word for a telephone stands before it, in the same line or the one above.
fn is_named(words: &Words, number: &Number) -> bool {
    let mut near = words.near_before(number.place.start, NEAR);
    let sign = words.text[..number.place.start].trim_end().chars().next_back();
    near.any(|word| has(PHONE_WORDS, &word.lower))
        || matches!(sign, Some('☎' | '☏' | '📞' | '📱' | '✆'))
}

fn is_phone(text: &str, number: &Number, is_named: bool) -> bool {
    let digits = number.digits(text);
    let written = &text[number.place.clone()];
    if digits.len() > 15 || is_date(written) || is_amount(written) || is_internet(written) {
        return false;
    }
    if let Some(international) = international(number, &digits) {
        return is_international(international);
    }
    if is_named {
        return digits.len() >= 5;
    }
    is_north_american(number, &digits)
        || is_long_distance(number, &digits)
        || is_grouped(number, &digits, written)
}

/// The digits after the sign of an international call, if there is one.
fn international<'a>(number: &Number, digits: &'a str) -> Option<&'a str> {
    if number.has_plus { Some(digits) } else { digits.strip_prefix("00") }
}

/// A calling code that exists, and 7 to 15 digits in all.
fn is_international(digits: &str) -> bool {
    (7..=15).contains(&digits.len())
        && CALLING_CODES.split(' ').any(|code| digits.starts_with(code))
}

/// Three, three and four digits; neither area nor exchange begins with 0 or 1.
fn is_north_american(number: &Number, digits: &str) -> bool {
    let national = match digits.len() {
        11 => digits.strip_prefix('1'),
        10 => Some(digits),
        _ => None,
    };
    let Some(national) = national else { return false };
    let lengths = number.lengths();
    let is_grouped = lengths.ends_with(&[3, 3, 4]) || lengths == [10] || lengths == [1, 10];
    let begins_well = |at: usize| matches!(national.as_bytes()[at], b'2'..=b'9');
    is_grouped && begins_well(0) && begins_well(3)
}

/// Begins with the 0 for calls within a country.
fn is_long_distance(number: &Number, digits: &str) -> bool {
    let lengths = number.lengths();
    let is_whole = lengths.len() == 1;
    digits.starts_with('0')
        && !digits.starts_with("00")
        && (9..=12).contains(&digits.len())
        && (is_whole || lengths[0] >= 2 || lengths.len() >= 4)
}

/// Groups as telephone numbers have them in countries that know no such 0.
fn is_grouped(number: &Number, digits: &str, written: &str) -> bool {
    match number.lengths().as_slice() {
        [3, 3, 3] | [3, 2, 2, 2] => digits.starts_with(['6', '7', '8', '9']),
        [2, 2, 2, 2] | [2, 2, 2, 2, 2] => !written.contains(['.', '/']),
        [3, 4] => {
            written.contains('-') && digits.starts_with(['2', '3', '4', '5', '6', '7', '8', '9'])
        }
        [9] => digits.starts_with(['6', '7']),
        [4, 3, 3] | [4, 4] | [5, 6] => digits.starts_with(['0', '1']) && digits.len() >= 8,
        _ => false,
    }
}

/// `1.299.000` and `1 299 000`: groups of three behind a shorter one.
fn is_amount(written: &str) -> bool {
    let groups: Vec<_> = written.split('.').collect();
    groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()))
        && groups.len() < 4
        && !groups[0].starts_with('0')
        && groups.iter().map(|group| group.len()).sum::<usize>() < 9
}

/// `192.168.0.1`
fn is_internet(written: &str) -> bool {
    let parts: Vec<_> = written.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}
