//! An unlocked device: its vault, its way to a relay, and what it remembers.

use crate::{
    Error, Storage, Transport,
    state::{Partner, Received, Sent, State, VERSION},
    stored::{self, Seed},
    vault::{NewSlot, Opener, Vault},
};
use consent::Ledger;
use crypto::{CryptoRng, hpke::SecretPrekey, password::Cost, sign::IdentityKey};
use minicbor::bytes::ByteVec;
use vocab::{MailboxId, ShareId, Timestamp, limits};

/// The record that holds the [`State`].
pub(crate) const BODY: &str = "body";

/// A person's device with its vault open. Drop it to lock.
pub struct Device<S, T, R> {
    pub(crate) vault: Vault<S>,
    pub(crate) transport: T,
    pub(crate) rng: R,
    pub(crate) state: State,
    pub(crate) identity: IdentityKey,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// Whether there is a vault in `storage`.
    pub async fn exists(storage: &S) -> Result<bool, Error> {
        Vault::exists(storage).await
    }

    /// Makes a vault with a new identity.
    pub async fn create(
        storage: S,
        transport: T,
        mut rng: R,
        passphrase: &str,
        cost: Cost,
    ) -> Result<Self, Error> {
        let vault = Vault::create(storage, &mut rng).await?;
        let identity = IdentityKey::generate(&mut rng);
        let state = State {
            version: VERSION,
            identity: Seed::new(*identity.expose_seed()),
            prekey: Seed::new(*SecretPrekey::generate(&mut rng).expose()),
            relay: None,
            latest: Timestamp::EPOCH,
            partners: Vec::new(),
            sent: Vec::new(),
            received: Vec::new(),
            outbox: Vec::new(),
            kept: Vec::new(),
            paper: Some(fresh_seed(&mut rng)),
            next_share: 0,
            next_mailbox: 0,
        };
        let mut device = Self { vault, transport, rng, state, identity };
        device.save().await?;
        let first = NewSlot::Passphrase(passphrase, cost);
        device.vault.write_head(&first, &mut device.rng).await?;
        Ok(device)
    }

    /// Opens a vault.
    pub async fn unlock(
        storage: S,
        transport: T,
        rng: R,
        opener: Opener<'_>,
    ) -> Result<Self, Error> {
        let vault = Vault::unlock(storage, opener).await?;
        let body = vault.read(BODY).await?.ok_or(Error::VaultDamaged)?;
        let state: State = stored::from_cbor(&body).ok_or(Error::VaultDamaged)?;
        if state.version != VERSION {
            return Err(Error::VaultTooNew);
        }
        let identity = IdentityKey::from_seed(state.identity.expose());
        Ok(Self { vault, transport, rng, state, identity })
    }

    /// The relay's origin, such as `https://velum.example`; none before it is set.
    pub fn relay(&self) -> Option<&str> {
        self.state.relay.as_deref()
    }

    /// Remembers which relay to use.
    pub async fn set_relay(&mut self, origin: &str) -> Result<(), Error> {
        self.state.relay = Some(origin.trim_end_matches('/').to_owned());
        self.save().await
    }

    pub(crate) async fn save(&mut self) -> Result<(), Error> {
        let body = stored::to_cbor(&self.state);
        self.vault.write(BODY, &body, &mut self.rng).await
    }

    /// The time for statements: the given one, but never earlier than a time seen before.
    pub(crate) fn advance(&mut self, now: Timestamp) -> Timestamp {
        self.state.latest = self.state.latest.max(now);
        now
    }

    pub(crate) fn nonce(&mut self) -> [u8; 16] {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        nonce
    }

    pub(crate) fn prekey(&self) -> SecretPrekey {
        SecretPrekey::from_bytes(self.state.prekey.expose())
    }

    pub(crate) fn partner(&self, inbox: MailboxId) -> Result<&Partner, Error> {
        let found = self.state.partners.iter().find(|p| p.inbox.mailbox == inbox);
        found.ok_or(Error::NoSuchPartner)
    }

    pub(crate) fn partner_mut(&mut self, inbox: MailboxId) -> Result<&mut Partner, Error> {
        let found = self.state.partners.iter_mut().find(|p| p.inbox.mailbox == inbox);
        found.ok_or(Error::NoSuchPartner)
    }

    /// The partner we call `name`; one that goes on rather than one that ended.
    pub(crate) fn partner_named(&self, name: &str) -> Result<&Partner, Error> {
        let named = || self.state.partners.iter().filter(|p| p.name == name);
        named().find(|p| !p.has_ended()).or_else(|| named().next_back()).ok_or(Error::NoSuchPartner)
    }

    pub(crate) fn sent_mut(&mut self, share: ShareId) -> Result<&mut Sent, Error> {
        self.state.sent.iter_mut().find(|s| s.share == share).ok_or(Error::NoSuchShare)
    }

    pub(crate) fn received_mut(&mut self, share: ShareId) -> Result<&mut Received, Error> {
        self.state.received.iter_mut().find(|r| r.share == share).ok_or(Error::NoSuchShare)
    }

    pub(crate) fn check_new_name(&self, name: &str) -> Result<(), Error> {
        let printable = !name.trim().is_empty() && !name.chars().any(char::is_control);
        if !printable || name.len() > limits::NAME_BYTES_MAX {
            return Err(Error::InvalidName);
        }
        match self.partner_named(name) {
            Ok(partner) if !partner.has_ended() => Err(Error::NameTaken),
            _ => Ok(()),
        }
    }

    /// Everything both have signed with the partner behind `inbox`.
    pub(crate) fn ledger(&self, inbox: MailboxId) -> Result<Ledger, Error> {
        self.partner(inbox)?.ledger()
    }

    pub(crate) fn put_ledger(&mut self, inbox: MailboxId, ledger: &Ledger) -> Result<(), Error> {
        self.partner_mut(inbox)?.ledger = Some(ledger.to_bytes().into());
        Ok(())
    }

    /// Whether nothing new may be signed for the partner behind `inbox`.
    pub(crate) fn is_rolled_back(&self, inbox: MailboxId) -> bool {
        self.partner(inbox).is_ok_and(|partner| partner.rolled_back.is_some())
    }

    /// Signs what we want to say and puts it into the ledger.
    pub(crate) fn say(
        &mut self,
        ledger: &mut Ledger,
        intent: consent::Intent,
        now: Timestamp,
    ) -> Result<(), Error> {
        let pair = ledger.pair().id();
        let mut rolled_back = self.state.partners.iter().filter_map(|partner| partner.rolled_back);
        if rolled_back.any(|old| old.pair == pair) {
            return Err(Error::Restored);
        }
        let nonce = self.nonce();
        let me = self.identity.public().person();
        let signed = ledger.next(me, intent, now, nonce)?.sign(&self.identity)?;
        ledger.append(&signed)?;
        Ok(())
    }

    /// What both have signed with the partner called `name`: for showing and exporting.
    pub fn agreement(&self, name: &str) -> Result<Ledger, Error> {
        self.partner_named(name)?.ledger()
    }

    /// Our own id in agreements.
    pub fn person(&self) -> vocab::PersonId {
        self.identity.public().person()
    }
}

pub(crate) fn fresh_seed(rng: &mut impl CryptoRng) -> Seed {
    let mut bytes = zeroize::Zeroizing::new([0; crypto::secret::SECRET_BYTES]);
    rng.fill_bytes(bytes.as_mut());
    Seed::new(*bytes)
}

impl Partner {
    pub(crate) fn ledger(&self) -> Result<Ledger, Error> {
        // No ledger yet means nobody has said yes, which is "no" like everything unsaid.
        let bytes: &ByteVec =
            self.ledger.as_ref().ok_or(Error::Denied(consent::Denied::NoPolicy))?;
        Ok(Ledger::parse(bytes)?)
    }
}
