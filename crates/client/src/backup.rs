//! A copy of the keys and agreements, without any photo, for the day the device is lost.
//!
//! Who puts an old copy back does not know what was said since. If it signed something new, the
//! other device would see two different statements with one number, and a withdrawal might be
//! forgotten. So a vault that was put back can look, view and take back, and signs nothing more for
//! the people it knows.

use crate::{
    Device, Error, Storage, Transport,
    device::BODY,
    state::{Outgoing, RolledBack, SentRecord, Stage, State, VERSION},
    stored,
    vault::{NewSlot, Vault},
};
use crypto::{
    CryptoRng,
    age::{self, WorkFactor},
    password::Cost,
    sign::IdentityKey,
};
use minicbor::{Decode, Encode, bytes::ByteVec};
use vocab::{Timestamp, limits::PASSPHRASE_CHARS_MIN};

const BACKUP_VERSION: u32 = 1;

/// What is in the file, under its passphrase: `docs/formats/vault.md`.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Backup {
    #[n(1)]
    version: u32,
    #[cbor(n(2), with = "stored::time")]
    made_at: Timestamp,
    /// The vault's record of that name.
    #[n(3)]
    body: ByteVec,
}

/// How a backup is opened, and how the vault it becomes is to be opened.
pub struct Restoring<'a> {
    /// The backup's file.
    pub file: &'a [u8],
    /// The backup's passphrase.
    pub file_passphrase: &'a str,
    /// The new vault's passphrase.
    pub passphrase: &'a str,
    /// What guessing that costs.
    pub cost: Cost,
}

impl<S: Storage, T: Transport, R: CryptoRng> Device<S, T, R> {
    /// A copy of everything the vault remembers but photos, under a passphrase of its own. `age`
    /// and `rage` open it too.
    pub fn backup(
        &mut self,
        passphrase: &str,
        work: WorkFactor,
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(Error::PassphraseTooShort(PASSPHRASE_CHARS_MIN));
        }
        let body = stored::to_cbor(&self.state).to_vec().into();
        let backup = Backup { version: BACKUP_VERSION, made_at: now, body };
        let plain = stored::to_cbor(&backup);
        Ok(age::seal(&plain, passphrase, work, &mut self.rng).map_err(envelope::Error::from)?)
    }

    /// Makes a vault from a backup. Photos that had not been delivered are withdrawn, invitations
    /// that nobody had answered are cancelled, and nothing new is signed for people in it.
    pub async fn restore(
        storage: S,
        transport: T,
        mut rng: R,
        from: &Restoring<'_>,
    ) -> Result<Self, Error> {
        let plain = age::open(from.file, from.file_passphrase).map_err(|error| match error {
            crypto::Error::CouldNotOpen => Error::WrongPassphrase,
            _ => Error::NotABackup,
        })?;
        let backup: Backup = stored::from_cbor(&plain).ok_or(Error::NotABackup)?;
        let mut state: State = stored::from_cbor(&backup.body).ok_or(Error::NotABackup)?;
        if backup.version != BACKUP_VERSION || state.version != VERSION {
            return Err(Error::VaultTooNew);
        }
        state.roll_back(backup.made_at)?;
        let vault = Vault::create(storage, &mut rng).await?;
        let identity = IdentityKey::from_seed(state.identity.expose());
        vault.write(BODY, &stored::to_cbor(&state), &mut rng).await?;
        let first = NewSlot::Passphrase(from.passphrase, from.cost);
        vault.write_head(&first, &mut rng).await?;
        Ok(Self { vault, transport, rng, state, identity })
    }
}

/// Numbers of shares and mailboxes that a restored vault skips: see [`crate::paper`].
const SHARES_SKIPPED: u32 = 256;
const MAILBOXES_SKIPPED: u32 = 32;

impl State {
    /// What holds for a state that is older than what was last said.
    fn roll_back(&mut self, made_at: Timestamp) -> Result<(), Error> {
        for partner in &mut self.partners {
            match partner.stage {
                Stage::Paired { .. } => {
                    let pair = partner.ledger()?.pair().id();
                    partner.rolled_back = Some(RolledBack { pair, made_at });
                }
                Stage::Invited { .. } | Stage::Answering { .. } => {
                    partner.stage = Stage::Ended;
                    let partner = partner.inbox.mailbox;
                    self.outbox.push(Outgoing::EndMailbox { partner });
                }
                Stage::Ended => {}
            }
        }
        // The photos that were kept are not here.
        self.kept.clear();
        // Numbers used since must not be used again; less than the gaps that the paper looks beyond.
        self.next_share = self.next_share.saturating_add(SHARES_SKIPPED);
        self.next_mailbox = self.next_mailbox.saturating_add(MAILBOXES_SKIPPED);
        // Statements that waited to be sent may have been sent, and others after them.
        self.outbox.retain(|waiting| {
            matches!(waiting, Outgoing::Withdraw { .. } | Outgoing::EndMailbox { .. })
        });
        for sent in &mut self.sent {
            // The photo itself is not here, and may have been delivered since.
            if let SentRecord::Waiting { .. } = sent.stage {
                sent.stage = SentRecord::Withdrawing;
                sent.views_left = 0;
                self.outbox.insert(0, Outgoing::Withdraw { share: sent.share });
            }
        }
        Ok(())
    }
}
