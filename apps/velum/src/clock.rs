//! The time, from this machine's clock.

use std::time::{Duration, SystemTime};

use vocab::{ErrorKind, Timestamp};

use crate::failure::Failure;

/// Before this, a clock is not set: 1 January 2020.
const EARLIEST_SECONDS: u64 = 1_577_836_800;

/// After this, it is set wrong: 1 January 2200.
const LATEST_SECONDS: u64 = 7_258_118_400;

/// Now; a clock that cannot be right is not believed, because agreements carry the time.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let now = moved(SystemTime::now());
    let since = now.and_then(|now| now.duration_since(SystemTime::UNIX_EPOCH).ok());
    let seconds = since.map_or(0, |since| since.as_secs());
    let is_sane = (EARLIEST_SECONDS..LATEST_SECONDS).contains(&seconds);
    Timestamp::from_unix_seconds(seconds).filter(|_| is_sane).ok_or_else(|| {
        Failure::new(
            "This machine's clock cannot be right.",
            "Set the date and time, then run the command again. Agreements carry the time.",
        )
        .named(ErrorKind::Unavailable, "clock-not-set")
    })
}

/// Tests move the clock, forward and back; what people get cannot be moved.
fn moved(now: SystemTime) -> Option<SystemTime> {
    if !cfg!(debug_assertions) {
        return Some(now);
    }
    let seconds = std::env::var("VELUM_TEST_CLOCK_MOVED_SECONDS").ok();
    let seconds: i64 = seconds.and_then(|text| text.parse().ok()).unwrap_or(0);
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) }
}
