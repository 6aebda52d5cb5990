//! The program `velum-server`: reads its flags, runs until it is asked to stop.

use anyhow::Context as _;
use clap::Parser;
use std::io::Write as _;
use velum_server::{Arguments, Command, Config, backup};

fn main() -> anyhow::Result<()> {
    velum_server::log::hide_panics();
    let arguments = Arguments::parse();
    match (arguments.command, arguments.config) {
        (Some(Command::Backup { data, to }), _) => {
            backup::back_up(&data, &to)?;
            say("the copy is written and safe on disk")
        }
        (Some(Command::Restore { data, from }), _) => {
            backup::restore(&data, &from)?;
            say("restored; what was open in it ends at the next start")
        }
        (None, Some(config)) => serve(&config),
        // The parser asks for --data first.
        (None, None) => anyhow::bail!("--data is missing"),
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn serve(config: &Config) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    runtime.block_on(async {
        let server = velum_server::Server::bind(config).await?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "listening on http://{}", server.address())?;
        stdout.flush()?;
        server.run(velum_server::asked_to_stop()?).await
    })
}
