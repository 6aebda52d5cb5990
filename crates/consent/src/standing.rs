//! An overview for people: what stands at this point of the ledger. Data only; apps find the words.
//!
//! For looking at, not for deciding: only a [`crate::LiveGrant`] allows anything.

use crate::pair::Side;
use crate::rules::Agreed;
use crate::statement::{Act, Grant};
use crate::{Ledger, Subject, Terms, Verb};
use vocab::{PersonId, ShareId, Timestamp};

/// What two people have said, boiled down. Expiry is not judged: that needs a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who ended it, and when.
    pub ended: Option<(PersonId, Timestamp)>,
    /// The terms in force, and since when both had signed them.
    pub terms: Option<(Terms, Timestamp)>,
    /// Grants that were not withdrawn or replaced, in the order of the chains.
    pub grants: Vec<StandingGrant>,
}

/// A permission that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingGrant {
    /// Who gave it.
    pub author: PersonId,
    /// When.
    pub time: Timestamp,
    /// What was given.
    pub grant: Grant,
    /// Photos for which it was withdrawn or replaced later, although it is for all.
    pub except: Vec<ShareId>,
}

impl Ledger {
    /// What stands at this point.
    pub fn standing(&self) -> Standing {
        let terms = self.agreed().map(|Agreed { in_force, since, .. }| (in_force, since));
        let grants = Side::BOTH.into_iter().flat_map(|side| self.standing_grants(side)).collect();
        Standing { ended: self.ended(), terms, grants }
    }

    fn standing_grants(&self, side: Side) -> Vec<StandingGrant> {
        let chain = self.chain(side);
        let standing = chain.iter().enumerate().filter_map(|(index, statement)| {
            let Act::Grant(grant) = statement.act else { return None };
            let later =
                chain[index + 1..].iter().filter_map(|later| affects(&later.act, grant.verb));
            let mut except = Vec::new();
            for subject in later {
                if subject.covers_all_of(grant.subject) {
                    return None;
                }
                match subject {
                    Subject::Share(share) if grant.subject.covers(share) => except.push(share),
                    _ => {}
                }
            }
            except.sort_unstable();
            except.dedup();
            Some(StandingGrant { author: statement.author, time: statement.time, grant, except })
        });
        standing.collect()
    }
}

/// For which photos `act` decides about `verb` from now on.
fn affects(act: &Act, verb: Verb) -> Option<Subject> {
    match act {
        Act::Grant(grant) if grant.verb == verb => Some(grant.subject),
        Act::Withdraw { verb: only, subject } if only.is_none_or(|only| only == verb) => {
            Some(*subject)
        }
        _ => None,
    }
}
