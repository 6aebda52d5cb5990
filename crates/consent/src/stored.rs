//! A whole ledger as bytes: for the vault, and as the body of an exported bundle. Every statement
//! is verified again on the way in.

use crate::codec::{from_bytes, to_bytes};
use crate::pair::{Pair, Side};
use crate::{Error, Ledger, Signed, Verified};
use crypto::sign::IdentityPublic;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use vocab::{InviteId, Timestamp, limits};

const VERSION: u8 = 1;

/// Everything before the 32 bytes of an Ed25519 COSE_Key: `{1: 1, -1: 6, -2: h'…'}`.
const COSE_KEY_PREFIX: [u8; 8] = [0xA3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];

/// Largest encoded ledger.
const BYTES_MAX: usize = limits::STATEMENTS_MAX * (limits::STATEMENT_BYTES_MAX + 3) + 1024;

#[derive(Encode, Decode)]
#[cbor(map)]
struct RawLedger {
    #[n(1)]
    version: u8,
    #[n(2)]
    pair: ByteArray<16>,
    #[n(3)]
    keys: [ByteArray<40>; 2],
    #[n(4)]
    chains: [Vec<ByteVec>; 2],
    #[n(5)]
    exported_at: Option<u64>,
    #[n(6)]
    invite: ByteArray<16>,
}

impl Ledger {
    /// The whole ledger for the vault.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self, None)
    }

    /// Reads a whole ledger and verifies every statement in it again.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        match read(bytes)? {
            (ledger, None) => Ok(ledger),
            (_, Some(_)) => Err(Error::Malformed),
        }
    }
}

pub(crate) fn write(ledger: &Ledger, exported_at: Option<Timestamp>) -> Vec<u8> {
    let pair = ledger.pair();
    let chain = |side| ledger.chain(side).iter().map(Verified::stored).collect();
    to_bytes(&RawLedger {
        version: VERSION,
        pair: (*pair.id().as_bytes()).into(),
        keys: pair.people().map(|person| person.to_cose_key().into()),
        chains: Side::BOTH.map(chain),
        exported_at: exported_at.map(Timestamp::unix_seconds),
        invite: (*pair.invite().as_bytes()).into(),
    })
}

pub(crate) fn read(bytes: &[u8]) -> Result<(Ledger, Option<Timestamp>), Error> {
    if bytes.len() > BYTES_MAX {
        return Err(Error::TooBig);
    }
    let raw: RawLedger = from_bytes(bytes)?;
    if raw.version != VERSION {
        return Err(Error::Malformed);
    }
    let [first, second] = raw.keys;
    let pair =
        Pair::new(read_key(&first)?, read_key(&second)?, InviteId::from_bytes(raw.invite.into()))?;
    // The id follows from the people and the order from their ids: only one way to write a pair.
    if pair.id().as_bytes() != &*raw.pair || pair.people()[0].to_cose_key() != *first {
        return Err(Error::WrongPair);
    }
    let exported_at = match raw.exported_at {
        None => None,
        Some(seconds) => Some(Timestamp::from_unix_seconds(seconds).ok_or(Error::Malformed)?),
    };
    Ok((fill(pair, raw.chains)?, exported_at))
}

/// Takes in two chains, each statement as soon as what it cites is here.
fn fill(pair: Pair, chains: [Vec<ByteVec>; 2]) -> Result<Ledger, Error> {
    let mut ledger = Ledger::new(pair);
    let mut waiting = chains.map(|chain| chain.into_iter().peekable());
    loop {
        let mut stuck = None;
        let mut moved = false;
        for side in Side::BOTH {
            let chain = &mut waiting[side.index()];
            while let Some(bytes) = chain.peek() {
                let signed = Signed::from_bytes(bytes.to_vec())?;
                match append_to(&mut ledger, side, &signed) {
                    Ok(()) => moved = true,
                    Err(error @ Error::SeenUnknown { .. }) => {
                        stuck = Some(error);
                        break;
                    }
                    Err(error) => return Err(error),
                }
                chain.next();
            }
        }
        match stuck {
            None => return Ok(ledger),
            Some(error) if !moved => return Err(error),
            Some(_) => {}
        }
    }
}

/// A statement must stand in its own author's chain, once.
fn append_to(ledger: &mut Ledger, side: Side, signed: &Signed) -> Result<(), Error> {
    let before = ledger.chain(side).len();
    ledger.append(signed)?;
    if ledger.chain(side).len() == before + 1 { Ok(()) } else { Err(Error::Malformed) }
}

fn read_key(key: &[u8; 40]) -> Result<IdentityPublic, Error> {
    let (prefix, x) = key.split_at(COSE_KEY_PREFIX.len());
    if prefix != COSE_KEY_PREFIX {
        return Err(Error::Malformed);
    }
    let x: &[u8; 32] = x.try_into().map_err(|_| Error::Malformed)?;
    Ok(IdentityPublic::from_bytes(x)?)
}
