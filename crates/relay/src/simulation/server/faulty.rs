//! One command inside the transaction, as it should be or with a planted fault.

mod boxes;

use super::{Queued, Server};
use crate::command::Sealed;
use crate::fence::Ends;
use crate::model::{Allowance, Share};
use crate::simulation::Fault;
use crate::{Command, Refusal, Reply, Rows as _, Stop, Tx as _, advance_clock, apply};
use vocab::{CapabilityDigest, ClaimId, ShareId, Timestamp};

/// A release that was given, as a faulty server remembers it.
pub(super) struct Given {
    share: ShareId,
    claim: ClaimId,
    release: Sealed,
    views_left: u32,
}

impl Server {
    /// Ends everything, as a start does with a database that was put back.
    pub(super) fn fence(&mut self, command: &Command, system: Timestamp) {
        let rows = &mut self.disk.rows;
        let now = advance_clock(rows, system).expect("memory does not fail");
        match (self.fault, command) {
            (Some(Fault::FenceSharesOnly), Command::Fence { age }) => {
                rows.end_shares_only(&Ends::at(now, *age));
                rows.put_age(*age).expect("memory does not fail");
            }
            _ => drop(apply(rows, command, now).expect("a fence is never refused")),
        }
    }

    /// One command of a group.
    pub(super) fn execute(&mut self, queued: &Queued, now: Timestamp) -> Result<Reply, Refusal> {
        let command = &queued.command;
        let Some(fault) = self.fault else { return self.apply(command, now) };
        match command {
            Command::Withdraw { shares } => self.withdraw(fault, command, shares, now),
            Command::Claim { share, claim, .. } => {
                let snapshot = queued.snapshot.as_ref();
                self.claim(fault, command, (*share, *claim), snapshot, now)
            }
            Command::PutShare { share, record } => {
                self.put_share(fault, command, *share, record.terms.capability, now)
            }
            Command::FinishBlob { capability, .. } if fault == Fault::BlobWithoutConsent => {
                self.widened(*capability, command, now)
            }
            _ => self.in_boxes(fault, command, now),
        }
    }

    /// As it should be. What a refused command wrote is undone.
    pub(super) fn apply(&mut self, command: &Command, now: Timestamp) -> Result<Reply, Refusal> {
        let rows = &mut self.disk.rows;
        let before = rows.savepoint();
        match apply(rows, command, now) {
            Ok(reply) => Ok(reply),
            Err(Stop::Refusal(refusal)) => {
                rows.undo_to(before);
                Err(refusal)
            }
            Err(Stop::Error(error)) => panic!("memory does not fail: {error}"),
        }
    }

    fn withdraw(
        &mut self,
        fault: Fault,
        command: &Command,
        shares: &[(ShareId, CapabilityDigest)],
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        match fault {
            Fault::IgnoreWithdrawal => return Ok(Reply::Withdrawn { objects: Vec::new() }),
            Fault::PartialWithdrawal => {
                for one in shares {
                    let _ = self.apply(&Command::Withdraw { shares: vec![*one] }, now);
                }
            }
            _ => {}
        }
        let result = self.apply(command, now);
        if fault == Fault::NoTombstone && result.is_ok() {
            for (share, _) in shares {
                self.disk.rows.drop_share(*share).expect("memory does not fail");
            }
        }
        result
    }

    fn claim(
        &mut self,
        fault: Fault,
        command: &Command,
        (share, claim): (ShareId, ClaimId),
        snapshot: Option<&(ShareId, Share)>,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let rows = &mut self.disk.rows;
        let found = rows.share(share).expect("memory does not fail");
        match (fault, snapshot, &found) {
            (Fault::StaleWrite, Some((share, row)), _) => {
                rows.put_share(*share, row).expect("memory does not fail");
            }
            (Fault::RecountRetry, _, Some(Share::Live(row))) if row.half.is_some() => {
                rows.drop_releases(share).expect("memory does not fail");
            }
            _ => {}
        }
        let result = self.apply(command, now);
        match (&result, found) {
            (Ok(Reply::Claimed { release, views_left }), Some(Share::Live(before))) => {
                let (release, views_left) = (release.clone(), *views_left);
                self.given.push(Given { share, claim, release, views_left });
                if fault == Fault::KeepHalf && views_left == 0 {
                    self.put_half_back(share, before.half);
                }
                result
            }
            (Err(_), Some(Share::Live(_))) if fault == Fault::RetryForEver => {
                self.again(share, claim).ok_or(Refusal::Gone)
            }
            (Err(_), Some(Share::Ended(_))) if fault == Fault::RetryAfterWithdrawal => {
                self.again(share, claim).ok_or(Refusal::Gone)
            }
            _ => result,
        }
    }

    fn again(&self, share: ShareId, claim: ClaimId) -> Option<Reply> {
        let mut given = self.given.iter();
        let given = given.find(|given| given.share == share && given.claim == claim)?;
        Some(Reply::Claimed { release: given.release.clone(), views_left: given.views_left })
    }

    fn put_half_back(&mut self, share: ShareId, half: Option<crate::model::WrappedHalf>) {
        let rows = &mut self.disk.rows;
        if let Ok(Some(Share::Live(mut row))) = rows.share(share) {
            row.half = half;
            rows.put_share(share, &Share::Live(row)).expect("memory does not fail");
        }
    }

    fn put_share(
        &mut self,
        fault: Fault,
        command: &Command,
        share: ShareId,
        capability: CapabilityDigest,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        if fault == Fault::IgnoreAllowance {
            return self.widened(capability, command, now);
        }
        let rows = &mut self.disk.rows;
        let ready = match rows.share(share).expect("memory does not fail") {
            Some(Share::Live(row)) if fault == Fault::ReplaceReady => row.object,
            _ => None,
        };
        let Some(object) = ready else { return self.apply(command, now) };
        self.put_object(share, None);
        let result = self.apply(command, now);
        self.put_object(share, Some(object));
        result
    }

    fn put_object(&mut self, share: ShareId, object: Option<vocab::ObjectId>) {
        let rows = &mut self.disk.rows;
        if let Ok(Some(Share::Live(mut row))) = rows.share(share) {
            row.object = object;
            rows.put_share(share, &Share::Live(row)).expect("memory does not fail");
        }
    }

    /// Applies a command as if its consent had no end. What was withdrawn is only given back for
    /// [`Fault::BlobWithoutConsent`].
    fn widened(
        &mut self,
        capability: CapabilityDigest,
        command: &Command,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let rows = &mut self.disk.rows;
        let Ok(Some(row)) = rows.capability(capability) else { return self.apply(command, now) };
        if row.allows.is_none() && self.fault == Some(Fault::IgnoreAllowance) {
            return self.apply(command, now);
        }
        let mut wide = row.clone();
        let not_after = row.allows.map_or(row.forget_at, |allows| allows.not_after);
        wide.allows = Some(Allowance { bytes_max: u64::MAX, shares_max: u32::MAX, not_after });
        rows.put_capability(capability, &wide).expect("memory does not fail");
        let result = self.apply(command, now);
        self.disk.rows.put_capability(capability, &row).expect("memory does not fail");
        result
    }
}
