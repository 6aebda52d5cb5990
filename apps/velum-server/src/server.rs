//! Binding, serving, stopping.

use crate::config::Config;
use crate::routes::router;
use crate::site::{Inner, Site};
use crate::sweeper::sweep_for_ever;
use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// How long requests under way may take once we were asked to stop.
const STOP_MAX: Duration = Duration::from_secs(10);

/// A server that listens and does not answer yet.
pub struct Server {
    site: Site,
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Opens the data folder, makes today's keys, cleans up after a crash, and listens.
    pub async fn bind(config: &Config) -> anyhow::Result<Self> {
        // Opening waits for files and, with PostgreSQL, for the network.
        let opening = config.clone();
        let site = tokio::task::spawn_blocking(move || Inner::open(&opening)).await??;
        if !site.blobs.are_shared() {
            site.delete_orphans().await.context("could not clean up the folder of blobs")?;
        }
        let today = site.relay_time().await.map_err(|_| anyhow::anyhow!("no time"))?.day_number();
        site.keys.turn(today).context("could not make today's keys")?;
        let listener = TcpListener::bind(config.listen).await.context("could not listen")?;
        let address = listener.local_addr()?;
        Ok(Self { site, listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` resolves, then lets requests under way end.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let sweeper = tokio::spawn(sweep_for_ever(Site::clone(&self.site)));
        let site = Site::clone(&self.site);
        // Nobody waits for it.
        drop(tokio::task::spawn_blocking(move || site.app.pack()));
        let app = router(self.site).into_make_service_with_connect_info::<SocketAddr>();
        // Answers are small and waited for.
        let listener = self.listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let (stopping, stopped) = oneshot::channel();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
            stop.await;
            let _ = stopping.send(());
        });
        let patience = async {
            let _ = stopped.await;
            tokio::time::sleep(STOP_MAX).await;
        };
        tokio::select! {
            served = serving.into_future() => served?,
            () = patience => {}
        }
        sweeper.abort();
        // Waits for it to let go of the site, whose end closes the store.
        let _ = sweeper.await;
        Ok(())
    }
}

/// Resolves on Ctrl-C or when the system asks to stop.
pub fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
