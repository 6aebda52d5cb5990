//! A blob on its way into the bucket.

use crate::store_error;
use crypto::digest::RunningSha256;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload};
use relay::{Error, IncomingObject};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Bytes of one part: the least that S3 takes of all but the last. A blob up to this size is put
/// in one request. It is also the memory that one upload takes; the largest blob has 410 parts of
/// the 10,000 that are allowed.
const PART_BYTES: usize = 5 << 20;

/// A blob on its way in. Dropped before it is kept, its parts are thrown away; if the process ends
/// before that, by the bucket's own rule for uploads that were never completed.
pub struct Incoming {
    store: Arc<AmazonS3>,
    path: Path,
    digest: RunningSha256,
    gathered: Vec<u8>,
    /// Once there is more than one part.
    parts: Option<Parts>,
    /// After a part that failed: such a blob cannot be kept.
    broken: bool,
}

/// An upload in parts that is not completed.
struct Parts(Option<Box<dyn MultipartUpload>>);

impl Incoming {
    pub(crate) fn new(store: Arc<AmazonS3>, path: Path) -> Self {
        let digest = RunningSha256::default();
        Self { store, path, digest, gathered: Vec::new(), parts: None, broken: false }
    }

    async fn put_part(&mut self) -> Result<(), Error> {
        let part = std::mem::take(&mut self.gathered);
        // Until it is through, and if this future is dropped on the way.
        self.broken = true;
        if self.parts.is_none() {
            let upload = self.store.put_multipart(&self.path).await.map_err(store_error)?;
            self.parts = Some(Parts(Some(upload)));
        }
        let upload = self.parts.as_mut().and_then(|parts| parts.0.as_mut());
        let upload = upload.ok_or(Error::Unavailable)?;
        upload.put_part(PutPayload::from(part)).await.map_err(store_error)?;
        self.broken = false;
        Ok(())
    }
}

impl IncomingObject for Incoming {
    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.digest.update(&bytes);
        let mut bytes = bytes.as_slice();
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PART_BYTES - self.gathered.len()));
            self.gathered.extend_from_slice(now);
            bytes = later;
            if self.gathered.len() == PART_BYTES && !bytes.is_empty() {
                self.put_part().await?;
            }
        }
        match self.broken {
            true => Err(Error::Unavailable),
            false => Ok(()),
        }
    }

    async fn keep(mut self) -> Result<[u8; 32], Error> {
        if self.broken {
            return Err(Error::Unavailable);
        }
        if self.parts.is_none() {
            let whole = PutPayload::from(std::mem::take(&mut self.gathered));
            self.store.put(&self.path, whole).await.map_err(store_error)?;
        } else {
            self.put_part().await?;
            let mut parts = self.parts.take().ok_or(Error::Unavailable)?;
            let upload = parts.0.as_mut().ok_or(Error::Unavailable)?;
            upload.complete().await.map_err(store_error)?;
            // Complete: nothing is left to throw away.
            parts.0 = None;
        }
        Ok(self.digest.finish())
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Some(mut upload) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            // Should this fail, the bucket's rule for incomplete uploads does it.
            drop(runtime.spawn(async move { upload.abort().await }));
        }
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[Incoming]")
    }
}
