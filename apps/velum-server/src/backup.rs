//! `velum-server backup` and `velum-server restore`: the database, without keys and mirror.
//!
//! A copy holds no secret that opens anything by itself: halves in it are sealed under keys that
//! are not in it. It does say which mailboxes there are, so it is for its owner only.

use crate::site::lock;
use crate::storage::DATABASE;
use anyhow::{Context as _, bail};
use relay::Error;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use store_sqlite::backup as database;

/// Writes a copy of the database in `data` to the new file `to`. A server may run meanwhile.
pub fn back_up(data: &Path, to: &Path) -> anyhow::Result<()> {
    let from = data.join(DATABASE);
    if !from.is_file() {
        bail!("there is no database in the data folder");
    }
    if to.try_exists().context("could not look for the copy's file")? {
        bail!("the copy's file is there already; choose another name");
    }
    let temporary = Temporary::make(beside(to)?).context("could not write the copy")?;
    database::copy(&from, &temporary.0).map_err(what_failed).context("could not copy")?;
    temporary.keep(to).context("could not keep the copy")
}

/// Puts the copy `from` in the place of the database in `data`. Refuses while a server runs.
pub fn restore(data: &Path, from: &Path) -> anyhow::Result<()> {
    let _lock = lock(data)?;
    let database = data.join(DATABASE);
    let temporary = Temporary::make(beside(&database)?).context("could not write to the folder")?;
    io::copy(
        &mut File::open(from).context("could not read the copy")?,
        &mut OpenOptions::new().write(true).open(&temporary.0)?,
    )
    .context("could not read the copy")?;
    File::open(&temporary.0)?.sync_all().context("could not write to the folder")?;
    database::put_back(&temporary.0, &database).map_err(what_failed).context("nothing was restored")
}

fn what_failed(error: Error) -> anyhow::Error {
    match error {
        Error::Corrupt => {
            anyhow::anyhow!("this is not a whole database of this or an older version")
        }
        other => other.into(),
    }
}

/// A name in the same folder, so that a rename can bring the file to its place.
fn beside(place: &Path) -> anyhow::Result<PathBuf> {
    let mut name = place.file_name().context("this is not a file's name")?.to_owned();
    name.push(".new");
    Ok(place.with_file_name(name))
}

/// A file for its owner only, that is deleted unless it was renamed.
struct Temporary(PathBuf);

impl Temporary {
    fn make(path: PathBuf) -> io::Result<Self> {
        // Left by a run that was ended in the middle.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self(path))
    }

    fn keep(self, place: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        fs::rename(&self.0, place)?;
        let folder = match place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
