//! A recipient who consents and a sender who shares, as far as the relay sees them.

use crate::running::Running;
use crypto::digest::sha256;
use crypto::hpke::{PublicPrekey, SecretPrekey, open_base, seal_base};
use crypto::secret::{BearerToken, ClaimKey, RelayHalf};
use getrandom::{SysRng, rand_core::Rng as _, rand_core::UnwrapErr};
use vocab::{CapabilityDigest, ClaimId, EpochKeyDigest, MailboxId, ShareId, Timestamp};
use wire::v1::body::{ControlledShare, ControlledShares, PutCapability, PutMailbox, PutShare};
use wire::v1::claim::{CLAIM_PURPOSE, ClaimPayload};
use wire::v1::{self, answer, request, seal};
use wire::{Request, Response, text::Bytes};

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Random bytes: an id, most often.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rng().fill_bytes(&mut bytes);
    bytes
}

pub(crate) fn random_token() -> BearerToken {
    BearerToken::from_bytes(random())
}

/// The relay's clock and key of the day.
pub(crate) struct RelayKey {
    pub(crate) time: Timestamp,
    pub(crate) epoch: u64,
    /// What requests that make something lasting name.
    pub(crate) digest: EpochKeyDigest,
    key: PublicPrekey,
}

impl RelayKey {
    pub(crate) fn of(server: &Running) -> Self {
        let relay = answer::relay(&server.send(&request::relay())).unwrap();
        let key = PublicPrekey::from_bytes(&relay.epoch_key.0).unwrap();
        Self { time: relay.time, epoch: relay.epoch, digest: relay.key_digest(), key }
    }
}

/// Someone with a mailbox who consents to receive.
pub(crate) struct Recipient {
    pub(crate) mailbox: MailboxId,
    pub(crate) read: BearerToken,
    pub(crate) post: BearerToken,
    pub(crate) capability: BearerToken,
    /// The requests that made mailbox and consent, as they were sent.
    pub(crate) made_by: Vec<Request>,
}

impl Recipient {
    /// Makes mailbox and consent at the relay.
    pub(crate) fn new(server: &Running) -> Self {
        let mut one = Self {
            mailbox: MailboxId::from_bytes(random()),
            read: random_token(),
            post: random_token(),
            capability: random_token(),
            made_by: Vec::new(),
        };
        let relay = RelayKey::of(server);
        let end = relay.time.plus_days(1);
        one.made_by = vec![one.put_mailbox(&relay), one.put_capability(&relay, end)];
        for request in &one.made_by {
            assert_eq!(server.send(request).status, 201);
        }
        one
    }

    pub(crate) fn put_mailbox(&self, relay: &RelayKey) -> Request {
        let body = PutMailbox { read: self.read.digest(), post: self.post.digest() };
        request::put_mailbox(self.mailbox, relay.digest, &body)
    }

    pub(crate) fn put_capability(&self, relay: &RelayKey, not_after: Timestamp) -> Request {
        let body =
            PutCapability { mailbox: self.mailbox, bytes_max: 1 << 30, shares_max: 256, not_after };
        request::put_capability(self.capability.digest(), relay.digest, &self.read, &body)
    }
}

/// A photo on its way to one person.
pub(crate) struct Shared {
    pub(crate) share: ShareId,
    pub(crate) control: BearerToken,
    pub(crate) fetch: BearerToken,
    pub(crate) claim_key: ClaimKey,
    pub(crate) half: RelayHalf,
    pub(crate) blob: Vec<u8>,
    pub(crate) announcement: PutShare,
}

impl Shared {
    /// On the sender's device only.
    pub(crate) fn new(relay: &RelayKey, views: u32, blob: Vec<u8>) -> Self {
        let (control, fetch) = (random_token(), random_token());
        let claim_key = ClaimKey::generate(&mut rng());
        let half = RelayHalf::generate(&mut rng());
        let share = ShareId::from_bytes(random());
        let policy = CapabilityDigest::from_bytes(random());
        let not_after = relay.time.plus_seconds(3600);
        let aad = seal::half_aad(share, policy, not_after, views);
        let sealed =
            seal_base(&relay.key, seal::HALF_INFO, &aad, half.expose(), &mut rng()).unwrap();
        let announcement = PutShare {
            control: control.digest(),
            fetch: fetch.digest(),
            claim_key: claim_key.clone(),
            epoch: relay.epoch,
            half: Bytes(sealed),
            policy,
            not_after,
            views,
            blob_bytes: blob.len() as u64,
            blob_digest: CapabilityDigest::from_bytes(sha256(&[&blob])),
        };
        Self { share, control, fetch, claim_key, half, blob, announcement }
    }

    /// Announced and delivered.
    pub(crate) fn ready(server: &Running, recipient: &Recipient, views: u32) -> Self {
        let shared = Self::new(&RelayKey::of(server), views, random::<64>().to_vec());
        assert_eq!(server.send(&shared.put(recipient)).status, 201);
        assert_eq!(server.send(&shared.put_blob(recipient)).status, 201);
        shared
    }

    pub(crate) fn put(&self, recipient: &Recipient) -> Request {
        request::put_share(self.share, &recipient.capability, &self.announcement)
    }

    pub(crate) fn put_blob(&self, recipient: &Recipient) -> Request {
        request::put_blob(self.share, &recipient.capability, self.blob.clone())
    }

    /// One attempt of the recipient to view.
    pub(crate) fn claim(&self, attempt: ClaimId, reply: &[u8]) -> Request {
        let payload = ClaimPayload { share: self.share, claim: attempt, reply_key: reply.to_vec() };
        request::claim(self.share, self.claim_key.authenticate(CLAIM_PURPOSE, payload.to_cbor()))
    }

    pub(crate) fn controlled(&self) -> ControlledShares {
        let one = ControlledShare { share: self.share, control: self.control.clone() };
        ControlledShares { shares: vec![one] }
    }

    pub(crate) fn withdraw(&self) -> Request {
        request::withdraw(&self.controlled())
    }

    /// What the sender sees: state and views left.
    pub(crate) fn status(&self, server: &Running) -> (v1::body::ShareState, u32) {
        let response = server.send(&request::status(&self.controlled()));
        let status = answer::statuses(&response).unwrap().shares[0];
        (status.state, status.views_left)
    }

    /// Whether a release opens to the half that the sender made.
    pub(crate) fn opens(
        &self,
        attempt: ClaimId,
        reply: &SecretPrekey,
        response: &Response,
    ) -> bool {
        let release = answer::released(response).unwrap().release.0;
        let aad = seal::release_aad(self.share, attempt);
        open_base(reply, seal::RELEASE_INFO, &aad, &release)
            .is_ok_and(|half| half.as_slice() == self.half.expose())
    }
}

/// How often the slow tests repeat.
pub(crate) fn rounds(count: u32) -> u32 {
    let scale = std::env::var("VELUM_TEST_SCALE").ok().and_then(|scale| scale.parse::<u32>().ok());
    count * scale.unwrap_or(1).max(1)
}
