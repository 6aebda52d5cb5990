//! `velum end`: everything with one person ends.

use super::withdraw;
use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle};
use crate::words::trouble;

pub(crate) fn run(
    name: &str,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let report = settle(session.device.end(name, session.now)).map_err(trouble::of)?;
    if !options.json {
        out.line(format!(
            "Everything with {name} has ended: no photo is shared any more, none is received."
        ))?;
    }
    if options.json || report.withdrawn + report.unconfirmed > 0 {
        return withdraw::tell(&report, options, out);
    }
    Ok(Outcome::Done)
}
