//! WebM and Matroska: what must hold for every clean clip.

use std::path::Path;
use std::process::Command;

use media::{Clip, Error, FindingKind, Limits, Receipt, Value};

const PLANTED: &[u8] = include_bytes!("../data/clip-planted.mkv");
const LIVE: &[u8] = include_bytes!("../data/clip-live.webm");

fn clean(bytes: &[u8]) -> Result<(Vec<u8>, Receipt), Error> {
    let mut source = bytes;
    let clip = Clip::parse(&mut source, &Limits::default())?;
    let mut out = Vec::new();
    let receipt = clip.clean(&mut source, &mut out)?;
    assert_eq!(audit::clip(&mut &out[..]), Ok(()), "the second opinion is another");
    Ok((out, receipt))
}

fn kinds(mut bytes: &[u8]) -> Vec<FindingKind> {
    let clip = Clip::parse(&mut bytes, &Limits::default()).unwrap();
    let mut kinds: Vec<_> =
        clip.findings(&mut bytes).unwrap().iter().map(|finding| finding.kind).collect();
    kinds.dedup();
    kinds
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Every decoded frame with its time, as ffmpeg sees them, after a line for each stream's clock.
fn decoded(path: &Path) -> String {
    let output = Command::new("ffmpeg")
        .args(["-v", "fatal", "-copyts", "-i"])
        .arg(path)
        .args(["-map", "0:V?", "-map", "0:a?", "-fps_mode", "passthrough", "-f", "framemd5", "-"])
        .output()
        .expect("ffmpeg is needed for this test: `cargo xtask test` installs it");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.lines().count() > 10);
    text
}

#[test]
fn nothing_planted_survives_and_all_of_it_is_found() {
    for (clip, tokens) in [
        (PLANTED, &["title-token", "track-token", "subtitle-token", "attached-token"][..]),
        (LIVE, &["title-token", "+48.1+011.5"][..]),
    ] {
        let (copy, receipt) = clean(clip).unwrap();
        for token in tokens.iter().chain(&["x264", "Lavc", "Lavf", "mkvmerge", "libebml"]) {
            assert!(!holds(&copy, token), "{token}");
        }
        assert_eq!(kinds(&copy), []);
        assert_eq!(receipt.removed_bytes() + receipt.kept_bytes, clip.len() as u64);
        assert_eq!(receipt.clean_bytes, copy.len() as u64);
    }
    use FindingKind as K;
    let planted = [K::Time, K::OtherPicture, K::Description, K::Identifier, K::Software];
    assert!(kinds(PLANTED).starts_with(&planted), "{:?}", kinds(PLANTED));
    assert!(kinds(LIVE).starts_with(&[K::Place, K::Time, K::Description]), "{:?}", kinds(LIVE));
    let mut source = PLANTED;
    let clip = Clip::parse(&mut source, &Limits::default()).unwrap();
    let findings = clip.findings(&mut source).unwrap();
    let says = |start: &str| {
        let is = |value: &Value| matches!(value, Value::Text(text) if text.starts_with(start));
        assert!(findings.iter().any(|finding| is(&finding.value)), "{start}");
    };
    ["note.txt", "x264 - core", "title-token", "Lavc"].into_iter().for_each(says);
}

#[test]
fn pictures_sound_and_times_are_the_same_for_ffmpeg() {
    let folder = tempfile::tempdir().unwrap();
    for clip in [PLANTED, LIVE] {
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        std::fs::write(&before, clip).unwrap();
        std::fs::write(&after, clean(clip).unwrap().0).unwrap();
        assert_eq!(decoded(&before), decoded(&after));
    }
}

#[test]
fn cleaning_a_clean_clip_changes_nothing() {
    for clip in [PLANTED, LIVE] {
        let (once, _) = clean(clip).unwrap();
        assert_eq!(clean(&once).unwrap().0, once);
    }
}

#[test]
fn the_same_clip_written_with_and_without_sizes_gives_the_same_copy() {
    let frames: &[&[u8]] = &[b"\x01\x01one", b"\x01\x01two"];
    let block = |time: u8, flags, data: &[u8]| {
        element(&[0xa3], &[&[0x81, 0, time, flags][..], data].concat())
    };
    let cluster =
        [element(&[0xe7], &[0]), block(0, 0x80, frames[0]), block(20, 0x80, frames[1])].concat();
    let known = file(&element(&[0x1f, 0x43, 0xb6, 0x75], &cluster));
    let unknown = [
        EBML,
        b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
        &about(&[]),
        b"\x1f\x43\xb6\x75\xff",
        &cluster,
    ]
    .concat();
    assert_eq!(clean(&known).unwrap().0, clean(&unknown).unwrap().0);

    // One block with both, as it is shown 20 ms a sample.
    let laced = block(0, 0x84, &[&[1][..], frames[0], frames[1]].concat());
    let laced = [element(&[0xe7], &[0]), laced].concat();
    let laced = file(&element(&[0x1f, 0x43, 0xb6, 0x75], &laced));
    assert_eq!(clean(&known).unwrap().0, clean(&laced).unwrap().0);
}

#[test]
fn what_was_stripped_from_all_samples_is_put_back() {
    let cluster = |data: &[u8]| {
        let block = element(&[0xa3], &[&[0x81, 0, 0, 0x80][..], data].concat());
        element(&[0x1f, 0x43, 0xb6, 0x75], &[element(&[0xe7], &[0]), block].concat())
    };
    let algorithm = element(&[0x42, 0x54], &[3]);
    let settings = element(&[0x42, 0x55], b"\x01\x01");
    let compression = element(&[0x50, 0x34], &[algorithm, settings].concat());
    let encodings = element(&[0x6d, 0x80], &element(&[0x62, 0x40], &compression));
    let stripped = [EBML, &segment(&[about(&encodings), cluster(b"one")].concat())].concat();
    let whole = file(&cluster(b"\x01\x01one"));
    assert_eq!(clean(&stripped).unwrap().0, clean(&whole).unwrap().0);
}

#[test]
fn encrypted_and_unknown_pictures_are_refused() {
    let encrypted = [element(&[0xe7], &[0]), element(&[0xaf], b"secret")].concat();
    let encrypted = file(&element(&[0x1f, 0x43, 0xb6, 0x75], &encrypted));
    assert_eq!(clean(&encrypted).map(drop), Err(Error::UnknownCodec));
    let at = PLANTED.windows(15).position(|window| window == b"V_MPEG4/ISO/AVC").unwrap();
    let mut unknown = PLANTED.to_vec();
    unknown[at + 14] = b'X';
    assert_eq!(clean(&unknown).map(drop), Err(Error::UnknownCodec));
}

#[test]
fn what_follows_the_clip_and_what_hides_in_clusters_is_found_and_goes() {
    let mut cluster = element(&[0xe7], &[0]);
    cluster.extend(element(&[0xec], b"hidden in the padding"));
    cluster.extend(element(&[0xa3], b"\x81\0\0\x80\x01\x01one"));
    let clip =
        [file(&element(&[0x1f, 0x43, 0xb6, 0x75], &cluster)), b"and after".to_vec()].concat();
    let (copy, receipt) = clean(&clip).unwrap();
    assert!(!holds(&copy, "hidden") && !holds(&copy, "after"));
    assert_eq!(receipt.removed_bytes(), 26 + 9);
    assert_eq!(kinds(&clip), [FindingKind::UnknownData, FindingKind::TrailingData]);
}

#[test]
fn cut_and_changed_clips_are_refused_or_cleaned_and_never_panic() {
    for clip in [LIVE, clean(PLANTED).unwrap().0.as_slice()] {
        for at in 0..clip.len() {
            if let Ok((copy, _)) = clean(&clip[..at]) {
                assert!(clean(&copy).is_ok_and(|again| again.0 == copy), "cut at {at}");
            }
            let mut flipped = clip.to_vec();
            flipped[at] ^= 1 << (at % 8);
            if let Ok((copy, _)) = clean(&flipped) {
                assert!(clean(&copy).is_ok_and(|again| again.0 == copy), "flipped at {at}");
            }
        }
    }
}

const EBML: &[u8] = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm";

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u32 | 0x1000_0000).to_be_bytes();
    [id, &size, content].concat()
}

fn segment(content: &[u8]) -> Vec<u8> {
    element(&[0x18, 0x53, 0x80, 0x67], content)
}

/// A clip with one track of uncompressed sound, 20 ms a sample.
fn file(clusters: &[u8]) -> Vec<u8> {
    [EBML, &segment(&[&about(&[]), clusters].concat())].concat()
}

/// What is said about the whole and about the track.
fn about(more: &[u8]) -> Vec<u8> {
    let info = element(&[0x15, 0x49, 0xa9, 0x66], &[]);
    let mut track = element(&[0xd7], &[1]);
    track.extend(element(&[0x83], &[2]));
    track.extend(element(&[0x23, 0xe3, 0x83], &20_000_000_u32.to_be_bytes()));
    track.extend(element(&[0x86], b"A_PCM/INT/LIT"));
    track.extend(element(&[0xe1], &element(&[0x9f], &[1])));
    track.extend_from_slice(more);
    let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &element(&[0xae], &track));
    [info, tracks].concat()
}

#[test]
fn a_duration_too_short_to_count_is_not_written_and_cleaning_stays_stable() {
    let info = element(&[0x15, 0x49, 0xa9, 0x66], &element(&[0x44, 0x89], &1e-9_f64.to_be_bytes()));
    let cluster = [element(&[0xe7], &[0]), element(&[0xa3], b"\x81\0\0\x80\x01\x01one")].concat();
    // Behind the eight bytes of an empty description of the whole.
    let tracks = &about(&[])[8..];
    let parts = [&info[..], tracks, &element(&[0x1f, 0x43, 0xb6, 0x75], &cluster)].concat();
    let (once, _) = clean(&[EBML, &segment(&parts)].concat()).unwrap();
    assert_eq!(clean(&once).unwrap().0, once);
}
