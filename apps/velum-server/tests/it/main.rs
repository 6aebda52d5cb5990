//! The real server program over real HTTP.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod check;
mod cloud;
mod cloud_restore;
mod connection;
mod contract;
mod full_disk;
mod kill;
mod openapi;
mod people;
mod races;
mod refusals;
mod restore;
mod running;
mod web;
