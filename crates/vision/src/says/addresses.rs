//! Where someone lives or is: streets, towns with their postal code, post boxes, and coordinates.

use core::ops::Range;

use super::lists::{
    BOX_WORDS, FLAT_WORDS, STATES, STREETS_AFTER, STREETS_BEFORE, STREETS_END, has,
};
use super::words::{Words, numbers};
use super::{Found, Sensitive};

pub(super) fn addresses(words: &Words, found: &mut Found) {
    coordinates(words, found);
    for line in words.lines() {
        for at in line.clone() {
            let place = street(words, &line, at).or_else(|| town(words, &line, at));
            if let Some(place) = place.or_else(|| part_of_house(words, &line, at)) {
                found.add(Sensitive::Address, place);
            }
        }
    }
}

/// A street around the word of this number.
fn street(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let word = &words.list[at];
    let lower = word.lower.as_str();
    if STREETS_END.split(' ').any(|end| lower.ends_with(end) && lower.len() > end.len() + 1) {
        // `Ringstraße 12b`, and the sign at its corner.
        let is_sure = lower.ends_with("straße") || lower.ends_with("strasse");
        let number = house_number(words, line, at + 1);
        return (word.is_capital() && (is_sure || number.is_some()))
            .then(|| words.place(at..number.unwrap_or(at) + 1));
    }
    if has(STREETS_AFTER, lower) {
        return street_named_before(words, line, at);
    }
    if has(STREETS_BEFORE, lower) {
        return street_named_after(words, line, at);
    }
    None
}

/// `12 Baker Street`, `Baker St.`, `Lange Straße 7`: the word for a street stands last.
fn street_named_before(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let is_short = words.list[at].length() <= 2;
    let is_name =
        |index: &usize| words.list[*index].is_capital() && words.before(index + 1).trim() == "";
    let mut first = at;
    while first > line.start && at - first < 3 && is_name(&(first - 1)) {
        first -= 1;
    }
    if first == at {
        return None;
    }
    let before = first.checked_sub(1).filter(|index| *index >= line.start);
    let number = before.filter(|index| is_house(words.list[*index].text));
    let after = house_number(words, line, at + 1);
    // `St` and `Dr` mean other things too, and a number makes them sure.
    let is_sure = number.is_some() || after.is_some() || (!is_short && words.list[at].is_capital());
    is_sure.then(|| words.place(number.unwrap_or(first)..after.unwrap_or(at) + 1))
}

/// `12 rue de la Paix`, `Via Roma 5`, `Calle Mayor, 3`: the word for a street stands first.
fn street_named_after(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let mut last = at;
    let is_joining = |word: &str| {
        matches!(
            word,
            "de" | "la"
                | "du"
                | "des"
                | "del"
                | "los"
                | "las"
                | "di"
                | "da"
                | "do"
                | "dos"
                | "le"
                | "l"
                | "el"
        )
    };
    while last + 1 < line.end
        && last - at < 5
        && words
            .before(last + 1)
            .chars()
            .all(|letter| matches!(letter, ' ' | '.' | '\'' | '’' | '-'))
        && (words.list[last + 1].is_capital() || is_joining(&words.list[last + 1].lower))
    {
        last += 1;
    }
    let before = at.checked_sub(1).filter(|index| *index >= line.start);
    let number = before.filter(|index| is_house(words.list[*index].text));
    let after = house_number(words, line, last + 1);
    // `Am Markt 3` is an address, `am Montag` is none.
    if words.list[at].lower == "am" && !(words.list[at].is_capital() && after.is_some()) {
        return None;
    }
    let has_name = (at + 1..=last).any(|index| words.list[index].is_capital());
    (has_name && (number.is_some() || after.is_some() || words.list[at].is_capital()))
        .then(|| words.place(number.unwrap_or(at)..after.unwrap_or(last) + 1))
}

/// A house's number right there.
fn house_number(words: &Words, line: &Range<usize>, at: usize) -> Option<usize> {
    let is_near = at < line.end && words.before(at).trim_matches([' ', ',', '.']).len() <= 2;
    (is_near && is_house(words.list[at].text)).then_some(at)
}

/// `12`, `12b`, `1204`.
fn is_house(word: &str) -> bool {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    (1..=5).contains(&digits.len())
        && word.len() <= digits.len() + 1
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A town with its postal code, which the word of this number begins.
fn town(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let word = &words.list[at];
    let next = (at + 1 < line.end).then(|| &words.list[at + 1]);
    let gap = words.after(at);
    let shape = |word: &str| -> String {
        let sign = |letter: char| if letter.is_ascii_digit() { '9' } else { 'A' };
        word.chars().map(sign).collect()
    };
    let capitals =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if let Some(next) = next.filter(|next| gap == " " && capitals(word.text) && capitals(next.text))
    {
        let is_british =
            matches!(shape(word.text).as_str(), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A")
                && shape(next.text) == "9AA";
        let is_canadian = shape(word.text) == "A9A" && shape(next.text) == "9A9";
        let is_dutch = shape(word.text) == "9999" && shape(next.text) == "AA";
        let is_american = has(STATES, word.text) && shape(next.text) == "99999";
        if is_british || is_canadian || is_dutch || is_american {
            return Some(words.place(at..at + 2));
        }
    }
    // `50667 Köln`, `1010 Wien`, `D-50667 Köln`: the code alone in front of the town's name.
    let is_code = word.is_digits() && matches!(word.text.len(), 4 | 5);
    let town = next.filter(|next| {
        gap == " " && next.is_capital() && next.is_letters() && next.length() >= 3
    })?;
    let is_year =
        word.text.len() == 4 && (word.text.starts_with("19") || word.text.starts_with("20"));
    let is_begin = at == line.start || matches!(words.before(at), "-" | ", " | "\u{a0}");
    (is_code && !is_year && (is_begin || word.text.len() == 5) && !town.text.ends_with('s'))
        .then(|| words.place(at..at + 2))
}

/// `Apt 4B`, `PO Box 12`, `Postfach 1201`.
fn part_of_house(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let word = &words.list[at];
    let number =
        (at + 1 < line.end).then(|| &words.list[at + 1]).filter(|next| next.has_digit())?;
    let is_box = has(BOX_WORDS, &word.lower);
    let is_flat = has(FLAT_WORDS, &word.lower) && number.length() <= 4;
    (is_box || is_flat).then(|| words.place(at..at + 2))
}

/// `52.5200, 13.4050`: two numbers with at least four digits behind the point.
fn coordinates(words: &Words, found: &mut Found) {
    let text = words.text;
    let mut before: Option<Range<usize>> = None;
    for number in numbers(text) {
        let written = &text[number.place.clone()];
        let is_degrees = matches!(number.lengths().as_slice(), [1..=3, 4..=8])
            && written.contains('.')
            && written.parse::<f64>().is_ok_and(|degrees| degrees <= 180.0);
        if is_degrees {
            if let Some(first) = before.take() {
                let gap = &text[first.end..number.place.start];
                let is_pair =
                    gap.len() <= 6 && gap.contains([',', ' ', ';']) && !gap.contains('\n');
                if is_pair {
                    found.add(Sensitive::Address, first.start..number.place.end);
                }
            }
            before = Some(number.place);
        } else {
            before = None;
        }
    }
}
