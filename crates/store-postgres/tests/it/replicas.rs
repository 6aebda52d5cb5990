//! Replicas: a set-up in which a fail-over could bring back a view is refused; one in which a
//! standby confirms each commit keeps every promise over a fail-over.

use crate::{address, attempt, guard_of, insist, mirror_of, open, scene};
use relay::contract::scene::{SHARE, Scene, claim, guard, released, wait, withdraw};
use relay::fence::Finding;
use relay::{Error, Records as _, Refusal};
use std::sync::atomic::{AtomicBool, Ordering};
use store_postgres::testing::{Cluster, Stop};
use store_postgres::{PostgresRecords, Trouble};

#[test]
fn a_standby_is_refused() {
    let primary = Cluster::new();
    let standby = Cluster::standby_of(&primary, "second");
    assert_eq!(open(&standby).unwrap_err(), Trouble::Standby);
}

#[test]
fn replicas_that_no_commit_waits_for_are_refused_at_the_start() {
    let mut primary = Cluster::new();
    let _standby = Cluster::standby_of(&primary, "second");
    assert_eq!(open(&primary).unwrap_err(), Trouble::AsynchronousReplicas);
    primary.configure("synchronous_standby_names = 'second'\n");
    primary.reload();
    assert!(open(&primary).is_ok());
}

#[test]
fn a_replica_that_is_away_but_has_a_slot_counts() {
    let primary = Cluster::new();
    primary.sql("SELECT pg_create_physical_replication_slot('away')");
    assert_eq!(open(&primary).unwrap_err(), Trouble::AsynchronousReplicas);
    primary.sql("SELECT pg_drop_replication_slot('away')");
    assert!(open(&primary).is_ok());
}

#[test]
fn a_replica_that_is_added_later_is_noticed_told_and_refused() {
    static TOLD: AtomicBool = AtomicBool::new(false);
    let mut primary = Cluster::new();
    let notice = |trouble| {
        assert_eq!(trouble, Trouble::AsynchronousReplicas);
        assert!(!TOLD.swap(true, Ordering::SeqCst), "told once");
    };
    let records = PostgresRecords::open(&address(&primary), guard_of(&primary), notice).unwrap();
    Scene::new(open(&primary).unwrap()).ready(1000);
    let _standby = Cluster::standby_of(&primary, "second");
    // It takes a few seconds until the server is asked again; each attempt waits for the disk.
    let refused = (0..100_000).any(|_| attempt(&records, claim(SHARE, 1)).is_err());
    assert!(refused && TOLD.load(Ordering::SeqCst));
    assert_eq!(attempt(&records, claim(SHARE, 2)), Err(Error::Unavailable));
    primary.configure("synchronous_standby_names = 'second'\n");
    primary.reload();
    assert_eq!(insist(&records, &claim(SHARE, 2)), released(2, 998));
}

#[test]
fn r1_r3_what_was_answered_stays_over_a_fail_over_to_a_confirmed_standby() {
    let mut primary = Cluster::new();
    primary.configure("synchronous_standby_names = 'second'\n");
    let mut standby = Cluster::standby_of(&primary, "second");
    primary.reload();
    let before = scene(&primary);
    before.ready(2);
    assert_eq!(before.submit(claim(SHARE, 1)), released(1, 1));
    let other = vocab::ShareId::from_bytes([77; 16]);
    before.submit(withdraw(other)).unwrap();
    primary.stop(Stop::Immediate);
    drop(before);

    standby.promote();
    standby.sql("ALTER SYSTEM RESET synchronous_standby_names");
    standby.reload();
    let guard = guard(mirror_of(&primary), 2);
    let after = PostgresRecords::open(&address(&standby), guard, |_| {}).unwrap();
    assert_eq!(after.finding(), Finding::Whole);
    let after = Scene::new(after);
    assert_eq!(after.submit(claim(SHARE, 1)), released(1, 1), "a retry");
    assert_eq!(after.submit(claim(SHARE, 2)), released(2, 0));
    assert_eq!(after.submit(claim(SHARE, 3)), Err(Refusal::Gone));
    assert_eq!(after.submit(after.put_share(other, 1)), Err(Refusal::Gone));
}

#[test]
fn a_commit_that_stopped_waiting_for_its_standby_is_not_answered_as_done() {
    let mut primary = Cluster::new();
    let records = open(&primary).unwrap();
    Scene::new(open(&primary).unwrap()).ready(1000);
    // Nobody by this name will ever confirm.
    primary.configure("synchronous_standby_names = 'nobody'\n");
    primary.reload();
    let interrupted = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let failed = |n: &u8| attempt(&records, claim(SHARE, *n)) == Err(Error::Unavailable);
            (1..250).find(failed).expect("the server reads its settings")
        });
        let cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
                      WHERE wait_event = 'SyncRep'";
        while primary.sql(cancel) == "0" {
            assert!(!waiting.is_finished(), "the commit did not wait");
        }
        // The server reports success here, with a warning.
        waiting.join().unwrap()
    });
    primary.configure("synchronous_standby_names = ''\n");
    primary.reload();
    let left = 1000 - u32::from(interrupted);
    let again = insist(&records, &claim(SHARE, interrupted));
    assert_eq!(again, released(interrupted, left), "it was counted");
    assert!(wait(records.read(|rows| rows.clock())).is_ok());
}
