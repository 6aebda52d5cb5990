//! The web app as people meet it: a real server, real browsers, two people.
//!
//! `cargo xtask test` builds what these tests need and tells where it is. They drive Chromium
//! through chromedriver and wait for what the page shows, never for time to pass.
//!
//! Reading order: `photo` (what is shared), `stage` (server and people), `browser` (one browser),
//! `screen` (what must hold on every screen), then the tests.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod bad_input;
mod browser;
mod clips;
mod covering;
mod detectors;
mod formats;
mod keyboard;
mod keys;
mod locking;
// The same clips as the command line is tested with.
#[path = "../../../velum/tests/it/movie.rs"]
mod movie;
mod photo;
mod screen;
mod sharing;
mod sight;
mod small;
mod stage;
