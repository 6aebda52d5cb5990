//! `velum keep`: keep a photo shared with us, where its sender agreed: in the vault, or as a file.

use client::{Error, Keeping, ReceivedView};
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
    let Some(file) = &args.out else { return in_vault(&view, &mut session, options, out) };
    // The view is used only once the disk is sure to take the photo.
    let room = Room::reserve(file, view.photo_bytes.unwrap_or(0))?;
    let opened = settle(session.device.keep(view.share, session.now)).map_err(trouble::of)?;
    room.fill(&opened.bytes)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "share": sharing::whole(view.share),
            "file": file.display().to_string(),
            "views_left": opened.views_left,
        }))?;
        return Ok(Outcome::Done);
    }
    let (id, file) = (short(view.share), file.display());
    out.line(format!("{id}: saved as {file}, for you alone to read."))?;
    out.line(format!(
        "{} left. {} can withdraw their yes; then you delete this copy.",
        sharing::views_left(opened.views_left),
        view.from
    ))?;
    Ok(Outcome::Done)
}

fn in_vault(
    view: &ReceivedView,
    session: &mut Session,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let kept = settle(session.device.keep_here(view.share, session.now)).map_err(trouble::of)?;
    if options.json {
        out.document(&json!({
            "version": 1,
            "share": sharing::whole(kept.share),
            "until": kept.until.to_string(),
        }))?;
        return Ok(Outcome::Done);
    }
    let id = short(kept.share);
    out.line(format!(
        "{id}: kept in your vault until {}, or until {} takes their yes back.",
        sharing::moment(kept.until),
        kept.from
    ))?;
    out.line(format!("To look at it, without using a view: velum view {id}"))?;
    Ok(Outcome::Done)
}
