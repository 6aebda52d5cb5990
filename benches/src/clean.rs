//! How fast photos are cleaned: in one process, through the command line, and by exiftool and mat2
//! on the same files; next to a plain copy, which is the most any of them could reach.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use media::{Format, Limits, Original};

mod large;
mod web;

/// Each way is measured this often; the fastest run counts, since noise only ever adds.
const ROUNDS: usize = 5;

/// Programs that start anew for each file get fewer files, so that the bench ends.
const FILES_MAX: usize = 40;

/// A way to clean, and how long it took for all files.
struct Measured {
    name: String,
    time: Duration,
    files: usize,
    bytes: usize,
}

/// Cleans the photos of a folder, or copies of the sample photo if none is named.
pub(crate) fn run(folder: Option<&str>) -> Result<()> {
    let work = tempfile::tempdir()?;
    let photos = photos(folder, work.path())?;
    let bytes: usize = photos.iter().map(|photo| photo.bytes.len()).sum();
    println!("{} photos, {:.1} MB; fastest of {ROUNDS} rounds", photos.len(), megabytes(bytes));

    let mut rows = vec![copy_in_memory(&photos), clean_in_process(&photos)?];
    rows.push(copy_on_disk(&photos, work.path())?);
    rows.extend(programs(&photos, work.path())?);
    print(&rows);
    by_format(&photos)?;
    let large = large::single(work.path())?;
    web::run(&photos, large)?;
    large::many(work.path(), SAMPLE)
}

/// The photo that is cleaned when no folder is named.
const SAMPLE: &[u8] = include_bytes!("../../apps/velum/tests/data/harbour.jpg");

/// In one process, format by format: coding a JPEG or PNG anew costs more than moving boxes.
fn by_format(photos: &[Photo]) -> Result<()> {
    let format = |photo: &Photo| Format::recognise(&photo.bytes).map(Format::extension);
    let mut names: Vec<&str> = photos.iter().filter_map(|photo| format(photo).ok()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of_format = |photo: &&Photo| format(photo).is_ok_and(|it| it == name);
        let few: Vec<Photo> = photos.iter().filter(of_format).cloned().collect();
        let row = clean_in_process(&few)?;
        let speed = megabytes(row.bytes) / row.time.as_secs_f64();
        println!("{name:>6}: {:>4} photos {speed:>9.1} MB/s in one process", few.len());
    }
    Ok(())
}

#[derive(Clone)]
struct Photo {
    path: PathBuf,
    bytes: Vec<u8>,
}

fn photos(folder: Option<&str>, work: &Path) -> Result<Vec<Photo>> {
    let mut photos = Vec::new();
    match folder {
        Some(folder) => {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                let bytes = std::fs::read(&path).unwrap_or_default();
                let readable = Original::parse(bytes.clone(), &Limits::default());
                if readable.is_ok_and(|original| original.clean().is_ok()) {
                    photos.push(Photo { path, bytes });
                }
            }
            ensure!(!photos.is_empty(), "no photo in that folder can be cleaned");
        }
        None => {
            for index in 0..FILES_MAX {
                let path = work.join(format!("sample-{index}.jpg"));
                std::fs::write(&path, SAMPLE)?;
                photos.push(Photo { path, bytes: SAMPLE.to_vec() });
            }
        }
    }
    Ok(photos)
}

fn copy_in_memory(photos: &[Photo]) -> Measured {
    measure("copy in memory", photos, || {
        for photo in photos {
            std::hint::black_box(photo.bytes.clone());
        }
        Ok(())
    })
    .unwrap_or_else(|_| unreachable!("copying does not fail"))
}

fn clean_in_process(photos: &[Photo]) -> Result<Measured> {
    measure("velum, in one process", photos, || {
        for photo in photos {
            let original = Original::parse(photo.bytes.clone(), &Limits::default())?;
            std::hint::black_box(original.clean()?);
        }
        Ok(())
    })
}

fn copy_on_disk(photos: &[Photo], work: &Path) -> Result<Measured> {
    let to = work.join("copy");
    measure("copy on disk, no flush", photos, || {
        for photo in photos {
            std::fs::copy(&photo.path, &to)?;
        }
        Ok(())
    })
}

fn programs(photos: &[Photo], work: &Path) -> Result<Vec<Measured>> {
    let few = &photos[..photos.len().min(FILES_MAX)];
    let velum = velum_program()?;
    let mut rows = Vec::new();

    let folder = work.join("all");
    rows.push(measure("velum clean, one run for all", few, || {
        let mut command = Command::new(&velum);
        command.arg("clean").args(few.iter().map(|photo| &photo.path)).arg("-o").arg(&folder);
        finish(command)?;
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    })?);
    rows.push(measure("velum clean, one run each", few, || {
        for photo in few {
            let mut command = Command::new(&velum);
            command.arg("clean").arg(&photo.path).arg("--overwrite").arg("--to");
            finish_with(command, &work.join("one"))?;
        }
        Ok(())
    })?);
    rows.extend(exiftool(few, work)?);
    rows.extend(mat2(few, work)?);
    Ok(rows)
}

fn exiftool(photos: &[Photo], work: &Path) -> Result<Vec<Measured>> {
    if !is_installed("exiftool") {
        println!("exiftool is not installed: apt-get install libimage-exiftool-perl");
        return Ok(Vec::new());
    }
    let folder = work.join("exiftool");
    let all = measure("exiftool -all=, one run for all", photos, || {
        let mut command = Command::new("exiftool");
        command.args(["-q", "-q", "-m", "-all=", "-o"]).arg(format!("{}/", folder.display()));
        command.args(photos.iter().map(|photo| &photo.path));
        // Its exit code tells of files it could not write; the time is still the time.
        let _ = command.stderr(Stdio::null()).status()?;
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    })?;
    let each = measure("exiftool -all=, one run each", photos, || {
        for photo in photos {
            let mut command = Command::new("exiftool");
            let _ = std::fs::remove_file(work.join("one"));
            command.args(["-q", "-q", "-m", "-all="]).arg(&photo.path).arg("-o");
            let _ = command.arg(work.join("one")).stderr(Stdio::null()).status()?;
        }
        Ok(())
    })?;
    Ok(vec![all, each])
}

/// mat2 writes beside its input, so it gets copies, which are made before the clock starts.
fn mat2(photos: &[Photo], work: &Path) -> Result<Option<Measured>> {
    if !is_installed("mat2") {
        println!("mat2 is not installed: apt-get install mat2");
        return Ok(None);
    }
    let folder = work.join("mat2");
    std::fs::create_dir_all(&folder)?;
    let few = &photos[..photos.len().min(10)];
    let mut copies = Vec::new();
    for (index, photo) in few.iter().enumerate() {
        let extension = photo.path.extension().unwrap_or_default();
        let copy = folder.join(format!("{index}")).with_extension(extension);
        std::fs::copy(&photo.path, &copy)?;
        copies.push(copy);
    }
    let row = measure("mat2, one run for all", few, || {
        let _ = Command::new("mat2")
            .args(&copies)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(())
    })?;
    Ok(Some(row))
}

fn measure(
    name: &str,
    photos: &[Photo],
    mut round: impl FnMut() -> Result<()>,
) -> Result<Measured> {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round()?;
        fastest = fastest.min(start.elapsed());
    }
    let bytes = photos.iter().map(|photo| photo.bytes.len()).sum();
    Ok(Measured { name: name.to_owned(), time: fastest, files: photos.len(), bytes })
}

fn print(rows: &[Measured]) {
    let per_byte = |row: &Measured| row.time.as_secs_f64() / row.bytes as f64;
    let in_process = rows.get(1).map_or(1.0, per_byte);
    println!("{:<34} {:>10} {:>12} {:>22}", "", "MB/s", "ms/photo", "time, velum inside = 1");
    for row in rows {
        let speed = megabytes(row.bytes) / row.time.as_secs_f64();
        let each = row.time.as_secs_f64() * 1e3 / row.files as f64;
        let ratio = per_byte(row) / in_process;
        println!("{:<34} {speed:>10.1} {each:>12.3} {ratio:>22.2}", row.name);
    }
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The release build of the command line, made now so that it is the code being measured.
pub(crate) fn velum_program() -> Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--package", "velum-cli"])
        .status()?;
    ensure!(status.success(), "the command line does not build");
    let here = std::env::current_exe()?;
    let folder = here.parent().context("a program is in a folder")?;
    Ok(folder.join("velum"))
}

pub(crate) fn is_installed(program: &str) -> bool {
    // What it makes of the argument does not matter, only that it starts.
    let mut probe = Command::new(program);
    probe.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn finish_with(mut command: Command, out: &Path) -> Result<()> {
    command.arg(out);
    finish(command)
}

fn finish(mut command: Command) -> Result<()> {
    let status = command.stdout(Stdio::null()).status()?;
    ensure!(status.success(), "a program failed");
    Ok(())
}
