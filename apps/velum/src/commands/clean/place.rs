//! Where a copy goes, and giving it its name there. The place of an original is looked at twice:
//! before the original is read, and before the copy replaces it.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use media::Format;
use vocab::ErrorKind;

use super::{Place, Plan, Run};
use crate::failure::Failure;
use crate::files::{self, IfThere, Temporary};
use crate::words;

/// How often another random name is tried. One in a million million is taken.
const NAMES_MAX: usize = 8;

/// The place of one copy.
pub(super) enum Spot<'a> {
    /// Standard output, or nowhere.
    Nowhere,
    Named(&'a Path, IfThere),
    Folder(&'a Path),
    Original(&'a Path, Metadata),
}

impl<'a> Spot<'a> {
    /// Refuses what cannot work before anything is read.
    pub(super) fn find(plan: &Plan<'a>, photo: &'a Path) -> Result<Self, Failure> {
        match plan.place {
            Place::Stream | Place::Unsaid => Ok(Self::Nowhere),
            Place::Named(to, if_there) => {
                let is_taken = plan.run == Run::Dry
                    && if_there == IfThere::Refuse
                    && to.symlink_metadata().is_ok();
                if is_taken {
                    let taken = io::ErrorKind::AlreadyExists.into();
                    return Err(words::naming_failed(&taken).about(words::shown(to)));
                }
                Ok(Self::Named(to, if_there))
            }
            Place::Folder(folder) => Ok(Self::Folder(folder)),
            Place::Original => replaceable(photo)
                .map(|metadata| Self::Original(photo, metadata))
                .map_err(|failure| failure.about(words::shown(photo))),
        }
    }

    /// What a failure to write is about.
    pub(super) fn named(&self) -> &Path {
        match self {
            Self::Nowhere => Path::new("-"),
            Self::Named(path, _) | Self::Folder(path) | Self::Original(path, _) => path,
        }
    }

    /// A file that can get its name here.
    pub(super) fn temporary(&self) -> io::Result<Temporary> {
        match self {
            Self::Nowhere => Temporary::anywhere(),
            Self::Folder(folder) => Temporary::create(folder),
            Self::Named(path, _) | Self::Original(path, _) => {
                Temporary::create(files::folder_of(path))
            }
        }
    }

    /// Gives a finished copy its name.
    pub(super) fn name(&self, mut copy: Temporary, format: Format) -> Result<PathBuf, Failure> {
        let told = |error| words::writing_failed(&error).about(words::shown(self.named()));
        match self {
            Self::Nowhere => Err(told(io::ErrorKind::InvalidInput.into())),
            Self::Named(path, if_there) => {
                let told = |error| words::naming_failed(&error).about(words::shown(path));
                copy.become_file(path, *if_there).map_err(told)?;
                Ok((*path).to_owned())
            }
            Self::Folder(folder) => neutral(&mut copy, folder, format).map_err(told),
            Self::Original(path, before) => {
                let changed = |failure: Failure| failure.about(words::shown(path));
                replaceable(path).and_then(|now| same(before, &now)).map_err(changed)?;
                keep_owner(&mut copy, before).map_err(told)?;
                copy.become_file(path, IfThere::Replace).map_err(told)?;
                Ok((*path).to_owned())
            }
        }
    }
}

fn neutral(copy: &mut Temporary, folder: &Path, format: Format) -> io::Result<PathBuf> {
    for _ in 0..NAMES_MAX {
        let path = folder.join(files::neutral_name(format)?);
        match copy.become_file(&path, IfThere::Refuse) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            named => return named.map(|()| path),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Only a file that is one file under one name, and that its owner may change, is replaced.
fn replaceable(path: &Path) -> Result<Metadata, Failure> {
    let refused =
        |id, what: &str, advice: &str| Err(Failure::new(what, advice).named(ErrorKind::Misuse, id));
    if files::is_stream(path) {
        return refused(
            "no-original-to-replace",
            "Standard input is no file that could be replaced.",
            "Name the file, or choose another place with -o or --to.",
        );
    }
    let metadata = path.symlink_metadata().map_err(|error| words::reading_failed(&error))?;
    if metadata.is_symlink() {
        return refused(
            "original-is-a-link",
            "This is a link to a file; it was left as it is.",
            "Name the file itself, or make a copy with -o.",
        );
    }
    if !metadata.is_file() {
        return Err(words::reading_failed(&io::ErrorKind::IsADirectory.into()));
    }
    if metadata.permissions().readonly() {
        return refused(
            "original-is-read-only",
            "The file is marked as not to be changed; it was left as it is.",
            "Allow changes to it first, or make a copy with -o.",
        );
    }
    if has_other_names(&metadata) {
        return refused(
            "original-has-other-names",
            "The file has another name elsewhere, which would keep the original; it was left as it is.",
            "Remove its other names first, or make a copy with -o.",
        );
    }
    Ok(metadata)
}

/// Whether the original is still the file that was read.
fn same(before: &Metadata, now: &Metadata) -> Result<(), Failure> {
    let is_same = before.len() == now.len()
        && before.modified().ok() == now.modified().ok()
        && identity(before) == identity(now);
    if is_same {
        return Ok(());
    }
    Err(Failure::new(
        "The file was changed while its copy was made; it was left as it is.",
        "Wait until the other program has finished, then try again.",
    )
    .named(ErrorKind::Unavailable, "original-has-changed"))
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_metadata: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// A copy belongs to whom the original belonged to, or does not take its place.
#[cfg(unix)]
fn keep_owner(copy: &mut Temporary, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let now = copy.file().metadata()?;
    if now.uid() == before.uid() {
        return Ok(());
    }
    fchown(copy.file(), Some(before.uid()), Some(before.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_copy: &mut Temporary, _before: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.jpg");
        std::fs::write(&path, "one").unwrap();
        let before = replaceable(&path).unwrap();
        same(&before, &replaceable(&path).unwrap()).unwrap();
        std::fs::write(&path, "longer").unwrap();
        let failure = same(&before, &replaceable(&path).unwrap()).unwrap_err();
        assert_eq!(failure.id, "original-has-changed");
    }
}
