//! A statement as bytes: deterministic CBOR (RFC 8949 §4.2), one encoding only.
//!
//! Reading accepts what `minicbor` accepts; then the value is written again and compared, which
//! refuses every second spelling, unknown key, duplicate and trailing byte at once.

use crate::statement::{Act, Grant, Policy, Statement, StatementDigest, Subject, Verb};
use crate::{Error, OnEnd, Permission, Terms, TermsDigest};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use vocab::{PairId, PersonId, ShareId, Timestamp};

const VERSION: u8 = 1;
const POLICY: u8 = 1;
const GRANT: u8 = 2;
const WITHDRAW: u8 = 3;
const END: u8 = 4;

#[derive(Encode, Decode)]
#[cbor(map)]
struct RawStatement {
    #[n(1)]
    version: u8,
    #[n(2)]
    pair: ByteArray<16>,
    #[n(3)]
    author: ByteArray<32>,
    #[n(4)]
    seq: u32,
    #[n(5)]
    prev: Option<ByteArray<32>>,
    #[n(6)]
    seen: Option<ByteArray<32>>,
    #[n(7)]
    act: u8,
    #[n(8)]
    verb: Option<u8>,
    #[n(9)]
    subject: Option<ByteArray<16>>,
    #[n(10)]
    not_after: Option<u64>,
    #[n(11)]
    views_max: Option<u32>,
    #[n(12)]
    terms_digest: Option<ByteArray<32>>,
    #[n(13)]
    time: u64,
    #[n(14)]
    nonce: ByteArray<16>,
    #[n(15)]
    policy: Option<RawPolicy>,
}

#[derive(Clone, Copy, Encode, Decode)]
#[cbor(map)]
struct RawPolicy {
    #[n(1)]
    on_end: u8,
    #[n(2)]
    keep_days: u32,
    #[n(3)]
    keep: u8,
    #[n(4)]
    show: u8,
    #[n(5)]
    revision: u32,
}

/// Writes any value; writing into memory cannot fail.
pub(crate) fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes every byte")
}

/// Reads a value in its one allowed encoding.
pub(crate) fn from_bytes<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8]) -> Result<T, Error> {
    let value: T = minicbor::decode(bytes).map_err(|_| Error::Malformed)?;
    if to_bytes(&value) == bytes { Ok(value) } else { Err(Error::Malformed) }
}

pub(crate) fn encode_statement(statement: &Statement) -> Vec<u8> {
    to_bytes(&RawStatement::from(statement))
}

/// Also checks what a statement must meet by itself (C2 and the limits).
pub(crate) fn decode_statement(bytes: &[u8]) -> Result<Statement, Error> {
    let statement = from_bytes::<RawStatement>(bytes)?.read()?;
    statement.check()?;
    Ok(statement)
}

impl From<&Statement> for RawStatement {
    fn from(statement: &Statement) -> Self {
        let mut raw = Self {
            version: VERSION,
            pair: (*statement.pair.as_bytes()).into(),
            author: (*statement.author.as_bytes()).into(),
            seq: statement.seq,
            prev: statement.prev.map(|digest| digest.0.into()),
            seen: statement.seen.map(|digest| digest.0.into()),
            act: END,
            verb: None,
            subject: None,
            not_after: None,
            views_max: None,
            terms_digest: None,
            time: statement.time.unix_seconds(),
            nonce: statement.nonce.into(),
            policy: None,
        };
        raw.write_act(&statement.act);
        raw
    }
}

impl RawStatement {
    fn write_act(&mut self, act: &Act) {
        match act {
            Act::Policy(policy) => {
                self.act = POLICY;
                self.not_after = Some(policy.terms.until.unix_seconds());
                self.views_max = Some(policy.terms.views_max);
                self.terms_digest = Some(policy.terms_digest.0.into());
                self.policy = Some(policy.into());
            }
            Act::Grant(grant) => {
                self.act = GRANT;
                self.verb = Some(verb_number(grant.verb));
                self.subject = subject_bytes(grant.subject);
                self.not_after = Some(grant.not_after.unix_seconds());
                self.views_max = grant.views_max;
                self.terms_digest = Some(grant.terms_digest.0.into());
            }
            Act::Withdraw { verb, subject } => {
                self.act = WITHDRAW;
                self.verb = verb.map(verb_number);
                self.subject = subject_bytes(*subject);
            }
            Act::End => self.act = END,
        }
    }

    fn read(self) -> Result<Statement, Error> {
        if self.version != VERSION {
            return Err(Error::Malformed);
        }
        Ok(Statement {
            pair: PairId::from_bytes(self.pair.into()),
            author: PersonId::from_bytes(self.author.into()),
            seq: self.seq,
            prev: self.prev.map(|digest| StatementDigest(digest.into())),
            seen: self.seen.map(|digest| StatementDigest(digest.into())),
            time: time(self.time)?,
            nonce: self.nonce.into(),
            act: self.read_act()?,
        })
    }

    /// Every act has exactly the fields it needs; one too many or too few is malformed.
    fn read_act(&self) -> Result<Act, Error> {
        let subject =
            self.subject.map_or(Subject::All, |id| Subject::Share(ShareId::from_bytes(id.into())));
        let verb = self.verb.map(read_verb).transpose()?;
        let digest = self.terms_digest.map(|digest| TermsDigest(digest.into()));
        match (self.act, verb, self.subject, self.not_after, self.views_max, digest, self.policy) {
            (POLICY, None, None, Some(until), Some(views_max), Some(digest), Some(policy)) => {
                let terms = policy.read_terms(time(until)?, views_max)?;
                let revision = policy.revision;
                Ok(Act::Policy(Policy { revision, terms, terms_digest: digest }))
            }
            // A yes without an end is not a yes (C2), and it says so.
            (POLICY | GRANT, _, _, None, ..) => Err(Error::ExpiryOutOfRange),
            (GRANT, Some(verb), _, Some(not_after), views_max, Some(terms_digest), None) => {
                let not_after = time(not_after)?;
                Ok(Act::Grant(Grant { verb, subject, not_after, views_max, terms_digest }))
            }
            (WITHDRAW, verb, _, None, None, None, None) => Ok(Act::Withdraw { verb, subject }),
            (END, None, None, None, None, None, None) => Ok(Act::End),
            _ => Err(Error::Malformed),
        }
    }
}

impl From<&Policy> for RawPolicy {
    fn from(policy: &Policy) -> Self {
        Self {
            on_end: match policy.terms.on_end {
                OnEnd::Delete => 1,
            },
            keep_days: policy.terms.keep_days,
            keep: permission_number(policy.terms.keep),
            show: permission_number(policy.terms.show),
            revision: policy.revision,
        }
    }
}

impl RawPolicy {
    fn read_terms(self, until: Timestamp, views_max: u32) -> Result<Terms, Error> {
        if self.on_end != 1 {
            return Err(Error::Malformed);
        }
        Ok(Terms {
            until,
            views_max,
            keep: read_permission(self.keep)?,
            show: read_permission(self.show)?,
            keep_days: self.keep_days,
            on_end: OnEnd::Delete,
        })
    }
}

fn time(seconds: u64) -> Result<Timestamp, Error> {
    Timestamp::from_unix_seconds(seconds).ok_or(Error::Malformed)
}

fn subject_bytes(subject: Subject) -> Option<ByteArray<16>> {
    match subject {
        Subject::All => None,
        Subject::Share(share) => Some((*share.as_bytes()).into()),
    }
}

fn verb_number(verb: Verb) -> u8 {
    match verb {
        Verb::Receive => 1,
        Verb::View => 2,
        Verb::Keep => 3,
        Verb::Show => 4,
    }
}

fn read_verb(number: u8) -> Result<Verb, Error> {
    Verb::ALL.into_iter().find(|verb| verb_number(*verb) == number).ok_or(Error::Malformed)
}

fn permission_number(permission: Permission) -> u8 {
    match permission {
        Permission::NotAllowed => 0,
        Permission::Allowed => 1,
    }
}

fn read_permission(number: u8) -> Result<Permission, Error> {
    match number {
        0 => Ok(Permission::NotAllowed),
        1 => Ok(Permission::Allowed),
        _ => Err(Error::Malformed),
    }
}
