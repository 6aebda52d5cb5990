//! `velum agreement`: what two people have signed, for themselves and for others. No network.
//!
//! The words say what keys stated, and when by their own clocks. They never say that somebody
//! consented, was free, or was who they say: a file cannot know.

mod permission;
mod renew;

use std::path::Path;

use consent::{Act, Ledger, Report, Standing, Subject, Verb, Verified, terms};
use data_encoding::HEXLOWER;
use serde_json::{Value as Json, json};
use vocab::{PersonId, limits};

use crate::cli::{AgreementCommand, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::session::Session;
use crate::words::{sharing, trouble};

/// No agreement's file is larger: both chains full of the longest statements.
const FILE_BYTES_MAX: u64 = (2 * limits::STATEMENTS_MAX * limits::STATEMENT_BYTES_MAX) as u64;

pub(crate) fn run(
    command: &AgreementCommand,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    match command {
        AgreementCommand::Show { name } => show(name, options, out),
        AgreementCommand::Export { name, out: file } => export(name, file, options, out),
        AgreementCommand::Verify { file } => verify(file, options, out),
        AgreementCommand::Renew(args) => renew::run(args, options, out),
        AgreementCommand::Withdraw(args) => permission::take_back(args, options, out),
        AgreementCommand::Allow(args) => permission::allow(args, options, out),
    }
}

fn show(name: &str, options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let session = Session::open(options)?;
    let ledger = session.device.agreement(name).map_err(trouble::of)?;
    let me = session.device.person();
    let who = |person: PersonId| match person == me {
        true => "you".to_owned(),
        false => name.to_owned(),
    };
    if options.json {
        out.document(&json!({
            "version": 1,
            "name": name,
            "standing": standing_json(&ledger.standing()),
            "statements": statements_json(&ledger, who),
        }))?;
        return Ok(Outcome::Done);
    }
    print_standing(&ledger.standing(), out)?;
    out.line("Stated:")?;
    for statement in ledger.statements() {
        out.line(format!("  {}", sentence(statement, &who(statement.author))))?;
    }
    out.line(format!(
        "To show others: velum agreement export {} -o FILE",
        super::invite::quoted(name)
    ))?;
    Ok(Outcome::Done)
}

fn export(
    name: &str,
    file: &Path,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let session = Session::open(options)?;
    let ledger = session.device.agreement(name).map_err(trouble::of)?;
    files::write_new(&consent::export(&ledger, session.now), file)?;
    if options.json {
        out.document(&json!({ "version": 1, "file": file.display().to_string() }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!(
        "Written: {}. It holds what both keys signed; no photo, no name.",
        file.display()
    ))?;
    out.line(format!("Anyone can check it: velum agreement verify {}", file.display()))?;
    Ok(Outcome::Done)
}

fn verify(file: &Path, options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let bytes = files::read_file(file, FILE_BYTES_MAX)?;
    let verified = Report::verify(&bytes);
    let report = verified.map_err(|error| trouble::of(error.into()).about(file.display()))?;
    let unknown_after = report.unknown_after().map(|time| time.to_string());
    if options.json {
        out.document(&json!({
            "version": 1,
            "exported_at": report.exported_at().to_string(),
            "unknown_after": unknown_after,
            "standing": standing_json(&report.standing()),
            "statements": report.statements().map(|s| statement_json(s, &key(s.author)))
                .collect::<Vec<_>>(),
        }))?;
        return Ok(Outcome::Done);
    }
    out.line("Every signature fits, and no statement in between is missing.")?;
    for statement in report.statements() {
        out.line(format!("  {}", sentence(statement, &key(statement.author))))?;
    }
    print_standing(&report.standing(), out)?;
    out.line(match &unknown_after {
        Some(time) => format!("What was stated after {time} is unknown."),
        None => {
            "One of the two has stated nothing here, so nothing about them is known.".to_owned()
        }
    })?;
    out.line("This shows what two keys stated. It does not show who held them, or why.")?;
    Ok(Outcome::Done)
}

/// A person whose name is not known: the beginning of their key's digest.
fn key(person: PersonId) -> String {
    format!("key {}", &HEXLOWER.encode(person.as_bytes())[..16])
}

fn sentence(statement: &Verified, who: &str) -> String {
    format!("{}  {who} stated: {}", sharing::moment(statement.time), act(&statement.act))
}

fn act(act: &Act) -> String {
    match act {
        Act::Policy(policy) => {
            format!("terms {}: {}", policy.revision, sharing::terms(&policy.terms))
        }
        Act::Grant(grant) => {
            let views = grant.views_max.map(|views| format!(", {}", sharing::times(views)));
            format!(
                "yes to {} {}{}, until {}",
                verb(grant.verb),
                subject(grant.subject),
                views.unwrap_or_default(),
                sharing::moment(grant.not_after)
            )
        }
        Act::Withdraw { verb: None, subject: of } => {
            format!("no to everything with {}", subject(*of))
        }
        Act::Withdraw { verb: Some(only), subject: of } => {
            format!("no to {} {}", verb(*only), subject(*of))
        }
        Act::End => "end of everything".to_owned(),
    }
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Receive => "being sent",
        Verb::View => "looking at",
        Verb::Keep => "keeping",
        Verb::Show => "showing others",
    }
}

fn subject(subject: Subject) -> String {
    match subject {
        Subject::All => "photos".to_owned(),
        Subject::Share(share) => format!("photo {}", crate::session::short(share)),
    }
}

fn print_standing(standing: &Standing, out: &mut Output) -> Result<(), Failure> {
    if let Some((_, time)) = standing.ended {
        return out.line(format!("Ended at {}.", sharing::moment(time)));
    }
    let Some((in_force, since)) = &standing.terms else {
        return out.line("The two have not signed the same terms.");
    };
    out.line(format!("Signed by both at {}:", sharing::moment(*since)))?;
    for line in terms::words(in_force).lines() {
        out.line(format!("  {line}").trim_end())?;
    }
    Ok(())
}

fn standing_json(standing: &Standing) -> Json {
    json!({
        "ended": standing.ended.map(|(_, time)| time.to_string()),
        "terms": standing.terms.map(|(in_force, since)| json!({
            "since": since.to_string(),
            "words": terms::words(&in_force),
        })),
    })
}

fn statements_json(ledger: &Ledger, who: impl Fn(PersonId) -> String) -> Vec<Json> {
    ledger.statements().map(|statement| statement_json(statement, &who(statement.author))).collect()
}

fn statement_json(statement: &Verified, who: &str) -> Json {
    json!({
        "who": who,
        "time": statement.time.to_string(),
        "stated": act(&statement.act),
    })
}
