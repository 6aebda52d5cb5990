//! The port to a store of blobs: large sealed bytes under names of our own.

use crate::Error;
use core::future::Future;
use vocab::ObjectId;

/// A store of blobs.
pub trait Objects: Send + Sync + 'static {
    /// Bytes on their way in.
    type Incoming: IncomingObject;
    /// Bytes on their way out.
    type Outgoing: OutgoingObject;

    /// Begins to take an object in. Dropped before [`IncomingObject::keep`], nothing is left.
    fn begin(&self, object: ObjectId)
    -> impl Future<Output = Result<Self::Incoming, Error>> + Send;

    /// Opens an object for reading; `None` if it is not there.
    fn open(
        &self,
        object: ObjectId,
    ) -> impl Future<Output = Result<Option<Self::Outgoing>, Error>> + Send;

    /// Deletes an object; one that is not there is success.
    fn delete(&self, object: ObjectId) -> impl Future<Output = Result<(), Error>> + Send;
}

/// An object on its way in.
pub trait IncomingObject: Send + 'static {
    /// Takes in more bytes.
    fn write(&mut self, bytes: Vec<u8>) -> impl Future<Output = Result<(), Error>> + Send;

    /// Makes what was written durable under its name; answers the SHA-256.
    fn keep(self) -> impl Future<Output = Result<[u8; 32], Error>> + Send;
}

/// An object on its way out.
pub trait OutgoingObject: Send + 'static {
    /// The next piece; empty at the end.
    fn next(&mut self) -> impl Future<Output = Result<Vec<u8>, Error>> + Send;
}
