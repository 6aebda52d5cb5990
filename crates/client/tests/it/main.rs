//! A vault that was written once opens for ever, and one that was changed does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use client::{
    Device, Error, Opener, PartnerStage, SentStage, Storage, StorageError, Transport,
    TransportError, vault::Vault,
};
use data_encoding::HEXLOWER;
use getrandom::{SysRng, rand_core::UnwrapErr};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

const PASSPHRASE: &str = "correct horse battery";

/// The records of `vectors/vault/v1/vault.json`: one partner who has signed, an invitation nobody
/// has answered, a photo that waits here, and one that came and has been viewed once of three times.
struct Frozen(RefCell<BTreeMap<String, Vec<u8>>>);

impl Frozen {
    fn thaw() -> Self {
        let text = include_str!("../../../../vectors/vault/v1/vault.json");
        let records: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        let bytes = |hex: String| HEXLOWER.decode(hex.as_bytes()).unwrap();
        Self(RefCell::new(records.into_iter().map(|(name, hex)| (name, bytes(hex))).collect()))
    }
}

impl Storage for Frozen {
    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.0.borrow().get(name).cloned())
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.0.borrow_mut().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), StorageError> {
        self.0.borrow_mut().remove(name);
        Ok(())
    }
}

/// There is no relay here.
struct Nowhere;

impl Transport for Nowhere {
    async fn send(&self, _: wire::Request) -> Result<wire::Response, TransportError> {
        Err(TransportError)
    }
}

type FrozenDevice<'a> = Device<&'a Frozen, Nowhere, UnwrapErr<SysRng>>;

fn now_or_never<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn unlock<'a>(frozen: &'a Frozen, passphrase: &str) -> Result<FrozenDevice<'a>, Error> {
    now_or_never(Device::unlock(frozen, Nowhere, UnwrapErr(SysRng), Opener::Passphrase(passphrase)))
}

#[test]
fn a_vault_of_version_1_opens_and_holds_what_it_held() {
    let frozen = Frozen::thaw();
    let device = unlock(&frozen, PASSPHRASE).unwrap();
    let partners = device.partners();
    let names: Vec<_> = partners.iter().map(|partner| partner.name.as_str()).collect();
    assert_eq!(names, ["Anna", "Dora"]);
    assert_eq!(partners[0].stage, PartnerStage::Paired);
    assert!(matches!(partners[1].stage, PartnerStage::Invited { .. }));
    assert_eq!(device.agreement("Anna").unwrap().statements_of(device.person()).len(), 2);
    let sent = device.sent();
    assert_eq!((sent.len(), sent[0].stage, sent[0].views_left), (1, SentStage::Waiting, 3));
    let received = device.received();
    assert_eq!((received.len(), received[0].views_left), (1, 2));
    assert!(device.relay().unwrap().starts_with("http://127.0.0.1:"));
}

#[test]
fn the_photo_that_waits_in_it_can_still_be_sent() {
    let frozen = Frozen::thaw();
    let item = frozen.0.borrow().keys().find(|name| name.starts_with("item-")).unwrap().clone();
    let vault = now_or_never(Vault::unlock(&frozen, Opener::Passphrase(PASSPHRASE))).unwrap();
    let photo = now_or_never(vault.read(&item)).unwrap().unwrap();
    // It was written by a version that copied a JPEG's coding; today's form is another.
    let limits = media::Limits::default();
    let clean = media::Original::parse(photo.to_vec(), &limits).unwrap().clean().unwrap();
    assert!(media::Clean::verify(clean.bytes().to_vec(), &limits).is_ok());
    assert_eq!((clean.shown_size().width, clean.shown_size().height), (24, 16));
}

#[test]
fn a_wrong_passphrase_and_a_missing_head_are_told_apart() {
    let frozen = Frozen::thaw();
    assert_eq!(unlock(&frozen, "correct horse batterie").err(), Some(Error::WrongPassphrase));
    frozen.0.borrow_mut().remove("head");
    assert_eq!(unlock(&frozen, PASSPHRASE).err(), Some(Error::NoVault));
}

#[test]
fn a_changed_cut_or_swapped_record_is_noticed() {
    let body = Frozen::thaw().0.borrow()["body"].clone();
    let item = Frozen::thaw().0.borrow().values().nth(2).unwrap().clone();
    let mut changed = body.clone();
    changed[body.len() / 2] ^= 1;
    for damaged in [changed, body[..body.len() - 1].to_vec(), Vec::new(), item] {
        let frozen = Frozen::thaw();
        frozen.0.borrow_mut().insert("body".into(), damaged);
        assert_eq!(unlock(&frozen, PASSPHRASE).err(), Some(Error::VaultDamaged));
    }
}

#[test]
fn a_head_that_asks_for_little_work_or_all_memory_is_not_opened() {
    let head = Frozen::thaw().0.borrow()["head"].clone();
    // 19 MiB is written as 0x19 0x4c 0x00 (19 456 KiB).
    let at = head.windows(3).position(|bytes| bytes == [0x19, 0x4c, 0x00]).unwrap();
    for cost in [[0x19, 0x00, 0x08], [0x19, 0x4b, 0xff]] {
        let frozen = Frozen::thaw();
        let mut cheap = head.clone();
        cheap[at..at + 3].copy_from_slice(&cost);
        frozen.0.borrow_mut().insert("head".into(), cheap);
        assert_eq!(unlock(&frozen, PASSPHRASE).err(), Some(Error::WrongPassphrase));
    }
}

#[test]
fn without_a_relay_nothing_that_waits_is_lost() {
    let frozen = Frozen::thaw();
    let mut device = unlock(&frozen, PASSPHRASE).unwrap();
    let now = vocab::Timestamp::parse_utc("2026-11-26").unwrap();
    assert_eq!(now_or_never(device.sync(now)), Err(Error::RelayUnreachable));
    let report = now_or_never(device.withdraw(client::Withdraw::All, now)).unwrap();
    assert_eq!((report.withdrawn, report.unconfirmed), (0, 1));
    drop(device);
    let device = unlock(&frozen, PASSPHRASE).unwrap();
    assert_eq!(device.sent()[0].stage, SentStage::Withdrawing);
}
