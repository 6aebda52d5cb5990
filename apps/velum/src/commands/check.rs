//! `velum check`: what photos and clips give away, beside their pictures and in them.

mod annotated;
mod message;
mod visible;

use std::path::{Path, PathBuf};

use media::{Fate, Finding, Format, Original, Size};
use serde_json::{Value as Json, json};

use self::annotated::Target;
use self::message::Message;
use self::visible::{NotLookedAt, Seen};
use crate::cli::{CheckArgs, Only};
use crate::commands::detectors::Detectors;
use crate::commands::folders::{self, Tally, Told};
use crate::failure::{Failure, Outcome};
use crate::files::{self, NotTaken, Route, Taken};
use crate::output::Output;
use crate::words;

/// One photo or clip that was looked into.
struct Checked {
    path: PathBuf,
    format: Format,
    /// A clip may be sound alone.
    size: Option<Size>,
    bytes: u64,
    found: Vec<Found>,
    /// What is in the picture, if that was asked for.
    seen: Option<Seen>,
}

/// A finding, and a picture of it.
struct Found {
    finding: Finding,
    /// A PNG, until it is written.
    sheet: Option<Vec<u8>>,
    sheet_path: Option<PathBuf>,
}

/// Looks into every photo; one that cannot be read does not stop the others.
pub(crate) fn run(args: &CheckArgs, out: &mut Output) -> Result<Outcome, Failure> {
    if let Some(kind) = &args.explain {
        return explain(kind, args, out);
    }
    let target = Target::of(args)?;
    let folders: Vec<&Path> = args
        .pictures
        .as_deref()
        .into_iter()
        .chain(target.as_ref().and_then(Target::folder))
        .collect();
    folders.iter().try_for_each(|folder| files::make_folder(folder))?;
    let message = args.message.as_deref().map(Message::read).transpose()?;
    if let Some(message) = message.as_ref().filter(|_| !args.json) {
        message.print(out)?;
    }
    let mut documents = Vec::new();
    let (mut hiding, mut showing) = (0, 0);
    let (mut sheets, mut copies) = (1.., 1..);
    let detectors = Detectors::new(args.kinds());
    let work = |path: &Path, route| look_into(args, &detectors, path, route);
    let tally = folders::each(&args.photos, &folders, out, work, |told, out| {
        match told {
            Told::Done(mut checked) => {
                hiding += usize::from(checked.hides_something());
                showing += usize::from(checked.seen.as_ref().is_some_and(Seen::is_something));
                checked.write_sheets(args.pictures.as_deref(), &mut sheets)?;
                if let (Some(target), Some(seen)) = (&target, &mut checked.seen) {
                    seen.write(target, &mut copies)?;
                }
                if args.json {
                    documents.push(checked.to_json(target.is_some()));
                } else {
                    checked.print(args, out)?;
                }
            }
            Told::Failed(path, failure) => documents.push(folders::failure_json(path, failure)),
        }
        Ok(())
    })?;
    folders.iter().for_each(|folder| files::flush(folder));
    // What is visible is not hidden: it counts where nothing hidden is looked for.
    let found = if args.hidden() { hiding } else { showing };
    if args.json {
        out.json(&document(args, message.as_ref(), &documents, &tally, found))?;
    } else {
        print_sum(args, &tally, found, out)?;
    }
    Ok(match (tally.failed, found) {
        (1.., _) => Outcome::SomeFailed,
        (0, 1..) => Outcome::Found,
        (0, 0) => message.map_or(Outcome::Done, |message| message.outcome()),
    })
}

fn look_into(
    args: &CheckArgs,
    detectors: &Detectors,
    path: &Path,
    route: Route,
) -> Result<Checked, NotTaken> {
    let path = path.to_owned();
    match files::take(&path, route)? {
        Taken::Photo(original) => {
            let looks = !args.kinds().is_empty();
            let seen = looks
                .then(|| visible::look_at(detectors, &original, args.picture.is_some()))
                .transpose();
            let seen = seen.map_err(|failure| failure.about(words::shown(&path)))?;
            let findings = if args.hidden() { original.findings() } else { Vec::new() };
            let found = findings.into_iter().map(|finding| {
                let sheet = args.pictures.is_some().then(|| original.side_by_side(&finding));
                Found { sheet: sheet.flatten(), finding, sheet_path: None }
            });
            Ok(Checked {
                seen,
                found: found.collect(),
                format: original.format(),
                size: Some(original.shown_size()),
                bytes: size_bytes(&original),
                path,
            })
        }
        Taken::Clip(clip, mut source) => {
            let findings = if args.hidden() { clip.findings(&mut source) } else { Ok(Vec::new()) };
            let findings = findings.map_err(|error| {
                let disk = source.take_error().map(|error| words::reading_failed(&error));
                disk.unwrap_or_else(|| words::not_usable(&error)).about(words::shown(&path))
            })?;
            let found = |finding| Found { finding, sheet: None, sheet_path: None };
            Ok(Checked {
                seen: (!args.kinds().is_empty()).then_some(Seen::NotLookedAt(NotLookedAt::Clip)),
                found: findings.into_iter().map(found).collect(),
                format: clip.format(),
                size: clip.shown_size(),
                bytes: clip.size_bytes(),
                path,
            })
        }
    }
}

fn size_bytes(original: &Original) -> u64 {
    original.bytes().len() as u64
}

/// What counts for the exit code: what a clean copy would not have.
fn is_hidden(finding: &Finding) -> bool {
    finding.fate == Fate::Removed
}

impl Checked {
    fn hides_something(&self) -> bool {
        self.found.iter().any(|found| is_hidden(&found.finding))
    }

    /// Names are given here, one after the other, so that they come in the order of the photos.
    fn write_sheets(
        &mut self,
        folder: Option<&Path>,
        numbers: &mut std::ops::RangeFrom<u32>,
    ) -> Result<(), Failure> {
        let Some(folder) = folder else { return Ok(()) };
        for found in &mut self.found {
            if let Some(sheet) = found.sheet.take() {
                let names = numbers.by_ref().map(|number| format!("hidden-{number}.png"));
                found.sheet_path = Some(files::write_beside(&sheet, folder, names)?);
            }
        }
        Ok(())
    }

    fn print(&self, args: &CheckArgs, out: &mut Output) -> Result<(), Failure> {
        let name = words::shown(&self.path);
        match &self.seen {
            Some(seen) if !args.hidden() => {
                let lines = seen.lines(args.kinds(), true);
                return out.line(format!("{name}: {}", lines.join("\n")));
            }
            _ if self.found.is_empty() => out.line(format!("{name}: nothing hidden found."))?,
            _ => out.line(format!("{name}:"))?,
        }
        for found in &self.found {
            out.line(format!("  {}", words::sentence(&found.finding)))?;
            if let Some(sheet) = &found.sheet_path {
                out.line(format!("    to look at: {}", words::shown(sheet)))?;
            }
        }
        if let Some(seen) = &self.seen {
            for line in seen.lines(args.kinds(), false) {
                out.line(format!("  {line}"))?;
            }
        }
        if self.hides_something() && args.photos.contains(&self.path) {
            out.line(format!("  To take it out: velum clean {name} -o cleaned"))?;
        }
        Ok(())
    }

    /// Whether an annotated copy was asked for is told by `asked`.
    fn to_json(&self, asked: bool) -> Json {
        let mut document = json!({
            "file": self.path.display().to_string(),
            "format": self.format.extension(),
            "width": self.size.map(|size| size.width),
            "height": self.size.map(|size| size.height),
            "bytes": self.bytes,
            "findings": self.found.iter().map(found_json).collect::<Vec<_>>(),
        });
        if let Some(seen) = &self.seen {
            document["visible"] = seen.to_json();
            document["not_looked_at"] = seen.not_looked_at();
            if asked {
                document["picture"] = seen.picture_json();
            }
            if let Some(skin) = seen.skin() {
                document["may_be_skin"] = skin;
            }
        }
        document
    }
}

fn print_sum(
    args: &CheckArgs,
    tally: &Tally,
    found: usize,
    out: &mut Output,
) -> Result<(), Failure> {
    tally.tell_skipped(out)?;
    if !tally.walked {
        return Ok(());
    }
    let what = match args.only {
        None | Some(Only::Hidden) => "hide something",
        Some(Only::Faces) => "show a face",
        Some(Only::Text) => "show text",
        Some(Only::Codes) => "show a code",
    };
    out.line(words::check_sum(tally.done, found, what, tally.failed, tally.skipped.len()))?;
    if args.hidden() && found > 0 {
        let names: Vec<_> = args.photos.iter().map(|path| words::shown(path)).collect();
        out.line(format!("To take it out: velum clean {} -o cleaned", names.join(" ")))?;
    }
    Ok(())
}

/// Of one photo in which one visible thing is looked for, the findings alone.
fn document(
    args: &CheckArgs,
    message: Option<&Message>,
    documents: &[Json],
    tally: &Tally,
    found: usize,
) -> Json {
    let alone = (documents, args.hidden(), tally.walked, tally.failed, message);
    if let ([only], false, false, 0, None) = alone {
        return only["visible"].clone();
    }
    let mut document = json!({
        "version": 1,
        "photos": documents,
        "skipped": tally.skipped_json(),
        "summary": {
            "checked": tally.done,
            "with_findings": found,
            "failed": tally.failed,
            "skipped": tally.skipped.len(),
        },
    });
    if let Some(message) = message {
        document["message"] = message.to_json();
    }
    document
}

fn found_json(found: &Found) -> Json {
    let finding = &found.finding;
    let mut json = json!({
        "kind": finding.kind.id(),
        "source": finding.source.id(),
        "offset": finding.offset,
        "bytes": finding.bytes,
        "removed": is_hidden(finding),
        "value": value_json(&finding.value),
        "words": words::sentence(finding),
    });
    if let Some(path) = &found.sheet_path {
        json["side_by_side"] = path.display().to_string().into();
    }
    json
}

fn value_json(value: &media::Value) -> Json {
    match value {
        media::Value::Text(text) => json!(text),
        media::Value::Place(place) => json!({
            "latitude": place.latitude_degrees,
            "longitude": place.longitude_degrees,
            "altitude_m": place.altitude_m,
        }),
        media::Value::Count(count) => json!(count),
        media::Value::Picture { size, comparison } => json!({
            "width": size.map(|size| size.width),
            "height": size.map(|size| size.height),
            "differs": words::comparison_json(*comparison),
        }),
        _ => Json::Null,
    }
}

/// All kinds of findings, or the one of this name.
fn explain(kind: &str, args: &CheckArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let all = words::kinds::all();
    let chosen: Vec<_> = all.filter(|known| kind.is_empty() || known.id == kind).collect();
    if chosen.is_empty() {
        return Err(Failure::new(
            "There is no kind of finding of that name.",
            "velum check --explain lists all of them.",
        )
        .named(vocab::ErrorKind::Misuse, "no-such-kind"));
    }
    if args.json {
        let json = |kind: &words::kinds::Explanation| {
            json!({
                "kind": kind.id,
                "subject": kind.subject,
                "what": kind.what,
                "why": kind.why,
                "cleaning": kind.cleaning,
            })
        };
        let kinds: Vec<_> = chosen.iter().map(json).collect();
        out.document(&json!({ "version": 1, "kinds": kinds }))?;
        return Ok(Outcome::Done);
    }
    for (index, kind) in chosen.iter().enumerate() {
        if index > 0 {
            out.line("")?;
        }
        out.line(format!("{}  ({})", kind.subject, kind.id))?;
        for part in [kind.what, kind.why, kind.cleaning] {
            out.line(format!("  {part}"))?;
        }
    }
    Ok(Outcome::Done)
}
