//! Cryptography beside the network: as many at a time as there are cores.

use getrandom::{SysRng, rand_core::UnwrapErr};
use relay::{Error, Stop};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Randomness from the system.
pub(crate) type Rng = UnwrapErr<SysRng>;

/// A source of randomness.
pub(crate) fn rng() -> Rng {
    UnwrapErr(SysRng)
}

/// The places at the bench.
#[derive(Clone, Debug)]
pub(crate) struct Work(Arc<Semaphore>);

impl Work {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(cores)))
    }

    /// Runs something that takes a core for up to a millisecond.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, Stop>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, Stop> + Send + 'static,
    {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Error::Unavailable)?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|_| Error::Unavailable)?
    }
}
