//! A blob on its way in.

use crate::{blocking, sync_directory};
use crypto::digest::RunningSha256;
use relay::{Error, IncomingObject};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// A blob on its way in. Dropped before it is kept, nothing is left of it.
#[derive(Debug)]
pub struct Incoming {
    /// `None` after a write that failed: such a blob cannot be kept.
    open: Option<Open>,
}

struct Open {
    file: File,
    digest: RunningSha256,
    temporary: Temporary,
    place: PathBuf,
}

/// A file that is deleted unless it was renamed.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename there is nothing under this name.
        let _ = fs::remove_file(&self.0);
    }
}

impl Incoming {
    pub(crate) fn create(temporary: PathBuf, place: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&temporary)?;
        let digest = RunningSha256::default();
        let open = Open { file, digest, temporary: Temporary(temporary), place };
        Ok(Self { open: Some(open) })
    }
}

impl IncomingObject for Incoming {
    async fn write(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        let mut open = self.open.take().ok_or(Error::Unavailable)?;
        let open = blocking(move || {
            open.file.write_all(&bytes)?;
            open.digest.update(&bytes);
            Ok(open)
        });
        self.open = Some(open.await?);
        Ok(())
    }

    async fn keep(self) -> Result<[u8; 32], Error> {
        let open = self.open.ok_or(Error::Unavailable)?;
        blocking(move || open.keep()).await
    }
}

impl Open {
    fn keep(self) -> io::Result<[u8; 32]> {
        self.file.sync_all()?;
        let shelf = self.place.parent().ok_or(io::ErrorKind::InvalidInput)?;
        if !shelf.is_dir() {
            fs::create_dir_all(shelf)?;
            shelf.parent().map_or(Ok(()), sync_directory)?;
        }
        fs::rename(&self.temporary.0, &self.place)?;
        sync_directory(shelf)?;
        Ok(self.digest.finish())
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[Open]")
    }
}
