//! From a statement to a signed one to a verified one. Only signed bytes travel; only verified
//! statements count.

use crate::codec::{decode_statement, encode_statement};
use crate::{Error, Pair, Statement, StatementDigest};
use core::fmt;
use core::ops::Deref;
use crypto::digest::sha256;
use crypto::sign::{IdentityKey, unverified_payload};
use minicbor::bytes::ByteVec;
use vocab::limits;

/// What the signature is made for, so that it means nothing anywhere else.
const PURPOSE: &str = "velum/statement/v1";

/// A statement ready to be signed by its author. Made by [`crate::Ledger::next`].
#[derive(Debug)]
#[must_use = "nothing is said until it is signed and appended"]
pub struct Unsigned(pub(crate) Statement);

impl Unsigned {
    /// What would be signed, to be shown before signing.
    pub fn statement(&self) -> &Statement {
        &self.0
    }

    /// Signs it with the author's key.
    pub fn sign(self, key: &IdentityKey) -> Result<Signed, Error> {
        if key.public().person() != self.0.author {
            return Err(Error::WrongKey);
        }
        Ok(Signed(key.sign(PURPOSE, encode_statement(&self.0))))
    }
}

/// The bytes of a signed statement. Nobody has checked them.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed(Vec<u8>);

impl Signed {
    /// Bytes that claim to be a signed statement.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        if bytes.len() > limits::STATEMENT_BYTES_MAX { Err(Error::TooBig) } else { Ok(Self(bytes)) }
    }

    /// The bytes, to be sent or stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How others cite it.
    pub fn digest(&self) -> StatementDigest {
        StatementDigest(sha256(&[&self.0]))
    }

    /// Checks signature, author, pair, encoding and what a statement must meet by itself. Whether
    /// it fits its chain is the ledger's question.
    pub fn verify(&self, pair: &Pair) -> Result<Verified, Error> {
        let claimed = decode_statement(&unverified_payload(&self.0)?)?;
        let author = pair.person(claimed.author).ok_or(Error::Stranger)?;
        let statement = decode_statement(&author.verify(PURPOSE, &self.0)?)?;
        if statement.pair != pair.id() {
            return Err(Error::WrongPair);
        }
        Ok(Verified { digest: self.digest(), signed: self.clone(), statement })
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[Signed]")
    }
}

/// A statement that its author has signed. Exists only after [`Signed::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    signed: Signed,
    digest: StatementDigest,
    statement: Statement,
}

impl Verified {
    /// The bytes that prove it.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// How others cite it.
    pub fn digest(&self) -> StatementDigest {
        self.digest
    }

    /// Skips the signature, for tests that build a million ledgers and check rules, not signatures.
    #[cfg(test)]
    pub(crate) fn trusted(unsigned: Unsigned) -> Self {
        let signed = Signed(encode_statement(&unsigned.0));
        Self { digest: signed.digest(), signed, statement: unsigned.0 }
    }

    pub(crate) fn stored(&self) -> ByteVec {
        self.signed.0.clone().into()
    }
}

impl Deref for Verified {
    type Target = Statement;

    fn deref(&self) -> &Statement {
        &self.statement
    }
}

impl AsRef<Statement> for Verified {
    fn as_ref(&self) -> &Statement {
        &self.statement
    }
}
