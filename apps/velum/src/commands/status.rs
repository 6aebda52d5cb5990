//! `velum status`: everyone, everything sent, everything received.

use client::{PartnerView, SentStage, SentView};
use serde_json::{Value as Json, json};

use super::inbox::{after_sync, received_json};
use crate::cli::VaultOptions;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::sharing;

pub(crate) fn run(options: &VaultOptions, out: &mut Output) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let synced = settle(async {
        session.device.sync(session.now).await?;
        session.device.refresh_sent().await
    });
    let device = &session.device;
    if options.json {
        let partners: Vec<_> = device.partners().iter().map(partner_json).collect();
        let sent: Vec<_> = device.sent().iter().map(sent_json).collect();
        let received: Vec<_> = device.received().iter().map(received_json).collect();
        out.document(&json!({
            "version": 1,
            "partners": partners,
            "sent": sent,
            "received": received,
            "kept": device.kept(session.now).iter().map(kept_json).collect::<Vec<_>>(),
            "up_to_date": synced.is_ok(),
        }))?;
    } else {
        print(&session, out)?;
    }
    after_sync(synced, out)
}

fn print(session: &Session, out: &mut Output) -> Result<(), Failure> {
    let device = &session.device;
    let partners = device.partners();
    if partners.is_empty() {
        return out.line("Nobody yet. Next: velum invite --name NAME, or velum accept LINK.");
    }
    out.line("People:")?;
    for partner in &partners {
        out.line(format!("  {}: {}", partner.name, sharing::partner_stage(partner.stage)))?;
        out.line(format!("    terms: {}", sharing::terms(&partner.terms)))?;
        if let Some(made_at) = partner.restored_from {
            out.line(format!(
                "    from a backup of {made_at}: you can take back and look; to share anew, end this and \
                 invite each other again"
            ))?;
        }
    }
    let sent = device.sent();
    if !sent.is_empty() {
        out.line("Photos you share:")?;
    }
    for view in &sent {
        out.line(format!("  {}  to {}: {}", short(view.share), view.to, sent_words(view)))?;
    }
    let received = device.received();
    if !received.is_empty() {
        out.line("Shared with you:")?;
    }
    for view in &received {
        let (id, words) = (short(view.share), sharing::received(view));
        out.line(format!("  {id}  from {}: {words}", view.from))?;
    }
    let kept = device.kept(session.now);
    if !kept.is_empty() {
        out.line("Kept in your vault:")?;
    }
    for view in &kept {
        let (id, until) = (short(view.share), sharing::moment(view.until));
        out.line(format!("  {id}  from {}: until {until}", view.from))?;
    }
    Ok(())
}

fn kept_json(view: &client::KeptView) -> Json {
    json!({
        "share": sharing::whole(view.share),
        "from": view.from,
        "until": view.until.to_string(),
    })
}

fn sent_words(view: &SentView) -> String {
    let stage = sharing::sent_stage(view.stage);
    match view.stage {
        SentStage::Waiting => format!("{stage}; {}", sharing::limits(&view.limits)),
        SentStage::Delivered => format!(
            "{stage}; {} of {} left; {}",
            view.views_left,
            sharing::views_left(view.limits.views),
            sharing::limits(&view.limits)
        ),
        _ => stage.to_owned(),
    }
}

fn partner_json(partner: &PartnerView) -> Json {
    json!({
        "name": partner.name,
        "stage": sharing::partner_stage_id(partner.stage),
        "views_max": partner.terms.views_max,
        "until": partner.terms.until.to_string(),
        "keep_allowed": partner.terms.keep == client::Permission::Allowed,
        "restored_from": partner.restored_from.map(|made_at| made_at.to_string()),
    })
}

fn sent_json(view: &SentView) -> Json {
    json!({
        "share": sharing::whole(view.share),
        "to": view.to,
        "stage": sharing::sent_stage_id(view.stage),
        "views": view.limits.views,
        "views_left": view.views_left,
        "until": view.limits.not_after.to_string(),
        "keep": view.limits.keeping == client::Keeping::Agreed,
    })
}
