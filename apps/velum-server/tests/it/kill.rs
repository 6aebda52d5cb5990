//! `kill -9` at random points: no double view, no lost withdrawal, no acknowledged upload lost.
//!
//! Each worker does one thing after the other and remembers what it was told. When the server is
//! gone, the thing under way has an unknown end. After the restart it is repeated, as a device
//! would do, and must then succeed.

use crate::connection::Connection;
use crate::people::{Recipient, RelayKey, Shared, random, rng, rounds};
use crate::running::Home;
use crypto::hpke::SecretPrekey;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::scope;
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
) -> Vec<Life> {
    let mut lives = Vec::new();
    loop {
        let mut life = Life::new(relay);
        while life.step != Step::Over {
            let Ok(response) = connection.send(&life.request(recipient, reply_key)) else {
                lives.push(life);
                return lives;
            };
            life.answered(response.status);
            let _ = answers.send(());
        }
        lives.push(life);
    }
}

#[test]
fn r1_r3_a_killed_server_keeps_every_promise() {
    let home = Home::new();
    let reply_key = SecretPrekey::generate(&mut rng()).public().to_bytes();
    let done = AtomicU32::new(0);
    let mut server = home.start();
    for round in 0..rounds(100) {
        let relay = RelayKey::of(&server);
        let recipients: Vec<Recipient> = (0..WORKERS).map(|_| Recipient::new(&server)).collect();
        let mut lives: Vec<Vec<Life>> = scope(|scope| {
            let (answers, answered) = channel();
            let workers: Vec<_> = recipients
                .iter()
                .map(|recipient| {
                    let (connection, answers) = (server.connect(), answers.clone());
                    let (relay, reply_key) = (&relay, &reply_key);
                    scope.spawn(move || work(connection, relay, recipient, reply_key, &answers))
                })
                .collect();
            // Killed while the answer after this one is being made.
            for _ in 0..=random::<1>()[0] % 100 {
                answered.recv().unwrap();
                done.fetch_add(1, Ordering::Relaxed);
            }
            server.kill();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });

        server = home.start();
        let mut connection = server.connect();
        for (lives, recipient) in lives.iter_mut().zip(&recipients) {
            for life in lives.iter() {
                check_state(&mut connection, life, round);
            }
            for life in lives {
                if life.step == Step::Over && life.fate == Fate::Rest {
                    continue;
                }
                loop {
                    let over = life.step == Step::Over;
                    let response = connection.send(&life.request(recipient, &reply_key));
                    life.answered(response.unwrap().status);
                    if over || life.fate == Fate::Rest && life.step == Step::Over {
                        break;
                    }
                }
            }
        }
    }
    assert!(done.into_inner() > 100, "the rounds did something");
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
