//! The terms two people agree on, and the exact words both sign.
//!
//! The words are part of the format: their SHA-256 is in the signed statement. A template is
//! frozen once it has been used; a change of wording is a new template.

use crate::Error;
use core::fmt;
use crypto::digest::sha256;
use vocab::time::DAY_SECONDS;
use vocab::{Timestamp, limits};

/// The English template.
const EN: &str = include_str!("terms/en.txt");

/// SHA-256 of the exact words shown, in UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TermsDigest(pub(crate) [u8; 32]);

impl TermsDigest {
    /// Of the words for `terms`.
    pub fn of(terms: &Terms) -> Self {
        Self(sha256(&[words(terms).as_bytes()]))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TermsDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[TermsDigest]")
    }
}

/// What holds for every photo between two people. The same for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// When the agreement ends by itself.
    pub until: Timestamp,
    /// How often one photo may be opened at most.
    pub views_max: u32,
    /// Whether keeping a copy can be granted at all.
    pub keep: Permission,
    /// Whether showing others can be granted at all.
    pub show: Permission,
    /// Days after the end by which everything is deleted; 0 means at once.
    pub keep_days: u32,
    /// What happens at the end.
    pub on_end: OnEnd,
}

/// Whether something can be granted under the terms. Allowing is not granting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// No grant of it counts.
    NotAllowed,
    /// The person who shows may grant it.
    Allowed,
}

/// What happens with photos when the agreement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// Both delete what they have of the other's.
    Delete,
}

impl Terms {
    /// What is offered unless someone says otherwise: look once, keep nothing, show nobody, for
    /// 30 days, and delete at once.
    pub const fn offered(now: Timestamp) -> Self {
        Self {
            until: now.plus_days(limits::CONSENT_DAYS_DEFAULT),
            views_max: 1,
            keep: Permission::NotAllowed,
            show: Permission::NotAllowed,
            keep_days: 0,
            on_end: OnEnd::Delete,
        }
    }

    /// What both allow: the narrower of the two in every point (C5).
    pub fn narrowed_by(self, other: Self) -> Self {
        Self {
            until: self.until.min(other.until),
            views_max: self.views_max.min(other.views_max),
            keep: self.keep.min(other.keep),
            show: self.show.min(other.show),
            keep_days: self.keep_days.min(other.keep_days),
            on_end: OnEnd::Delete,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let views_fit = (1..=limits::VIEWS_MAX).contains(&self.views_max);
        let days_fit = u64::from(self.keep_days) <= limits::CONSENT_DAYS_MAX;
        if views_fit && days_fit { Ok(()) } else { Err(Error::TermsOutOfRange) }
    }
}

/// The exact words both sign. One text for both people, without names.
pub fn words(terms: &Terms) -> String {
    let views = match terms.views_max {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("at most {n} times"),
    };
    let keep = match terms.keep {
        Permission::NotAllowed => "Neither of us keeps a copy.",
        Permission::Allowed => {
            "We keep a copy only of a photo that its sender has marked for keeping."
        }
    };
    let show = match terms.show {
        Permission::NotAllowed => "Neither of us shows them to anyone else or passes them on.",
        Permission::Allowed => {
            "We show others only a photo that its sender has marked for showing."
        }
    };
    let delete = match terms.keep_days {
        0 => "at once".to_owned(),
        1 => "within 1 day".to_owned(),
        n => format!("within {n} days"),
    };
    EN.replace("{until}", &plain_date(terms.until))
        .replace("{views}", &views)
        .replace("{keep}", keep)
        .replace("{show}", show)
        .replace("{delete}", &delete)
}

/// `24 December 2026, 10:15 UTC`; seconds only where there are any, so that two different ends
/// never read the same.
fn plain_date(time: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = time.to_string();
    let number = |from: usize| text[from..from + 2].parse::<usize>().unwrap_or(0);
    let second = time.unix_seconds() % DAY_SECONDS % 60;
    let clock = if second == 0 { &text[11..16] } else { &text[11..19] };
    let month = MONTHS[(number(5) + 11) % 12];
    format!("{} {month} {}, {clock} UTC", number(8), &text[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offered_terms_read_as_a_person_would_say_them() {
        let now = Timestamp::parse_utc("2026-11-24T10:15Z").unwrap();
        let text = words(&Terms::offered(now));
        for part in [
            "I am an adult. Everyone in the photos I share is an adult and agreed to it.",
            "can be opened once",
            "Neither of us keeps a copy.",
            "ends by itself on 24 December 2026, 10:15 UTC",
            "at once",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('{'), "{text}");
    }

    #[test]
    fn different_terms_never_read_the_same() {
        let now = Timestamp::parse_utc("2026-11-24T10:15Z").unwrap();
        let base = Terms::offered(now);
        let mut all = vec![base];
        all.extend([2, 3, 11].map(|views_max| Terms { views_max, ..base }));
        all.extend([1, 2, 30].map(|keep_days| Terms { keep_days, ..base }));
        all.push(Terms { keep: Permission::Allowed, ..base });
        all.push(Terms { show: Permission::Allowed, ..base });
        all.extend([1, 60, 86_400].map(|s| Terms { until: base.until.plus_seconds(s), ..base }));
        for (i, one) in all.iter().enumerate() {
            for other in &all[i + 1..] {
                assert_ne!(words(one), words(other));
            }
        }
    }

    #[test]
    fn narrowing_takes_the_smaller_of_every_point() {
        let now = Timestamp::parse_utc("2026-11-24").unwrap();
        let base = Terms::offered(now);
        let wide = Terms {
            until: base.until.plus_days(1),
            views_max: 9,
            keep: Permission::Allowed,
            show: Permission::Allowed,
            keep_days: 4,
            on_end: OnEnd::Delete,
        };
        assert_eq!(wide.narrowed_by(base), base);
        assert_eq!(base.narrowed_by(wide), base);
    }
}
