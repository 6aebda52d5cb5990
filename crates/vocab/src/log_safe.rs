//! The promise that a value may be written to a log.

/// A marker: the `Display`/`Debug` form of this type carries no user content, no secret and no
/// identifier that links two people or two requests. Only such types are logged.
pub trait LogSafe: core::fmt::Debug {}

impl LogSafe for u16 {}
impl LogSafe for u64 {}
impl LogSafe for usize {}
impl LogSafe for &'static str {}
