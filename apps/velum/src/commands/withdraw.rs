//! `velum withdraw`: take photos back, one or all.

use client::{Withdraw, WithdrawReport};
use serde_json::json;

use super::paper;
use crate::cli::{VaultOptions, WithdrawArgs};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::words::trouble;

pub(crate) fn run(
    args: &WithdrawArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    if let Some(relay) = args.relay.as_deref().filter(|_| args.paper) {
        return paper::withdraw(relay, options, out);
    }
    let mut session = Session::open(options)?;
    let which = match &args.share {
        Some(letters) => Withdraw::One(session.sent(letters)?.share),
        None => Withdraw::All,
    };
    let now = session.now;
    let report = match args.quiet {
        true => settle(session.device.withdraw_quietly(which, now)),
        false => settle(session.device.withdraw(which, now)),
    };
    let report = report.map_err(trouble::of)?;
    tell(&report, options, out)
}

/// Says exactly what is certain and what is not.
pub(super) fn tell(
    report: &WithdrawReport,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    if options.json {
        out.document(&json!({
            "version": 1,
            "withdrawn": report.withdrawn,
            "unconfirmed": report.unconfirmed,
        }))?;
    } else {
        if report.withdrawn == 0 && report.unconfirmed == 0 {
            out.line("There is nothing to take back.")?;
        }
        if report.withdrawn > 0 {
            out.line(format!(
                "Taken back: {}. Never to be opened again.",
                photos(report.withdrawn)
            ))?;
            out.line(
                "What was seen before cannot be unseen; a withdrawal stops what comes after.",
            )?;
        }
        if report.unconfirmed > 0 {
            let photos = photos(report.unconfirmed);
            out.line(format!(
                "Not confirmed: {photos}. They can still be opened until the relay is told."
            ))?;
            out.line("It is told again at every velum sync; run it until this is confirmed.")?;
        }
    }
    Ok(if report.unconfirmed == 0 { Outcome::Done } else { Outcome::RelayToBeTold })
}

fn photos(count: usize) -> String {
    match count {
        1 => "1 photo".to_owned(),
        n => format!("{n} photos"),
    }
}
