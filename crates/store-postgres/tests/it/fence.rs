//! R17 on real servers: a database that was put back gives nothing away, and no node of several
//! answers from it.

use crate::{address, attempt, guard_of, insist, open, scene};
use relay::contract::scene::{
    CAPABILITY, SHARE, Scene, claim, finish_blob, object, put_mailbox, released, status, wait,
    withdraw,
};
use relay::fence::Finding;
use relay::{Command, Error, Records as _, Refusal, Reply};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::scope;
use store_postgres::testing::{Cluster, Stop};
use store_postgres::{PostgresRecords, Trouble};
use vocab::ShareId;
use wire::v1::body::ShareState;

/// Withdrawn after the copy.
const OTHER: ShareId = ShareId::from_bytes([77; 16]);

/// Two shares of which nothing was viewed or withdrawn yet.
fn two_shares(scene: &Scene<PostgresRecords>) {
    scene.ready(2);
    scene.submit(scene.put_share(OTHER, 1)).unwrap();
    scene.submit(finish_blob(OTHER)).unwrap();
}

/// What a copy does not know of.
fn view_and_withdraw(scene: &Scene<PostgresRecords>) {
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(claim(SHARE, 2)), released(2, 0));
    scene.submit(withdraw(OTHER)).unwrap();
    let delete =
        Command::DeleteCapability { capability: CAPABILITY, read: relay::contract::scene::READ };
    scene.submit(delete).unwrap();
}

fn all_is_over(scene: &Scene<PostgresRecords>) {
    for share in [SHARE, OTHER] {
        assert_eq!(status(scene, share).state, ShareState::Ended);
        for number in 1..4 {
            let Command::Claim { claim, reply_key, fresh, .. } = claim(SHARE, number) else {
                panic!("a claim");
            };
            let claim = Command::Claim { share, claim, reply_key, fresh };
            assert_eq!(scene.submit(claim), Err(Refusal::Gone));
        }
        assert_eq!(scene.submit(scene.put_share(share, 1)), Err(Refusal::Refused));
        assert_eq!(scene.submit(finish_blob(share)), Err(Refusal::Refused));
    }
    assert_eq!(scene.submit(scene.put_capability()), Err(Refusal::Gone));
    let doomed = scene.ask(|rows, _| Ok(rows.doomed_objects(9)?)).unwrap();
    assert!(doomed.contains(&object(SHARE)));
}

/// Nothing is answered: a change first.
fn refuses(records: &PostgresRecords) {
    refuses_changes(records);
    refuses_questions(records);
}

fn refuses_changes(records: &PostgresRecords) {
    assert_eq!(attempt(records, claim(SHARE, 9)), Err(Error::Unavailable));
    assert_eq!(attempt(records, Command::Sweep { rows_max: 1 }), Err(Error::Unavailable));
}

/// More often than there are threads that answer.
fn refuses_questions(records: &PostgresRecords) {
    for _ in 0..8 {
        assert_eq!(wait(records.read(|rows| rows.share(SHARE).is_ok())), Err(Error::Unavailable));
    }
}

#[test]
fn r17_the_servers_files_put_back_release_nothing() {
    let mut cluster = Cluster::new();
    let before = scene(&cluster);
    assert_eq!(before.records().finding(), Finding::New);
    two_shares(&before);
    drop(before);
    cluster.stop(Stop::Fast);
    cluster.copy_files("copy");
    cluster.start();
    let between = scene(&cluster);
    assert_eq!(between.records().finding(), Finding::Whole, "a restart is nothing");
    view_and_withdraw(&between);
    drop(between);

    let mut lives = vec![];
    for _ in 0..2 {
        cluster.stop(Stop::Fast);
        cluster.put_files_back("copy");
        cluster.start();
        let after = scene(&cluster);
        assert_eq!(after.records().finding(), Finding::Restored);
        lives.push(after.records().incarnation());
        all_is_over(&after);
        assert_eq!(cluster.sql("SELECT count(*) FROM velum.half"), "0");
        assert_eq!(cluster.sql("SELECT count(*) FROM velum.release"), "0");
        drop(after);
        assert_eq!(open(&cluster).unwrap().finding(), Finding::Whole, "fenced once");
    }
    assert_ne!(lives[0], lives[1]);
}

#[test]
fn r17_a_dump_put_back_under_a_running_node_is_refused_and_ends_at_the_start() {
    static TOLD: AtomicU32 = AtomicU32::new(0);
    let cluster = Cluster::new();
    let notice = |trouble| {
        assert_eq!(trouble, Trouble::WentBack);
        TOLD.fetch_add(1, Ordering::SeqCst);
    };
    let records = PostgresRecords::open(&address(&cluster), guard_of(&cluster), notice).unwrap();
    let node = Scene::new(records);
    two_shares(&node);
    cluster.dump("dump");
    view_and_withdraw(&node);
    cluster.restore_dump("dump");
    refuses_questions(node.records());
    refuses_changes(node.records());
    assert_eq!(TOLD.load(Ordering::SeqCst), 1, "told once");
    drop(node);

    let after = scene(&cluster);
    assert_eq!(after.records().finding(), Finding::Restored);
    all_is_over(&after);
}

#[test]
fn r17_an_idle_node_does_not_answer_from_a_copy_that_is_newer_than_what_it_saw() {
    let mut cluster = Cluster::new();
    let (idle, busy) = (open(&cluster).unwrap(), scene(&cluster));
    // Its readers know the database, too.
    assert!(wait(idle.read(|rows| rows.clock().is_ok())).unwrap());
    two_shares(&busy);
    cluster.stop(Stop::Fast);
    cluster.copy_files("copy");
    cluster.start();
    let busy_again = open(&cluster).unwrap();
    assert_eq!(insist(busy.records(), &claim(SHARE, 1)), released(1, 1));
    assert_eq!(insist(busy.records(), &claim(SHARE, 2)), released(2, 0));
    cluster.stop(Stop::Fast);
    cluster.put_files_back("copy");
    cluster.start();
    // Only the mirror of the other node knows.
    refuses(&idle);
    refuses_questions(&busy_again);
    refuses_changes(&busy_again);
    refuses(busy.records());
}

#[test]
fn r17_an_idle_node_that_stays_connected_notices_tables_that_were_made_anew() {
    let cluster = Cluster::new();
    let (idle, busy) = (open(&cluster).unwrap(), scene(&cluster));
    two_shares(&busy);
    cluster.dump("dump");
    view_and_withdraw(&busy);
    cluster.restore_dump("dump");
    refuses(&idle);
    refuses(busy.records());
}

#[test]
fn r17_two_nodes_after_a_restore_go_on_in_one_new_life() {
    let cluster = Cluster::new();
    let (one, other) = (scene(&cluster), scene(&cluster));
    two_shares(&one);
    cluster.dump("dump");
    view_and_withdraw(&other);
    cluster.restore_dump("dump");
    drop(one);

    let one = scene(&cluster);
    assert_eq!(one.records().finding(), Finding::Restored);
    all_is_over(&one);
    refuses(other.records());
    drop(other);
    let other = scene(&cluster);
    assert_eq!(other.records().finding(), Finding::Whole);
    assert_eq!(one.records().incarnation(), other.records().incarnation());
    all_is_over(&other);
    let capability = vocab::CapabilityDigest::from_bytes([61; 32]);
    let Command::PutCapability { mailbox, read, allows, .. } = one.put_capability() else {
        panic!("a request to give consent");
    };
    let anew = Command::PutCapability { capability, mailbox, read, allows };
    assert!(matches!(one.submit(put_mailbox()), Ok(Reply::Done | Reply::Created)));
    assert_eq!(one.submit(anew.clone()), Ok(Reply::Created));
    assert_eq!(other.submit(anew), Ok(Reply::Done), "one database");
}

#[test]
fn r17_of_nodes_that_start_at_once_after_a_restore_one_fences() {
    let cluster = Cluster::new();
    let node = scene(&cluster);
    two_shares(&node);
    cluster.dump("dump");
    view_and_withdraw(&node);
    cluster.restore_dump("dump");
    drop(node);
    let nodes: Vec<PostgresRecords> = scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&cluster).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let fenced = nodes.iter().filter(|node| node.finding() == Finding::Restored).count();
    assert_eq!(fenced, 1);
    assert!(nodes.iter().all(|node| node.incarnation() == nodes[0].incarnation()));
    for node in &nodes {
        assert_eq!(attempt(node, claim(SHARE, 3)), Ok(Err(Refusal::Gone)));
    }
}

#[test]
fn r17_a_database_without_its_mirror_is_fenced() {
    use relay::contract::scene::guard;
    use relay::memory::MemoryMirror;
    let cluster = Cluster::new();
    two_shares(&scene(&cluster));
    let guard = guard(MemoryMirror::default(), 99);
    let moved = PostgresRecords::open(&address(&cluster), guard, |_| {}).unwrap();
    assert_eq!(moved.finding(), Finding::Restored);
    assert_eq!(attempt(&moved, claim(SHARE, 1)), Ok(Err(Refusal::Gone)));
}
