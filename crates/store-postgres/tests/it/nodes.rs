//! Several nodes on one database behave as one.

use crate::{attempt, open};
use relay::contract::scene::{SHARE, Scene, claim, finish_blob, released, withdraw};
use relay::{Command, Refusal, Reply};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::scope;
use store_postgres::PostgresRecords;
use store_postgres::testing::Cluster;
use vocab::{ClaimId, ShareId};

/// A claim that differs from all others.
fn numbered(number: u32) -> Command {
    let Command::Claim { share, reply_key, fresh, .. } = claim(SHARE, 1) else { unreachable!() };
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Command::Claim { share, claim: ClaimId::from_bytes(id), reply_key, fresh }
}

#[test]
fn nodes_that_start_at_once_make_the_tables_once() {
    let cluster = Cluster::new();
    scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| open(&cluster).expect("the store opens"));
        }
    });
    assert_eq!(cluster.sql("SELECT count(*) FROM velum.version"), "1");
}

#[test]
fn r1_many_claims_over_three_nodes_get_as_many_releases_as_there_are_views() {
    const VIEWS: u32 = 40;
    let cluster = Cluster::new();
    let nodes: Vec<PostgresRecords> = (0..3).map(|_| open(&cluster).unwrap()).collect();
    Scene::new(open(&cluster).unwrap()).ready(VIEWS);
    let (released, refused) = (AtomicU32::new(0), AtomicU32::new(0));
    scope(|scope| {
        for worker in 0..12_u32 {
            let (nodes, released, refused) = (&nodes, &released, &refused);
            scope.spawn(move || {
                for round in 0..10 {
                    let node = &nodes[(worker + round) as usize % nodes.len()];
                    match attempt(node, numbered(worker * 100 + round)).unwrap() {
                        Ok(Reply::Claimed { .. }) => released.fetch_add(1, Ordering::Relaxed),
                        Err(Refusal::Gone) => refused.fetch_add(1, Ordering::Relaxed),
                        other => panic!("{other:?}"),
                    };
                }
            });
        }
    });
    assert_eq!((released.into_inner(), refused.into_inner()), (VIEWS, 120 - VIEWS));
}

#[test]
fn r2_a_retry_at_another_node_gets_the_same_bytes() {
    let cluster = Cluster::new();
    let (one, other) = (open(&cluster).unwrap(), open(&cluster).unwrap());
    Scene::new(open(&cluster).unwrap()).ready(1);
    assert_eq!(attempt(&one, claim(SHARE, 7)), Ok(released(7, 0)));
    assert_eq!(attempt(&other, claim(SHARE, 7)), Ok(released(7, 0)));
    assert_eq!(attempt(&other, claim(SHARE, 8)), Ok(Err(Refusal::Gone)));
}

#[test]
fn r3_nothing_is_released_at_one_node_after_a_withdrawal_at_another() {
    let cluster = Cluster::new();
    let (one, other) = (open(&cluster).unwrap(), open(&cluster).unwrap());
    let scene = Scene::new(open(&cluster).unwrap());
    scene.consent();
    for round in 0..20 {
        let share = ShareId::from_bytes([100 + round; 16]);
        scene.submit(scene.put_share(share, 1000)).unwrap();
        scene.submit(finish_blob(share)).unwrap();
        let (start, withdrawn) = (Barrier::new(2), AtomicBool::new(false));
        scope(|scope| {
            scope.spawn(|| {
                start.wait();
                attempt(&one, withdraw(share)).unwrap().unwrap();
                withdrawn.store(true, Ordering::SeqCst);
            });
            start.wait();
            for number in 0.. {
                let too_late = withdrawn.load(Ordering::SeqCst);
                let claim = match numbered(number) {
                    Command::Claim { claim, reply_key, fresh, .. } => {
                        Command::Claim { share, claim, reply_key, fresh }
                    }
                    _ => unreachable!(),
                };
                match attempt(&other, claim).unwrap() {
                    Ok(_) => assert!(!too_late, "a release after the withdrawal was answered"),
                    Err(Refusal::Gone) => break,
                    Err(refusal) => panic!("{refusal}"),
                }
            }
        });
    }
}
