//! `velum accept`: the terms behind a link, in full; then a yes, or nothing.

use client::{Device, InviteLink, Offer, Told};
use getrandom::{SysRng, rand_core::UnwrapErr};
use serde_json::json;
use vocab::ErrorKind;

use super::vault::another_relay;
use crate::cli::{AcceptArgs, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{self, Session, Way, settle};
use crate::terminal;
use crate::vault_files::VaultFiles;
use crate::words::trouble;

pub(crate) fn run(
    args: &AcceptArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let link = read_link(&args.link)?;
    let origin = session::parse_relay(link.origin())?;
    match session.device.relay() {
        Some(known) if known != origin.as_str() => return Err(another_relay(known)),
        _ => session.way.lead_to(origin),
    }
    let offer = settle(Device::<VaultFiles, Way, UnwrapErr<SysRng>>::look(&session.way, &link));
    let offer = offer.map_err(trouble::of)?;
    if !options.json {
        print_offer(&offer, out)?;
    }
    if !args.yes && !terminal::says_yes("Type yes to sign this; anything else is a no:")? {
        return Err(Failure::new(
            "You did not say yes, so nothing was signed, used up or told to anyone.",
            "The link still works until it expires.",
        )
        .named(ErrorKind::Refused, "no-yes"));
    }
    let words = offer.words();
    let told = settle(session.device.accept(offer, &args.name, session.now));
    let told = told.map_err(trouble::of)? == Told::Now;
    if options.json {
        out.document(&json!({
            "version": 1,
            "name": args.name,
            "terms": words,
            "told": told,
        }))?;
    } else if told {
        out.line(format!("You said yes; {}'s device hears of it.", args.name))?;
        out.line("You can say no to all of it at any time: velum end NAME.")?;
        out.line("Next: velum inbox, as soon as something was shared with you.")?;
    } else {
        out.line("You said yes, but the relay cannot be reached now. Run velum sync later.")?;
    }
    Ok(if told { Outcome::Done } else { Outcome::RelayToBeTold })
}

fn read_link(argument: &str) -> Result<InviteLink, Failure> {
    match argument {
        "-" => InviteLink::parse(&terminal::secret_from_stdin()?),
        text => InviteLink::parse(text),
    }
    .map_err(trouble::of)
}

fn print_offer(offer: &Offer, out: &mut Output) -> Result<(), Failure> {
    out.line(format!("An invitation through {}. Its terms:", offer.origin()))?;
    out.line("")?;
    for line in offer.words().lines() {
        out.line(format!("  {line}").trim_end())?;
    }
    out.line("")?;
    out.line(match offer.both_ways() {
        true => "You can share photos with each other.",
        false => "You would be sent photos; the other person has not agreed to be sent yours.",
    })?;
    out.line("That it comes from the right person rests on how the link reached you.")?;
    out.finish()
}
