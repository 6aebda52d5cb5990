//! Days of birth: dates beside a word for being born, or alone in their line.

use core::ops::Range;

use super::lists::{BIRTH_WORDS, MONTHS, has};
use super::words::{Words, numbers};
use super::{Found, Sensitive};

/// Bytes before a date in which a word for being born counts.
const NEAR: usize = 40;

/// Who was born in these years is grown up and may be alive.
const YEARS: core::ops::RangeInclusive<u32> = 1920..=2010;

pub(super) fn birth_dates(words: &Words, found: &mut Found) {
    for (place, year) in dates(words) {
        let star = words.text[..place.start].trim_end().ends_with('*');
        let is_alone = is_alone(words.text, &place) && YEARS.contains(&year);
        if star || is_alone || is_named(words, &place) {
            found.add(Sensitive::BirthDate, place);
        }
    }
}

fn is_named(words: &Words, place: &Range<usize>) -> bool {
    let is_word = |word: &str| has(BIRTH_WORDS, word);
    if words.near_before(place.start, NEAR).any(|word| is_word(&word.lower)) {
        return true;
    }
    // `12 March 1990 (birthday)`
    let mut after = words.list.iter().skip_while(|word| word.start < place.end);
    after.next().is_some_and(|word| is_word(&word.lower) && word.start < place.end + 4)
}

/// Little else stands in its line.
fn is_alone(text: &str, place: &Range<usize>) -> bool {
    let start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[place.end..].find('\n').map_or(text.len(), |at| place.end + at);
    text[start..end].trim().len() <= place.len() + 4
}

/// All dates, and their years.
fn dates(words: &Words) -> Vec<(Range<usize>, u32)> {
    let text = words.text;
    let mut dates = Vec::new();
    for number in numbers(text) {
        if let Some(year) = year_of(&text[number.place.clone()]) {
            dates.push((number.place, year));
        }
    }
    for (index, month) in words.list.iter().enumerate() {
        if is_month(&month.lower) {
            dates.extend(date_around(words, index));
        }
    }
    dates
}

fn is_month(word: &str) -> bool {
    has(MONTHS, word) || (word.len() == 3 && MONTHS.split(' ').any(|month| month.starts_with(word)))
}

/// `12 March 1990`, `March 12th, 1990`: the month is the word of this number.
fn date_around(words: &Words, month: usize) -> Option<(Range<usize>, u32)> {
    let number = |index: usize| {
        let word = words.list.get(index)?;
        let digits = word.lower.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<u32>().ok()
    };
    let is_day = |index: usize| number(index).is_some_and(|day| (1..=31).contains(&day));
    let year = |index: usize| number(index).filter(|year| (1900..2100).contains(year));
    let day_before = month.checked_sub(1).filter(|day| is_day(*day));
    if let (Some(day), Some(year)) = (day_before, year(month + 1)) {
        return Some((words.place(day..month + 2), year));
    }
    let year = year(month + 2).filter(|_| is_day(month + 1))?;
    Some((words.place(month..month + 3), year))
}

/// Whether this is a date in digits.
pub(super) fn is_date(written: &str) -> bool {
    year_of(written).is_some()
}

/// The year of a date in digits: day, month and year in one of the usual orders.
fn year_of(written: &str) -> Option<u32> {
    let parts: Vec<_> =
        written.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let lengths = [first, second, third].map(|part| part.len());
    let value = |part: &str| part.parse::<u32>().ok();
    let (first, second, third) = (value(first)?, value(second)?, value(third)?);
    let is_day = |one: u32, other: u32| {
        (1..=31).contains(&one.max(other)) && (1..=12).contains(&one.min(other))
    };
    let is_year = |year: &u32| (1900..2100).contains(year);
    match lengths {
        [4, 1..=2, 1..=2] if is_day(second, third) => Some(first).filter(is_year),
        [1..=2, 1..=2, 4] if is_day(first, second) => Some(third).filter(is_year),
        // Two digits are of the last century or of this one.
        [1..=2, 1..=2, 2] if is_day(first, second) => {
            Some(if third > 30 { 1900 + third } else { 2000 + third })
        }
        _ => None,
    }
}
