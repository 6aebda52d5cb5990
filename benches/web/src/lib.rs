//! What is measured natively and in a browser. `bench seal`: everything two devices and a relay do
//! with keys between a clean photo and the same photo opened, except the network. `bench clean`: a
//! photo read, written anew and read a second time. `bench vision`: each network alone.

use crypto::{
    digest::sha256,
    hpke::{self, PublicPrekey, SecretPrekey},
    secret::{PairRoot, RelayHalf, SenderHalf},
};
use envelope::{
    Envelope, Keeping, Manifest, MediaType, Policy,
    message::{self, Place},
    photo,
};
use getrandom::{SysRng, rand_core::UnwrapErr};
use media::{Limits, Original};
use vision::measuring::Measured;
use vocab::{MailboxId, MessageId, ShareId, Timestamp};
use wasm_bindgen::prelude::wasm_bindgen;

/// About what a phone writes for 4000 × 3000 pixels.
pub const PHOTO_BYTES: usize = 5_000_000;

/// Reads a photo, writes its clean copy, and gives the copy's length.
#[wasm_bindgen]
pub fn clean(photo: Vec<u8>) -> usize {
    let original = Original::parse(photo, &Limits::default()).expect("it is a photo");
    original.clean().expect("it can be cleaned").bytes().len()
}

/// A network of `models/` and an input for it.
#[wasm_bindgen]
pub struct Look {
    network: Measured,
    shape: [usize; 4],
    samples: Vec<f32>,
}

#[wasm_bindgen]
impl Look {
    /// From the name and the bytes of a network's file, and the size of what it looks at.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, bytes: Vec<u8>, width: usize, height: usize) -> Self {
        let network = Measured::load(file, bytes).expect("it is a file of models/");
        let shape = [1, 3, height, width];
        Self { network, shape, samples: soft_samples(shape) }
    }

    /// Looks once, and gives what a measurement compares.
    pub fn run(&self) -> Vec<f32> {
        self.network.run(self.shape, self.samples.clone()).expect("it takes this size")
    }
}

/// Samples like those of a soft picture, plane by plane.
pub fn soft_samples(shape: [usize; 4]) -> Vec<f32> {
    let wide = shape[3];
    let value = |index: usize| {
        let (x, y) = ((index % wide) as f32, (index / wide) as f32);
        0.5 + 0.3 * (x / 17.0).sin() + 0.2 * (y / 11.0 + x / 40.0).cos()
    };
    (0..shape.iter().product()).map(value).collect()
}

const INFO: &[u8] = b"velum/bench/v1";

/// Two devices that are paired, a relay's key, a photo, and what has been made of it so far.
#[wasm_bindgen]
pub struct Work {
    photo: Vec<u8>,
    root: PairRoot,
    recipient: SecretPrekey,
    reply: SecretPrekey,
    epoch: PublicPrekey,
    half: RelayHalf,
    sealed: Vec<u8>,
    letter: Vec<u8>,
    release: Vec<u8>,
}

#[wasm_bindgen]
impl Work {
    /// Everything that is there before somebody presses "share".
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "making keys is not a default")]
    pub fn new() -> Self {
        let rng = &mut UnwrapErr(SysRng);
        let recipient = SecretPrekey::generate(rng);
        Self {
            photo: (0..PHOTO_BYTES).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
            root: PairRoot::generate(rng),
            reply: SecretPrekey::generate(rng),
            epoch: SecretPrekey::generate(rng).public(),
            half: RelayHalf::generate(rng),
            recipient,
            sealed: Vec::new(),
            letter: Vec::new(),
            release: Vec::new(),
        }
    }

    /// The sender's device: seal the photo, the relay's half and the letter to the recipient.
    pub fn seal(&mut self) {
        let rng = &mut UnwrapErr(SysRng);
        let (manifest, policy) = (manifest(), policy());
        let sender = SenderHalf::generate(rng);
        self.half = RelayHalf::generate(rng);
        self.sealed = photo::seal(&self.photo, &manifest, &policy, &sender, &self.half)
            .expect("the manifest tells the photo's length");
        hpke::seal_base(&self.epoch, INFO, b"", self.half.expose(), rng)
            .expect("the epoch key is a key");
        let sealed_digest = sha256(&[&self.sealed]);
        let envelope = Envelope { sender_half: sender, manifest, policy, sealed_digest };
        let (letter, _) =
            message::seal(self.psk(), &self.recipient.public(), place(), &envelope.to_bytes(), rng)
                .expect("an envelope fits into a message");
        self.letter = letter;
    }

    /// The relay: seal the half to the claim's reply key.
    pub fn release(&mut self) {
        let rng = &mut UnwrapErr(SysRng);
        self.release = hpke::seal_base(&self.reply.public(), INFO, b"", self.half.expose(), rng)
            .expect("the reply key is a key");
    }

    /// The recipient's device: open letter, release and photo. Gives the photo's length.
    pub fn open(&self) -> usize {
        let (letter, _) = message::open(self.psk(), &self.recipient, place(), &self.letter)
            .expect("it was sealed for this device");
        let envelope = Envelope::parse(&letter).expect("it is an envelope");
        assert_eq!(sha256(&[&self.sealed]), envelope.sealed_digest);
        let half = hpke::open_base(&self.reply, INFO, b"", &self.release)
            .expect("it was released for this claim");
        let half = RelayHalf::from_slice(&half).expect("a half has 32 bytes");
        let Envelope { manifest, policy, sender_half, .. } = &envelope;
        let opened = photo::open(&self.sealed, manifest, policy, sender_half, &half)
            .expect("both halves are there");
        assert!(**opened == *self.photo);
        opened.len()
    }

    fn psk(&self) -> hpke::Psk<'_> {
        hpke::Psk { root: &self.root, id: b"pair" }
    }
}

fn manifest() -> Manifest {
    Manifest {
        media_type: MediaType::Jpeg,
        photo_bytes: PHOTO_BYTES as u64,
        width: 4000,
        height: 3000,
    }
}

fn policy() -> Policy {
    Policy {
        share: ShareId::from_bytes([1; 16]),
        views: 1,
        not_after: Timestamp::EPOCH.plus_days(20_000),
        keeping: Keeping::NotAgreed,
    }
}

fn place() -> Place {
    Place { mailbox: MailboxId::from_bytes([2; 16]), message: MessageId::from_bytes([3; 16]) }
}
