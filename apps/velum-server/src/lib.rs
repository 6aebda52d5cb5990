//! `velum-server`: the blind relay over HTTP, and the web app's files, in one program.
//!
//! HTTP in, `relay` commands out: the rules are in `relay`, the rows in `store-sqlite` or
//! `store-postgres`, the blobs in `blobs` or `blobs-s3`; here are only the ways between them. There
//! is no access log. What is logged is [`log`]ged, and cannot tell anything about anybody.
//!
//! Reading order: [`Config`], [`Server`], `site` (what every request can reach), `storage` (where
//! rows and blobs are), `routes` (one file for each kind of thing), `request` and `answer` (in and
//! out), `keys` (epoch keys), `mirror` (what a restored database is told by), [`backup`], `work`
//! (cryptography beside the network), `sweeper`, `web` (the app's files), `rate`, `check`.

mod answer;
pub mod backup;
mod check;
mod config;
mod keys;
pub mod log;
mod mirror;
mod rate;
mod request;
mod routes;
mod server;
mod site;
mod storage;
mod sweeper;
mod web;
mod work;

pub use check::check;
pub use config::{BlobPlace, Command, Config, Database, Flags};
pub use server::{Server, asked_to_stop};
