//! A limit on requests that need no token, for each address, in memory only.
//!
//! Generous for people, tiresome for floods. Not for: requests with a token; what those may do is
//! bounded by what the token was given for.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Addresses remembered at once. Beyond it, those that have been quiet are forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// One bucket for each address: filled by time, emptied by requests.
#[derive(Debug)]
pub(crate) struct Buckets {
    /// Size of a bucket, and how much flows into it in a minute. Zero: no limit.
    per_minute: f64,
    levels: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Buckets {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute), levels: Mutex::default() }
    }

    /// Takes one request out of the bucket of an address; false if it is empty.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> bool {
        if self.per_minute <= 0.0 {
            return true;
        }
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if levels.len() >= ADDRESSES_MAX {
            levels.retain(|_, (level, since)| self.filled(*level, *since, now) < self.per_minute);
        }
        if levels.len() >= ADDRESSES_MAX {
            return false;
        }
        let (level, since) = levels.entry(network(address)).or_insert((self.per_minute, now));
        *level = self.filled(*level, *since, now);
        *since = now;
        let there = *level >= 1.0;
        if there {
            *level -= 1.0;
        }
        there
    }

    fn filled(&self, level: f64, since: Instant, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(since).as_secs_f64();
        (level + seconds * self.per_minute / 60.0).min(self.per_minute)
    }
}

/// One household often has a whole IPv6 /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_runs_empty_and_fills_again() {
        let buckets = Buckets::new(60);
        let now = Instant::now();
        let address = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..60 {
            assert!(buckets.take(address, now));
        }
        assert!(!buckets.take(address, now));
        assert!(buckets.take(IpAddr::from([192, 0, 2, 2]), now), "another address");
        assert!(buckets.take(address, now + Duration::from_secs(1)));
        assert!(!buckets.take(address, now + Duration::from_secs(1)));
    }

    #[test]
    fn one_network_has_one_bucket() {
        let buckets = Buckets::new(1);
        let now = Instant::now();
        assert!(buckets.take("2001:db8::1".parse().unwrap(), now));
        assert!(!buckets.take("2001:db8::2".parse().unwrap(), now));
        assert!(buckets.take("2001:db8:0:1::1".parse().unwrap(), now));
    }

    #[test]
    fn zero_is_no_limit() {
        let buckets = Buckets::new(0);
        let now = Instant::now();
        assert!((0..1000).all(|_| buckets.take(IpAddr::from([192, 0, 2, 1]), now)));
    }
}
