//! The crate against vectors made by an independent implementation, and against damage.

mod damage;
mod judge;
mod vectors;
