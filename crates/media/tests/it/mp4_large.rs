//! Clips whose single pictures are larger than what may be held in memory.

use std::path::Path;
use std::process::Command;

use audit::{ReadAt, Unreadable, What};
use media::{ByteSource, Clip, Error, FindingKind, Limits};

/// Nothing larger than this is ever asked for at once.
const READ_BYTES_MAX: usize = 4 << 20;

struct Watched<'a>(&'a [u8]);

impl ByteSource for Watched<'_> {
    fn size_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        assert!(into.len() <= READ_BYTES_MAX, "{} bytes at once", into.len());
        ByteSource::read_at(&mut self.0, at, into)
    }
}

impl ReadAt for Watched<'_> {
    fn size_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> Result<(), Unreadable> {
        assert!(into.len() <= READ_BYTES_MAX, "{} bytes at once", into.len());
        ReadAt::read_at(&mut self.0, at, into)
    }
}

fn ffmpeg(arguments: &[&str], path: &Path) -> Vec<u8> {
    let output =
        Command::new("ffmpeg").args(["-v", "fatal", "-y"]).args(arguments).arg(path).output();
    let output = output.expect("ffmpeg is needed for this test: `cargo xtask test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Two pictures of noise, which cannot be packed.
fn noise(size: &str, coding: &[&str], path: &Path) -> Vec<u8> {
    let picture = format!("color=gray:s={size}:r=10:d=0.2,noise=alls=100:allf=t");
    ffmpeg(&[&["-f", "lavfi", "-i", &picture], coding].concat(), path);
    std::fs::read(path).unwrap()
}

fn decoded(path: &Path) -> Vec<u8> {
    let path = path.to_str().unwrap();
    ffmpeg(&["-i", path, "-f", "md5"], Path::new("-"))
}

fn clean(clip: &[u8]) -> Vec<u8> {
    let mut source = Watched(clip);
    let read = Clip::parse(&mut source, &Limits::default()).unwrap();
    let found = read.findings(&mut source).unwrap();
    assert!(found.iter().any(|finding| finding.kind == FindingKind::Software));
    let mut copy = Vec::new();
    read.clean(&mut source, &mut copy).unwrap();
    audit::clip(&mut Watched(&copy)).unwrap();
    copy
}

fn refused(copy: &[u8], change: impl Fn(&mut [u8])) -> What {
    let mut changed = copy.to_vec();
    change(&mut changed);
    audit::clip(&mut Watched(&changed)).unwrap_err().what
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

#[test]
fn large_pictures_are_cleaned_piece_by_piece() {
    let folder = tempfile::tempdir().unwrap();
    let studio: &[&str] =
        &["-c:v", "prores_aw", "-profile:v", "3", "-q:v", "2", "-pix_fmt", "yuv422p10le"];
    let camera: &[&str] =
        &["-c:v", "libx264", "-preset", "ultrafast", "-qp", "1", "-threads", "1", "-g", "1"];
    for (name, size, coding) in [("a.mov", "1920x1080", studio), ("a.mp4", "2560x1440", camera)] {
        let (before, after) =
            (folder.path().join(name), folder.path().join(["of-", name].concat()));
        let clip = noise(size, coding, &before);
        assert!(clip.len() > 2 * READ_BYTES_MAX, "its pictures are too small: {}", clip.len());
        let copy = clean(&clip);
        std::fs::write(&after, &copy).unwrap();
        assert_eq!(decoded(&before), decoded(&after));
        assert!(clean_again(&copy) == copy, "cleaning it again changes it");
        if name == "a.mov" {
            let at = find(&copy, b"icpf");
            let named = |copy: &mut [u8]| copy[at + 8..at + 12].copy_from_slice(b"name");
            assert_eq!(refused(&copy, named), What::Text);
        } else {
            let last = copy.len() - 1;
            assert_eq!(refused(&copy, |copy| copy[last] = 0), What::Padding);
        }
    }
}

fn clean_again(copy: &[u8]) -> Vec<u8> {
    let mut source = Watched(copy);
    let read = Clip::parse(&mut source, &Limits::default()).unwrap();
    let mut again = Vec::new();
    read.clean(&mut source, &mut again).unwrap();
    again
}
