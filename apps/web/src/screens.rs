//! The screens, in the order in which people meet them.

pub(crate) mod check;
pub(crate) mod gate;
pub(crate) mod invitation;
pub(crate) mod keys;
pub(crate) mod link;
mod message;
mod pause;
pub(crate) mod photos;
pub(crate) mod picture;
pub(crate) mod start;
pub(crate) mod terms;
pub(crate) mod vault;
pub(crate) mod viewing;
