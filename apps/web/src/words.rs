//! What findings, troubles, sizes and dates read like.

pub(crate) mod clips;
pub(crate) mod cover;
pub(crate) mod findings;
pub(crate) mod picture;
pub(crate) mod receipt;
pub(crate) mod trouble;

use vocab::Timestamp;

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

/// A size as people say it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => {
            format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
        }
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// Width and height, never torn apart at the end of a line.
pub(crate) fn sides(width: u32, height: u32) -> String {
    format!("{width}\u{a0}×\u{a0}{height}")
}

/// A day, such as `1 December 2026`.
pub(crate) fn day(unix_seconds: u64) -> String {
    let moment = Timestamp::from_unix_seconds(unix_seconds).map(|moment| moment.to_string());
    let date = moment.as_deref().and_then(|text| text.get(..10)).unwrap_or_default();
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return "an unknown day".into();
    };
    let index = month.parse::<usize>().unwrap_or_default().wrapping_sub(1);
    match MONTHS.get(index) {
        Some(month) => format!("{} {month} {year}", day.trim_start_matches('0')),
        None => "an unknown day".into(),
    }
}

/// How often something may be viewed.
pub(crate) fn times(views: u32) -> String {
    match views {
        1 => "once".into(),
        2 => "twice".into(),
        _ => format!("{views} times"),
    }
}

/// How many views there are.
pub(crate) fn views(count: u32) -> String {
    if count == 1 { "1 view".into() } else { format!("{count} views") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_days_and_counts_read_naturally() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_001), "2 kB");
        assert_eq!(size(3_460_000), "3.4 MB");
        assert_eq!(size(2_099_700_000), "2.0 GB");
        assert_eq!(day(1_795_478_400), "24 November 2026");
        assert_eq!(day(0), "1 January 1970");
        assert_eq!(day(u64::MAX), "an unknown day");
        assert_eq!(
            (times(1), times(2), times(5)),
            ("once".into(), "twice".into(), "5 times".into())
        );
        assert_eq!((views(1), views(0)), ("1 view".into(), "0 views".into()));
    }
}
