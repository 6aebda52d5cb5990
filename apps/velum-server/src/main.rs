//! The program `velum-server`: reads its flags, runs until it is asked to stop.

use anyhow::Context as _;
use clap::Parser;
use std::io::Write as _;
use velum_server::Config;

fn main() -> anyhow::Result<()> {
    velum_server::log::hide_panics();
    let config = Config::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start")?;
    runtime.block_on(async {
        let server = velum_server::Server::bind(&config).await?;
        let mut stdout = std::io::stdout();
        writeln!(stdout, "listening on http://{}", server.address())?;
        stdout.flush()?;
        server.run(velum_server::asked_to_stop()?).await
    })
}
