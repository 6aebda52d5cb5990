//! The program `velum-server`: reads its settings, runs until it is asked to stop.

use anyhow::Context as _;
use clap::Parser;
use std::io::Write as _;
use velum_server::{Command, Config, Flags, backup};

fn main() -> anyhow::Result<()> {
    velum_server::log::hide_panics();
    let flags = Flags::parse();
    match &flags.command {
        Some(Command::Backup { data, to }) => {
            backup::back_up(data, to)?;
            say("the copy is written and safe on disk")
        }
        Some(Command::Restore { data, from }) => {
            backup::restore(data, from)?;
            say("restored; what was open in it ends at the next start")
        }
        None => {
            let only_check = flags.check;
            serve(&flags.resolve()?, only_check)
        }
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn serve(config: &Config, only_check: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    runtime.block_on(async {
        let mut stdout = std::io::stdout();
        if only_check {
            write!(stdout, "{config}")?;
            velum_server::check(config).await?;
            writeln!(stdout, "all of it can be reached and used")?;
            return Ok(());
        }
        let server = velum_server::Server::bind(config).await?;
        writeln!(stdout, "listening on http://{}", server.address())?;
        stdout.flush()?;
        server.run(velum_server::asked_to_stop()?).await
    })
}
