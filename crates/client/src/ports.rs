//! What a device needs from the world outside: a place for sealed records, and a way to the relay.

use vocab::LogSafe;

/// Where a vault's sealed records rest. Names are short ASCII and give nothing away.
pub trait Storage {
    /// A record, or `None` if there is none of that name.
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError>;
    /// Writes a record whole: after a crash either the old or the new one is there.
    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError>;
    /// Removes a record; removing none is fine.
    async fn remove(&self, name: &str) -> Result<(), StorageError>;
}

impl<S: Storage> Storage for &S {
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        (**self).read(name).await
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        (**self).write(name, bytes).await
    }

    async fn remove(&self, name: &str) -> Result<(), StorageError> {
        (**self).remove(name).await
    }
}

/// Why a record could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageError {
    /// There is no room left.
    Full,
    /// The place cannot be used: not there, not permitted, or broken.
    Unavailable,
}

impl LogSafe for StorageError {}

/// A way to the relay. Only carries: meaning is in `wire`.
pub trait Transport {
    /// Sends one request and waits for the whole answer.
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError>;
}

impl<T: Transport> Transport for &T {
    async fn send(&self, request: wire::Request) -> Result<wire::Response, TransportError> {
        (**self).send(request).await
    }
}

/// The relay could not be reached, or the connection broke before the answer was whole. Whether
/// the request took effect is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransportError;

impl LogSafe for TransportError {}
