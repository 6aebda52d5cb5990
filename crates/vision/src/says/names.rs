//! Names of persons: after a greeting or a word for a name, before a farewell's end, on a badge, and
//! where a given name of the usual ones stands before another name.

use core::ops::Range;

use super::lists::{
    FAREWELLS, GIVEN_NAMES, GREETINGS, INTRODUCTIONS, NAME_WORDS, NOT_NAMES, TITLES, has,
};
use super::words::Words;
use super::{Found, Sensitive};

pub(super) fn names(words: &Words, found: &mut Found) {
    for line in words.lines() {
        for at in line.clone() {
            let place = introduced(words, at).or_else(|| given(words, &line, at));
            if let Some(place) = place {
                found.add(Sensitive::Name, words.place(place));
            }
        }
    }
}

/// A name that begins with the word of this number, because of what stands before it.
fn introduced(words: &Words, at: usize) -> Option<Range<usize>> {
    let name = name_from(words, at)?;
    let gap = words.before(at);
    let one = at.checked_sub(1).map(|index| words.list[index].lower.as_str())?;
    let two = at.checked_sub(2).map(|index| words.list[index].lower.as_str());
    let three = at.checked_sub(3).map(|index| words.list[index].lower.as_str());
    let is_line = !gap.contains('\n');
    let is_told = [Some(one), two, three];
    let introduced = INTRODUCTIONS.lines().any(|phrase| {
        phrase.split(' ').rev().zip(is_told).all(|(wanted, told)| told == Some(wanted))
    });
    let is_titled = has(TITLES, one) && gap.len() <= 2 && is_line;
    let is_greeted = has(GREETINGS, one)
        && is_line
        && gap.chars().all(|letter| matches!(letter, ' ' | ',' | '!'))
        && !is_common(words, at);
    let is_label = has(NAME_WORDS, one) && gap.len() <= 6;
    let is_farewell =
        has(FAREWELLS, one) && (gap.contains(',') || gap.contains('\n')) && is_last(words, &name);
    (introduced || is_titled || is_greeted || is_label || is_farewell).then_some(name)
}

/// A usual given name before another name; or alone in its line, as on a badge.
fn given(words: &Words, line: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let word = &words.list[at];
    if !word.is_capital() || !has(GIVEN_NAMES, &word.lower) {
        return None;
    }
    if line.len() == 1 {
        return (word.length() >= 3).then(|| at..at + 1);
    }
    let next = (at + 1 < line.end).then(|| &words.list[at + 1])?;
    let is_name = next.is_capital()
        && next.is_letters()
        && next.length() >= 2
        && words.after(at).trim_matches('.') == " "
        && !is_common(words, at + 1);
    is_name.then(|| at..at + 2)
}

/// Up to three words that may be a name, from this one on.
fn name_from(words: &Words, at: usize) -> Option<Range<usize>> {
    let is_name = |index: usize| {
        let word = &words.list[index];
        word.is_capital() && word.is_letters() && word.length() >= 2 && !is_common(words, index)
    };
    if !is_name(at) {
        return None;
    }
    let mut end = at + 1;
    while end < words.list.len() && end < at + 3 && is_joined(words.before(end)) && is_name(end) {
        end += 1;
    }
    Some(at..end)
}

fn is_joined(gap: &str) -> bool {
    matches!(gap, " " | "-" | ". ")
}

/// Words that begin with a capital for other reasons.
fn is_common(words: &Words, at: usize) -> bool {
    has(NOT_NAMES, &words.list[at].lower)
}

/// Nothing but a sign or two follows in the text.
fn is_last(words: &Words, name: &Range<usize>) -> bool {
    name.end == words.list.len()
        || words.before(name.end).contains('\n')
        || name.end + 2 >= words.list.len()
}
