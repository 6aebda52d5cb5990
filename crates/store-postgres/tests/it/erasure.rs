//! Erased halves: gone from the tables with the commit, their room made free soon after.

use crate::scene;
use relay::contract::scene::{SHARE, claim, finish_blob, withdraw};
use relay::{Command, Reply};
use store_postgres::testing::Cluster;
use vocab::ShareId;

#[test]
fn r3_r8_a_half_goes_with_withdrawal_and_last_view_and_its_room_is_freed() {
    let cluster = Cluster::new();
    let scene = scene(&cluster);
    scene.ready(2);
    let other = ShareId::from_bytes([99; 16]);
    scene.submit(scene.put_share(other, 1)).unwrap();
    scene.submit(finish_blob(other)).unwrap();
    let halves = || cluster.sql("SELECT count(*) FROM velum.half");
    assert_eq!(halves(), "2");
    scene.submit(claim(SHARE, 1)).unwrap();
    assert_eq!(halves(), "2", "views are left");
    scene.submit(claim(SHARE, 2)).unwrap();
    assert_eq!(halves(), "1");
    scene.submit(withdraw(other)).unwrap();
    assert_eq!(halves(), "0");
    let dead = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'half'";
    let vacuumed = "SELECT vacuum_count > 0 FROM pg_stat_user_tables WHERE relname = 'half'";
    assert!((0..2000).any(|_| cluster.sql(vacuumed) == "t" && cluster.sql(dead) == "0"));
}

#[test]
fn r3_what_is_kept_of_a_withdrawn_share_is_its_tombstone() {
    let cluster = Cluster::new();
    let scene = scene(&cluster);
    scene.ready(2);
    scene.submit(claim(SHARE, 1)).unwrap();
    assert!(matches!(scene.submit(withdraw(SHARE)), Ok(Reply::Withdrawn { .. })));
    assert_eq!(cluster.sql("SELECT count(*) FROM velum.half"), "0");
    assert_eq!(cluster.sql("SELECT count(*) FROM velum.release"), "0");
    let rest = "SELECT count(value) FROM velum.share AS kept, jsonb_each_text(to_jsonb(kept))";
    assert_eq!(cluster.sql(rest), "3", "id, control token's digest, day it is forgotten");
    assert!(matches!(scene.submit(Command::Sweep { rows_max: 9 }), Ok(Reply::Swept { .. })));
}
