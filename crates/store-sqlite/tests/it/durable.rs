//! What is answered is still there after the store was closed and opened again.

use relay::contract::scene::{SHARE, Scene, claim, guard, released, status, withdraw};
use relay::memory::MemoryMirror;
use relay::{Command, Error, Refusal};
use std::path::PathBuf;
use store_sqlite::SqliteRecords;
use tempfile::TempDir;
use wire::v1::body::ShareState;

/// A store with a mirror that lasts as long as the test.
struct Home {
    directory: TempDir,
    mirror: MemoryMirror,
}

impl Home {
    fn new() -> Self {
        Self { directory: TempDir::new().unwrap(), mirror: MemoryMirror::default() }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("relay.sqlite3")
    }

    fn open(&self) -> Result<SqliteRecords, Error> {
        SqliteRecords::open(&self.path(), guard(self.mirror.clone(), 1))
    }
}

fn open(home: &Home) -> Scene<SqliteRecords> {
    Scene::new(home.open().expect("the store opens"))
}

#[test]
fn counted_views_stay_counted_after_reopening() {
    let home = Home::new();
    let scene = open(&home);
    scene.ready(2);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    drop(scene);
    let scene = open(&home);
    assert_eq!(status(&scene, SHARE).views_left, 1);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    assert_eq!(scene.submit(claim(SHARE, 2)), released(2, 0));
    drop(scene);
    let scene = open(&home);
    assert_eq!(scene.submit(claim(SHARE, 3)), Err(Refusal::Gone));
}

#[test]
fn r3_a_withdrawal_stays_after_reopening() {
    let home = Home::new();
    let scene = open(&home);
    scene.ready(1);
    scene.submit(withdraw(SHARE)).unwrap();
    drop(scene);
    let scene = open(&home);
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(scene.put_share(SHARE, 1)), Err(Refusal::Gone));
}

#[test]
fn r7_the_latest_time_is_remembered_after_reopening() {
    let home = Home::new();
    let mut scene = open(&home);
    scene.ready(1);
    scene.pass_seconds(3601);
    scene.submit(Command::Sweep { rows_max: 1 }).unwrap();
    drop(scene);
    let scene = open(&home);
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended, "the clock was set back meanwhile");
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let home = Home::new();
    drop(home.open().unwrap());
    let connection = rusqlite::Connection::open(home.path()).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert_eq!(home.open().unwrap_err(), Error::Corrupt);
}

#[test]
fn a_file_that_is_no_database_is_an_error() {
    let home = Home::new();
    std::fs::write(home.path(), vec![7; 8192]).unwrap();
    assert_eq!(home.open().unwrap_err(), Error::Corrupt);
}
