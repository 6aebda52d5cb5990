//! Statements and bundles written by hand, so that they can be wrong.

use crypto::sign::IdentityKey;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, Encoder};

/// A bundle or a stored ledger, taken apart.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Raw {
    #[n(1)]
    pub(crate) version: u32,
    #[n(2)]
    pub(crate) pair: ByteVec,
    #[n(3)]
    pub(crate) keys: Vec<ByteVec>,
    #[n(4)]
    pub(crate) chains: Vec<Vec<ByteVec>>,
    #[n(5)]
    pub(crate) exported_at: Option<u64>,
    #[n(6)]
    pub(crate) invite: ByteVec,
}

impl Raw {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        minicbor::decode(bytes).unwrap()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).unwrap()
    }
}

/// One value of a statement's map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number(u64),
    Bytes(Vec<u8>),
    Map(Vec<(u8, u64)>),
}

/// A statement's map, key by key in the order they shall be written.
pub(crate) type Fields = Vec<(u8, Value)>;

pub(crate) fn payload(fields: &Fields) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut to = Encoder::new(&mut bytes);
    to.map(fields.len() as u64).unwrap();
    for (key, value) in fields {
        to.u8(*key).unwrap();
        match value {
            Value::Number(number) => to.u64(*number).unwrap(),
            Value::Bytes(bytes) => to.bytes(bytes).unwrap(),
            Value::Map(map) => {
                to.map(map.len() as u64).unwrap();
                for (key, number) in map {
                    to.u8(*key).unwrap().u64(*number).unwrap();
                }
                &mut to
            }
        };
    }
    bytes
}

/// Reads a payload into its fields.
pub(crate) fn fields(payload: &[u8]) -> Fields {
    use minicbor::data::Type;
    let mut from = minicbor::Decoder::new(payload);
    let count = from.map().unwrap().unwrap();
    let field = |_| {
        let key = from.u8().unwrap();
        let value = match from.datatype().unwrap() {
            Type::Bytes => Value::Bytes(from.bytes().unwrap().to_vec()),
            Type::Map => {
                let count = from.map().unwrap().unwrap();
                Value::Map((0..count).map(|_| (from.u8().unwrap(), from.u64().unwrap())).collect())
            }
            _ => Value::Number(from.u64().unwrap()),
        };
        (key, value)
    };
    (0..count).map(field).collect()
}

pub(crate) fn sign(key: &IdentityKey, payload: Vec<u8>) -> Vec<u8> {
    key.sign("velum/statement/v1", payload)
}
