//! `kill -9` at random points: no double view, no lost withdrawal, no acknowledged upload lost.
//!
//! Each worker does one thing after the other and remembers what it was told. When the server is
//! gone, the thing under way has an unknown end. After the restart it is repeated, as a device
//! would do, and must then succeed. What is killed is the one server with its own files, one of
//! two servers, or the PostgreSQL that they share.

use crate::cloud::Cloud;
use crate::connection::Connection;
use crate::people::{Recipient, RelayKey, Shared, random, rng, rounds};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use std::sync::mpsc::{Sender, channel};
use std::thread::scope;
use store_postgres::testing::Stop;
use vocab::ClaimId;
use wire::Request;
use wire::v1::body::{ControlledShares, ShareState};
use wire::v1::{answer, request};

const WORKERS: usize = 6;

/// What is to become of a share.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It stays ready.
    Rest,
    /// It is viewed, then somebody else tries.
    View,
    /// It is withdrawn, then somebody tries.
    Withdraw,
}

/// The next step for a share; everything before it was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Announce,
    Deliver,
    Act,
    TryAgain,
    Over,
}

struct Life {
    shared: Shared,
    fate: Fate,
    step: Step,
    attempt: ClaimId,
}

impl Life {
    fn new(relay: &RelayKey) -> Self {
        let fate = [Fate::Rest, Fate::View, Fate::Withdraw][usize::from(random::<1>()[0]) % 3];
        Self {
            shared: Shared::new(relay, 1, vec![5; 300]),
            fate,
            step: Step::Announce,
            attempt: ClaimId::from_bytes(random()),
        }
    }

    fn request(&self, recipient: &Recipient, reply_key: &[u8]) -> Request {
        match (self.step, self.fate) {
            (Step::Announce, _) => self.shared.put(recipient),
            (Step::Deliver, _) => self.shared.put_blob(recipient),
            (Step::Act, Fate::View) => self.shared.claim(self.attempt, reply_key),
            (Step::Act, Fate::Withdraw) => self.shared.withdraw(),
            (Step::Act, Fate::Rest) => request::blob(self.shared.share, &self.shared.fetch),
            (Step::TryAgain | Step::Over, _) => {
                self.shared.claim(ClaimId::from_bytes(random()), reply_key)
            }
        }
    }

    /// What was answered must be right for this step, also when it is repeated.
    fn answered(&mut self, status: u16) {
        let (right, next): (&[u16], Step) = match (self.step, self.fate) {
            (Step::Announce, _) => (&[200, 201], Step::Deliver),
            (Step::Deliver, _) => (&[200, 201], Step::Act),
            (Step::Act, Fate::Rest) => (&[200], Step::Over),
            (Step::Act, _) => (&[200], Step::TryAgain),
            (Step::TryAgain | Step::Over, _) => (&[410], Step::Over),
        };
        assert!(right.contains(&status), "{:?} of {:?} got {status}", self.step, self.fate);
        self.step = next;
    }

    fn expected_state(&self) -> Option<ShareState> {
        match (self.step, self.fate) {
            (Step::Announce, _) => None,
            (Step::Deliver, _) => None,
            (Step::Act, Fate::Rest) | (Step::Over, Fate::Rest) => Some(ShareState::Ready),
            (Step::Act, _) => None,
            (Step::TryAgain | Step::Over, _) => Some(ShareState::Ended),
        }
    }
}

/// Works until the server is gone. What it was doing then is the last of its lives.
fn work(
    mut connection: Connection,
    relay: &RelayKey,
    recipient: &Recipient,
    reply_key: &[u8],
    answers: &Sender<()>,
    goes_on: impl Fn(&u16) -> bool,
) -> Vec<Life> {
    let mut lives = Vec::new();
    loop {
        let mut life = Life::new(relay);
        while life.step != Step::Over {
            let response = connection.send(&life.request(recipient, reply_key));
            let Some(status) = response.ok().map(|response| response.status).filter(&goes_on)
            else {
                lives.push(life);
                return lives;
            };
            life.answered(status);
            let _ = answers.send(());
        }
        lives.push(life);
    }
}

#[test]
fn r1_r3_a_killed_server_keeps_every_promise() {
    let key = reply_key();
    let home = Home::new();
    let mut server = home.start();
    for round in 0..rounds(100) {
        let (mut lives, recipients) = live_until(&[&server], &[], &key, || server.signal("-KILL"));
        server.kill();
        server = home.start();
        check(&server, &mut lives, &recipients, &key, round);
    }
}

#[test]
fn r1_r3_one_of_two_servers_is_killed_and_the_other_keeps_every_promise() {
    let key = reply_key();
    let cloud = Cloud::new();
    let other = cloud.start();
    for round in 0..rounds(20) {
        let mut server = cloud.start();
        let (mut lives, recipients) = live_until(&[&server], &[], &key, || server.signal("-KILL"));
        server.kill();
        check(&other, &mut lives, &recipients, &key, round);
    }
}

#[test]
fn r1_r3_servers_keep_every_promise_when_their_postgresql_is_killed() {
    let key = reply_key();
    let mut cloud = Cloud::new();
    let servers = [cloud.start(), cloud.start()];
    for round in 0..rounds(10) {
        let (one, other) = (&servers[round as usize % 2], &servers[(round as usize + 1) % 2]);
        let cluster = &mut cloud.cluster;
        let (mut lives, recipients) =
            live_until(&[one, other], &[503], &key, || cluster.stop(Stop::Immediate));
        cloud.cluster.start();
        check(if round % 3 == 0 { one } else { other }, &mut lives, &recipients, &key, round);
    }
}

fn reply_key() -> Vec<u8> {
    SecretPrekey::generate(&mut rng()).public().to_bytes()
}

/// Workers at these servers, until `kill` took effect: no answer, or one of these statuses.
fn live_until(
    servers: &[&Running],
    ends: &[u16],
    reply_key: &[u8],
    kill: impl FnOnce(),
) -> (Vec<Vec<Life>>, Vec<Recipient>) {
    let relay = RelayKey::of(servers[0]);
    let recipients: Vec<Recipient> = (0..WORKERS).map(|_| Recipient::new(servers[0])).collect();
    let lives = scope(|scope| {
        let (answers, answered) = channel();
        let workers: Vec<_> = recipients
            .iter()
            .enumerate()
            .map(|(worker, recipient)| {
                let connection = servers[worker % servers.len()].connect();
                let (relay, answers) = (&relay, answers.clone());
                let goes_on = |status: &u16| !ends.contains(status);
                scope
                    .spawn(move || work(connection, relay, recipient, reply_key, &answers, goes_on))
            })
            .collect();
        // Killed while the answer after this one is being made.
        for _ in 0..=random::<1>()[0] % 100 {
            answered.recv().expect("the servers work until they are killed");
        }
        kill();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    (lives, recipients)
}

/// What was answered is so; what was not is repeated until it is.
fn check(
    server: &Running,
    lives: &mut [Vec<Life>],
    recipients: &[Recipient],
    reply_key: &[u8],
    round: u32,
) {
    let mut connection = server.connect();
    for (lives, recipient) in lives.iter_mut().zip(recipients) {
        for life in lives.iter() {
            check_state(&mut connection, life, round);
        }
        for life in lives {
            if life.step == Step::Over && life.fate == Fate::Rest {
                continue;
            }
            loop {
                let over = life.step == Step::Over;
                let response = connection.send(&life.request(recipient, reply_key));
                life.answered(response.unwrap().status);
                if over || life.fate == Fate::Rest && life.step == Step::Over {
                    break;
                }
            }
        }
    }
}

fn check_state(connection: &mut Connection, life: &Life, round: u32) {
    let Some(expected) = life.expected_state() else { return };
    let asked = ControlledShares { shares: life.shared.controlled().shares };
    let response = connection.send(&request::status(&asked)).unwrap();
    let state = answer::statuses(&response).unwrap().shares[0].state;
    assert_eq!(state, expected, "round {round}: {:?} at {:?}", life.fate, life.step);
    if expected == ShareState::Ready {
        let blob = request::blob(life.shared.share, &life.shared.fetch);
        let response = connection.send(&blob).unwrap();
        assert_eq!(response.body, life.shared.blob, "round {round}: an acknowledged upload");
    }
}
