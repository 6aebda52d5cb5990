//! The relay is blind: after the whole path, nothing of a photo, a key or a name is in the server's
//! memory, database, log of the database, blobs, output or traffic.
//!
//! What is looked for comes out of the two vaults, opened as `docs/formats/vault.md` says. That the
//! search can find something is shown first, with what the server must hold.

use crate::haystack::{Needles, Wiretap, files_under, memory_of};
use crate::in_memory::{Records, clean_photo, now, now_or_never};
use client::{Device, InviteLink, Keeping, ShareLimits, Terms, Withdraw};
use crypto::{
    aead, kdf,
    password::{self, Cost},
    secret::{RelayHalf, SenderHalf},
};
use envelope::{Envelope, photo};
use getrandom::{SysRng, rand_core::UnwrapErr};
use http_client::HttpRelay;
use minicbor::{Decoder, data::Type};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use vocab::ShareId;

const PASSPHRASE: &str = "canary-passphrase-quokka-7431";
const NAMES: [&str; 2] = ["Canary-Wombat-Anna", "Canary-Numbat-Ben"];

type Person = Device<Records, HttpRelay, UnwrapErr<SysRng>>;

/// The real program, with its output kept.
struct Server {
    process: Child,
    data: tempfile::TempDir,
    address: std::net::SocketAddr,
}

impl Server {
    fn start() -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_velum")).with_file_name("velum-server");
        assert!(program.is_file(), "velum-server is not built; run  cargo xtask test");
        let data = tempfile::tempdir().unwrap();
        let mut process = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().parse().unwrap();
        Self { process, data, address }
    }

    fn stop(mut self) -> Vec<u8> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut said = Vec::new();
        self.process.stdout.take().unwrap().read_to_end(&mut said).unwrap();
        self.process.stderr.take().unwrap().read_to_end(&mut said).unwrap();
        assert!(self.process.wait().unwrap().success(), "the server did not stop cleanly");
        said
    }
}

fn person(records: &Records, origin: &str) -> Person {
    let relay = HttpRelay::new();
    relay.lead_to(origin.parse().unwrap());
    let rng = UnwrapErr(SysRng);
    let made = Person::create(records.clone(), relay, rng, PASSPHRASE, Cost::LEAST);
    let mut device = now_or_never(made).unwrap();
    now_or_never(device.set_relay(origin)).unwrap();
    device
}

/// All byte strings in a vault's body, also those inside byte strings of lists and maps.
fn byte_strings(records: &Records) -> Vec<Vec<u8>> {
    let records = records.records.borrow();
    let head = &records["head"];
    let mut decoder = Decoder::new(head);
    let mut found = Vec::new();
    collect(&mut decoder, &mut found);
    let [salt, wrapped] = &found[..] else { panic!("a head has one slot with two byte strings") };
    let salt = salt[..].try_into().unwrap();
    let slot = password::derive(PASSPHRASE, salt, Cost::LEAST).unwrap();
    let key = aead::open(slot.expose(), b"velum/vault/v1/slot", wrapped).unwrap();
    let key: [u8; 32] = key[..].try_into().unwrap();
    let body = aead::open(&key, b"velum/vault/v1/body", &records["body"]).unwrap();
    let mut found = vec![key.to_vec()];
    collect(&mut Decoder::new(&body), &mut found);
    found
}

fn collect(decoder: &mut Decoder<'_>, found: &mut Vec<Vec<u8>>) {
    match decoder.datatype().unwrap() {
        Type::Bytes => found.push(decoder.bytes().unwrap().to_vec()),
        Type::Array => {
            for _ in 0..decoder.array().unwrap().unwrap() {
                collect(decoder, found);
            }
        }
        Type::Map => {
            for _ in 0..2 * decoder.map().unwrap().unwrap() {
                collect(decoder, found);
            }
        }
        _ => decoder.skip().unwrap(),
    }
}

/// The identity, the prekey and the pair's root: 32 bytes each, at fixed places of the record.
fn add_long_lived_secrets(needles: &mut Needles, whose: &str, device: &Records) {
    let strings = byte_strings(device);
    for (name, bytes) in ["vault key", "identity", "prekey"].iter().zip(&strings) {
        assert_eq!(bytes.len(), 32);
        needles.add_secret(&format!("{whose}'s {name}"), bytes);
    }
}

fn limits(views: u32) -> ShareLimits {
    ShareLimits { views, not_after: now().plus_days(1), keeping: Keeping::NotAgreed }
}

/// Both halves of the photo that waits in the sender's vault, next to its control token.
fn waiting_halves(records: &Records) -> (SenderHalf, RelayHalf) {
    let strings = byte_strings(records);
    // share, partner, control, then sender's half, relay's half, message, and last of all the
    // paper's secret: see the state's layout.
    let at = strings.len() - 4;
    (
        SenderHalf::from_slice(&strings[at]).unwrap(),
        RelayHalf::from_slice(&strings[at + 1]).unwrap(),
    )
}

fn received_envelope(records: &Records, share: ShareId) -> Envelope {
    let strings = byte_strings(records);
    let mut envelopes = strings.iter().filter_map(|bytes| Envelope::parse(bytes).ok());
    envelopes.find(|envelope| envelope.policy.share == share).unwrap()
}

/// Two people who share one photo, and the server between them.
struct Story {
    server: Server,
    tap: Wiretap,
    annas: Records,
    bens: Records,
    anna: Person,
    ben: Person,
    link: InviteLink,
    first: ShareId,
    halves: (SenderHalf, RelayHalf),
}

impl Story {
    /// Until the photo has been delivered.
    fn begin() -> Self {
        let server = Server::start();
        let tap = Wiretap::before(server.address);
        let (annas, bens) = (Records::default(), Records::default());
        let mut anna = person(&annas, &tap.origin);
        let mut ben = person(&bens, &tap.origin);
        let terms = Terms { views_max: 2, ..Terms::offered(now()) };
        let link = now_or_never(anna.invite(NAMES[1], terms, true, now())).unwrap();
        let first = now_or_never(anna.share(clean_photo(), NAMES[1], limits(2), now())).unwrap();
        let halves = waiting_halves(&annas);
        let transport = HttpRelay::new();
        transport.lead_to(tap.origin.parse().unwrap());
        let offer = now_or_never(Person::look(&transport, &link)).unwrap();
        now_or_never(ben.accept(offer, NAMES[0], now())).unwrap();
        now_or_never(anna.sync(now())).unwrap();
        now_or_never(ben.sync(now())).unwrap();
        Self { server, tap, annas, bens, anna, ben, link, first, halves }
    }

    /// What the server must never have.
    fn secrets(&self, envelope: &Envelope) -> Needles {
        let mut secret = Needles::default();
        secret.add_samples("the original", include_bytes!("../data/harbour.jpg"));
        secret.add_samples("the clean copy", clean_photo().bytes());
        for name in NAMES {
            secret.add(name, name.as_bytes());
        }
        secret.add("the passphrase", PASSPHRASE.as_bytes());
        let exposed = self.link.expose();
        let in_link = exposed.rsplit('.').next().unwrap();
        let invite_secret = data_encoding::BASE64URL_NOPAD.decode(in_link.as_bytes()).unwrap();
        secret.add_secret("the invitation's secret", &invite_secret);
        let (sender_half, relay_half) = &self.halves;
        secret.add_secret("the sender's half", sender_half.expose());
        let halves = [*sender_half.expose(), *relay_half.expose()].concat();
        let info = [&b"velum/cek/v1"[..], self.first.as_bytes(), &envelope.policy.digest()];
        secret.add_secret("the content key", kdf::derive_sha512(&halves, &info).as_ref());
        add_long_lived_secrets(&mut secret, "Anna", &self.annas);
        add_long_lived_secrets(&mut secret, "Ben", &self.bens);
        secret.add_secret("the pair's root", &pair_root(&self.annas));
        secret.add("the words both signed", b"Everyone in the photos I share is an adult");
        assert!(secret.len() > 100);
        secret
    }

    fn look_everywhere(&self, secret: &Needles, when: &str) {
        let none: [&str; 0] = [];
        assert_eq!(secret.found_in(&memory_of(self.server.process.id())), none, "memory {when}");
        assert_eq!(secret.found_in(&self.files()), none, "files {when}");
        assert_eq!(secret.found_in(&self.tap.heard()), none, "traffic {when}");
    }

    fn files(&self) -> Vec<u8> {
        files_under(self.server.data.path())
    }
}

/// A piece of what the server does hold, to show that the search finds what is there.
fn sealed_piece(envelope: &Envelope, halves: &(SenderHalf, RelayHalf)) -> Needles {
    let (manifest, policy) = (&envelope.manifest, &envelope.policy);
    let sealed = photo::seal(clean_photo().bytes(), manifest, policy, &halves.0, &halves.1);
    let mut known = Needles::default();
    known.add("the sealed photo", &sealed.unwrap()[1000..1064]);
    known
}

#[test]
fn nothing_of_a_photo_a_key_or_a_name_reaches_the_server() {
    let mut story = Story::begin();
    let first = story.first;
    let envelope = received_envelope(&story.bens, first);
    assert_eq!(envelope.sender_half, story.halves.0);
    let mut secret = story.secrets(&envelope);

    // The search finds what is there, or it is worth nothing.
    let sealed = sealed_piece(&envelope, &story.halves);
    assert_eq!(sealed.found_in(&story.files()), ["the sealed photo"]);
    assert_eq!(sealed.found_in(&story.tap.heard()), ["the sealed photo"]);
    let mut id = Needles::default();
    id.add("the share's id", first.as_bytes());
    assert_eq!(id.found_in(&story.files()), ["the share's id"]);
    assert_eq!(id.found_in(&memory_of(story.server.process.id())), ["the share's id"]);
    story.look_everywhere(&secret, "after delivery");

    let seen = now_or_never(story.ben.view(first, now())).unwrap();
    assert!(**seen.bytes == *clean_photo().bytes());
    story.look_everywhere(&secret, "after the first view");

    let report = now_or_never(story.anna.withdraw(Withdraw::One(first), now())).unwrap();
    assert_eq!((report.withdrawn, report.unconfirmed), (1, 0));
    now_or_never(story.ben.sync(now())).unwrap();
    let again = now_or_never(story.ben.view(first, now()));
    assert_eq!(again.err(), Some(client::Error::ShareGone));

    // From now on its own half must be gone too, and the sealed photo with it.
    secret.add_secret("the relay's half", story.halves.1.expose());
    story.look_everywhere(&secret, "after taking it back");
    assert!(sealed.found_in(&story.files()).is_empty());

    let said = story.server.stop();
    assert!(secret.found_in(&said).is_empty());
    id.add("the share's id as text", first.to_string().as_bytes());
    assert!(id.found_in(&said).is_empty(), "ids reach no log");
}

/// The root both derived: the last 32 bytes of a paired partner's stage.
fn pair_root(records: &Records) -> Vec<u8> {
    // inbox (mailbox, read, post), then the stage: see the state's layout.
    let strings = byte_strings(records);
    assert_eq!(strings[3].len(), 16, "the mailbox");
    assert_eq!(strings[6].len(), 32, "the root");
    strings[6].clone()
}
