//! `velum vault`: make a vault, look at it, choose its relay.

use client::{PartnerStage, SentStage};
use crypto::password::Cost;
use serde_json::json;
use vocab::ErrorKind;

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
            let cost = if *small_memory { Cost::LEAST } else { Cost::NATIVE };
            new(relay.as_deref(), cost, options, out)
        }
        VaultCommand::Status => status(options, out),
        VaultCommand::Relay { url } => relay(url, options, out),
    }
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
    if options.json {
        out.document(&json!({
            "version": 1,
            "vault": place.display().to_string(),
            "relay": device.relay(),
            "partners": partners,
            "sent": sent,
            "received": received,
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(format!("Vault: {}", place.display()))?;
    out.line(format!("Relay: {}", device.relay().unwrap_or("none yet")))?;
    out.line(format!(
        "People: {partners}. Photos you share: {sent}. Shared with you: {received}."
    ))?;
    out.line("More: velum status")?;
    Ok(Outcome::Done)
}
