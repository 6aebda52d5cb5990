//! What a text says about a person: rules on letters and digits, without a model. They look for what
//! leads to someone, and rather tell too much than too little.
//!
//! A text may have been read from a picture, so that blanks are missing and letters are wrong, or
//! have been typed: the message that goes along with a photo gets the same check.

mod accounts;
mod addresses;
mod contacts;
mod dates;
mod documents;
mod lists;
mod names;
mod phones;
mod plates;
mod words;

use core::ops::Range;

use self::words::Words;

/// Something in a text that leads to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitive {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Where someone lives or is, or where a parcel goes.
    Address,
    /// A person's name.
    Name,
    /// A name on a platform, such as @someone.
    Handle,
    /// An address on the web.
    Link,
    /// What may be a number plate.
    Plate,
    /// The day someone was born.
    BirthDate,
    /// The number of a payment card.
    Card,
    /// The number of an account.
    Account,
    /// A password or PIN.
    Password,
    /// A number that stands on a licence, an identity card or a parcel.
    Document,
    /// There is a text or a code that could not be read: it may say anything.
    Unread,
}

impl Sensitive {
    /// Its name in documents, which does not change.
    pub fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Name => "name",
            Self::Handle => "handle",
            Self::Link => "link",
            Self::Plate => "plate",
            Self::BirthDate => "birth-date",
            Self::Card => "card",
            Self::Account => "account",
            Self::Password => "password",
            Self::Document => "document",
            Self::Unread => "unread",
        }
    }
}

/// A part of a text that leads to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub kind: Sensitive,
    /// Where it stands, in bytes of the text.
    pub place: Range<usize>,
}

/// One rule: adds what it finds to those found before.
type Rule = fn(&Words, &mut Found);

/// The surest first: what one has found, the next leave alone.
const RULES: [Rule; 13] = [
    contacts::passwords,
    contacts::emails,
    contacts::links,
    accounts::cards,
    accounts::accounts,
    documents::documents,
    dates::birth_dates,
    phones::phones,
    contacts::handles,
    addresses::addresses,
    plates::plates,
    names::names,
    documents::codes,
];

/// What in a text leads to a person, in the order in which it stands there. That there is nothing
/// in the answer does not mean that there is nothing.
pub fn passages(text: &str) -> Vec<Passage> {
    let words = Words::of(text);
    let mut found = Found::default();
    for rule in RULES {
        rule(&words, &mut found);
    }
    let mut passages = found.passages;
    passages.sort_by_key(|passage| (passage.place.start, passage.kind));
    passages
}

/// Passages found so far; none overlap.
#[derive(Default)]
struct Found {
    passages: Vec<Passage>,
}

impl Found {
    /// Adds one, unless a surer rule has found something there.
    fn add(&mut self, kind: Sensitive, place: Range<usize>) {
        if self.is_free(&place) {
            self.passages.push(Passage { kind, place });
        }
    }

    fn is_free(&self, place: &Range<usize>) -> bool {
        let apart =
            |known: &Passage| known.place.end <= place.start || known.place.start >= place.end;
        !place.is_empty() && self.passages.iter().all(apart)
    }
}

#[cfg(test)]
mod tests;
