//! `velum invite`: a link for one person, under terms.

use std::io::IsTerminal as _;

use client::{InviteLink, Permission, Terms};
use qrcode::{QrCode, render::unicode::Dense1x2};
use serde_json::json;
use vocab::{ErrorKind, Timestamp, limits};

use crate::cli::{InviteArgs, UntilArgs, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::words::{sharing, trouble};

pub(crate) fn run(
    args: &InviteArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    session.require_relay()?;
    let link = match args.again {
        true => session.device.invitation(&args.name).map_err(trouble::of)?,
        false => make(args, &mut session)?,
    };
    if options.json {
        out.document(&json!({
            "version": 1,
            "link": link.expose().as_str(),
            "name": args.name,
        }))?;
    } else {
        let partners = session.device.partners();
        let terms = partners.iter().rev().find(|partner| partner.name == args.name);
        let terms = terms.map(|partner| sharing::terms(&partner.terms)).unwrap_or_default();
        print(args, &link, &terms, out)?;
    }
    Ok(Outcome::Done)
}

fn make(args: &InviteArgs, session: &mut Session) -> Result<InviteLink, Failure> {
    let now = session.now;
    let permission = |is_allowed| match is_allowed {
        true => Permission::Allowed,
        false => Permission::NotAllowed,
    };
    let offered = Terms::offered(now);
    let until = end(&args.limits.until, now)?.unwrap_or(offered.until);
    let terms = Terms {
        until,
        views_max: args.limits.views.unwrap_or(1),
        keep: permission(args.allow_keep),
        show: permission(args.allow_show),
        keep_days: args.delete_within.unwrap_or(offered.keep_days),
        ..offered
    };
    settle(session.device.invite(&args.name, terms, args.both_ways, now)).map_err(trouble::of)
}

/// The moment someone chose, if they did.
pub(super) fn end(chosen: &UntilArgs, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    if let Some(days) = chosen.days {
        return Ok(Some(now.plus_days(days)));
    }
    let Some(text) = &chosen.until else { return Ok(None) };
    let failure =
        |what: &str, advice: &str, id| Err(Failure::new(what, advice).named(ErrorKind::Misuse, id));
    match Timestamp::parse_utc(text) {
        None => failure(
            "This is not a date.",
            "Write it like 2027-01-31 or 2027-01-31T18:00Z.",
            "not-a-date",
        ),
        Some(end) if end <= now => {
            failure("This date is over.", "Choose a later one.", "date-is-over")
        }
        Some(end) if end > now.plus_days(limits::CONSENT_DAYS_MAX) => failure(
            "This is more than 90 days away; a yes does not last longer.",
            "Choose an earlier date. Agreeing again is always possible.",
            "date-too-far",
        ),
        Some(end) => Ok(Some(end)),
    }
}

fn print(
    args: &InviteArgs,
    link: &InviteLink,
    terms: &str,
    out: &mut Output,
) -> Result<(), Failure> {
    let (link, name) = (link.expose(), &args.name);
    out.line(&*link)?;
    if args.qr {
        out.line(qr(&link)?)?;
    }
    if args.again {
        return out
            .line(format!("The same link for {name} once more; nobody has said yes with it yet."));
    }
    out.line("")?;
    out.line(format!(
        "Give this link to {name} and nobody else: the first person who says yes with it"
    ))?;
    out.line(format!("is {name} for this vault. It works once, for 24 hours."))?;
    out.line(format!("Your terms: {terms}."))?;
    out.line(format!("Next: velum share PHOTO --to {} --once", quoted(name)))
}

/// A name as a shell takes it.
pub(super) fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    match name.chars().all(is_plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', "'\\''")),
    }
}

pub(super) fn qr(link: &str) -> Result<String, Failure> {
    let code = QrCode::new(link.as_bytes()).map_err(|_| {
        Failure::new("The link does not fit into a QR code.", "Send it as text.")
            .named(ErrorKind::TooBig, "no-qr")
    })?;
    let drawn = code.render::<Dense1x2>().build();
    if !std::io::stdout().is_terminal() {
        return Ok(drawn);
    }
    // Black on white, whatever the terminal's colours: not every camera reads the inverse.
    let lines: Vec<_> = drawn.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m")).collect();
    Ok(lines.join("\n"))
}
