//! How an age lies in a small file that is written in place: two slots, written in turn, so that a
//! torn write leaves the other one whole. Bytes in, bytes out: whoever has the file reads and
//! writes it.
//!
//! A slot is `velumag1 ‖ incarnation (16) ‖ generation (8, big endian) ‖ SHA-256 of these 32 bytes`,
//! or zeros where nothing was ever written.

use super::{Age, Incarnation};
use crypto::digest::sha256;

const MAGIC: &[u8; 8] = b"velumag1";

/// Length of a slot in bytes.
pub const SLOT_BYTES: usize = 64;

/// One slot's bytes.
pub type Slot = [u8; SLOT_BYTES];

/// What two slots say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The latest age; `None` if neither slot is whole.
    pub age: Option<Age>,
    /// Which of the two is to be written next: 0 or 1.
    pub next: usize,
    /// Neither is whole, and something was there. Both should be made zeros, or the torn one will
    /// count against the next age.
    pub garbage: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    Whole(Age),
    Torn,
}

/// Reads two slots. R17: beside a slot whose write was torn, the whole one counts as one
/// generation more, because the torn write began after its commit.
pub fn read(slots: [&Slot; 2]) -> Found {
    let states = slots.map(parse);
    let (age, next) = match states {
        [State::Whole(a), State::Whole(b)] if a.generation > b.generation => (a, 1),
        [_, State::Whole(b)] => (b, 0),
        [State::Whole(a), _] => (a, 1),
        _ => return Found { age: None, next: 0, garbage: states.contains(&State::Torn) },
    };
    let torn = u64::from(states[next] == State::Torn);
    let age = Age { generation: age.generation.saturating_add(torn), ..age };
    Found { age: Some(age), next, garbage: false }
}

/// A slot that holds an age.
pub fn write(age: Age) -> Slot {
    let mut bytes = [0; SLOT_BYTES];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..24].copy_from_slice(age.incarnation.as_bytes());
    bytes[24..32].copy_from_slice(&age.generation.to_be_bytes());
    let digest = sha256(&[&bytes[..32]]);
    bytes[32..].copy_from_slice(&digest);
    bytes
}

fn parse(bytes: &Slot) -> State {
    if bytes == &[0; SLOT_BYTES] {
        return State::Empty;
    }
    let mut incarnation = [0; Incarnation::BYTES];
    incarnation.copy_from_slice(&bytes[8..24]);
    let mut generation = [0; 8];
    generation.copy_from_slice(&bytes[24..32]);
    let incarnation = Incarnation::from_bytes(incarnation);
    let age = Age { incarnation, generation: u64::from_be_bytes(generation) };
    if write(age) == *bytes { State::Whole(age) } else { State::Torn }
}
