//! Sees every answer that leaves the server, and knows what was promised before.

use crate::simulation::server::Answer;
use crate::simulation::world::Tally;
use relay::command::Sealed;
use relay::contract::scene::CAPABILITY;
use relay::{Command, Reply};
use std::collections::BTreeMap;
use vocab::{ClaimId, ShareId, Timestamp};

/// What was promised about one share.
#[derive(Default)]
pub(crate) struct Promises {
    releases: BTreeMap<ClaimId, Sealed>,
    pub(crate) views: u32,
    pub(crate) not_after: Option<Timestamp>,
    pub(crate) delivered: bool,
    pub(crate) withdrawn: bool,
}

#[derive(Default)]
pub(crate) struct Watcher {
    pub(crate) shares: BTreeMap<ShareId, Promises>,
    consent_withdrawn: bool,
    pub(crate) tally: Tally,
}

impl Watcher {
    /// One answer. `now` is the latest time the server has ever put on disk.
    pub(crate) fn see(&mut self, (command, result): &Answer, now: Timestamp) -> Result<(), String> {
        let Ok(reply) = result else {
            self.tally.refusals += 1;
            return Ok(());
        };
        match (command, reply) {
            (Command::Claim { share, claim, .. }, Reply::Claimed { release, .. }) => {
                self.released(*share, *claim, release, now)
            }
            (Command::Withdraw { shares }, _) => {
                self.tally.withdrawals += 1;
                for (share, _) in shares {
                    self.shares.entry(*share).or_default().withdrawn = true;
                }
                Ok(())
            }
            (Command::DeleteCapability { .. }, _) => {
                self.consent_withdrawn = true;
                Ok(())
            }
            (Command::FinishBlob { share, capability, .. }, reply) => {
                assert_eq!(*capability, CAPABILITY);
                let promises = self.shares.entry(*share).or_default();
                promises.delivered = true;
                if promises.withdrawn {
                    return Err("R3: a blob was accepted after its share was withdrawn".into());
                }
                match self.consent_withdrawn && *reply == Reply::Created {
                    true => Err("R5: a blob was accepted after the consent was withdrawn".into()),
                    false => Ok(()),
                }
            }
            (Command::PutShare { share, .. }, _) => {
                if self.shares.entry(*share).or_default().withdrawn {
                    return Err("R4: a share was announced after it was withdrawn".into());
                }
                match self.consent_withdrawn {
                    true => Err("R5: a share was announced after the consent was withdrawn".into()),
                    false => Ok(()),
                }
            }
            (Command::PutCapability { .. }, _) if self.consent_withdrawn => {
                Err("R6: a withdrawn consent came back".into())
            }
            _ => Ok(()),
        }
    }

    fn released(
        &mut self,
        share: ShareId,
        claim: ClaimId,
        release: &Sealed,
        now: Timestamp,
    ) -> Result<(), String> {
        let promises = self.shares.entry(share).or_default();
        if promises.withdrawn {
            return Err("R3: a release after the withdrawal was answered".into());
        }
        if promises.not_after.is_some_and(|not_after| now > not_after) {
            return Err("R7: a release after the share expired".into());
        }
        match promises.releases.get(&claim) {
            Some(before) if before != release => {
                return Err("R2: a retry got other bytes".into());
            }
            Some(_) => self.tally.retries += 1,
            None => {
                promises.releases.insert(claim, release.clone());
                self.tally.releases += 1;
            }
        }
        let count = promises.releases.len();
        if count > promises.views as usize {
            return Err(format!("R1: {count} releases of a share with {} views", promises.views));
        }
        Ok(())
    }
}
