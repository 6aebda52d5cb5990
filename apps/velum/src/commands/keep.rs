//! `velum keep`: save a photo shared with us, where its sender agreed.

use client::{Error, Keeping};
use serde_json::json;

use crate::cli::{KeepArgs, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::files::Room;
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::{sharing, trouble};

pub(crate) fn run(
    args: &KeepArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let view = session.received(&args.share)?;
    if view.limits.is_none_or(|limits| limits.keeping != Keeping::Agreed) {
        return Err(trouble::of(Error::Denied(consent::Denied::NotGranted(consent::Verb::Keep))));
    }
    // The view is used only once the disk is sure to take the photo.
    let room = Room::reserve(&args.out, view.photo_bytes.unwrap_or(0))?;
    let opened = settle(session.device.keep(view.share, session.now)).map_err(trouble::of)?;
    room.fill(&opened.bytes)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "share": sharing::whole(view.share),
            "file": args.out.display().to_string(),
            "views_left": opened.views_left,
        }))?;
        return Ok(Outcome::Done);
    }
    let (id, file) = (short(view.share), args.out.display());
    out.line(format!("{id}: saved as {file}, for you alone to read."))?;
    out.line(format!(
        "{} left. {} can withdraw their yes; then you delete this copy.",
        sharing::views_left(opened.views_left),
        view.from
    ))?;
    Ok(Outcome::Done)
}
