//! Moments in time. Domain crates take `now` as an argument; nothing here reads a clock.

use core::fmt;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// Seconds in a day.
pub const DAY_SECONDS: u64 = 86_400;

/// The last second of the year 9999, the latest moment Velum can name.
const LATEST_SECONDS: u64 = 253_402_300_799;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From Unix seconds; later than the year 9999 is `None`.
    pub const fn from_unix_seconds(seconds: u64) -> Option<Self> {
        if seconds > LATEST_SECONDS { None } else { Some(Self(seconds)) }
    }

    /// Unix seconds.
    pub const fn unix_seconds(self) -> u64 {
        self.0
    }

    /// This moment moved later; stops at the latest moment that can be named.
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        let sum = self.0.saturating_add(seconds);
        Self(if sum > LATEST_SECONDS { LATEST_SECONDS } else { sum })
    }

    /// This moment moved later by whole days.
    pub const fn plus_days(self, days: u64) -> Self {
        self.plus_seconds(days.saturating_mul(DAY_SECONDS))
    }

    /// Seconds from `earlier` to this; zero if it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Days since 1970-01-01.
    pub const fn day_number(self) -> u64 {
        self.0 / DAY_SECONDS
    }

    /// Reads `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDTHH:MM[:SS]Z`.
    pub fn parse_utc(text: &str) -> Option<Self> {
        let (date, clock) = match text.split_once('T') {
            Some((date, rest)) => (date, rest.strip_suffix('Z')?),
            None => (text, "00:00:00"),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = digits(parts.next()?, 2)?;
        let day = digits(parts.next()?, 2)?;
        if parts.next().is_some() || year < 1970 || !(1..=12).contains(&month) {
            return None;
        }
        if day < 1 || day > days_in_month(year, month) {
            return None;
        }
        let mut parts = clock.split(':');
        let hour = digits(parts.next()?, 2)?;
        let minute = digits(parts.next()?, 2)?;
        let second = parts.next().map_or(Some(0), |text| digits(text, 2))?;
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(year, month, day);
        Self::from_unix_seconds(days * DAY_SECONDS + hour * 3600 + minute * 60 + second)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.day_number());
        let second = self.0 % DAY_SECONDS;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

fn digits(text: &str, count: usize) -> Option<u64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, 1970 or later.
/// The year starts in March so that the leap day is its last day.
fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let day_of_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + day_of_year;
    year / 400 * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = days / 146_097 * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_and_print_the_same() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59Z",
            "2026-11-24T22:37:05Z",
            "2100-03-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(Timestamp::parse_utc(text).unwrap().to_string(), text);
        }
        assert_eq!(Timestamp::parse_utc("2026-11-24").unwrap().unix_seconds(), 1_795_478_400);
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "1969-12-31",
            "2026-1-1",
            "2026-01-01T24:00Z",
            "2026-01-01T10:00",
            "2100-02-29",
            "2026-01-01-01",
            "10000-01-01",
        ] {
            assert_eq!(Timestamp::parse_utc(text), None, "{text}");
        }
    }

    #[test]
    fn time_never_overflows() {
        let late = Timestamp::from_unix_seconds(LATEST_SECONDS).unwrap();
        assert_eq!(late.plus_days(u64::MAX), late);
        assert_eq!(Timestamp::from_unix_seconds(LATEST_SECONDS + 1), None);
    }
}
