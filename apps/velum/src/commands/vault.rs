//! `velum vault`: make a vault, look at it, choose its relay, its passphrase and its backup.

mod backup;
mod ways;

use client::{PartnerStage, SentStage, SlotKind};
use crypto::password::Cost;
use serde_json::json;
use vocab::ErrorKind;

use super::paper;
use crate::cli::{VaultCommand, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{self, Session, settle};
use crate::words::trouble;

pub(crate) fn run(
    command: &VaultCommand,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    match command {
        VaultCommand::New { relay, small_memory } => {
            new(relay.as_deref(), cost(*small_memory), options, out)
        }
        VaultCommand::Status => status(options, out),
        VaultCommand::Passphrase { new } => {
            let file = new.new_passphrase_file.as_deref();
            ways::passphrase(file, cost(new.small_memory), options, out)
        }
        VaultCommand::Words => ways::words(options, out),
        VaultCommand::Recover { words_file, new } => {
            let file = new.new_passphrase_file.as_deref();
            ways::recover(words_file.as_deref(), file, cost(new.small_memory), options, out)
        }
        VaultCommand::Backup { to, backup_passphrase_file } => {
            backup::make(to, backup_passphrase_file.as_deref(), options, out)
        }
        VaultCommand::Restore { file, backup_passphrase_file, small_memory } => {
            let passphrase = backup_passphrase_file.as_deref();
            backup::restore(file, passphrase, cost(*small_memory), options, out)
        }
        VaultCommand::PaperToken => paper::show(options, out),
        VaultCommand::Relay { url } => relay(url, options, out),
    }
}

fn cost(small_memory: bool) -> Cost {
    if small_memory { Cost::LEAST } else { Cost::NATIVE }
}

fn new(
    relay: Option<&str>,
    cost: Cost,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    // Before anything is made: an address that cannot be used leaves no vault behind.
    let relay = relay.map(session::parse_relay).transpose()?;
    let mut session = Session::create(options, cost)?;
    if let Some(relay) = &relay {
        settle(session.device.set_relay(relay.as_str())).map_err(trouble::of)?;
    }
    let place = session::place(options)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "vault": place.display().to_string(),
            "relay": session.device.relay(),
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!("Your vault is in {}.", place.display()))?;
    out.line(
        "Nobody can open it without the passphrase, and nobody can bring a forgotten one back.",
    )?;
    out.line("To be able to take everything back without it: velum vault paper-token")?;
    match relay {
        Some(_) => out.line("Next: velum invite --name NAME")?,
        None => out.line(
            "Next: accept an invitation with velum accept, or choose a relay with velum vault relay URL.",
        )?,
    }
    Ok(Outcome::Done)
}

fn relay(url: &str, options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let relay = session::parse_relay(url)?;
    let mut session = Session::open(options)?;
    match session.device.relay() {
        Some(known) if known != relay.as_str() => Err(another_relay(known)),
        _ => {
            settle(session.device.set_relay(relay.as_str())).map_err(trouble::of)?;
            if options.json {
                out.document(&json!({ "version": 1, "relay": relay.as_str() }))?;
            } else {
                out.line(format!("The relay is {}.", relay.as_str()))?;
                out.line("Next: velum invite --name NAME")?;
            }
            Ok(Outcome::Done)
        }
    }
}

/// A vault lives at one relay: its mailboxes and photos are there.
pub(super) fn another_relay(known: &str) -> Failure {
    Failure::new(
        format!("This vault uses another relay: {known}."),
        "Make a second vault for the other relay: velum vault new --vault DIR.",
    )
    .named(ErrorKind::Refused, "another-relay")
}

fn status(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let session = Session::open(options)?;
    let place = session::place(options)?;
    let device = &session.device;
    let partners = device.partners();
    let partners = partners.iter().filter(|p| p.stage != PartnerStage::Ended).count();
    let is_open = |stage| !matches!(stage, SentStage::Withdrawn | SentStage::Ended);
    let sent = device.sent().iter().filter(|sent| is_open(sent.stage)).count();
    let received = device.received().iter().filter(|view| view.limits.is_some()).count();
    let ways = settle(device.slots()).map_err(trouble::of)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "vault": place.display().to_string(),
            "relay": device.relay(),
            "partners": partners,
            "sent": sent,
            "received": received,
            "opens_with": ways.iter().map(|way| ways::name(way.kind).0).collect::<Vec<_>>(),
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!("Vault: {}", place.display()))?;
    out.line(format!("Relay: {}", device.relay().unwrap_or("none yet")))?;
    out.line(format!(
        "People: {partners}. Photos you share: {sent}. Shared with you: {received}."
    ))?;
    let names: Vec<_> = ways.iter().map(|way| ways::name(way.kind).1).collect();
    out.line(format!("Opens with: {}.", names.join(", ")))?;
    if !ways.iter().any(|way| way.kind == SlotKind::RecoveryWords) {
        out.line("For the day you forget it: velum vault words")?;
    }
    out.line("More: velum status")?;
    Ok(Outcome::Done)
}
