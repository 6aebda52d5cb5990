//! R17 on real files: a database that was put back gives nothing away.

use relay::contract::scene::{
    CAPABILITY, SHARE, Scene, claim, finish_blob, guard, object, put_mailbox, released, status,
    withdraw,
};
use relay::fence::{Age, Finding, Mirror};
use relay::memory::MemoryMirror;
use relay::{Command, Error, Records as _, Refusal, Reply, Stop};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store_sqlite::{SqliteRecords, backup};
use tempfile::TempDir;
use vocab::ShareId;
use wire::v1::body::ShareState;

struct Home {
    directory: TempDir,
    mirror: MemoryMirror,
}

impl Home {
    fn new() -> Self {
        Self { directory: TempDir::new().unwrap(), mirror: MemoryMirror::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn open(&self, life: u8) -> Scene<SqliteRecords> {
        let guard = guard(self.mirror.clone(), life);
        Scene::new(SqliteRecords::open(&self.path("relay.sqlite3"), guard).unwrap())
    }

    fn back_up(&self) {
        backup::copy(&self.path("relay.sqlite3"), &self.path("copy")).unwrap();
    }

    /// As an operator would, with nothing running.
    fn put_back(&self) {
        std::fs::copy(self.path("copy"), self.path("copy of copy")).unwrap();
        backup::put_back(&self.path("copy of copy"), &self.path("relay.sqlite3")).unwrap();
    }
}

fn finding(scene: &Scene<SqliteRecords>) -> Finding {
    scene.records().finding()
}

#[test]
fn r17_an_earlier_copy_releases_nothing() {
    let home = Home::new();
    let scene = home.open(1);
    assert_eq!(finding(&scene), Finding::New);
    scene.ready(2);
    home.back_up();
    scene.submit(withdraw(SHARE)).unwrap();
    drop(scene);

    home.put_back();
    let scene = home.open(2);
    assert_eq!(finding(&scene), Finding::Restored);
    assert_eq!(status(&scene, SHARE).state, ShareState::Ended);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    assert_eq!(scene.submit(scene.put_share(SHARE, 2)), Err(Refusal::Refused));
    assert_eq!(scene.submit(scene.put_capability()), Err(Refusal::Gone));
    assert_eq!(scene.ask(|rows, _| Ok(rows.doomed_objects(9)?)), Ok(vec![object(SHARE)]));
    drop(scene);
    assert_eq!(finding(&home.open(3)), Finding::Whole, "fenced once, then as usual");

    // The same copy again, and from before the fence: another life.
    home.put_back();
    assert_eq!(finding(&home.open(4)), Finding::Restored);
}

#[test]
fn r17_a_half_of_an_earlier_copy_is_nowhere_on_disk_after_the_fence() {
    let home = Home::new();
    let scene = home.open(1);
    scene.ready(1);
    home.back_up();
    scene.submit(withdraw(SHARE)).unwrap();
    drop(scene);
    home.put_back();
    let half = relay::contract::scene::half().0;
    let holds = |name: &str| {
        std::fs::read(home.path(name))
            .is_ok_and(|bytes| bytes.windows(half.len()).any(|window| window == half))
    };
    assert!(holds("relay.sqlite3"), "the copy has it");
    let _running = home.open(2);
    assert!(!holds("relay.sqlite3") && !holds("relay.sqlite3-wal"));
}

#[test]
fn r17_a_database_without_its_mirror_is_fenced() {
    let mut home = Home::new();
    let scene = home.open(1);
    scene.ready(1);
    drop(scene);
    home.mirror = MemoryMirror::default();
    let scene = home.open(2);
    assert_eq!(finding(&scene), Finding::Restored);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
}

#[test]
fn r17_a_crash_before_the_mirror_was_written_is_no_restore() {
    let mut home = Home::new();
    let scene = home.open(1);
    scene.ready(2);
    let before = home.mirror.read().unwrap();
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    drop(scene);
    home.mirror.write(before.unwrap()).unwrap();
    let scene = home.open(2);
    assert_eq!(finding(&scene), Finding::Whole);
    assert_eq!(status(&scene, SHARE).views_left, 1);
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
}

#[test]
fn r17_a_crash_in_the_middle_of_a_fence_is_fenced_again() {
    let mut home = Home::new();
    let scene = home.open(1);
    scene.ready(2);
    home.back_up();
    scene.submit(claim(SHARE, 1)).unwrap();
    drop(scene);
    home.put_back();
    let before = home.mirror.read().unwrap();
    drop(home.open(2));
    home.mirror.write(before.unwrap()).unwrap();
    let scene = home.open(3);
    assert_eq!(finding(&scene), Finding::Restored);
    assert_eq!(scene.submit(claim(SHARE, 2)), Err(Refusal::Gone));
}

/// A mirror whose place can be taken away.
struct Failing {
    mirror: MemoryMirror,
    fails: Arc<AtomicBool>,
}

impl Mirror for Failing {
    fn read(&mut self) -> Result<Option<Age>, Error> {
        self.mirror.read()
    }

    fn write(&mut self, age: Age) -> Result<(), Error> {
        match self.fails.load(Ordering::SeqCst) {
            true => Err(Error::Unavailable),
            false => self.mirror.write(age),
        }
    }
}

#[test]
fn r17_nothing_is_answered_that_the_mirror_does_not_know_of() {
    let home = Home::new();
    let fails = Arc::new(AtomicBool::new(false));
    let failing = Failing { mirror: home.mirror.clone(), fails: Arc::clone(&fails) };
    let records = SqliteRecords::open(&home.path("relay.sqlite3"), guard(failing, 1)).unwrap();
    let scene = Scene::new(records);
    scene.ready(2);
    fails.store(true, Ordering::SeqCst);
    let unanswered = scene.records().submit(claim(SHARE, 1), scene.system);
    let unanswered = relay::contract::scene::wait(unanswered);
    assert_eq!(unanswered, Err(Stop::Error(Error::Unavailable)));
    fails.store(false, Ordering::SeqCst);
    // It was counted, and the retry is told.
    assert_eq!(scene.submit(claim(SHARE, 1)), released(1, 1));
    drop(scene);
    assert_eq!(finding(&home.open(2)), Finding::Whole);
}

#[test]
fn r17_a_database_from_before_the_fence_is_fenced_once() {
    let home = Home::new();
    let scene = home.open(1);
    scene.ready(1);
    drop(scene);
    let old = rusqlite::Connection::open(home.path("relay.sqlite3")).unwrap();
    old.execute_batch(
        "ALTER TABLE clock DROP COLUMN incarnation;
         ALTER TABLE clock DROP COLUMN generation;
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let home = Home { mirror: MemoryMirror::default(), ..home };
    let scene = home.open(2);
    assert_eq!(finding(&scene), Finding::Restored);
    assert_eq!(scene.submit(claim(SHARE, 1)), Err(Refusal::Gone));
    drop(scene);
    assert_eq!(finding(&home.open(3)), Finding::Whole);
}

#[test]
fn a_copy_made_between_changes_is_whole() {
    let home = Home::new();
    let scene = home.open(1);
    scene.submit(put_mailbox()).unwrap();
    scene.submit(scene.put_capability()).unwrap();
    for number in 0..3 {
        let share = ShareId::from_bytes([number; 16]);
        scene.submit(scene.put_share(share, 1)).unwrap();
        scene.submit(finish_blob(share)).unwrap();
    }
    home.back_up();
    let copy = Home { directory: TempDir::new().unwrap(), mirror: home.mirror.clone() };
    std::fs::copy(home.path("copy"), copy.path("relay.sqlite3")).unwrap();
    let copied = copy.open(2);
    assert_eq!(finding(&copied), Finding::Whole, "nothing has happened since");
    let usage = copied.ask(|rows, _| Ok(rows.usage(CAPABILITY)?)).unwrap();
    assert_eq!(usage.shares, 3);
    assert!(backup::copy(&home.path("relay.sqlite3"), &home.path("copy")).is_err(), "not over it");
    let swept = scene.submit(Command::Sweep { rows_max: 1 });
    assert!(matches!(swept, Ok(Reply::Swept { .. })));
}

#[test]
fn a_broken_database_can_be_replaced() {
    let home = Home::new();
    let scene = home.open(1);
    scene.ready(1);
    home.back_up();
    drop(scene);
    std::fs::write(home.path("relay.sqlite3"), vec![7; 8192]).unwrap();
    std::fs::write(home.path("relay.sqlite3-wal"), vec![7; 8192]).unwrap();
    home.put_back();
    assert_eq!(finding(&home.open(2)), Finding::Whole);
}

#[test]
fn a_file_that_is_no_database_is_no_backup() {
    let home = Home::new();
    std::fs::write(home.path("text"), vec![7; 5000]).unwrap();
    assert_eq!(backup::check(&home.path("text")), Err(Error::Corrupt));
    assert!(backup::check(&home.path("not there")).is_err());
    drop(rusqlite::Connection::open(home.path("empty")).unwrap());
    assert!(backup::check(&home.path("empty")).is_err());
}
