//! The reference: the specification's sentences once more, in the plainest form, by looking at
//! everything and asking "is there" and "is there none". Slow, without order of evaluation, and
//! without a line in common with the rules.

use super::super::*;
use super::Answer;
use crate::statement::{Grant, Policy, Subject};
use crate::{Terms, TermsDigest};

/// May `shower` (0 or 1) do this for the other one?
pub(super) fn answer(
    chains: [&[&Statement]; 2],
    shower: usize,
    verb: Verb,
    share: ShareId,
    now: Timestamp,
) -> Answer {
    let viewer = 1 - shower;
    // C7
    if chains.iter().any(|chain| chain.iter().any(|said| matches!(said.act, Act::End))) {
        return None;
    }
    let terms = terms_between(chains, now)?;
    // C3, C6: whose yes is needed, and to what.
    let needed = match verb {
        Verb::Receive => vec![(viewer, Verb::Receive)],
        Verb::View => vec![(viewer, Verb::Receive), (shower, Verb::View)],
        Verb::Keep | Verb::Show => {
            vec![(viewer, Verb::Receive), (shower, Verb::View), (shower, verb)]
        }
    };
    let mut ends = vec![terms.in_force.until];
    let mut views = vec![terms.in_force.views_max];
    for (who, to) in needed {
        let grant = standing_yes(chains[who], to, share, now)?;
        let allowed = match to {
            Verb::Receive | Verb::View => true,
            Verb::Keep => {
                terms.in_force.keep == Permission::Allowed && grant.terms_digest == terms.agreed
            }
            Verb::Show => {
                terms.in_force.show == Permission::Allowed && grant.terms_digest == terms.agreed
            }
        };
        if !allowed {
            return None;
        }
        ends.push(grant.not_after);
        views.extend(grant.views_max);
    }
    // C8
    let not_after = ends.into_iter().min()?;
    let views_max = views.into_iter().min()?;
    (now < not_after).then_some(Bounds { not_after, views_max })
}

/// The same for a photo in which a third person can be seen; `third` are the chains of them and the
/// shower, the third person's first. `None` is silence (C12).
pub(super) fn answer_of_three(
    pair: [&[&Statement]; 2],
    third: Option<[&[&Statement]; 2]>,
    verb: Verb,
    share: ShareId,
    now: Timestamp,
) -> Answer {
    let needed = if verb == Verb::Keep { vec![Verb::Show, Verb::Keep] } else { vec![Verb::Show] };
    let mut all = vec![answer(pair, 0, verb, share, now)?];
    for to in needed {
        all.push(answer(third?, 0, to, share, now)?);
    }
    Some(Bounds {
        not_after: all.iter().map(|each| each.not_after).min()?,
        views_max: all.iter().map(|each| each.views_max).min()?,
    })
}

struct Between {
    in_force: Terms,
    agreed: TermsDigest,
}

fn terms_between(chains: [&[&Statement]; 2], now: Timestamp) -> Option<Between> {
    // C10: of what both signed, the highest revision.
    let mut agreed: Option<(Policy, Timestamp)> = None;
    for (one, first) in chains[0].iter().filter_map(policy_in) {
        for (other, second) in chains[1].iter().filter_map(policy_in) {
            if one == other && agreed.is_none_or(|(best, _)| one.revision > best.revision) {
                agreed = Some((one, first.max(second)));
            }
        }
    }
    let (agreed, since) = agreed?;
    // C11
    if since > now.plus_seconds(300) {
        return None;
    }
    // C5: every higher revision of either one takes away what it does not allow.
    let mut in_force = agreed.terms;
    for (later, _) in chains.concat().iter().filter_map(policy_in) {
        if later.revision > agreed.revision {
            let Terms { until, views_max, keep, show, .. } = later.terms;
            in_force.until = in_force.until.min(until);
            in_force.views_max = in_force.views_max.min(views_max);
            if keep == Permission::NotAllowed {
                in_force.keep = Permission::NotAllowed;
            }
            if show == Permission::NotAllowed {
                in_force.show = Permission::NotAllowed;
            }
        }
    }
    Some(Between { in_force, agreed: agreed.terms_digest })
}

fn policy_in(statement: &&Statement) -> Option<(Policy, Timestamp)> {
    match statement.act {
        Act::Policy(policy) => Some((policy, statement.time)),
        _ => None,
    }
}

/// The yes of a chain after which nothing more was said about verb and photo (C4, C5), if it is
/// neither over (C8) nor of the future (C11).
fn standing_yes(chain: &[&Statement], verb: Verb, share: ShareId, now: Timestamp) -> Option<Grant> {
    let mut standing = None;
    for (at, statement) in chain.iter().enumerate() {
        let Act::Grant(grant) = statement.act else { continue };
        let is_last_word = !chain[at + 1..].iter().any(|later| speaks(later, verb, share));
        if speaks(statement, verb, share) && is_last_word {
            let is_past = statement.time <= now.plus_seconds(300);
            standing = (is_past && now < grant.not_after).then_some(grant);
        }
    }
    standing
}

/// Whether a statement says yes or no to this verb for this photo.
fn speaks(statement: &Statement, verb: Verb, share: ShareId) -> bool {
    let (about, subject) = match statement.act {
        Act::Grant(grant) => (Some(grant.verb), grant.subject),
        Act::Withdraw { verb, subject } => (verb, subject),
        Act::Policy(_) | Act::End => return false,
    };
    let is_this_verb = about.is_none() || about == Some(verb);
    let is_this_photo = match subject {
        Subject::All => true,
        Subject::Share(one) => one == share,
    };
    is_this_verb && is_this_photo
}
