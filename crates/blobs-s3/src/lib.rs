//! Sealed blobs in a bucket of an S3-compatible store, one object each.
//!
//! An object has its name only when it is whole: small ones are put in one request, large ones in
//! parts that the store joins at the end. Names come from random ids and say nothing; what lies
//! in the bucket is sealed.
//!
//! Reading order: [`Bucket`], `incoming`, `outgoing`, `place` (where a bucket is).

mod incoming;
mod outgoing;
mod place;
#[cfg(feature = "testing")]
pub mod testing;

pub use incoming::Incoming;
pub use outgoing::Outgoing;
pub use place::{Place, Trouble};

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use relay::{Error, Objects, OutgoingObject as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use vocab::ObjectId;

/// A bucket, or a part of it under a prefix.
#[derive(Clone, Debug)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Path,
}

impl Bucket {
    /// Makes the client; asks the store nothing.
    pub fn open(place: &Place) -> Result<Self, Trouble> {
        Ok(Self { store: Arc::new(place.client()?), prefix: place.prefix.clone() })
    }

    /// Writes, reads, lists and deletes a small object under a name that `name` makes unique.
    pub async fn check(&self, name: ObjectId) -> Result<(), Trouble> {
        let path = self.path(name);
        self.store.put(&path, "check".into()).await.map_err(|e| place::trouble(&e))?;
        let listed = self.store.list(Some(&self.prefix)).try_next().await;
        let read = self.read_whole(name).await;
        let deleted = self.delete(name).await;
        match (read, listed, deleted) {
            (Ok(bytes), Ok(Some(_)), Ok(())) if bytes == b"check" => Ok(()),
            _ => Err(Trouble::Denied),
        }
    }

    async fn read_whole(&self, name: ObjectId) -> Result<Vec<u8>, Error> {
        let mut outgoing = self.open_object(name).await?.ok_or(Error::Unavailable)?;
        let mut all = Vec::new();
        loop {
            let piece = outgoing.next().await?;
            if piece.is_empty() {
                return Ok(all);
            }
            all.extend(piece);
        }
    }

    /// The objects that were there for at least so long. Names that are not ours are passed over.
    pub async fn older_than(&self, age: Duration) -> Result<Vec<ObjectId>, Error> {
        let Some(limit) = SystemTime::now().checked_sub(age) else { return Ok(Vec::new()) };
        let named = |object: ObjectMeta| {
            let name: Option<ObjectId> =
                object.location.filename().and_then(|name| name.parse().ok());
            name.filter(|_| SystemTime::from(object.last_modified) <= limit)
        };
        let all = self.store.list(Some(&self.prefix));
        let old = all.try_filter_map(|object| core::future::ready(Ok(named(object))));
        old.try_collect().await.map_err(store_error)
    }

    fn path(&self, object: ObjectId) -> Path {
        self.prefix.clone().join(object.to_string())
    }

    async fn open_object(&self, object: ObjectId) -> Result<Option<Outgoing>, Error> {
        match self.store.get(&self.path(object)).await {
            Ok(found) => Ok(Some(Outgoing::new(found))),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(store_error(error)),
        }
    }
}

impl Objects for Bucket {
    type Incoming = Incoming;
    type Outgoing = Outgoing;

    async fn begin(&self, object: ObjectId) -> Result<Incoming, Error> {
        Ok(Incoming::new(Arc::clone(&self.store), self.path(object)))
    }

    async fn open(&self, object: ObjectId) -> Result<Option<Outgoing>, Error> {
        self.open_object(object).await
    }

    async fn delete(&self, object: ObjectId) -> Result<(), Error> {
        match self.store.delete(&self.path(object)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(store_error(error)),
        }
    }
}

/// Its text is dropped: it may quote names and keys.
fn store_error(_: StoreError) -> Error {
    Error::Unavailable
}
