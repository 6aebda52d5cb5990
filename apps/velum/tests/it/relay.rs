//! A real relay inside the test's own process.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tempfile::TempDir;
use tokio::sync::oneshot;
use velum_server::{BlobPlace, Config, Database, Server};

/// Runs until it is dropped.
pub(crate) struct Relay {
    origin: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _data: TempDir,
}

impl Relay {
    /// Starts one on a free port, with nothing in it.
    pub(crate) fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: Database::Sqlite(data.path().to_owned()),
            blobs: BlobPlace::Folder(data.path().to_owned()),
            keys: data.path().join("keys"),
            web: None,
            open_requests_per_minute: 0,
            sweep_seconds: 10,
        };
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let server = Server::bind(&config).await.unwrap();
                tell.send(server.address()).unwrap();
                server.run(async { drop(stopped.await) }).await.unwrap();
            });
        });
        let origin = format!("http://{}", told.recv().unwrap());
        Self { origin, stop: Some(stop), thread: Some(thread), _data: data }
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
