//! A text taken apart into words and what stands between them, and into numbers written in groups.

use core::ops::Range;

/// Letters and digits without a break.
pub(super) struct Word<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a str,
    /// The same in small letters.
    pub(super) lower: String,
}

impl Word<'_> {
    /// Begins with a capital letter.
    pub(super) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Has letters only.
    pub(super) fn is_letters(&self) -> bool {
        self.text.chars().all(|letter| letter.is_alphabetic() || is_inner(letter))
    }

    /// Has digits only.
    pub(super) fn is_digits(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn has_digit(&self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// How many letters and digits it has.
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// A text, and its words.
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) list: Vec<Word<'a>>,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut list: Vec<Word> = Vec::new();
        let mut start = None;
        let ends = text.char_indices().chain([(text.len(), ' ')]);
        for (at, letter) in ends {
            let inside = letter.is_alphanumeric()
                || (is_inner(letter) && start.is_some() && followed_by_letter(text, at, letter));
            match (start, inside) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    let text = &text[from..at];
                    list.push(Word { start: from, end: at, text, lower: text.to_lowercase() });
                    start = None;
                }
                _ => {}
            }
        }
        Self { text, list }
    }

    /// What stands before the word of this number, after the one before it.
    pub(super) fn before(&self, index: usize) -> &'a str {
        let from = index.checked_sub(1).map_or(0, |before| self.list[before].end);
        &self.text[from..self.list.get(index).map_or(self.text.len(), |word| word.start)]
    }

    /// What stands after the word of this number, before the next.
    pub(super) fn after(&self, index: usize) -> &'a str {
        self.before(index + 1)
    }

    /// The numbers of words, line by line.
    pub(super) fn lines(&self) -> Vec<Range<usize>> {
        let mut lines = Vec::new();
        let mut first = 0;
        for index in 1..=self.list.len() {
            if index == self.list.len() || self.before(index).contains('\n') {
                lines.push(first..index);
                first = index;
            }
        }
        lines
    }

    /// From the beginning of one word to the end of another.
    pub(super) fn place(&self, words: Range<usize>) -> Range<usize> {
        self.list[words.start].start..self.list[words.end - 1].end
    }

    /// The words that lie in the text before this place, from the nearest on, as far as this many
    /// bytes away.
    pub(super) fn near_before(&self, at: usize, bytes: usize) -> impl Iterator<Item = &Word<'a>> {
        let words = self.list.iter().rev().skip_while(move |word| word.end > at);
        words.take_while(move |word| word.end + bytes >= at)
    }
}

/// Stands inside words, as in O'Neill.
fn is_inner(letter: char) -> bool {
    matches!(letter, '\'' | '’')
}

fn followed_by_letter(text: &str, at: usize, letter: char) -> bool {
    text[at + letter.len_utf8()..].chars().next().is_some_and(char::is_alphabetic)
}

/// A number written in groups: `+49 (0)171 23-45`.
pub(super) struct Number {
    pub(super) place: Range<usize>,
    /// Begins with a plus.
    pub(super) has_plus: bool,
    /// Its groups of digits, each where it stands.
    pub(super) groups: Vec<Range<usize>>,
}

impl Number {
    /// All its digits.
    pub(super) fn digits(&self, text: &str) -> String {
        self.groups.iter().map(|group| &text[group.clone()]).collect()
    }

    /// How many digits each group has.
    pub(super) fn lengths(&self) -> Vec<usize> {
        self.groups.iter().map(Range::len).collect()
    }

    /// The same without its last group.
    pub(super) fn shorter(mut self) -> Option<Self> {
        self.groups.pop();
        self.place.end = self.groups.last()?.end;
        Some(self)
    }
}

/// All numbers of a text whose groups are parted by blanks, hyphens, points, strokes or brackets.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut open: Option<Number> = None;
    // What stands between the open number and here.
    let mut gap = 0;
    for (at, letter) in text.char_indices() {
        if letter.is_ascii_digit() {
            let number = open.get_or_insert_with(|| Number {
                place: begin(text, at)..at,
                has_plus: text[..at].trim_end_matches('(').ends_with('+'),
                groups: Vec::new(),
            });
            match number.groups.last_mut() {
                Some(group) if group.end == at => group.end += 1,
                _ => number.groups.push(at..at + 1),
            }
            number.place.end = at + 1;
            gap = 0;
        } else if open.is_some() {
            gap += 1;
            if letter == ':' {
                // One or two digits before a colon are an hour.
                open = open.take().and_then(|number| {
                    let is_hour = number.groups.last().is_some_and(|group| group.len() <= 2);
                    if is_hour { number.shorter() } else { Some(number) }
                });
            }
            if !is_separator(letter) || gap > 3 {
                numbers.extend(open.take());
            }
        }
    }
    numbers.extend(open);
    numbers.into_iter().filter_map(|number| without_words(text, number)).collect()
}

/// Digits that belong to a word are no part of the number: `2nd` behind it, and the whole if it
/// begins in one.
fn without_words(text: &str, number: Number) -> Option<Number> {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    if is_word(text[..number.place.start].chars().next_back()) {
        return None;
    }
    if is_word(text[number.place.end..].chars().next()) { number.shorter() } else { Some(number) }
}

/// Where a number begins whose first digit stands here: a bracket and a plus belong to it.
fn begin(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end_matches('(');
    before.strip_suffix('+').unwrap_or(before).len()
}

fn is_separator(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '-' | '–' | '‑' | '.' | '/' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits() {
        let words = Words::of("Hi, it's Ms O'Neill: 12b!\nBye");
        let texts: Vec<_> = words.list.iter().map(|word| word.text).collect();
        assert_eq!(texts, ["Hi", "it's", "Ms", "O'Neill", "12b", "Bye"]);
        assert_eq!(words.before(1), ", ");
        assert_eq!(words.after(4), "!\n");
        assert_eq!(words.lines(), [0..5, 5..6]);
        assert!(Words::of("").lines().is_empty());
    }

    #[test]
    fn numbers_are_groups_of_digits() {
        let text = "call +49 (0)171 23-45, or 030/9018. x12 7e, 0171 234 2nd floor";
        let all = numbers(text);
        let told: Vec<_> = all.iter().map(|number| &text[number.place.clone()]).collect();
        assert_eq!(told, ["+49 (0)171 23-45", "030/9018", "0171 234"]);
        assert!(all[0].has_plus && !all[1].has_plus);
        assert_eq!(all[0].lengths(), [2, 1, 3, 2, 2]);
        assert_eq!(all[0].digits(text), "4901712345");
    }
}
