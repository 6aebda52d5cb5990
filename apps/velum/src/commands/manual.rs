//! `velum completions` and `velum man`: both are made from the arguments themselves.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::words;

pub(crate) fn completions(args: &CompletionsArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "velum", &mut script);
    out.bytes(&script)?;
    Ok(Outcome::Done)
}

pub(crate) fn run(args: &ManArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let Some(folder) = &args.folder else {
        out.bytes(&page(Cli::command())?)?;
        return Ok(Outcome::Done);
    };
    fs::create_dir_all(folder)
        .map_err(|error| words::writing_failed(&error).about(words::shown(folder)))?;
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    write_pages(command, folder)?;
    Ok(Outcome::Done)
}

/// One page a command, named as manuals are: `velum-check.1`. Pages may be read by everyone and
/// replace older ones.
fn write_pages(command: clap::Command, folder: &Path) -> Result<(), Failure> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write_pages(inner.clone(), folder)?;
    }
    let path = folder.join(format!("{}.1", full_name(&command)));
    let page = page(command)?;
    fs::write(&path, page).map_err(|error| words::writing_failed(&error).about(words::shown(&path)))
}

fn full_name(command: &clap::Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| words::writing_failed(&error))?;
    Ok(page)
}
