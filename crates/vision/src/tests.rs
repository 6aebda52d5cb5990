//! What the tests of several parts share.

pub(crate) mod drawn;
pub(crate) mod networks;
pub(crate) mod people;
