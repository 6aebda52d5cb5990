//! `velum agreement renew`: the terms once more, for longer, wider or narrower.

use client::{Error, Permission, Renewal, Terms};
use serde_json::json;
use vocab::{ErrorKind, limits};

use crate::cli::{RenewArgs, VaultOptions};
use crate::commands::invite;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::terminal;
use crate::words::trouble;

pub(crate) fn run(
    args: &RenewArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    // What they have signed meanwhile; without the relay, what is known here has to do.
    match settle(session.device.sync(session.now)) {
        Ok(_) | Err(Error::RelayUnreachable | Error::Relay(_)) => {}
        Err(error) => return Err(trouble::of(error)),
    }
    let proposed = session.device.proposal_from(&args.name).map_err(trouble::of)?;
    let (terms, is_theirs) = match proposed {
        Some(theirs) if !args.changes_anything() => (theirs, true),
        _ => (choose(args, &session)?, false),
    };
    let words = consent::terms::words(&terms);
    if !options.json {
        print_terms(args, &words, is_theirs, out)?;
    }
    if is_theirs
        && !args.yes
        && !terminal::says_yes("Type yes to sign this; anything else is a no:")?
    {
        return Err(Failure::new(
            "You did not say yes, so nothing was signed.",
            "What the new terms narrow holds in any case; the rest stays as it was.",
        )
        .named(ErrorKind::Refused, "no-yes"));
    }
    let renewal = settle(session.device.renew(&args.name, terms, session.now));
    let renewal = renewal.map_err(trouble::of)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "name": args.name,
            "stage": match renewal {
                Renewal::Agreed => "agreed",
                Renewal::Proposed => "proposed",
            },
            "until": terms.until.to_string(),
            "terms": words,
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(match renewal {
        Renewal::Agreed => "You have both signed these terms.".to_owned(),
        Renewal::Proposed => format!(
            "You have signed. What is narrower holds now; the rest holds when {} has signed too:\n\
             velum agreement renew NAME on their side.",
            args.name
        ),
    })?;
    Ok(Outcome::Done)
}

/// The terms as they are, for 30 days from now, with what the command changes.
fn choose(args: &RenewArgs, session: &Session) -> Result<Terms, Failure> {
    let now = session.now;
    let partners = session.device.partners();
    let partner = partners.iter().rev().find(|partner| partner.name == args.name);
    let terms = partner.ok_or_else(|| trouble::of(Error::NoSuchPartner))?.terms;
    let usual = now.plus_days(limits::CONSENT_DAYS_DEFAULT);
    let once = args.limits.once.then_some(1);
    Ok(Terms {
        until: invite::end(&args.limits.until, now)?.unwrap_or(usual),
        views_max: args.limits.views.or(once).unwrap_or(terms.views_max),
        keep: changed(args.allow_keep, args.no_keep, terms.keep),
        show: changed(args.allow_show, args.no_show, terms.show),
        keep_days: args.delete_within.unwrap_or(terms.keep_days),
        on_end: terms.on_end,
    })
}

fn changed(allow: bool, forbid: bool, now: Permission) -> Permission {
    match (allow, forbid) {
        (true, _) => Permission::Allowed,
        (_, true) => Permission::NotAllowed,
        _ => now,
    }
}

fn print_terms(
    args: &RenewArgs,
    words: &str,
    is_theirs: bool,
    out: &mut Output,
) -> Result<(), Failure> {
    out.line(match is_theirs {
        true => format!("{} proposes these terms:", args.name),
        false => "These terms:".to_owned(),
    })?;
    out.line("")?;
    for line in words.lines() {
        out.line(format!("  {line}").trim_end())?;
    }
    out.line("")?;
    out.finish()
}
