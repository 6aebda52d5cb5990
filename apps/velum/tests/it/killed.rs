//! A program that is killed at any moment leaves whole files and nothing else.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::movie::Movie;
use crate::{data, harbour, names, scale, small_photo, velum};

/// How often it is killed each time.
const KILLS: u32 = 12;

/// So many photos are in the folder.
const PHOTOS: usize = 40;

/// How long what is hidden may outlive the program.
const SWEPT_MAX: Duration = Duration::from_secs(30);

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_velum"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the program after a share of the time that it needs; says whether that came in time.
fn killed(folder: &Path, arguments: &[&str], after: Duration) -> bool {
    let begun = Instant::now();
    let mut child = start(folder, arguments);
    while begun.elapsed() < after && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let _ = child.kill();
    !child.wait().unwrap().success()
}

/// The names in a folder, once what was hidden has been swept away.
fn names_left(folder: &Path) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let names = names(folder);
        if !names.iter().any(|name| name.starts_with('.')) || begun.elapsed() > SWEPT_MAX {
            return names;
        }
        thread::yield_now();
    }
}

/// Photos and clips by name: as they were, and clean.
struct Files(BTreeMap<&'static str, (Vec<u8>, Vec<u8>)>);

impl Files {
    fn new(folder: &Path) -> Self {
        let movie = |brand| Movie { brand, pictures: 300, picture_bytes: 9_000 };
        movie(b"isom").write(&folder.join("clip.mp4"));
        movie(b"qt  ").write(&folder.join("clip.mov"));
        std::fs::copy(data("clip-live.webm"), folder.join("clip.webm")).unwrap();
        std::fs::copy(harbour(), folder.join("photo.jpg")).unwrap();
        let both = |name: &'static str| {
            let original = std::fs::read(folder.join(name)).unwrap();
            velum(folder, &["clean", name, "--to", "clean"]);
            let clean = std::fs::read(folder.join("clean")).unwrap();
            std::fs::remove_file(folder.join("clean")).unwrap();
            assert!(clean != original, "{name} has nothing to take out");
            (name, (original, clean))
        };
        Self(["clip.mp4", "clip.mov", "clip.webm", "photo.jpg"].map(both).into())
    }

    /// Puts the originals there again; nothing else is there.
    fn lay_out(&self, folder: &Path) {
        for name in names(folder) {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, (original, _)) in &self.0 {
            std::fs::write(folder.join(name), original).unwrap();
        }
    }

    /// Every file is as it was or a whole clean copy, and nothing else is there.
    fn look_at(&self, folder: &Path) {
        assert_eq!(names_left(folder), self.0.keys().copied().collect::<Vec<_>>());
        for (name, (original, clean)) in &self.0 {
            let now = std::fs::read(folder.join(name)).unwrap();
            assert!(now == *original || now == *clean, "{name} is neither whole nor as it was");
        }
    }
}

/// Kills these runs at moments that are spread over all the time they need; says how many came in
/// time. `look` looks at what is left.
fn killed_all_along(files: &Files, folder: &Path, arguments: &[&str], look: impl Fn()) -> u32 {
    files.lay_out(folder);
    let begun = Instant::now();
    assert!(start(folder, arguments).wait().unwrap().success());
    let whole = begun.elapsed();
    let kills = KILLS * scale();
    let kill = |round: u32| {
        files.lay_out(folder);
        let in_time = killed(folder, arguments, whole * round / kills);
        look();
        u32::from(in_time)
    };
    (0..kills).map(kill).sum()
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
    let mut cut_off = 0;
    for round in 0..KILLS as usize * scale() as usize {
        std::fs::create_dir(&out).unwrap();
        let mut child = start(folder.path(), &["clean", "in", "-o", "out"]);
        // Other copies are being written while this many are there.
        let enough = round * 7 % PHOTOS;
        while names(&out).len() < enough && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        // And a little further than that, to another moment in each round.
        (0..round * 997 % 5000).for_each(|_| thread::yield_now());
        let _ = child.kill();
        cut_off += usize::from(!child.wait().unwrap().success());
        for name in names_left(&out) {
            assert!(name.starts_with("photo-"), "{name} was left in round {round}");
            assert!(std::fs::read(out.join(&name)).unwrap() == whole, "{name} is not whole");
        }
        std::fs::remove_dir_all(&out).unwrap();
    }
    assert!(cut_off > 0, "it was never killed in time");
}

#[test]
fn a_program_killed_while_it_replaces_leaves_originals_or_whole_copies() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    let look = || files.look_at(folder.path());
    let cut_off = killed_all_along(&files, folder.path(), &["clean", ".", "--in-place"], look);
    assert!(cut_off > 0, "it was never killed in time");
}

#[test]
fn a_program_killed_while_it_overwrites_leaves_the_old_file_or_the_whole_copy() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path());
    for (name, (_, clean)) in &files.0 {
        let arguments = ["clean", name, "--to", "photo.jpg", "--overwrite"];
        let look = || {
            let expected: Vec<&str> = files.0.keys().copied().collect();
            assert_eq!(names_left(folder.path()), expected);
            let now = std::fs::read(folder.path().join("photo.jpg")).unwrap();
            assert!(now == *clean || now == files.0["photo.jpg"].0, "a part of {name}");
        };
        let cut_off = killed_all_along(&files, folder.path(), &arguments, look);
        assert!(cut_off > 0, "it was never killed in time");
    }
}

#[test]
fn hidden_names_that_are_left_are_swept_away_when_the_program_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    for name in [".left.tmp", ".taken.tmp", "photo.jpg"] {
        std::fs::write(folder.path().join(name), "here").unwrap();
    }
    let mut sweeper = Command::new(env!("CARGO_BIN_EXE_velum"))
        .arg("--sweep")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = sweeper.stdin.take().unwrap();
    told.write_all(b"+./.left.tmp\0+./.taken.tmp\0-./.taken.tmp\0+photo.jpg").unwrap();
    assert_eq!(names(folder.path()).len(), 3, "it does nothing while the program runs");
    drop(told);
    assert!(sweeper.wait().unwrap().success());
    assert_eq!(names(folder.path()), [".taken.tmp", "photo.jpg"]);
}
