//! Measurements, side by side with peers: `cargo xtask bench NAME`.
//!
//! Nothing here is asserted; a number is printed with what it was measured on.

#![allow(clippy::print_stdout, reason = "printing numbers is what this program is for")]

mod browser;
mod claims;
mod clean;
mod cover;
mod seal;
mod vision;

use anyhow::{Result, bail};

const NAMES: &str = "claims, clean [FOLDER], cover [FOLDER], seal, vision [FOLDER]";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("claims") => claims::run(),
        Some("clean") => clean::run(arguments.get(1).map(String::as_str)),
        Some("cover") => cover::run(arguments.get(1).map(String::as_str)),
        Some("seal") => seal::run(),
        Some("vision") => vision::run(arguments.get(1).map(String::as_str)),
        _ => bail!("say which one: {NAMES}"),
    }
}
