//! Many at once: one release, and none after a withdrawal.

use crate::cloud::Cloud;
use crate::connection::Connection;
use crate::people::{Recipient, RelayKey, Shared, random, rng, rounds};
use crate::running::{Home, Running};
use crypto::hpke::SecretPrekey;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, scope};
use vocab::ClaimId;
use wire::v1::body::ShareState;
use wire::{Request, Response};

/// Rounds under one consent, so that it is never used up.
const ROUNDS_PER_CONSENT: u32 = 200;

/// Somebody with a connection who sends what is put before them.
struct Claimant {
    requests: Sender<Request>,
    responses: Receiver<Response>,
}

impl Claimant {
    fn new<'scope>(scope: &'scope Scope<'scope, '_>, server: &Running) -> Self {
        let mut connection = server.connect();
        let (requests, asked) = channel::<Request>();
        let (answered, responses) = channel();
        scope.spawn(move || {
            for request in asked {
                let response = connection.send(&request).expect("the server answers");
                answered.send(response).expect("the test waits for it");
            }
        });
        Self { requests, responses }
    }
}

#[test]
fn r1_sixty_four_claims_at_once_get_one_release() {
    let home = Home::new();
    let server = home.start();
    let relay = RelayKey::of(&server);
    // One reply key for all: only the claims differ, and the test's own ciphers cost nothing.
    let reply = SecretPrekey::generate(&mut rng());
    let reply_key = reply.public().to_bytes();
    let mut connection = server.connect();
    scope(|scope| {
        let claimants: Vec<Claimant> = (0..64).map(|_| Claimant::new(scope, &server)).collect();
        let mut recipient = Recipient::new(&server);
        for round in 0..rounds(1000) {
            if round % ROUNDS_PER_CONSENT == ROUNDS_PER_CONSENT - 1 {
                recipient = Recipient::new(&server);
            }
            let shared = Shared::new(&relay, 1, vec![1; 64]);
            assert_eq!(connection.send(&shared.put(&recipient)).unwrap().status, 201);
            assert_eq!(connection.send(&shared.put_blob(&recipient)).unwrap().status, 201);
            let attempts: Vec<ClaimId> =
                claimants.iter().map(|_| ClaimId::from_bytes(random())).collect();
            let claims: Vec<Request> =
                attempts.iter().map(|attempt| shared.claim(*attempt, &reply_key)).collect();
            for (claimant, claim) in claimants.iter().zip(&claims) {
                claimant.requests.send(claim.clone()).unwrap();
            }
            let responses: Vec<Response> =
                claimants.iter().map(|claimant| claimant.responses.recv().unwrap()).collect();
            let winners: Vec<usize> =
                (0..64).filter(|claimant| responses[*claimant].status == 200).collect();
            assert_eq!(winners.len(), 1, "round {round}: exactly one release");
            assert_eq!(responses.iter().filter(|response| response.status == 410).count(), 63);
            let winner = winners[0];
            assert_eq!(connection.send(&claims[winner]).unwrap(), responses[winner], "a retry");
            if round % 50 == 0 {
                assert!(shared.opens(attempts[winner], &reply, &responses[winner]));
            }
        }
    });
}

#[test]
fn r1_eight_claims_at_once_over_two_servers_get_one_release() {
    let cloud = Cloud::new();
    let servers = [cloud.start(), cloud.start()];
    let relay = RelayKey::of(&servers[0]);
    let reply = SecretPrekey::generate(&mut rng());
    let reply_key = reply.public().to_bytes();
    let mut connections = servers.each_ref().map(Running::connect);
    scope(|scope| {
        let claimants: Vec<Claimant> =
            (0..8).map(|one| Claimant::new(scope, &servers[one % 2])).collect();
        let mut recipient = Recipient::new(&servers[0]);
        for round in 0..rounds(200) {
            if round % ROUNDS_PER_CONSENT == ROUNDS_PER_CONSENT - 1 {
                recipient = Recipient::new(&servers[1]);
            }
            // Announced at one, delivered at the other.
            let shared = Shared::new(&relay, 1, vec![1; 64]);
            assert_eq!(connections[0].send(&shared.put(&recipient)).unwrap().status, 201);
            assert_eq!(connections[1].send(&shared.put_blob(&recipient)).unwrap().status, 201);
            let attempts: Vec<ClaimId> =
                claimants.iter().map(|_| ClaimId::from_bytes(random())).collect();
            let claims: Vec<Request> =
                attempts.iter().map(|attempt| shared.claim(*attempt, &reply_key)).collect();
            for (claimant, claim) in claimants.iter().zip(&claims) {
                claimant.requests.send(claim.clone()).unwrap();
            }
            let responses: Vec<Response> =
                claimants.iter().map(|claimant| claimant.responses.recv().unwrap()).collect();
            let winners: Vec<usize> =
                (0..8).filter(|claimant| responses[*claimant].status == 200).collect();
            assert_eq!(winners.len(), 1, "round {round}: exactly one release");
            assert_eq!(responses.iter().filter(|response| response.status == 410).count(), 7);
            let winner = winners[0];
            let elsewhere = &mut connections[(winner + 1) % 2];
            let again = elsewhere.send(&claims[winner]).unwrap();
            assert_eq!(again, responses[winner], "a retry at the other server");
            if round % 50 == 0 {
                assert!(shared.opens(attempts[winner], &reply, &responses[winner]));
            }
        }
    });
}

#[test]
fn r1_a_share_of_many_views_is_counted_exactly() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let reply_key = SecretPrekey::generate(&mut rng()).public().to_bytes();
    for views in [2, 7, 63] {
        let shared = Shared::ready(&server, &recipient, views);
        let released = AtomicU32::new(0);
        scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let mut connection = server.connect();
                    for _ in 0..8 {
                        let claim = shared.claim(ClaimId::from_bytes(random()), &reply_key);
                        if connection.send(&claim).unwrap().status == 200 {
                            released.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(released.into_inner(), views);
        assert_eq!(shared.status(&server), (ShareState::Ended, 0));
    }
}

#[test]
fn r3_no_claim_that_starts_after_the_withdrawal_was_answered_succeeds() {
    let home = Home::new();
    let server = home.start();
    let recipient = Recipient::new(&server);
    let reply_key = SecretPrekey::generate(&mut rng()).public().to_bytes();
    for round in 0..rounds(100) {
        let shared = Shared::ready(&server, &recipient, 1000);
        let withdrawn = AtomicBool::new(false);
        scope(|scope| {
            let (released, releases) = channel();
            for _ in 0..8 {
                let released = released.clone();
                let (shared, server, withdrawn) = (&shared, &server, &withdrawn);
                let reply_key = &reply_key;
                scope.spawn(move || {
                    claim_until_gone(server.connect(), shared, reply_key, withdrawn, &released);
                });
            }
            // In the middle of it: after some releases, more of them in later rounds.
            for _ in 0..round % 20 {
                releases.recv().unwrap();
            }
            assert_eq!(server.send(&shared.withdraw()).status, 200);
            withdrawn.store(true, Ordering::SeqCst);
        });
    }
}

/// Claims again and again, with new claims and retries, until the share is gone.
fn claim_until_gone(
    mut connection: Connection,
    shared: &Shared,
    reply_key: &[u8],
    withdrawn: &AtomicBool,
    released: &Sender<()>,
) {
    loop {
        let claim = shared.claim(ClaimId::from_bytes(random()), reply_key);
        for _first_and_retry in 0..2 {
            let too_late = withdrawn.load(Ordering::SeqCst);
            let status = connection.send(&claim).unwrap().status;
            assert!(!(too_late && status == 200), "a release after the withdrawal was answered");
            if status == 410 {
                return;
            }
            assert_eq!(status, 200);
            // The test may have heard enough.
            let _ = released.send(());
        }
    }
}
