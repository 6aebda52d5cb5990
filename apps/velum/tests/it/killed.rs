//! A program that is killed at any moment leaves whole copies and nothing else.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::{names, small_photo, velum};

/// How often it is killed; `VELUM_TEST_KILLS` asks for more.
const KILLS: usize = 12;

/// So many photos are in the folder.
const PHOTOS: usize = 40;

fn start(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_velum"))
        .args(["clean", "in", "-o", "out"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_program_leaves_whole_copies_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    for number in 0..PHOTOS {
        std::fs::write(folder.path().join(format!("in/{number}.jpg")), small_photo()).unwrap();
    }
    velum(folder.path(), &["clean", "in/0.jpg", "--to", "whole.jpg"]);
    let whole = std::fs::read(folder.path().join("whole.jpg")).unwrap();
    let out = folder.path().join("out");
    let kills = std::env::var("VELUM_TEST_KILLS").ok().and_then(|kills| kills.parse().ok());
    let mut cut_off = 0;
    for round in 0..kills.unwrap_or(KILLS) {
        std::fs::create_dir(&out).unwrap();
        let mut child = start(folder.path());
        // Other copies are being written while this many are there.
        let enough = round * 7 % PHOTOS;
        while names(&out).len() < enough && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        // And a little further than that, to another moment in each round.
        (0..round * 997 % 5000).for_each(|_| thread::yield_now());
        let _ = child.kill();
        cut_off += usize::from(!child.wait().unwrap().success());
        for name in names(&out) {
            assert!(name.starts_with("photo-"), "{name} was left in round {round}");
            assert!(std::fs::read(out.join(&name)).unwrap() == whole, "{name} is not whole");
        }
        std::fs::remove_dir_all(&out).unwrap();
    }
    assert!(cut_off > 0, "it was never killed in time");
}
