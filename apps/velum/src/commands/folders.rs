//! What `check` and `clean` share: files and folders looked at many at once and told in order.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::failure::Failure;
use crate::files::{self, Item, NotTaken, Route};
use crate::output::Output;
use crate::progress::Progress;
use crate::words;
use crate::work;

/// What became of one file.
pub(super) enum Became<T> {
    Done(T),
    Skipped(Skipped),
    Failed(PathBuf, Failure),
}

/// A file in a folder that was left alone.
pub(super) struct Skipped {
    path: PathBuf,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    OtherKind,
    NoFile,
}

/// Counts of what happened.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) skipped: Vec<Skipped>,
    /// Whether a folder was named, so that a sum is welcome.
    pub(super) walked: bool,
}

/// Does `work` for every file named or found; tells each result in order.
pub(super) fn each<T: Send>(
    named: &[PathBuf],
    not_in: &[&Path],
    out: &mut Output,
    work: impl Fn(&Path, Route) -> Result<T, NotTaken> + Sync,
    mut tell: impl FnMut(Told<'_, T>, &mut Output) -> Result<(), Failure>,
) -> Result<Tally, Failure> {
    let items = files::items(named, not_in);
    let mut tally = Tally {
        walked: named.iter().any(|path| !files::is_stream(path) && path.is_dir()),
        ..Tally::default()
    };
    let mut progress = Progress::of(items.len());
    let told = work::in_order(
        &items,
        |item| one(item, &work),
        |result| {
            progress.hide(out);
            match result {
                Became::Done(done) => {
                    tally.done += 1;
                    tell(Told::Done(done), out)?;
                }
                Became::Skipped(skipped) => tally.skipped.push(skipped),
                Became::Failed(path, failure) => {
                    tally.failed += 1;
                    tell(Told::Failed(&path, &failure), out)?;
                    out.complain(&failure);
                }
            }
            if out.is_terminal() {
                out.finish()?;
            }
            progress.step();
            Ok(())
        },
    );
    progress.end();
    told.map(|()| tally)
}

/// What there is to tell about one file.
pub(super) enum Told<'a, T> {
    Done(T),
    /// The words are told already, on standard error.
    Failed(&'a Path, &'a Failure),
}

fn one<T>(item: &Item, work: &impl Fn(&Path, Route) -> Result<T, NotTaken>) -> Became<T> {
    let (path, route) = match item {
        Item::File(path, route) => (path, *route),
        Item::NoFile(path) => {
            return Became::Skipped(Skipped { path: path.clone(), why: Why::NoFile });
        }
        Item::Unreadable(path, failure) => {
            return Became::Failed(path.clone(), failure.clone());
        }
    };
    match work(path, route) {
        Ok(done) => Became::Done(done),
        Err(NotTaken::OtherKind) => {
            Became::Skipped(Skipped { path: path.clone(), why: Why::OtherKind })
        }
        Err(NotTaken::Failed(failure)) => Became::Failed(path.clone(), failure),
    }
}

impl Why {
    fn id(self) -> &'static str {
        match self {
            Self::OtherKind => "not-a-photo",
            Self::NoFile => "not-a-file",
        }
    }
}

impl Tally {
    /// Names everything that was left alone.
    pub(super) fn tell_skipped(&self, out: &mut Output) -> Result<(), Failure> {
        for (why, words) in [
            (Why::OtherKind, "Left alone, because they are neither photos nor clips:"),
            (Why::NoFile, "Left alone, because they are links or no files:"),
        ] {
            let mut skipped = self.skipped.iter().filter(|skipped| skipped.why == why).peekable();
            if skipped.peek().is_some() {
                out.line(words)?;
            }
            for skipped in skipped {
                out.line(format!("  {}", words::shown(&skipped.path)))?;
            }
        }
        Ok(())
    }

    pub(super) fn skipped_json(&self) -> Vec<Json> {
        let json = |skipped: &Skipped| json!({ "file": skipped.path.display().to_string(), "why": skipped.why.id() });
        self.skipped.iter().map(json).collect()
    }
}

pub(super) fn failure_json(path: &Path, failure: &Failure) -> Json {
    json!({
        "file": path.display().to_string(),
        "error": { "id": failure.id, "what": failure.what, "advice": failure.advice },
    })
}
