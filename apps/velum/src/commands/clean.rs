//! `velum clean`: copies without anything hidden.

use std::path::{Path, PathBuf};

use media::{Clean, Orientation};
use serde_json::{Value as Json, json};

use crate::cli::CleanArgs;
use crate::failure::{Failure, Outcome};
use crate::files::{self, IfThere};
use crate::output::Output;
use crate::words;

/// One photo that was cleaned.
struct Done<'a> {
    photo: &'a Path,
    copy: PathBuf,
    clean: Clean,
}

/// Cleans every photo; one that cannot be cleaned does not stop the others.
pub(crate) fn run(args: &CleanArgs, out: &mut Output) -> Result<Outcome, Failure> {
    if args.to.is_some() && args.photos.len() != 1 {
        return Err(Failure::new(
            "--to names one copy, but there are several photos.",
            "Use -o DIR to put copies of all of them into a folder.",
        ));
    }
    let mut outcome = Outcome::Done;
    let mut documents = Vec::new();
    for photo in &args.photos {
        match clean_one(args, photo, out) {
            Ok(done) if args.json => documents.push(done_json(&done)),
            // On standard output the copy itself is the result.
            Ok(done) if files::is_stream(&done.copy) => {}
            Ok(done) => out.line(sentence(&done))?,
            Err(failure) => {
                outcome = Outcome::SomeFailed;
                if args.json {
                    documents.push(failure_json(photo, &failure));
                }
                out.complain(&failure);
            }
        }
    }
    if args.json && !args.to.as_deref().is_some_and(files::is_stream) {
        out.line(format!("{:#}", json!({ "version": 1, "photos": documents })))?;
    }
    Ok(outcome)
}

fn clean_one<'a>(args: &CleanArgs, photo: &'a Path, out: &mut Output) -> Result<Done<'a>, Failure> {
    let original = files::read_photo(photo)?;
    let clean = original.clean().map_err(|e| words::not_usable(&e).about(photo.display()))?;
    let copy = match (&args.to, &args.out) {
        (Some(to), _) if files::is_stream(to) => {
            out.bytes(clean.bytes())?;
            to.clone()
        }
        (Some(to), _) => {
            let if_there = if args.overwrite { IfThere::Replace } else { IfThere::Refuse };
            files::write_as(&clean, to, if_there)?;
            to.clone()
        }
        (None, Some(folder)) => files::write_into(&clean, folder)?,
        (None, None) => return Err(Failure::new("There is no place for the copy.", "Add -o DIR.")),
    };
    Ok(Done { photo, copy, clean })
}

fn sentence(done: &Done<'_>) -> String {
    let receipt = done.clean.receipt();
    let removed = receipt.removed_bytes();
    let mut text = format!("{} -> {}", done.photo.display(), done.copy.display());
    text += &match removed {
        0 => " (nothing to take out)".to_owned(),
        bytes => format!(" ({} taken out; the picture is the same)", words::size(bytes)),
    };
    if done.clean.orientation() != Orientation::Upright {
        text += "; still marked to be shown turned";
    }
    text
}

fn done_json(done: &Done<'_>) -> Json {
    let receipt = done.clean.receipt();
    let size = done.clean.shown_size();
    json!({
        "file": done.photo.display().to_string(),
        "copy": done.copy.display().to_string(),
        "format": done.clean.format().extension(),
        "width": size.width,
        "height": size.height,
        "original_bytes": receipt.original_bytes,
        "clean_bytes": receipt.clean_bytes,
        "orientation": done.clean.orientation() as u8,
    })
}

fn failure_json(photo: &Path, failure: &Failure) -> Json {
    json!({
        "file": photo.display().to_string(),
        "error": { "what": failure.what, "advice": failure.advice },
    })
}
