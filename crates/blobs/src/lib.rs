//! Sealed blobs in a directory, one file each.
//!
//! A blob that has its name is whole and on disk: bytes go to a temporary file, which is synced,
//! renamed, and its directory synced. Names come from random ids and say nothing.
//!
//! Reading order: [`BlobDirectory`], `incoming`, `outgoing`.

mod incoming;
mod outgoing;

pub use incoming::Incoming;
pub use outgoing::Outgoing;

use relay::{Error, Objects};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vocab::ObjectId;

/// Where bytes are until they are whole.
const INCOMING: &str = "incoming";

/// A directory of blobs.
#[derive(Clone, Debug)]
pub struct BlobDirectory {
    root: Arc<Path>,
}

impl BlobDirectory {
    /// Opens a directory, making it if it is not there. Deletes what an earlier run left half
    /// done, so only one may be open at a time.
    pub fn open(root: &Path) -> Result<Self, Error> {
        fs::create_dir_all(root).map_err(io_error)?;
        let incoming = root.join(INCOMING);
        match fs::remove_dir_all(&incoming) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io_error(error)),
            _ => {}
        }
        fs::create_dir(&incoming).map_err(io_error)?;
        sync_directory(root).map_err(io_error)?;
        Ok(Self { root: root.into() })
    }

    /// The blobs that are there. Files that are not ours are passed over.
    pub fn list(&self) -> Result<Vec<ObjectId>, Error> {
        let mut objects = Vec::new();
        for shelf in fs::read_dir(&self.root).map_err(io_error)? {
            let shelf = shelf.map_err(io_error)?;
            if shelf.file_name() == INCOMING || !shelf.path().is_dir() {
                continue;
            }
            for file in fs::read_dir(shelf.path()).map_err(io_error)? {
                let name = file.map_err(io_error)?.file_name();
                objects.extend(name.to_str().and_then(|name| name.parse::<ObjectId>().ok()));
            }
        }
        Ok(objects)
    }

    /// `root/xx/name`: shelves keep directories small.
    fn path(&self, object: ObjectId) -> PathBuf {
        let shelf = format!("{:02x}", object.as_bytes()[0]);
        self.root.join(shelf).join(object.to_string())
    }

    fn delete_now(&self, object: ObjectId) -> io::Result<()> {
        let path = self.path(object);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other?,
        }
        path.parent().map_or(Ok(()), sync_directory)
    }
}

impl Objects for BlobDirectory {
    type Incoming = Incoming;
    type Outgoing = Outgoing;

    async fn begin(&self, object: ObjectId) -> Result<Incoming, Error> {
        let temporary = self.root.join(INCOMING).join(object.to_string());
        let place = self.path(object);
        blocking(move || Incoming::create(temporary, place)).await
    }

    async fn open(&self, object: ObjectId) -> Result<Option<Outgoing>, Error> {
        let path = self.path(object);
        blocking(move || match File::open(path) {
            Ok(file) => Ok(Some(Outgoing::new(file))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    async fn delete(&self, object: ObjectId) -> Result<(), Error> {
        let blobs = self.clone();
        blocking(move || blobs.delete_now(object)).await
    }
}

/// Makes names in a directory durable.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Runs file work where it may wait.
async fn blocking<T, W>(work: W) -> Result<T, Error>
where
    T: Send + 'static,
    W: FnOnce() -> io::Result<T> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Error::Unavailable)?;
    done.map_err(io_error)
}

/// Its text is dropped: it may quote paths.
fn io_error(_: io::Error) -> Error {
    Error::Unavailable
}
