//! `velum view`: one photo, once, on a page that only this machine can open.

use std::process::{Command, Stdio};

use client::{Keeping, KeptView, ReceivedView};
use serde_json::json;
use vocab::ErrorKind;

use crate::cli::{VaultOptions, ViewArgs};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::one_shot::{Ending, OneShot, Photo};
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::{sharing, trouble};

pub(crate) fn run(
    args: &ViewArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    if let Some(kept) = session.kept(&args.share) {
        return show_kept(&kept, args, &session, options, out);
    }
    let view = session.received(&args.share)?;
    let page = OneShot::prepare().map_err(|_| no_page())?;
    announce(&page, &view, options, out)?;
    start_browser(&page, args, out);
    let mut views_left = view.views_left;
    let ending = page.serve(|| {
        let opened = settle(session.device.view(view.share, clock::now()?)).map_err(trouble::of)?;
        views_left = opened.views_left;
        Ok(Photo {
            media_type: sharing::media_type(opened.media_type),
            words: page_words(&view, opened.views_left),
            bytes: opened.bytes,
        })
    })?;
    tell(ending, &view, views_left, options, out)
}

/// A photo that lies in the vault: no relay is asked, no view is used.
fn show_kept(
    kept: &KeptView,
    args: &ViewArgs,
    session: &Session,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let page = OneShot::prepare().map_err(|_| no_page())?;
    if options.json {
        out.line_now(json!({ "version": 1, "address": page.url() }).to_string())?;
    } else {
        let id = short(kept.share);
        out.line(format!("{id} from {}, kept here. No view is used:", kept.from))?;
        out.line_now(page.url())?;
    }
    start_browser(&page, args, out);
    let ending = page.serve(|| {
        let opened = settle(session.device.open_kept(kept.share, clock::now()?));
        let opened = opened.map_err(trouble::of)?;
        Ok(Photo {
            media_type: sharing::media_type(opened.media_type),
            words: "Kept in your vault, as you both agreed.".to_owned(),
            bytes: opened.bytes,
        })
    })?;
    if ending != Ending::Shown {
        return Err(not_shown(kept.share));
    }
    if options.json {
        let share = sharing::whole(kept.share);
        out.document(&json!({ "version": 1, "share": share, "shown": true }))?;
    } else {
        out.line("Shown. The browser holds it until you close the page.")?;
    }
    Ok(Outcome::Done)
}

fn not_shown(share: vocab::ShareId) -> Failure {
    Failure::new(
        "The page was not opened within 60 seconds, or its browser did not load the photo.",
        format!("Run velum view {} again when you are ready.", short(share)),
    )
    .named(ErrorKind::Unavailable, "page-not-opened")
}

fn start_browser(page: &OneShot, args: &ViewArgs, out: &mut Output) {
    if !args.no_open && !open_browser(&page.url()) {
        out.complain(&Failure::new(
            "No browser could be started.",
            "Open the address above in one on this machine.",
        ));
    }
}

fn announce(
    page: &OneShot,
    view: &ReceivedView,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<(), Failure> {
    if options.json {
        // One line, now: the document about what happened comes when it has happened.
        return out.line_now(json!({ "version": 1, "address": page.url() }).to_string());
    }
    let (id, left) = (short(view.share), sharing::views_left(view.views_left));
    out.line(format!("{id} from {}: {left} left. One is used when this page opens:", view.from))?;
    out.line_now(page.url())
}

fn page_words(view: &ReceivedView, views_left: u32) -> String {
    let left = match views_left {
        0 => "This was the last view.".to_owned(),
        n => format!("{} left.", sharing::views_left(n)),
    };
    let may_keep = view.limits.is_some_and(|limits| limits.keeping == Keeping::Agreed);
    let keep = match may_keep {
        true => "You may keep a copy: velum keep saves one.",
        false => "You both agreed that it is looked at, not kept and not passed on.",
    };
    format!("{left} {keep}")
}

fn tell(
    ending: Ending,
    view: &ReceivedView,
    views_left: u32,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let id = short(view.share);
    match ending {
        Ending::NotOpened => {
            return Err(Failure::new(
                "Nobody opened the page within 60 seconds, so no view was used.",
                format!("Run velum view {id} again when you are ready."),
            )
            .named(ErrorKind::Unavailable, "page-not-opened"));
        }
        Ending::NotFetched => {
            return Err(Failure::new(
                "The page was opened, but the browser did not load the photo. The view is used.",
                "Use a browser that shows pictures.",
            )
            .named(ErrorKind::Unavailable, "photo-not-loaded"));
        }
        Ending::Shown => {}
    }
    if options.json {
        let share = sharing::whole(view.share);
        out.document(&json!({
            "version": 1,
            "share": share,
            "shown": true,
            "views_left": views_left,
        }))?;
        return Ok(Outcome::Done);
    }
    out.line(match views_left {
        0 => "Shown. That was the last view; what opened it has been wiped here.".to_owned(),
        n => format!("Shown. {} left.", sharing::views_left(n)),
    })?;
    out.line("Velum wrote it nowhere. The browser holds it until you close the page.")?;
    Ok(Outcome::Done)
}

/// Starts the person's browser; false if there is none to start.
fn open_browser(url: &str) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

fn no_page() -> Failure {
    Failure::new(
        "This machine does not let Velum open a local page.",
        "No view was used. Check its firewall, then try again.",
    )
    .named(ErrorKind::Unavailable, "no-page")
}
