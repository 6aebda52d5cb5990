//! How much memory cleaning takes at most: for clips a fixed amount, however long they are.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::movie::Movie;

pub(crate) const MIB: u64 = 1 << 20;

/// What a long clip may take more than a short one.
const CLIP_MORE_MAX: u64 = 16 * MIB;

/// How often a short run is looked at, so that it is seen at its height at least once.
const LOOKS: usize = 20;

/// The most memory that the program has had at once. The system counts it; it is asked again and
/// again until the program ends.
pub(crate) fn peak(folder: &Path, arguments: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_velum"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) << 10);
        std::thread::yield_now();
    }
    assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    peak
}

/// The same for a short run.
fn peak_of_short(folder: &Path, arguments: &[&str]) -> u64 {
    (0..LOOKS).map(|_| peak(folder, arguments)).max().unwrap()
}

/// Cleans a short clip and a long one; the long copy must be whole and take no more memory.
fn assert_fixed_memory(
    arguments: &[&str],
    short: impl Fn(&Path) -> u64,
    long: impl Fn(&Path) -> u64,
) {
    let folder = tempfile::tempdir().unwrap();
    short(&folder.path().join("in"));
    let base = peak_of_short(folder.path(), arguments);
    assert!(base > MIB, "it was never seen");
    let media_bytes = long(&folder.path().join("in"));
    let more = peak(folder.path(), arguments).saturating_sub(base);
    assert!(more <= CLIP_MORE_MAX, "{more} bytes more than for a short clip");
    if let Ok(copy) = std::fs::metadata(folder.path().join("out")) {
        assert!(copy.len() >= media_bytes, "the copy is not whole");
    }
}

const WRITE: [&str; 5] = ["clean", "in", "--to", "out", "--overwrite"];

fn movie(brand: &'static [u8; 4], pictures: u32, picture_bytes: u32) -> impl Fn(&Path) -> u64 {
    let movie = Movie { brand, pictures, picture_bytes };
    move |path| {
        movie.write_hole(path);
        movie.media_bytes()
    }
}

#[test]
fn a_quicktime_clip_of_a_gigabyte_takes_no_more_memory_than_a_short_one() {
    let short = movie(b"qt  ", 25, 1_000);
    assert_fixed_memory(&WRITE, short, movie(b"qt  ", 1_000, 1 << 20));
}

#[test]
fn a_clip_of_many_hours_takes_no_more_memory_than_a_short_one() {
    let short = movie(b"isom", 25, 1_000);
    assert_fixed_memory(&WRITE, short, movie(b"isom", 200_000, 1_000));
}

#[test]
fn a_clip_beyond_four_gigabytes_takes_no_more_memory_than_a_short_one() {
    let short = movie(b"isom", 25, 1_000);
    let dry = ["clean", "in", "--dry-run"];
    assert_fixed_memory(&dry, short, movie(b"isom", 1_100, 4 << 20));
}

#[test]
fn a_long_webm_clip_takes_no_more_memory_than_a_short_one() {
    assert_fixed_memory(&WRITE, |path| webm(path, 3), |path| webm(path, 512));
}

/// The size of an element of Matroska, in eight bytes.
fn size(bytes: u64) -> [u8; 8] {
    (bytes | (1 << 56)).to_be_bytes()
}

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &size(content.len() as u64), content].concat()
}

/// A WebM clip with so many pictures of a megabyte, each a hole.
fn webm(path: &Path, pictures: u64) -> u64 {
    let mut file = File::create(path).unwrap();
    let kind = element(&[0x42, 0x82], b"webm");
    file.write_all(&element(&[0x1A, 0x45, 0xDF, 0xA3], &kind)).unwrap();
    let video = [element(&[0xB0], &[64]), element(&[0xBA], &[48])].concat();
    let track = [
        element(&[0xD7], &[1]),
        element(&[0x73, 0xC5], &[7]),
        element(&[0x83], &[1]),
        element(&[0x86], b"V_VP8"),
        element(&[0xE0], &video),
    ];
    let names = [element(&[0x4D, 0x80], b"Robin"), element(&[0x57, 0x41], b"Robin")].concat();
    let head = [
        element(&[0x15, 0x49, 0xA9, 0x66], &names),
        element(&[0x16, 0x54, 0xAE, 0x6B], &element(&[0xAE], &track.concat())),
    ]
    .concat();
    let clusters: Vec<_> = (0..pictures).map(cluster_head).collect();
    let clusters_bytes: u64 = clusters.iter().map(|head| head.len() as u64 + MIB).sum();
    file.write_all(&[0x18, 0x53, 0x80, 0x67]).unwrap();
    file.write_all(&size(head.len() as u64 + clusters_bytes)).unwrap();
    file.write_all(&head).unwrap();
    for head in clusters {
        file.write_all(&head).unwrap();
        file.seek(SeekFrom::Current(MIB as i64)).unwrap();
    }
    let end = file.stream_position().unwrap();
    file.set_len(end).unwrap();
    pictures * MIB
}

/// What a cluster of one picture begins with.
fn cluster_head(second: u64) -> Vec<u8> {
    let time = element(&[0xE7], &(second * 1_000).to_be_bytes());
    let block = [&[0xA3][..], &size(MIB + 4), &[0x81, 0, 0, 0x80]].concat();
    let inside = [time, block].concat();
    let bytes = inside.len() as u64 + MIB;
    [&[0x1F, 0x43, 0xB6, 0x75][..], &size(bytes), &inside].concat()
}
