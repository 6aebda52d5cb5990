//! A stage for the cases: a store, a clock that the case turns, a recipient who consents and a
//! sender who shares.

use crate::command::{FreshRelease, Sealed};
use crate::fence::{Guard, Incarnation, Mirror};
use crate::model::{Allowance, LiveShare, ShareTerms, WrappedHalf};
use crate::{Command, Records, Refusal, Reply, Rows, Stop, read};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use crypto::secret::ClaimKey;
use std::sync::Arc;
use std::task::Wake;
use std::thread::Thread;
use vocab::limits::{CONTROL_MESSAGE_BYTES, VIEWS_MAX};
use vocab::{CapabilityDigest, ClaimId, MailboxId, MessageId, ObjectId, ShareId, Timestamp};

/// The recipient's mailbox.
pub const MAILBOX: MailboxId = MailboxId::from_bytes([1; 16]);
/// Reads it.
pub const READ: CapabilityDigest = CapabilityDigest::from_bytes([2; 32]);
/// Posts into it.
pub const POST: CapabilityDigest = CapabilityDigest::from_bytes([3; 32]);
/// The recipient's consent.
pub const CAPABILITY: CapabilityDigest = CapabilityDigest::from_bytes([4; 32]);
/// The share most cases are about.
pub const SHARE: ShareId = ShareId::from_bytes([5; 16]);
/// The sender's token over it.
pub const CONTROL: CapabilityDigest = CapabilityDigest::from_bytes([6; 32]);
/// The recipient's token for its blob.
pub const FETCH: CapabilityDigest = CapabilityDigest::from_bytes([7; 32]);
/// Some other token.
pub const OTHER: CapabilityDigest = CapabilityDigest::from_bytes([8; 32]);
/// A reply key's digest.
pub const REPLY_KEY: [u8; 32] = [9; 32];
/// The blob's size.
pub const BLOB_BYTES: u64 = 1000;
/// The blob's digest.
pub const BLOB_DIGEST: [u8; 32] = [10; 32];
/// When the cases begin: 2026-11-24T00:00:00Z.
pub const START_SECONDS: u64 = 1_795_478_400;

/// A store and the time on its machine.
#[derive(Debug)]
pub struct Scene<R> {
    records: R,
    /// The system's clock; a case may turn it either way.
    pub system: Timestamp,
}

/// A scene on the smallest store.
pub type MemoryScene = Scene<crate::memory::MemoryRecords>;

impl<R: Records> Scene<R> {
    /// An empty store at [`START_SECONDS`].
    pub fn new(records: R) -> Self {
        let system = Timestamp::from_unix_seconds(START_SECONDS).expect("a time before 9999");
        Self { records, system }
    }

    /// The store.
    pub fn records(&self) -> &R {
        &self.records
    }

    /// Submits a command; the store itself must not fail.
    pub fn submit(&self, command: Command) -> Result<Reply, Refusal> {
        match wait(self.records.submit(command, self.system)) {
            Ok(reply) => Ok(reply),
            Err(Stop::Refusal(refusal)) => Err(refusal),
            Err(Stop::Error(error)) => panic!("the store failed: {error}"),
        }
    }

    /// Asks a question that may be refused.
    pub fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Rows, Timestamp) -> Result<T, Stop> + Send + 'static,
    ) -> Result<T, Refusal> {
        let system = self.system;
        match wait(self.records.read(move |rows| question(rows, system))) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Stop::Refusal(refusal))) => Err(refusal),
            Ok(Err(Stop::Error(error))) | Err(error) => panic!("the store failed: {error}"),
        }
    }

    /// Turns the clock on.
    pub fn pass_seconds(&mut self, seconds: u64) {
        self.system = self.system.plus_seconds(seconds);
    }

    /// Sweeps until nothing is left to do.
    pub fn sweep(&self) {
        for _ in 0..1000 {
            match self.submit(Command::Sweep { rows_max: 7 }) {
                Ok(Reply::Swept { rows, .. }) if rows < 7 => return,
                Ok(Reply::Swept { .. }) => {}
                other => panic!("a sweep answered {other:?}"),
            }
        }
        panic!("the sweeper never comes to an end");
    }

    /// The recipient makes a mailbox and consents to receive.
    pub fn consent(&self) {
        assert_eq!(self.submit(put_mailbox()), Ok(Reply::Created));
        assert_eq!(self.submit(self.put_capability()), Ok(Reply::Created));
    }

    /// Consent, a share announced and its blob delivered.
    pub fn ready(&self, views: u32) {
        self.consent();
        assert_eq!(self.submit(self.put_share(SHARE, views)), Ok(Reply::Created));
        assert_eq!(self.submit(finish_blob(SHARE)), Ok(Reply::Created));
    }

    /// The request that gives the recipient's consent, for one day.
    pub fn put_capability(&self) -> Command {
        let allows =
            Allowance { bytes_max: 10_000, shares_max: 3, not_after: self.system.plus_days(1) };
        Command::PutCapability { capability: CAPABILITY, mailbox: MAILBOX, read: READ, allows }
    }

    /// The request that announces a share, for one hour.
    pub fn put_share(&self, share: ShareId, views: u32) -> Command {
        Command::PutShare { share, record: Box::new(self.record(views)) }
    }

    /// A share's record, for one hour.
    pub fn record(&self, views: u32) -> LiveShare {
        LiveShare {
            terms: ShareTerms {
                capability: CAPABILITY,
                control: CONTROL,
                fetch: FETCH,
                claim_key: ClaimKey::from_bytes([11; 32]),
                policy: CapabilityDigest::from_bytes([12; 32]),
                not_after: self.system.plus_seconds(3600),
                views,
                blob_bytes: BLOB_BYTES,
                blob_digest: BLOB_DIGEST,
            },
            half: Some(half()),
            epoch: self.system.day_number(),
            views_left: VIEWS_MAX,
            object: None,
            claimed_at: None,
        }
    }
}

/// What a store is opened with, at [`START_SECONDS`]. `life` tells the lives of a test apart.
pub fn guard(mirror: impl Mirror, life: u8) -> Guard {
    let fresh = Incarnation::from_bytes([life; Incarnation::BYTES]);
    let now = Timestamp::from_unix_seconds(START_SECONDS).expect("a time before 9999");
    Guard { mirror: Box::new(mirror), fresh, now }
}

/// The half every share of a case has.
pub fn half() -> WrappedHalf {
    WrappedHalf(vec![13; 72])
}

/// The request that makes the recipient's mailbox.
pub fn put_mailbox() -> Command {
    Command::PutMailbox { mailbox: MAILBOX, read: READ, post: POST }
}

/// The request that posts a message.
pub fn post_message(message: u8) -> Command {
    Command::PostMessage {
        mailbox: MAILBOX,
        post: POST,
        message: MessageId::from_bytes([message; 16]),
        body: Sealed(vec![message; CONTROL_MESSAGE_BYTES]),
    }
}

/// The blob of a share is on disk, under the share's own id.
pub fn finish_blob(share: ShareId) -> Command {
    Command::FinishBlob {
        share,
        capability: CAPABILITY,
        object: object(share),
        bytes: BLOB_BYTES,
        digest: BLOB_DIGEST,
    }
}

/// Where the cases put a share's blob.
pub fn object(share: ShareId) -> ObjectId {
    ObjectId::from_bytes(*share.as_bytes())
}

/// One attempt to view; its release says which attempt it was.
pub fn claim(share: ShareId, attempt: u8) -> Command {
    Command::Claim {
        share,
        claim: ClaimId::from_bytes([attempt; 16]),
        reply_key: REPLY_KEY,
        fresh: Some(FreshRelease { sealed: Sealed(vec![attempt; 1168]), made_from: half() }),
    }
}

/// What a successful attempt is answered.
pub fn released(attempt: u8, views_left: u32) -> Result<Reply, Refusal> {
    Ok(Reply::Claimed { release: Sealed(vec![attempt; 1168]), views_left })
}

/// The request that withdraws one share.
pub fn withdraw(share: ShareId) -> Command {
    Command::Withdraw { shares: vec![(share, CONTROL)] }
}

/// What the sender sees.
pub fn status<R: Records>(scene: &Scene<R>, share: ShareId) -> wire::v1::body::Status {
    scene
        .ask(move |rows, now| Ok(read::statuses(rows, &[(share, CONTROL)], now)?[0]))
        .expect("a status is never refused")
}

/// Drives one future to its end on this thread.
pub fn wait<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
