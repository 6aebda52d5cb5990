//! Backups and restores of a running relay, at random points, with the real programs: no release
//! after a withdrawal, no view given twice, no consent that comes back (R17).
//!
//! `VELUM_TEST_SCALE=50` restores a thousand times.

use crate::people::{Recipient, RelayKey, Shared, random, rng, rounds};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use std::path::PathBuf;
use vocab::ClaimId;
use wire::v1::body::ShareState;

/// A share and what its sender and its recipient were told about it.
struct Known {
    shared: Shared,
    recipient: usize,
    views: u32,
    released: u32,
    ready: bool,
    withdrawn: bool,
    /// From before a restore.
    old: bool,
    /// The latest claim that got a release.
    claim: Option<ClaimId>,
}

/// What the devices know; nothing of it is ever put back.
struct Devices {
    home: Home,
    reply_key: Vec<u8>,
    recipients: Vec<Recipient>,
    shares: Vec<Known>,
    copies: Vec<PathBuf>,
    releases: u32,
}

fn below(end: usize) -> usize {
    usize::from(u16::from_be_bytes(random())) % end
}

impl Devices {
    fn new() -> Self {
        Self {
            home: Home::new(),
            reply_key: SecretPrekey::generate(&mut rng()).public().to_bytes(),
            recipients: Vec::new(),
            shares: Vec::new(),
            copies: Vec::new(),
            releases: 0,
        }
    }

    fn announce(&mut self, server: &Running) {
        let views = 1 + below(3) as u32;
        let recipient = self.recipients.len() - 1;
        let shared = Shared::new(&RelayKey::of(server), views, random::<64>().to_vec());
        assert_eq!(server.send(&shared.put(&self.recipients[recipient])).status, 201);
        let (released, ready, withdrawn, old) = (0, false, false, false);
        let claim = None;
        self.shares.push(Known {
            shared,
            recipient,
            views,
            released,
            ready,
            withdrawn,
            old,
            claim,
        });
    }

    /// Somebody does something, mostly with what is new.
    fn act(&mut self, server: &Running) {
        if self.shares.is_empty() || below(4) == 0 {
            return self.announce(server);
        }
        let newest = self.shares.len() - 1;
        let number = if below(3) == 0 { below(newest + 1) } else { newest };
        let known = &mut self.shares[number];
        match below(8) {
            0..3 => {
                let put = known.shared.put_blob(&self.recipients[known.recipient]);
                let status = server.send(&put).status;
                let taken = [200, 201].contains(&status);
                assert!(!(taken && (known.withdrawn || known.old)), "a blob was taken: {status}");
                known.ready |= taken;
            }
            3 => {
                assert_eq!(server.send(&known.shared.withdraw()).status, 200);
                known.withdrawn = true;
            }
            4 => {
                // A late copy of the announcement.
                let put = known.shared.put(&self.recipients[known.recipient]);
                let status = server.send(&put).status;
                assert!(status >= 400 || !(known.withdrawn || known.old), "announced: {status}");
            }
            _ => self.claim(server, number),
        }
    }

    fn claim(&mut self, server: &Running, number: usize) {
        let known = &mut self.shares[number];
        let claim = ClaimId::from_bytes(random());
        let status = server.send(&known.shared.claim(claim, &self.reply_key)).status;
        if status == 200 {
            known.released += 1;
            known.claim = Some(claim);
            self.releases += 1;
            assert!(!known.withdrawn, "a release after the withdrawal was answered");
            assert!(!known.old, "a release of what is older than the restore");
            assert!(known.released <= known.views, "released more often than agreed");
        } else {
            assert_eq!(status, 410);
        }
    }

    fn back_up(&mut self) {
        let copy = self.home.path().join(format!("copy-{}", self.copies.len()));
        let done = self.home.run("backup", "--to", &copy);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.copies.push(copy);
    }

    fn put_back(&mut self) {
        let copy = &self.copies[below(self.copies.len())];
        let done = self.home.run("restore", "--from", copy);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.shares.iter_mut().for_each(|known| known.old = true);
    }

    /// Everything there ever was, after a start.
    fn check(&mut self, server: &Running) {
        for number in 0..self.shares.len() {
            let known = &self.shares[number];
            let open = known.released < known.views && !known.withdrawn && !known.old;
            let expected = match (open, known.ready) {
                (false, _) => ShareState::Ended,
                (true, true) => ShareState::Ready,
                (true, false) => ShareState::Waiting,
            };
            let (state, views_left) = known.shared.status(server);
            assert_eq!(state, expected);
            assert_eq!(views_left, if open { known.views - known.released } else { 0 });
            if let (Some(claim), true) = (known.claim, known.old) {
                let retry = known.shared.claim(claim, &self.reply_key);
                assert_eq!(server.send(&retry).status, 410, "not even a retry");
            }
            if !open {
                self.claim(server, number);
            }
        }
    }

    /// Nothing that was allowed before a restore is allowed after it.
    fn check_consents(&self, server: &Running) {
        let relay = RelayKey::of(server);
        for recipient in &self.recipients {
            for late in &recipient.made_by {
                assert_eq!(server.send(late).status, 503, "it names a key of an earlier life");
            }
            let again = recipient.put_capability(&relay, relay.time.plus_days(1));
            // 410 where the copy knew of it, 403 where not even the mailbox is there.
            assert!([403, 410].contains(&server.send(&again).status));
            let shared = Shared::new(&relay, 1, vec![1; 64]);
            assert_eq!(server.send(&shared.put(recipient)).status, 403);
        }
    }

    /// An upload that was under way when the relay was restored, under a consent given since.
    fn check_late_uploads(&self, server: &Running, since: &Recipient) {
        for known in self.shares.iter().filter(|known| known.old).rev().take(3) {
            let status = server.send(&known.shared.put(since)).status;
            assert!([400, 409, 410].contains(&status), "its half is sealed to nobody: {status}");
        }
    }
}

#[test]
fn r17_a_restored_relay_never_gives_again_what_was_over() {
    let mut devices = Devices::new();
    let mut server = devices.home.start();
    devices.recipients.push(Recipient::new(&server));
    devices.back_up();
    let mut restored = 0;
    while restored < rounds(20) {
        for _ in 0..15 + below(30) {
            devices.act(&server);
        }
        devices.back_up();
        for _ in 0..below(12) {
            devices.act(&server);
        }
        // Something has happened since the last copy, in any case.
        devices.announce(&server);
        if below(2) == 0 {
            server.kill();
        } else {
            assert!(server.stop().success());
        }
        if below(4) == 0 {
            server = devices.home.start();
            devices.check(&server);
            continue;
        }
        devices.put_back();
        restored += 1;
        server = devices.home.start();
        devices.check(&server);
        devices.check_consents(&server);
        let since = Recipient::new(&server);
        devices.check_late_uploads(&server, &since);
        devices.recipients.push(since);
        // What is long over is checked often enough.
        let long_over = devices.shares.len().saturating_sub(60);
        devices.shares.drain(..long_over);
    }
    assert!(devices.releases > restored, "something happened");
}

#[test]
fn a_restore_needs_a_stopped_server_and_a_whole_copy() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::ready(&server, &recipient, 2);
    let copy = home.path().join("copy");
    assert!(home.run("backup", "--to", &copy).status.success());
    assert!(!home.run("backup", "--to", &copy).status.success(), "not over an older copy");
    assert!(!home.run("restore", "--from", &copy).status.success(), "a server runs");
    assert_eq!(shared.status(&server), (ShareState::Ready, 2));
    assert!(server.stop().success());

    let whole = std::fs::read(&copy).unwrap();
    let broken = home.path().join("broken");
    for bytes in [&b"no database"[..], &whole[..whole.len() / 2], &[]] {
        std::fs::write(&broken, bytes).unwrap();
        assert!(!home.run("restore", "--from", &broken).status.success());
    }
    assert!(!home.run("restore", "--from", &home.path().join("nowhere")).status.success());
    let server = home.start();
    assert_eq!(shared.status(&server), (ShareState::Ready, 2), "nothing was lost by it");
}

#[test]
fn r17_a_copy_has_neither_keys_nor_mirror_and_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let shared = Shared::ready(&server, &recipient, 2);
    let copy = home.path().join("copy");
    assert!(home.run("backup", "--to", &copy).status.success());
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let copied = std::fs::read(&copy).unwrap();
    let holds = |part: &[u8]| copied.windows(part.len()).any(|window| window == part);
    assert!(holds(shared.share.as_bytes()), "the test finds what is there");
    for entry in std::fs::read_dir(home.data().join("keys")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!holds(&bytes[..32]) && !holds(&bytes[32..64]));
    }
    assert!(!holds(&shared.blob));

    // On another machine, without keys and mirror.
    assert!(server.stop().success());
    let elsewhere = Home::new();
    assert!(elsewhere.run("restore", "--from", &copy).status.success());
    let server = elsewhere.start();
    assert_eq!(shared.status(&server), (ShareState::Ended, 0));
}

#[test]
fn r17_a_database_copied_by_hand_is_noticed_too() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    assert!(server.stop().success());
    let database = home.data().join("relay.sqlite3");
    let before = std::fs::read(&database).unwrap();
    let server = home.start();
    let shared = Shared::ready(&server, &recipient, 1);
    assert!(server.stop().success());
    std::fs::write(&database, before).unwrap();
    let server = home.start();
    assert_eq!(shared.status(&server), (ShareState::Ended, 0));
    assert_eq!(server.send(&shared.put(&recipient)).status, 403);
    let blobs = home.data().join("blobs");
    let left = std::fs::read_dir(blobs).unwrap().filter_map(Result::ok);
    let files: usize = left.map(|shelf| std::fs::read_dir(shelf.path()).unwrap().count()).sum();
    assert_eq!(files, 0, "its sealed photo is deleted");
}
