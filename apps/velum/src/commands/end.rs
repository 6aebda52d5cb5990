//! `velum end`: everything with one person ends.

use super::withdraw;
use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::words::trouble;

pub(crate) fn run(
    name: &str,
    openly: bool,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let now = session.now;
    let report = match openly {
        true => settle(session.device.end(name, now)),
        false => settle(session.device.end_quietly(name, now)),
    };
    let report = report.map_err(trouble::of)?;
    if !options.json {
        out.line(format!(
            "Everything with {name} has ended: no photo is shared any more, none is received."
        ))?;
        out.line(match openly {
            true => "Their device is told.",
            false => "Their device is told nothing; it sees your photos as not available any more.",
        })?;
    }
    if options.json || report.withdrawn + report.unconfirmed > 0 {
        return withdraw::tell(&report, options, out);
    }
    Ok(Outcome::Done)
}
