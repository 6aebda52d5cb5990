//! The crate against vectors made by an independent implementation, and against damage.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod age;
mod damage;
mod judge;
mod vectors;
mod wycheproof;
