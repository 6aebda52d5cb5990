//! What a text says about a person.

/// Something in a text that leads to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitive {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Where someone lives, or where a parcel goes.
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
    /// A number that stands on a licence, an identity card or a parcel.
    Document,
    /// There is text that could not be read: it may say anything.
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
            Self::Document => "document",
            Self::Unread => "unread",
        }
    }
}
