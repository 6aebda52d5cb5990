//! `velum agreement withdraw` and `velum agreement allow`: one permission by itself.

use client::{Verb, WithdrawReport};
use serde_json::json;
use vocab::ShareId;

use crate::cli::{PermissionArgs, VaultOptions};
use crate::commands::withdraw;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::{sharing, trouble};

/// Takes one permission back.
pub(crate) fn take_back(
    args: &PermissionArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let verb = args.permission.verb();
    let share = share(args, &session)?;
    let taken = session.device.withdraw_permission(&args.name, verb, share, session.now);
    let report = settle(taken).map_err(trouble::of)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "name": args.name,
            "permission": sharing::verb_id(verb),
            "share": share.map(sharing::whole),
            "withdrawn": report.withdrawn,
            "unconfirmed": report.unconfirmed,
        }))?;
        return Ok(outcome(&report));
    }
    for line in sharing::taken_back(verb, &args.name, share.map(short).as_deref()) {
        out.line(line)?;
    }
    if report.withdrawn + report.unconfirmed > 0 {
        return withdraw::tell(&report, options, out);
    }
    Ok(Outcome::Done)
}

/// Says yes to one thing again.
pub(crate) fn allow(
    args: &PermissionArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let verb = args.permission.verb();
    if !matches!(verb, Verb::Receive | Verb::Show) {
        return Err(Failure::new(
            "Looking and keeping are allowed photo by photo, as you share it.",
            "Share the photo again: velum share PHOTO --to NAME, with --keep to let it be kept.",
        )
        .named(vocab::ErrorKind::Misuse, "allowed-by-sharing"));
    }
    let share = share(args, &session)?;
    let allowed = session.device.allow(&args.name, verb, share, session.now);
    settle(allowed).map_err(trouble::of)?;
    if options.json {
        return out
            .document(&json!({
                "version": 1,
                "name": args.name,
                "permission": sharing::verb_id(verb),
                "share": share.map(sharing::whole),
            }))
            .map(|()| Outcome::Done);
    }
    out.line(match verb {
        Verb::Receive => format!("{} can send you photos again.", args.name),
        _ => format!("{} may show others what you show them.", args.name),
    })?;
    let name = crate::commands::invite::quoted(&args.name);
    let id = sharing::verb_id(verb);
    out.line(format!("To take it back: velum agreement withdraw {name} --permission {id}"))?;
    Ok(Outcome::Done)
}

fn share(args: &PermissionArgs, session: &Session) -> Result<Option<ShareId>, Failure> {
    let Some(letters) = &args.share else { return Ok(None) };
    let share = match args.permission.verb() {
        Verb::Receive => session.received(letters)?.share,
        _ => session.sent(letters)?.share,
    };
    Ok(Some(share))
}

fn outcome(report: &WithdrawReport) -> Outcome {
    if report.unconfirmed == 0 { Outcome::Done } else { Outcome::RelayToBeTold }
}
