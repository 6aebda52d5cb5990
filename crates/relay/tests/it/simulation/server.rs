//! A server that groups commands, commits, answers, and may fall over in between; and faults that
//! can be planted in it.

use relay::command::{FreshRelease, Sealed};
use relay::memory::Tables;
use relay::model::{Share, WrappedHalf};
use relay::{Command, Refusal, Reply, Rows, Stop, Tx, advance_clock, apply, read};
use vocab::{ClaimId, ShareId, Timestamp};

/// A mistake that a real server could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Answers before the commit is on disk.
    AnswerFirst,
    /// Writes a share back as it was when the claim was looked at.
    StaleWrite,
    /// Withdraws without leaving a tombstone.
    NoTombstone,
    /// Answers a withdrawal without doing it.
    IgnoreWithdrawal,
    /// Takes the system's clock as it is.
    ForgetTime,
    /// Makes a new release for a retry.
    RecountRetry,
    /// Deletes a withdrawn consent instead of remembering that it was withdrawn.
    ForgetWithdrawnConsent,
    /// Does not look at the consent when the blob has arrived.
    BlobWithoutConsent,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::AnswerFirst,
        Self::StaleWrite,
        Self::NoTombstone,
        Self::IgnoreWithdrawal,
        Self::ForgetTime,
        Self::RecountRetry,
        Self::ForgetWithdrawnConsent,
        Self::BlobWithoutConsent,
    ];
}

/// A command and what its claim was made from.
#[derive(Clone)]
pub(crate) struct Queued {
    pub(crate) command: Command,
    snapshot: Option<(ShareId, Share)>,
}

/// What leaves the server.
pub(crate) type Answer = (Command, Result<Reply, Refusal>);

#[derive(Default)]
pub(crate) struct Server {
    /// What is on disk.
    pub(crate) disk: Tables,
    queue: Vec<Queued>,
    fault: Option<Fault>,
}

impl Server {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self { fault, ..Self::default() }
    }

    pub(crate) fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// A request arrives. For a claim, the release is made now, from what is on disk now.
    pub(crate) fn receive(&mut self, mut command: Command, system: Timestamp, nonce: u8) {
        let mut snapshot = None;
        if let Command::Claim { share, claim, fresh, .. } = &mut command
            && let Ok(record) = read::claimable(&self.disk, *share, system)
        {
            *fresh = record.half.clone().map(|half| release(&half, *claim, nonce));
            snapshot = Some((*share, Share::Live(Box::new(record))));
        }
        self.queue.push(Queued { command, snapshot });
    }

    /// Commits what has gathered. `crash` says where the server falls over, if it does.
    pub(crate) fn commit(&mut self, system: Timestamp, crash: Option<Crash>) -> Vec<Answer> {
        let mut after = self.disk.clone();
        let mut answers = Vec::new();
        for queued in std::mem::take(&mut self.queue) {
            let result = self.execute(&mut after, &queued, system);
            answers.push((queued.command, result));
        }
        match crash {
            Some(Crash::BeforeCommit) if self.fault == Some(Fault::AnswerFirst) => answers,
            Some(Crash::BeforeCommit) => Vec::new(),
            Some(Crash::BeforeAnswer) => {
                self.disk = after;
                Vec::new()
            }
            None => {
                self.disk = after;
                answers
            }
        }
    }

    fn execute(
        &self,
        tables: &mut Tables,
        queued: &Queued,
        system: Timestamp,
    ) -> Result<Reply, Refusal> {
        let now = match self.fault {
            Some(Fault::ForgetTime) => system,
            _ => advance_clock(tables, system).expect("memory does not fail"),
        };
        self.err_before(tables, queued);
        let before = tables.clone();
        if self.fault == Some(Fault::IgnoreWithdrawal)
            && matches!(queued.command, Command::Withdraw { .. })
        {
            return Ok(Reply::Withdrawn { objects: Vec::new() });
        }
        let result = match apply(tables, &queued.command, now) {
            Ok(reply) => Ok(reply),
            Err(Stop::Refusal(refusal)) => {
                *tables = before;
                Err(refusal)
            }
            Err(Stop::Error(error)) => panic!("memory does not fail: {error}"),
        };
        self.err_after(tables, &queued.command);
        result
    }

    /// Faults that change what a command finds.
    fn err_before(&self, tables: &mut Tables, queued: &Queued) {
        match (self.fault, &queued.command) {
            (Some(Fault::StaleWrite), Command::Claim { .. }) => {
                if let Some((share, row)) = &queued.snapshot {
                    tables.put_share(*share, row).expect("memory does not fail");
                }
            }
            (Some(Fault::RecountRetry), Command::Claim { share, .. }) => {
                if let Ok(Some(Share::Live(row))) = tables.share(*share)
                    && row.half.is_some()
                {
                    tables.drop_releases(*share).expect("memory does not fail");
                }
            }
            (Some(Fault::BlobWithoutConsent), Command::FinishBlob { capability, .. }) => {
                if let Ok(Some(mut row)) = tables.capability(*capability) {
                    let not_after = row.forget_at;
                    let (bytes_max, shares_max) = (u64::MAX, u32::MAX);
                    row.allows = Some(relay::model::Allowance { bytes_max, shares_max, not_after });
                    tables.put_capability(*capability, &row).expect("memory does not fail");
                }
            }
            _ => {}
        }
    }

    /// Faults in what a command leaves.
    fn err_after(&self, tables: &mut Tables, command: &Command) {
        match (self.fault, command) {
            (Some(Fault::NoTombstone), Command::Withdraw { shares }) => {
                for (share, _) in shares {
                    tables.drop_share(*share).expect("memory does not fail");
                }
            }
            (Some(Fault::ForgetWithdrawnConsent), Command::DeleteCapability { .. }) => {
                let far = Timestamp::from_unix_seconds(4_000_000_000).expect("before 9999");
                tables.drop_forgotten(far, u32::MAX).expect("memory does not fail");
            }
            _ => {}
        }
    }
}

/// Where a server falls over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// Nothing of the group is on disk.
    BeforeCommit,
    /// All of it is, and nobody hears.
    BeforeAnswer,
}

/// Sealing is not the same twice.
fn release(half: &WrappedHalf, claim: ClaimId, nonce: u8) -> FreshRelease {
    let sealed = [&claim.as_bytes()[..], &[nonce], &half.0[..]].concat();
    FreshRelease { sealed: Sealed(sealed), made_from: half.clone() }
}
