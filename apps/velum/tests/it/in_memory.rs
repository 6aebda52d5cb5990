//! People with devices whose records are kept in memory, for tests that look inside.

use client::{Storage, StorageError};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};
use vocab::Timestamp;

/// Of a thousand requests, writes or answers, how many fail.
const FAIL_PER_MILLE: u64 = 150;

/// The same sequence of chances for the same seed (SplitMix64).
#[derive(Clone)]
pub(crate) struct Chance(Rc<Cell<u64>>);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rc::new(Cell::new(seed)))
    }

    pub(crate) fn strikes(&self) -> bool {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % 1000 < FAIL_PER_MILLE
    }
}

/// Records that stay when the device stops; a write may fail before it takes effect.
#[derive(Clone, Default)]
pub(crate) struct Records {
    pub(crate) records: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    pub(crate) chance: Option<Chance>,
}

impl Storage for Records {
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.records.borrow().get(name).cloned())
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        if self.chance.as_ref().is_some_and(Chance::strikes) {
            return Err(StorageError::Full);
        }
        self.records.borrow_mut().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.records.borrow_mut().remove(name);
        Ok(())
    }
}

/// Everything below blocks instead of waiting, so each future is ready at once.
pub(crate) fn now_or_never<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a blocking port made a future wait"),
    }
}

/// The relay in these tests runs on the real clock, so the devices do too.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_seconds(since.as_secs()).unwrap()
}

pub(crate) fn clean_photo() -> media::Clean {
    let bytes = include_bytes!("../data/harbour.jpg").to_vec();
    media::Original::parse(bytes, &media::Limits::default()).unwrap().clean().unwrap()
}
