//! Hiding places in a clean WebM.

use audit::What;

use super::{assert_clip_refused, find, set, with};

fn clean() -> Vec<u8> {
    let mut source: &[u8] = include_bytes!("../../data/clip-live.webm");
    let clip = media::Clip::parse(&mut source, &media::Limits::default()).unwrap();
    let mut copy = Vec::new();
    clip.clean(&mut source, &mut copy).unwrap();
    copy
}

#[test]
fn nothing_can_be_hidden_among_the_elements_of_a_webm() {
    let clean = clean();
    let cluster = find(&clean, b"\x1f\x43\xb6\x75");
    let time = cluster + find(&clean[cluster..], b"\xe7");
    let block = time + 2 + usize::from(clean[time + 1] & 0x7f);
    assert_eq!(clean[block], 0xa3);
    let flags = block + 1 + clean[block + 1].leading_zeros() as usize + 1 + 3;
    let app = find(&clean, b"\x57\x41\x81-") + 3;
    assert_clip_refused(
        &clean,
        &[
            ("a tail", with(&clean, clean.len(), b"TOKEN"), What::AfterEnd),
            ("the kind of file", set(&clean, find(&clean, b"webm"), b"TOKN"), What::Text),
            ("the writer's name", set(&clean, app, b"T"), What::Text),
            ("the muxer's name", set(&clean, find(&clean, b"\x4d\x80\x81-") + 3, b"T"), What::Text),
            (
                "a date",
                set(&clean, find(&clean, b"\x2a\xd7\xb1"), b"\x73\xa4\x84"),
                What::UnknownPart,
            ),
            ("a language", set(&clean, find(&clean, b"und"), b"TOK"), What::Text),
            (
                "a track's number",
                set(&clean, find(&clean, b"\x73\xc5\x81\x01") + 3, b"T"),
                What::Field,
            ),
            ("an empty element", set(&clean, block, b"\xec"), What::UnknownPart),
            ("a flag", set(&clean, flags, &[clean[flags] | 0x10]), What::Field),
            ("a track that is not there", set(&clean, flags - 3, b"\xbf"), What::Field),
        ],
    );
}

#[test]
fn a_clean_webm_is_refused_when_it_is_cut() {
    let clean = clean();
    for end in (0..clean.len()).step_by(7) {
        assert!(audit::clip(&mut &clean[..end]).is_err(), "cut at {end}");
    }
}
