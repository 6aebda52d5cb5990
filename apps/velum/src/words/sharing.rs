//! The words for sharing: limits, stages, times, ids.

use client::{
    Keeping, MediaType, PartnerStage, Permission, ReceivedView, SentStage, ShareLimits, Terms, Verb,
};
use data_encoding::HEXLOWER;
use vocab::{ShareId, Timestamp};

/// The honest limit, said wherever a photo leaves or is shown.
pub(crate) const HONEST_LIMIT: &str =
    "Whoever sees a photo can take a picture of the screen. Once seen, that cannot be undone.";

/// A whole id, for programs.
pub(crate) fn whole(share: ShareId) -> String {
    HEXLOWER.encode(share.as_bytes())
}

/// `once`, `twice`, `5 times`.
pub(crate) fn times(views: u32) -> String {
    match views {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// `2026-12-24 10:15 UTC`.
pub(crate) fn moment(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} {} UTC", &text[..10], &text[11..16])
}

/// One photo's limits in one line.
pub(crate) fn limits(limits: &ShareLimits) -> String {
    let keep = match limits.keeping {
        Keeping::Agreed => "may be kept",
        Keeping::NotAgreed => "not to be kept",
    };
    format!("opens {}, until {}, {keep}", times(limits.views), moment(limits.not_after))
}

/// An agreement's limits in one line.
pub(crate) fn terms(terms: &Terms) -> String {
    let keep = match terms.keep {
        Permission::Allowed => "keeping where marked",
        Permission::NotAllowed => "no keeping",
    };
    format!("each photo at most {}, {keep}, until {}", times(terms.views_max), moment(terms.until))
}

/// A permission for programs.
pub(crate) fn verb_id(verb: Verb) -> &'static str {
    match verb {
        Verb::Receive => "receive",
        Verb::View => "view",
        Verb::Keep => "keep",
        Verb::Show => "show",
    }
}

/// What follows from one permission taken back.
pub(crate) fn taken_back(verb: Verb, name: &str, photo: Option<&str>) -> Vec<String> {
    let photos = photo.map_or("your photos".to_owned(), |id| format!("photo {id}"));
    let again = |what: &str| format!("To say yes again: {what}");
    match (verb, photo) {
        (Verb::Receive, Some(id)) => vec![format!("You take photo {id} no more; what opened it here is wiped.")],
        (Verb::Receive, None) => vec![
            format!("{name} cannot send you photos any more: the relay takes none for you."),
            "Photos that came before stay closed here.".to_owned(),
            again("velum agreement allow NAME --permission receive"),
        ],
        (Verb::View, _) => vec![format!("{name} may not look at {photos} any more.")],
        (Verb::Keep, _) => vec![
            format!("{name} may not keep {photos} any more, from when their device hears of it."),
            "It deletes what it kept in their vault, as you both agreed. A file saved elsewhere is theirs to delete.".to_owned(),
        ],
        (Verb::Show, _) => vec![
            format!("{name} may not show {photos} to anyone else any more."),
            "That stands in your agreement; no software can watch over it.".to_owned(),
        ],
    }
}

/// How far it is with a partner, said plainly.
pub(crate) fn partner_stage(stage: PartnerStage) -> String {
    match stage {
        PartnerStage::Invited { not_after } => {
            format!("invited; the link works until {}", moment(not_after))
        }
        PartnerStage::Answering => "you said yes; their device has not answered yet".to_owned(),
        PartnerStage::Paired => {
            "both have signed; that it is the right person rests on the link you exchanged"
                .to_owned()
        }
        PartnerStage::Ended => "ended".to_owned(),
    }
}

/// The same for programs.
pub(crate) fn partner_stage_id(stage: PartnerStage) -> &'static str {
    match stage {
        PartnerStage::Invited { .. } => "invited",
        PartnerStage::Answering => "answering",
        PartnerStage::Paired => "link-trusted",
        PartnerStage::Ended => "ended",
    }
}

/// Where a photo of ours is.
pub(crate) fn sent_stage(stage: SentStage) -> &'static str {
    match stage {
        SentStage::Waiting => "waiting for their yes",
        SentStage::Delivered => "delivered",
        SentStage::Withdrawing => "being taken back; the relay has not confirmed it yet",
        SentStage::Withdrawn => "taken back",
        SentStage::Ended => "ended: viewed or expired",
    }
}

/// The same for programs.
pub(crate) fn sent_stage_id(stage: SentStage) -> &'static str {
    match stage {
        SentStage::Waiting => "waiting",
        SentStage::Delivered => "delivered",
        SentStage::Withdrawing => "withdrawing",
        SentStage::Withdrawn => "withdrawn",
        SentStage::Ended => "ended",
    }
}

/// What can be said about a photo shared with us.
pub(crate) fn received(view: &ReceivedView) -> String {
    match &view.limits {
        Some(of) => format!("{} left; {}", views_left(view.views_left), limits(of)),
        None => "not available any more".to_owned(),
    }
}

/// `1 view`, `3 views`.
pub(crate) fn views_left(views: u32) -> String {
    match views {
        1 => "1 view".to_owned(),
        n => format!("{n} views"),
    }
}

/// The format as browsers name it.
pub(crate) fn media_type(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Jpeg => "image/jpeg",
        MediaType::Png => "image/png",
        MediaType::WebP => "image/webp",
    }
}
