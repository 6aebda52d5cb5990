//! `velum share`: clean a photo in memory, say what leaves, seal it for one person.

use client::{Error, Keeping, PartnerStage, SentStage, ShareLimits};
use media::{Clean, Fate, Finding};
use serde_json::{Value as Json, json};
use vocab::Timestamp;

use super::invite::end;
use crate::cli::{ShareArgs, VaultOptions};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::Output;
use crate::session::{Session, settle, short};
use crate::words::{self, sharing, trouble};

/// A photo is shared for so long unless someone says otherwise.
const DAYS_DEFAULT: u64 = 7;

/// Everything that will leave.
struct Parcel {
    clean: Clean,
    limits: ShareLimits,
    removed: Vec<Finding>,
}

pub(crate) fn run(
    args: &ShareArgs,
    options: &VaultOptions,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let mut session = Session::open(options)?;
    let limits = choose_limits(args, &session)?;
    let parcel = pack(args, limits)?;
    if !options.json {
        print_parcel(args, &parcel, out)?;
    }
    if args.dry_run {
        match options.json {
            true => out.document(&json!({ "version": 1, "parcel": parcel_json(args, &parcel) }))?,
            false => out.line("Nothing was shared: this was a dry run.")?,
        }
        return Ok(Outcome::Done);
    }
    let described = parcel_json(args, &parcel);
    let shared = session.device.share(parcel.clean, &args.to, limits, session.now);
    let share = settle(shared).map_err(trouble::of)?;
    let reached = match settle(session.device.sync(session.now)) {
        Ok(_) => true,
        // It is in the vault; nothing is lost.
        Err(Error::RelayUnreachable | Error::Relay(_)) => false,
        Err(error) => return Err(trouble::of(error)),
    };
    let sent = session.device.sent().into_iter().find(|sent| sent.share == share);
    let stage = sent.map_or(SentStage::Waiting, |sent| sent.stage);
    if options.json {
        out.document(&json!({
            "version": 1,
            "share": sharing::whole(share),
            "stage": sharing::sent_stage_id(stage),
            "parcel": described,
        }))?;
    } else {
        let id = short(share);
        let state = match (stage, reached) {
            (SentStage::Delivered, _) => format!("{id}: delivered to the relay, sealed."),
            (_, true) => format!("{id}: waiting for their yes; velum sync delivers it then."),
            (_, false) => format!(
                "{id}: in your vault; the relay cannot be reached now. Run velum sync later."
            ),
        };
        out.line(state)?;
        out.line(format!("To take it back: velum withdraw {id}"))?;
    }
    let is_waiting_for_relay = !reached && stage != SentStage::Delivered;
    Ok(if is_waiting_for_relay { Outcome::RelayToBeTold } else { Outcome::Done })
}

/// What the command asks for; where it says nothing, once and a week, or what is left of the
/// agreement.
fn choose_limits(args: &ShareArgs, session: &Session) -> Result<ShareLimits, Failure> {
    let partners = session.device.partners();
    let named = || partners.iter().filter(|partner| partner.name == args.to);
    let going_on = named().find(|partner| partner.stage != PartnerStage::Ended);
    let partner = going_on.or_else(|| named().next_back());
    let terms = partner.ok_or_else(|| trouble::of(Error::NoSuchPartner))?.terms;
    if terms.until <= session.now {
        return Err(trouble::of(Error::Denied(consent::Denied::PolicyExpired)));
    }
    let usual: Timestamp = session.now.plus_days(DAYS_DEFAULT).min(terms.until);
    Ok(ShareLimits {
        views: args.limits.views.unwrap_or(1),
        not_after: end(&args.limits.until, session.now)?.unwrap_or(usual),
        keeping: if args.keep { Keeping::Agreed } else { Keeping::NotAgreed },
    })
}

fn pack(args: &ShareArgs, limits: ShareLimits) -> Result<Parcel, Failure> {
    let original = files::read_photo(&args.photo)?;
    let mut removed = original.findings();
    removed.retain(|finding| finding.fate == Fate::Removed);
    let clean = original.clean().map_err(|error| {
        let failure = words::not_usable(&error).named(error.kind(), "photo-not-usable");
        failure.about(args.photo.display())
    })?;
    Ok(Parcel { clean, limits, removed })
}

fn print_parcel(args: &ShareArgs, parcel: &Parcel, out: &mut Output) -> Result<(), Failure> {
    let size = parcel.clean.shown_size();
    let bytes = words::size(parcel.clean.bytes().len() as u64);
    out.line("What leaves:")?;
    out.line(format!(
        "  one clean copy, {} x {} pixels, {bytes}, sealed",
        size.width, size.height
    ))?;
    out.line(format!("  for {}: {}", args.to, sharing::limits(&parcel.limits)))?;
    if parcel.removed.is_empty() {
        out.line("  nothing hidden was found in it")?;
    } else {
        out.line("What was taken out:")?;
        for finding in &parcel.removed {
            out.line(format!("  {}", words::sentence(finding)))?;
        }
    }
    out.line(sharing::HONEST_LIMIT)?;
    out.finish()
}

fn parcel_json(args: &ShareArgs, parcel: &Parcel) -> Json {
    let size = parcel.clean.shown_size();
    json!({
        "to": args.to,
        "format": parcel.clean.format().extension(),
        "width": size.width,
        "height": size.height,
        "bytes": parcel.clean.bytes().len(),
        "views": parcel.limits.views,
        "until": parcel.limits.not_after.to_string(),
        "keep": parcel.limits.keeping == Keeping::Agreed,
        "removed": parcel.removed.iter().map(words::sentence).collect::<Vec<_>>(),
    })
}
