//! The port to a durable store of rows.

use crate::{Command, Error, Reply, Rows, Stop};
use core::future::Future;
use vocab::Timestamp;

/// A store that applies commands durably and one after the other.
pub trait Records: Send + Sync + 'static {
    /// Applies a command with [`crate::apply()`] and resolves when the result is durable and what
    /// it erased is gone as [`Reply::erasure`] asks. Refusals change nothing. An error leaves it
    /// open whether the command took effect; the same command may be submitted again.
    fn submit(
        &self,
        command: Command,
        now: Timestamp,
    ) -> impl Future<Output = Result<Reply, Stop>> + Send;

    /// Runs a question from [`crate::read`] against one snapshot that holds at least all that was
    /// answered before.
    fn read<T, Q>(&self, question: Q) -> impl Future<Output = Result<T, Error>> + Send
    where
        T: Send + 'static,
        Q: FnOnce(&dyn Rows) -> T + Send + 'static;
}
