//! `velum check`: what a photo gives away beside its picture.

use std::path::Path;

use media::{Fate, Finding, Original};
use serde_json::{Value as Json, json};

use crate::cli::CheckArgs;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::words;

/// Looks into every photo; one that cannot be read does not stop the others.
pub(crate) fn run(args: &CheckArgs, out: &mut Output) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Done;
    let mut documents = Vec::new();
    for path in &args.photos {
        match files::read_photo(path) {
            Ok(original) => {
                let findings = original.findings();
                if outcome == Outcome::Done && findings.iter().any(is_hidden) {
                    outcome = Outcome::Found;
                }
                if args.json {
                    documents.push(photo_json(path, &original, &findings));
                } else {
                    print(path, &findings, out)?;
                }
            }
            Err(failure) => {
                outcome = Outcome::SomeFailed;
                if args.json {
                    documents.push(failure_json(path, &failure));
                }
                out.complain(&failure);
            }
        }
    }
    if args.json {
        out.line(format!("{:#}", json!({ "version": 1, "photos": documents })))?;
    }
    Ok(outcome)
}

/// What counts for the exit code: what a clean copy would not have.
fn is_hidden(finding: &Finding) -> bool {
    finding.fate == Fate::Removed
}

fn print(path: &Path, findings: &[Finding], out: &mut Output) -> Result<(), Failure> {
    if findings.is_empty() {
        return out.line(format!("{}: nothing hidden found.", path.display()));
    }
    out.line(format!("{}:", path.display()))?;
    for finding in findings {
        out.line(format!("  {}", words::sentence(finding)))?;
    }
    if findings.iter().any(is_hidden) {
        let name = path.display();
        out.line(format!("  To take it out: velum clean {name} -o cleaned"))?;
    }
    Ok(())
}

fn photo_json(path: &Path, original: &Original, findings: &[Finding]) -> Json {
    let size = original.shown_size();
    json!({
        "file": path.display().to_string(),
        "format": original.format().extension(),
        "width": size.width,
        "height": size.height,
        "bytes": original.bytes().len(),
        "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
    })
}

fn failure_json(path: &Path, failure: &Failure) -> Json {
    json!({
        "file": path.display().to_string(),
        "error": { "what": failure.what, "advice": failure.advice },
    })
}

fn finding_json(finding: &Finding) -> Json {
    json!({
        "kind": finding.kind.id(),
        "source": finding.source.id(),
        "offset": finding.offset,
        "bytes": finding.bytes,
        "removed": is_hidden(finding),
        "value": value_json(&finding.value),
        "words": words::sentence(finding),
    })
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
