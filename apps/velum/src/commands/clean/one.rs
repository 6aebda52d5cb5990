//! One photo or clip: from its bytes to a finished copy.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use media::{Clean, Clip, Format, Orientation, Original, Receipt, Size};

use super::place::Spot;
use super::{Place, Plan, Run, Way};
use crate::failure::Failure;
use crate::files::{self, FileSink, FileSource, NotTaken, Nowhere, Route, Taken, Temporary};
use crate::words;

/// One photo or clip that was cleaned.
pub(super) struct Done {
    pub(super) photo: PathBuf,
    /// Where the copy is; nowhere in a dry run or on standard output.
    pub(super) copy: Option<PathBuf>,
    pub(super) ending: Ending,
    pub(super) format: Format,
    pub(super) size: Option<Size>,
    /// A clip's turn is part of its tables.
    pub(super) orientation: Option<Orientation>,
    pub(super) is_resaved: bool,
    pub(super) receipt: Receipt,
    /// What is yet to go to standard output.
    pub(super) stream: Option<Stream>,
}

/// What became of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Written,
    Replaced,
    WouldWrite,
    WouldReplace,
}

/// A complete copy for standard output.
pub(super) enum Stream {
    Bytes(Vec<u8>),
    File(File),
}

pub(super) fn clean(plan: &Plan<'_>, path: &Path, route: Route) -> Result<Done, NotTaken> {
    let spot = Spot::find(plan, path)?;
    match files::take(path, route)? {
        Taken::Photo(original) => Ok(photo(plan, spot, path, &original)?),
        Taken::Clip(clip, source) => Ok(a_clip(plan, spot, path, &clip, source)?),
    }
}

fn photo(
    plan: &Plan<'_>,
    spot: Spot<'_>,
    path: &Path,
    original: &Original,
) -> Result<Done, Failure> {
    let clean = match &plan.way {
        Way::Clean(options) => original.clean_with(options),
        Way::Resave(options) => original.resave(options),
    };
    let clean = clean.map_err(|error| words::not_usable(&error).about(words::shown(path)))?;
    let mut copy = None;
    let mut stream = None;
    match (plan.run, &plan.place) {
        (Run::Dry, _) => {}
        (Run::Real, Place::Stream) => stream = Some(Stream::Bytes(clean.bytes().to_vec())),
        (Run::Real, _) => copy = Some(write(spot, &clean)?),
    }
    Ok(Done {
        photo: path.to_owned(),
        copy,
        ending: ending(plan),
        format: clean.format(),
        size: Some(clean.shown_size()),
        orientation: Some(clean.orientation()),
        is_resaved: matches!(plan.way, Way::Resave(_)),
        receipt: clean.receipt().clone(),
        stream,
    })
}

fn write(spot: Spot<'_>, clean: &Clean) -> Result<PathBuf, Failure> {
    let told = |error| words::writing_failed(&error).about(words::shown(spot.named()));
    let mut temporary = spot.temporary().map_err(told)?;
    temporary.file().write_all(clean.bytes()).map_err(told)?;
    temporary.finish().map_err(told)?;
    spot.name(temporary, clean.format())
}

fn a_clip(
    plan: &Plan<'_>,
    spot: Spot<'_>,
    path: &Path,
    clip: &Clip,
    mut source: FileSource,
) -> Result<Done, Failure> {
    if matches!(plan.way, Way::Resave(_)) {
        return Err(words::not_usable(&media::Error::NoDecoder).about(words::shown(path)));
    }
    let mut copy = None;
    let mut stream = None;
    let receipt = if plan.run == Run::Dry {
        let cleaned = clip.clean(&mut source, &mut Nowhere);
        cleaned.map_err(|error| reading(&error, &mut source).about(words::shown(path)))?
    } else {
        let told = |error| words::writing_failed(&error).about(words::shown(spot.named()));
        let mut temporary = spot.temporary().map_err(told)?;
        let receipt = fill(clip, &mut source, &mut temporary, path, spot.named())?;
        temporary.finish().map_err(told)?;
        second_look(&mut temporary).map_err(|failure| failure.about(words::shown(path)))?;
        if matches!(plan.place, Place::Stream) {
            temporary.file().seek(SeekFrom::Start(0)).map_err(told)?;
            stream = Some(Stream::File(temporary.into_file().map_err(told)?));
        } else {
            copy = Some(spot.name(temporary, clip.format())?);
        }
        receipt
    };
    Ok(Done {
        photo: path.to_owned(),
        copy,
        ending: ending(plan),
        format: clip.format(),
        size: clip.shown_size(),
        orientation: None,
        is_resaved: false,
        receipt,
        stream,
    })
}

/// Writes the clean clip; its name comes later.
fn fill(
    clip: &Clip,
    source: &mut FileSource,
    temporary: &mut Temporary,
    from: &Path,
    to: &Path,
) -> Result<Receipt, Failure> {
    let told = |error| words::writing_failed(&error).about(words::shown(to));
    let mut sink = FileSink::new(temporary.file());
    let receipt = clip.clean(source, &mut sink).map_err(|error| match sink.take_error() {
        Some(disk) => told(disk),
        None => reading(&error, source).about(words::shown(from)),
    })?;
    sink.finish().map_err(told)?;
    Ok(receipt)
}

/// Reads the finished copy again, as it is on the disk, before it gets its name.
fn second_look(temporary: &mut Temporary) -> Result<(), Failure> {
    let unreadable = |error| words::reading_failed(&error);
    let size_bytes = temporary.file().metadata().map_err(unreadable)?.len();
    let mut copy = FileSource::new(temporary.file().try_clone().map_err(unreadable)?, size_bytes);
    Clip::audit(&mut copy).map_err(|error| reading(&error, &mut copy))
}

/// What the disk said about it, or what the clip's structure says.
fn reading(error: &media::Error, source: &mut FileSource) -> Failure {
    let disk = source.take_error().map(|error| words::reading_failed(&error));
    disk.unwrap_or_else(|| words::not_usable(error))
}

fn ending(plan: &Plan<'_>) -> Ending {
    match (plan.run, &plan.place) {
        (Run::Real, Place::Original) => Ending::Replaced,
        (Run::Real, _) => Ending::Written,
        (Run::Dry, Place::Original) => Ending::WouldReplace,
        (Run::Dry, _) => Ending::WouldWrite,
    }
}
