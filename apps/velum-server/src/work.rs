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
            let done = apart(work);
            wipe_stack();
            done
        });
        done.await.map_err(|_| Error::Unavailable)?
    }
}

/// How much stack the work may have touched, in bytes: key agreement takes most, below half of it.
const STACK_BYTES: usize = 256 << 10;

/// Runs it in a frame of its own, below ours.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Overwrites where [`apart`] ran. Secrets wipe themselves when they are dropped, but moving one
/// leaves a copy on the stack, and a thread that rests keeps it: a half that was destroyed would
/// still be in memory.
#[inline(never)]
fn wipe_stack() {
    let mut space = [0_u8; STACK_BYTES];
    std::hint::black_box(&mut space);
}
