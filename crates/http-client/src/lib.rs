//! A device's way to its relay over HTTP: carries what `wire` says, and knows nothing of it.
//!
//! ```
//! use http_client::Origin;
//!
//! let origin: Origin = "https://velum.example/".parse()?;
//! assert_eq!(origin.as_str(), "https://velum.example");
//! // Tokens travel in requests, so plain HTTP goes no further than this machine.
//! assert!("http://velum.example".parse::<Origin>().is_err());
//! # Ok::<(), http_client::InvalidOrigin>(())
//! ```
//!
//! Reading order: [`origin`] (where a relay is), then `native`, for programs. A browser has only
//! `fetch`, which is in the web app's Worker.

#[cfg(not(target_arch = "wasm32"))]
mod native;
pub mod origin;

#[cfg(not(target_arch = "wasm32"))]
pub use native::HttpRelay;
pub use origin::{InvalidOrigin, Origin};
