//! Makes the JavaScript module that a browser needs to load one of our wasm programs.
//!
//! `velum-bindgen IN.wasm OUT_FOLDER NAME` writes `NAME.js` and `NAME_bg.wasm`.
//!
//! It is a program of its own, on the library behind the `wasm-bindgen` command, so that the
//! version is pinned by our lock file together with the `wasm-bindgen` our crates use: the two
//! must be the same. It is also much smaller than that command (no network code, no test runner).

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let mut next =
        |name| arguments.next().with_context(|| format!("the argument {name} is missing"));
    let input = PathBuf::from(next("IN.wasm")?);
    let output = PathBuf::from(next("OUT_FOLDER")?);
    let name = next("NAME")?.into_string().ok().context("NAME must be plain text")?;

    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&input)
        .out_name(&name)
        .typescript(false)
        // Without this, `init()` with no argument would not find its own wasm.
        .omit_default_module_path(false)
        // Names and producers tell about the machine that built it, and cost bytes.
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.web(true).context("wasm-bindgen refused the target `web`")?;
    bindgen.generate(&output).with_context(|| format!("could not make {name}.js"))
}
