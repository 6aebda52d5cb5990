//! What is answered is still there after the server crashed; while it is away, nothing is
//! answered.

use crate::{attempt, insist, now, open, scene};
use relay::contract::scene::{SHARE, Scene, claim, released, status, withdraw};
use relay::{Command, Error, Records as _, Refusal, Reply};
use store_postgres::Trouble;
use store_postgres::testing::{Cluster, Stop};
use wire::v1::body::ShareState;

#[test]
fn r1_counted_views_stay_counted_after_a_crash() {
    let mut cluster = Cluster::new();
    let scene = scene(&cluster);
    scene.ready(2);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    cluster.stop(Stop::Immediate);
    cluster.start();
    drop(scene);
    let scene = Scene::new(open(&cluster).unwrap());
    assert_eq!(status(&scene, SHARE).views_left, 1);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(claim(SHARE, 2)), released(2, 0));
    cluster.stop(Stop::Immediate);
    cluster.start();
    drop(scene);
    let scene = Scene::new(open(&cluster).unwrap());
    assert_eq!(scene.submit(claim(SHARE, 3)), Err(Refusal::Gone));
}

#[test]
fn r3_a_withdrawal_stays_after_a_crash() {
    let mut cluster = Cluster::new();
    let scene = scene(&cluster);
    scene.ready(1);
    scene.submit(withdraw(SHARE)).unwrap();
    drop(scene);
    cluster.stop(Stop::Immediate);
    cluster.start();
    let scene = Scene::new(open(&cluster).unwrap());
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Err(Refusal::Gone));
}

#[test]
fn r7_the_latest_time_is_remembered() {
    let cluster = Cluster::new();
    let mut scene = scene(&cluster);
    scene.ready(1);
    scene.pass_seconds(3601);
    scene.submit(Command::Sweep { rows_max: 1 }).unwrap();
    drop(scene);
    let scene = Scene::new(open(&cluster).unwrap());
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended, "the clock was set back meanwhile");
}

#[test]
fn while_the_server_is_away_nothing_is_answered_and_then_it_goes_on() {
    let mut cluster = Cluster::new();
    let records = open(&cluster).unwrap();
    let scene = Scene::new(open(&cluster).unwrap());
    scene.ready(1);
    assert_eq!(attempt(&records, claim(SHARE, 1)), Ok(released(1, 0)));
    cluster.stop(Stop::Fast);
    for _ in 0..3 {
        assert_eq!(attempt(&records, claim(SHARE, 1)), Err(Error::Unavailable));
        let asked = relay::contract::scene::wait(records.read(|rows| rows.clock()));
        assert!(asked.and_then(|clock| clock).is_err());
    }
    cluster.start();
    assert_eq!(insist(&records, &claim(SHARE, 1)), released(1, 0), "the same bytes again");
    assert_eq!(insist(&records, &claim(SHARE, 2)), Err(Refusal::Gone));
    let asked = relay::contract::scene::wait(records.read(|rows| rows.clock()));
    let _first_may_find_the_old_connection = asked;
    for _ in 0..8 {
        let asked = relay::contract::scene::wait(records.read(|rows| rows.clock()));
        if let Ok(Ok(clock)) = asked {
            assert_eq!(clock, now());
            return;
        }
    }
    panic!("readers never come back");
}

#[test]
fn a_session_that_the_server_ends_is_replaced() {
    let cluster = Cluster::new();
    let scene = scene(&cluster);
    scene.consent();
    let records = open(&cluster).unwrap();
    for n in 1..4_u8 {
        let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE application_name = 'velum-server'";
        assert_ne!(cluster.sql(ended), "0");
        let sweep = Command::Sweep { rows_max: u32::from(n) };
        assert!(matches!(insist(&records, &sweep), Ok(Reply::Swept { .. })));
    }
}

#[test]
fn tables_of_a_later_version_are_left_alone() {
    let cluster = Cluster::new();
    drop(open(&cluster).unwrap());
    cluster.sql("UPDATE velum.version SET number = 99");
    assert_eq!(open(&cluster).unwrap_err(), Trouble::Tables);
    assert_eq!(cluster.sql("SELECT count(*) FROM velum.clock"), "1");
}

#[test]
fn a_server_that_could_forget_is_refused() {
    let mut cluster = Cluster::new();
    cluster.configure("fsync = off\n");
    cluster.stop(Stop::Fast);
    cluster.start();
    assert_eq!(open(&cluster).unwrap_err(), Trouble::NotCrashSafe);
}

#[test]
fn the_servers_own_default_does_not_decide_what_is_durable() {
    let mut cluster = Cluster::new();
    cluster.configure("synchronous_commit = off\n");
    cluster.reload();
    cluster.sql("ALTER ROLE velum SET synchronous_commit = off");
    let scene = scene(&cluster);
    scene.ready(1);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 0));
    cluster.stop(Stop::Immediate);
    cluster.start();
    drop(scene);
    let scene = Scene::new(open(&cluster).unwrap());
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
}

#[test]
fn what_cannot_be_reached_is_told_apart() {
    use store_postgres::Address;
    let mut cluster = Cluster::new();
    let nowhere = cluster.address().replace("/postgres", "/nowhere");
    let nowhere = Address::parse(&nowhere, None).unwrap();
    assert_eq!(store_postgres::PostgresRecords::check(&nowhere), Err(Trouble::NoDatabase));
    let nobody = cluster.address().replace("velum@", "nobody@");
    let nobody = Address::parse(&nobody, None).unwrap();
    assert_eq!(store_postgres::PostgresRecords::check(&nobody), Err(Trouble::Denied));
    let good = crate::address(&cluster);
    assert_eq!(store_postgres::PostgresRecords::check(&good), Ok(()));
    cluster.stop(Stop::Fast);
    assert_eq!(store_postgres::PostgresRecords::check(&good), Err(Trouble::NoConnection));
}
