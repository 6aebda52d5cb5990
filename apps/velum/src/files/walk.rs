//! What is in the folders that were named: every file, in an order that stays the same. Links are
//! not followed, so that nothing outside is touched and no circle has no end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files::is_stream;
use crate::words;

/// How we came to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The person named it.
    Named,
    /// It is in a folder that the person named.
    Walked,
}

/// One thing to look at.
pub(crate) enum Item {
    File(PathBuf, Route),
    /// A link, a pipe or a device in a folder: left alone.
    NoFile(PathBuf),
    /// A folder that cannot be read.
    Unreadable(PathBuf, Failure),
}

/// Everything named, and everything in the folders among it, except what is in `not_in`.
pub(crate) fn items(named: &[PathBuf], not_in: &[&Path]) -> Vec<Item> {
    let not_in: Vec<_> = not_in.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    let mut items = Vec::new();
    for path in named {
        if !is_stream(path) && path.is_dir() {
            walk(path, &not_in, &mut items);
        } else {
            items.push(Item::File(path.clone(), Route::Named));
        }
    }
    items
}

fn walk(top: &Path, not_in: &[PathBuf], items: &mut Vec<Item>) {
    // What is next comes last; a folder's own things come before what follows it.
    let mut waiting = vec![top.to_owned()];
    while let Some(path) = waiting.pop() {
        let is_top = path == top;
        let kind = path.symlink_metadata().map(|metadata| metadata.file_type());
        match kind {
            Ok(kind) if kind.is_dir() || is_top => {
                let is_one = |path: PathBuf| not_in.contains(&path);
                if !not_in.is_empty() && !is_top && path.canonicalize().is_ok_and(is_one) {
                    continue;
                }
                match entries(&path) {
                    Ok(entries) => waiting.extend(entries.into_iter().rev()),
                    Err(failure) => items.push(Item::Unreadable(path, failure)),
                }
            }
            Ok(kind) if kind.is_file() => items.push(Item::File(path, Route::Walked)),
            Ok(_) => items.push(Item::NoFile(path)),
            Err(error) => {
                let failure = words::reading_failed(&error).about(words::shown(&path));
                items.push(Item::Unreadable(path, failure));
            }
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    let mut paths =
        read().map_err(|error| words::reading_failed(&error).about(words::shown(folder)))?;
    paths.sort();
    Ok(paths)
}
