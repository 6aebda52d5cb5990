//! Two people for tests, who say things to each other.

use consent::{Appended, Error, Intent, Ledger, LiveGrant, Pair, Request, Signed, Terms, Verb};
use consent::{Denied, Permission};
use crypto::sign::IdentityKey;
use vocab::{InviteId, PersonId, ShareId, Timestamp};

pub(crate) const PHOTO: ShareId = ShareId::from_bytes([0xA1; 16]);
pub(crate) const OTHER_PHOTO: ShareId = ShareId::from_bytes([0xB2; 16]);

pub(crate) fn noon() -> Timestamp {
    Timestamp::parse_utc("2026-11-24T12:00Z").unwrap()
}

/// Terms that leave room: up to ten views, keeping and showing can be granted.
pub(crate) fn wide_terms() -> Terms {
    Terms {
        views_max: 10,
        keep: Permission::Allowed,
        show: Permission::Allowed,
        ..Terms::offered(noon())
    }
}

/// Anna shows, Ben sees. Both look into one ledger, unless a test gives each their own.
pub(crate) struct People {
    pub(crate) anna: IdentityKey,
    pub(crate) ben: IdentityKey,
    pub(crate) ledger: Ledger,
    pub(crate) now: Timestamp,
    nonce: u8,
}

impl People {
    pub(crate) fn strangers() -> Self {
        let anna = IdentityKey::from_seed(&[0x11; 32]);
        let ben = IdentityKey::from_seed(&[0x22; 32]);
        let invite = InviteId::from_bytes([0x33; 16]);
        let pair = Pair::new(anna.public(), ben.public(), invite).unwrap();
        Self { anna, ben, ledger: Ledger::new(pair), now: noon(), nonce: 0 }
    }

    /// Both have signed `terms`.
    pub(crate) fn agreed_on(terms: Terms) -> Self {
        let mut people = Self::strangers();
        people.anna_says(Intent::Propose(terms));
        people.ben_says(Intent::Agree(terms));
        people
    }

    /// Both have signed wide terms, Ben is ready to receive, Anna shows him the photo.
    pub(crate) fn sharing() -> Self {
        let mut people = Self::agreed_on(wide_terms());
        people.ben_says(grant(Verb::Receive));
        people.anna_says(grant(Verb::View));
        people
    }

    pub(crate) fn anna_id(&self) -> PersonId {
        self.anna.public().person()
    }

    pub(crate) fn ben_id(&self) -> PersonId {
        self.ben.public().person()
    }

    pub(crate) fn sign(&mut self, key: &IdentityKey, intent: Intent) -> Result<Signed, Error> {
        self.nonce = self.nonce.wrapping_add(1);
        let author = key.public().person();
        self.ledger.next(author, intent, self.now, [self.nonce; 16])?.sign(key)
    }

    pub(crate) fn try_say(&mut self, key: &IdentityKey, intent: Intent) -> Result<Signed, Error> {
        let signed = self.sign(key, intent)?;
        assert_eq!(self.ledger.append(&signed)?, Appended::New);
        Ok(signed)
    }

    pub(crate) fn anna_says(&mut self, intent: Intent) -> Signed {
        self.try_say(&self.anna.clone(), intent).unwrap()
    }

    pub(crate) fn ben_says(&mut self, intent: Intent) -> Signed {
        self.try_say(&self.ben.clone(), intent).unwrap()
    }

    /// May Anna do this for Ben with the photo now?
    pub(crate) fn ask(&self, verb: Verb) -> Result<LiveGrant, Denied> {
        self.ask_about(verb, PHOTO)
    }

    pub(crate) fn ask_about(&self, verb: Verb, share: ShareId) -> Result<LiveGrant, Denied> {
        let (from, to, now) = (self.anna_id(), self.ben_id(), self.now);
        self.ledger.live_grant(&Request { verb, share, from, to, now })
    }

    pub(crate) fn wait_days(&mut self, days: u64) {
        self.now = self.now.plus_days(days);
    }
}

/// A permission for all photos, as long as the terms last.
pub(crate) fn grant(verb: Verb) -> Intent {
    Intent::grant(verb, consent::Subject::All, wide_terms().until)
}
