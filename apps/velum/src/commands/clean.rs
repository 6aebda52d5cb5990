//! `velum clean`: copies without anything hidden.
//!
//! Reading order: this file (what was asked for, what is told), `one` (one photo or clip), then
//! `place` (where its copy goes) and `report` (the words and the JSON).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use media::{CleanOptions, Hdr, ResaveOptions, Turn};
use serde_json::json;
use vocab::ErrorKind;

use crate::cli::{CleanArgs, WayArgs};
use crate::commands::folders::{self, Tally, Told};
use crate::failure::{Failure, Outcome};
use crate::files::{self, IfThere};
use crate::output::Output;
use crate::words;

mod one;
mod place;
mod report;

use one::{Done, Stream};

/// What was asked for, once for all photos.
struct Plan<'a> {
    place: Place<'a>,
    way: Way,
    run: Run,
}

/// Where copies go.
enum Place<'a> {
    Stream,
    Named(&'a Path, IfThere),
    Folder(&'a Path),
    /// Where the original is.
    Original,
    /// Nobody said; enough for a dry run.
    Unsaid,
}

/// How copies are made.
enum Way {
    Clean(CleanOptions),
    Resave(ResaveOptions),
}

/// Whether anything is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Real,
    Dry,
}

impl<'a> Plan<'a> {
    fn of(args: &'a CleanArgs) -> Self {
        let asked = &args.place;
        let if_there = if asked.overwrite { IfThere::Replace } else { IfThere::Refuse };
        let place = match (&asked.to, &asked.out) {
            (Some(to), _) if files::is_stream(to) => Place::Stream,
            (Some(to), _) => Place::Named(to, if_there),
            (None, Some(folder)) => Place::Folder(folder),
            (None, None) if asked.in_place => Place::Original,
            (None, None) => Place::Unsaid,
        };
        Self {
            place,
            way: Way::of(&args.way),
            run: if args.dry_run { Run::Dry } else { Run::Real },
        }
    }
}

impl Way {
    fn of(args: &WayArgs) -> Self {
        match args.resave {
            Some(side_max) => Self::Resave(ResaveOptions { side_max }),
            None => Self::Clean(CleanOptions {
                turn: if args.upright { Turn::Upright } else { Turn::Keep },
                hdr: if args.keep_hdr { Hdr::Keep } else { Hdr::Drop },
            }),
        }
    }
}

/// Cleans every photo; one that cannot be cleaned does not stop the others.
pub(crate) fn run(args: &CleanArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let plan = Plan::of(args);
    refuse_several_under_one_name(args)?;
    if let (Place::Folder(folder), Run::Real) = (&plan.place, plan.run) {
        files::make_folder(folder)?;
    }
    let mut documents = Vec::new();
    let mut folders = BTreeSet::new();
    let work = |path: &Path, route| one::clean(&plan, path, route);
    let not_in: Vec<&Path> = args.place.out.as_deref().into_iter().collect();
    let tally = folders::each(&args.photos, &not_in, out, work, |told, out| {
        match told {
            Told::Done(mut done) => {
                folders.extend(done.copy.as_deref().map(|copy| files::folder_of(copy).to_owned()));
                tell(args, &mut done, out)?;
                if args.json {
                    documents.push(report::to_json(&done));
                }
            }
            Told::Failed(path, failure) => documents.push(folders::failure_json(path, failure)),
        }
        Ok(())
    });
    // Whatever ends the work, what has been told as written is to last.
    if plan.run == Run::Real && !matches!(plan.place, Place::Stream) {
        folders.iter().for_each(|folder| files::flush(folder));
    }
    let tally = tally?;
    if !matches!(plan.place, Place::Stream) {
        if args.json {
            out.json(&document(args, &documents, &tally))?;
        } else {
            print_end(&plan, &tally, out)?;
        }
    }
    Ok(if tally.failed > 0 { Outcome::SomeFailed } else { Outcome::Done })
}

fn refuse_several_under_one_name(args: &CleanArgs) -> Result<(), Failure> {
    let is_one = |path: &PathBuf| files::is_stream(path) || !path.is_dir();
    let one_only = args.photos.len() == 1 && args.photos.iter().all(is_one);
    if args.place.to.is_some() && !one_only {
        return Err(Failure::new(
            "--to names one copy, but there are several photos.",
            "Use -o DIR to put copies of all of them into a folder.",
        )
        .named(ErrorKind::Misuse, "several-photos-one-name"));
    }
    Ok(())
}

/// On standard output the copy itself is the result.
fn tell(args: &CleanArgs, done: &mut Done, out: &mut Output) -> Result<(), Failure> {
    match &mut done.stream {
        Some(Stream::Bytes(bytes)) => return out.bytes(bytes),
        Some(Stream::File(file)) => return out.file(file),
        None if args.json => return Ok(()),
        None => out.line(report::sentence(done))?,
    }
    if args.receipt {
        for line in report::receipt(done) {
            out.line(line)?;
        }
    }
    Ok(())
}

fn print_end(plan: &Plan<'_>, tally: &Tally, out: &mut Output) -> Result<(), Failure> {
    tally.tell_skipped(out)?;
    if tally.walked {
        let skipped = tally.skipped.len();
        out.line(words::clean_sum(tally.done, tally.failed, skipped, plan.run == Run::Dry))?;
    }
    if tally.done > 0 {
        if matches!(plan.way, Way::Resave(_)) {
            out.line(words::receipt::RESAVED)?;
        }
        if matches!(plan.place, Place::Original) && plan.run == Run::Real {
            out.line(words::receipt::ORIGINALS_GONE)?;
        }
    }
    Ok(())
}

fn document(args: &CleanArgs, documents: &[serde_json::Value], tally: &Tally) -> serde_json::Value {
    json!({
        "version": 1,
        "dry_run": args.dry_run,
        "photos": documents,
        "skipped": tally.skipped_json(),
        "summary": {
            "cleaned": tally.done,
            "failed": tally.failed,
            "skipped": tally.skipped.len(),
        },
    })
}
