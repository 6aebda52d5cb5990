//! Sees every answer that leaves the server, and knows what was promised before.

mod boxes;

use super::Tally;
use super::devices::{BLOB_BYTES, Devices, SHARES_MAX};
use super::disk::Disk;
use super::server::Answer;
use crate::command::Sealed;
use crate::model::Share;
use crate::{Command, Refusal, Reply, Rows as _};
use boxes::Boxes;
use vocab::limits::CLAIM_RETRY_SECONDS;
use vocab::{CapabilityDigest, ClaimId, ShareId, Timestamp};

/// A broken promise, as a sentence that begins with its rule.
pub(super) type Broken = Result<(), String>;

fn broken(sentence: &str) -> Broken {
    Err(sentence.to_owned())
}

/// What was promised about one share.
#[derive(Clone, Default)]
pub(super) struct Promises {
    releases: Vec<(ClaimId, Sealed)>,
    /// Which blob it became ready with.
    variant: Option<u8>,
    pub(super) delivered: bool,
    pub(super) withdrawn: bool,
    /// Older than the latest restore.
    pub(super) old: bool,
    /// A withdrawal with the right tokens has reached the relay.
    pub(super) may_end: bool,
    /// Claims that have reached the relay.
    pub(super) claims: u32,
}

/// What was promised about one consent.
#[derive(Clone, Copy, Default)]
struct Consent {
    withdrawn: bool,
    old: bool,
}

#[derive(Default)]
pub(super) struct Watcher {
    pub(super) shares: Vec<Promises>,
    consents: Vec<Consent>,
    pub(super) boxes: Boxes,
    /// The latest time the server has put on disk.
    pub(super) recorded: Option<Timestamp>,
    pub(super) tally: Tally,
}

/// A number from an id or token.
pub(super) fn number(bytes: &[u8]) -> usize {
    usize::from(bytes[0])
}

/// The place of a number in a list that grows as it must.
pub(super) fn at<T: Clone + Default>(list: &mut Vec<T>, number: usize) -> &mut T {
    if list.len() <= number {
        list.resize(number + 1, T::default());
    }
    &mut list[number]
}

impl Watcher {
    pub(super) fn share(&mut self, share: ShareId) -> &mut Promises {
        at(&mut self.shares, number(share.as_bytes()))
    }

    fn consent(&mut self, capability: CapabilityDigest) -> &mut Consent {
        at(&mut self.consents, number(capability.as_bytes()))
    }

    /// A request reaches the relay: what may happen now, whatever is answered.
    pub(super) fn reaches(&mut self, command: &Command, disk: &Disk) {
        match command {
            Command::Withdraw { shares } => {
                // For a share that the relay has not seen, any token is right, and rules it.
                let right = |(share, control): &(ShareId, CapabilityDigest)| match disk
                    .rows
                    .share(*share)
                    .unwrap_or_default()
                {
                    Some(Share::Live(row)) => row.terms.control == *control,
                    Some(Share::Ended(tombstone)) => tombstone.control == *control,
                    None => true,
                };
                if shares.iter().all(right) {
                    shares.iter().for_each(|(share, _)| self.share(*share).may_end = true);
                }
            }
            Command::Claim { share, .. } => self.share(*share).claims += 1,
            other => self.boxes.reaches(other),
        }
    }

    /// The database was put back, or another took its place: nothing from before may go on.
    pub(super) fn restored(&mut self, devices: &Devices, clock: Timestamp) {
        self.shares.resize(devices.shares.len(), Promises::default());
        self.shares.iter_mut().for_each(|promises| promises.old = true);
        at(&mut self.consents, usize::from(devices.capability));
        self.consents.iter_mut().for_each(|consent| consent.old = true);
        self.boxes.restored(devices);
        self.recorded = Some(clock);
    }

    /// One answer.
    pub(super) fn see(&mut self, answer: &Answer, devices: &Devices, disk: &Disk) -> Broken {
        self.recorded = self.recorded.max(Some(answer.now));
        let reply = match &answer.result {
            Ok(reply) => reply,
            Err(_) => {
                self.tally.refusals += 1;
                return Ok(());
            }
        };
        match (&answer.command, reply) {
            (Command::Claim { share, claim, .. }, Reply::Claimed { release, views_left }) => {
                let plan = &devices.shares[number(share.as_bytes())];
                let now = self.recorded.unwrap_or(answer.now);
                if now > plan.not_after {
                    return broken("R7: a release after the share expired");
                }
                self.released((*share, *claim), release, plan.views, answer.now, disk)?;
                half_is_gone(*share, *views_left, disk)
            }
            (Command::Withdraw { shares }, _) => {
                self.tally.withdrawals += 1;
                shares.iter().for_each(|(share, _)| self.share(*share).withdrawn = true);
                Ok(())
            }
            (Command::PutCapability { capability, .. }, _) => self.consented(*capability),
            (Command::DeleteCapability { capability, .. }, _) => {
                self.consent(*capability).withdrawn = true;
                Ok(())
            }
            (Command::FinishBlob { share, capability, digest, .. }, reply) => {
                self.taken(*share, *capability, digest[0], *reply == Reply::Created)
            }
            (Command::PutShare { share, record }, _) => {
                self.announced(*share, record.terms.capability, disk)
            }
            (command, reply) => self.boxes.see(command, reply, disk, &mut self.tally),
        }
    }

    fn released(
        &mut self,
        (share, claim): (ShareId, ClaimId),
        release: &Sealed,
        views: u32,
        now: Timestamp,
        disk: &Disk,
    ) -> Broken {
        let promises = at(&mut self.shares, number(share.as_bytes()));
        if promises.withdrawn {
            return broken("R3: a release after the withdrawal was answered");
        }
        if promises.old {
            return broken("R17: a release of what is older than the restore");
        }
        if promises.variant.is_some_and(|variant| variant != release.0[0]) {
            return broken("R10: a release for another blob than the one delivered");
        }
        let counted = disk.rows.release(share, claim).unwrap_or_default();
        if counted.is_some_and(|row| now.seconds_since(row.made_at) > CLAIM_RETRY_SECONDS) {
            return broken("R2: a retry was answered when its time was over");
        }
        match promises.releases.iter().find(|(earlier, _)| *earlier == claim) {
            Some((_, before)) if before != release => {
                return broken("R2, R9: the same claim got other bytes");
            }
            Some(_) => self.tally.retries += 1,
            None => {
                promises.releases.push((claim, release.clone()));
                self.tally.releases += 1;
            }
        }
        if promises.releases.len() > views as usize {
            return broken("R1: more releases than views");
        }
        Ok(())
    }

    fn consented(&mut self, capability: CapabilityDigest) -> Broken {
        match *self.consent(capability) {
            Consent { withdrawn: true, .. } => broken("R6: a withdrawn consent came back"),
            Consent { old: true, .. } => broken("R17: a consent from before the restore came back"),
            _ => Ok(()),
        }
    }

    fn taken(
        &mut self,
        share: ShareId,
        capability: CapabilityDigest,
        variant: u8,
        new: bool,
    ) -> Broken {
        let consent = *self.consent(capability);
        let promises = self.share(share);
        promises.delivered = true;
        if new {
            promises.variant = Some(variant);
        }
        match (promises.withdrawn, promises.old || consent.old, consent.withdrawn && new) {
            (true, ..) => broken("R3: a blob was accepted after its share was withdrawn"),
            (_, true, _) => broken("R17: a blob was accepted for what is older than the restore"),
            (.., true) => broken("R5: a blob was accepted after the consent was withdrawn"),
            _ => Ok(()),
        }
    }

    fn announced(&mut self, share: ShareId, capability: CapabilityDigest, disk: &Disk) -> Broken {
        let consent = *self.consent(capability);
        let promises = self.share(share);
        match (promises.withdrawn, promises.old || consent.old, consent.withdrawn) {
            (true, ..) => return broken("R4: a share was announced after it was withdrawn"),
            (_, true, _) => return broken("R17: a share from before the restore was announced"),
            (.., true) => {
                return broken("R5: a share was announced after the consent was withdrawn");
            }
            _ => {}
        }
        let usage = disk.rows.usage(capability).unwrap_or_default();
        if usage.shares > SHARES_MAX || usage.bytes > 10 * BLOB_BYTES {
            return broken("R11: more lies under a consent than it allows");
        }
        Ok(())
    }

    /// What was delivered and has no reason to end must be there.
    pub(super) fn must_live(&self, number: usize, devices: &Devices, now: Timestamp) -> bool {
        let plan = &devices.shares[number];
        self.shares.get(number).is_some_and(|promises| {
            let over = promises.old || promises.may_end || promises.withdrawn;
            promises.delivered && !over && promises.claims < plan.views && now <= plan.not_after
        })
    }

    /// Releases given so far.
    pub(super) fn given(&self, number: usize) -> usize {
        self.shares.get(number).map_or(0, |promises| promises.releases.len())
    }
}

/// R8: the half goes with the last view.
fn half_is_gone(share: ShareId, views_left: u32, disk: &Disk) -> Broken {
    let row = disk.rows.share(share).unwrap_or_default();
    match row {
        Some(Share::Live(row)) if views_left == 0 && row.half.is_some() => {
            broken("R8: the half is still there after the last view")
        }
        _ => Ok(()),
    }
}

/// A refusal that tells where a share stands would break R15: only these are given.
pub(super) fn tells_nothing(command: &Command, refusal: Refusal) -> bool {
    match command {
        Command::Claim { .. } => refusal == Refusal::Gone,
        _ => true,
    }
}
