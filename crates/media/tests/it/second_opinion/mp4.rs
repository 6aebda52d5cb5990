//! Hiding places in a clean MP4.

use audit::What;

use super::{assert_clip_refused, find, grown, set, with};

#[test]
fn nothing_can_be_hidden_among_the_boxes_of_an_mp4() {
    let clean = crate::mp4::clean_clip();
    let at = |kind: &[u8; 4]| find(&clean, kind);
    let free: &[u8] = b"\0\0\0\x0dfreeTOKEN";
    let user: &[u8] = b"\0\0\0\x0dudtaTOKEN";
    let (movie, media) = (at(b"moov") - 4, at(b"mdat") - 4);
    let entry = at(b"stsd") + 12;
    assert_clip_refused(
        &clean,
        &[
            ("a tail", with(&clean, clean.len(), b"TOKEN"), What::AfterEnd),
            ("a box behind", with(&clean, clean.len(), free), What::AfterEnd),
            ("a box in front", with(&clean, movie, free), What::Misplaced),
            ("a box between", with(&clean, media, free), What::Misplaced),
            ("a brand", set(&clean, 16, b"TOKN"), What::Text),
            ("a version", set(&clean, 12, b"T"), What::Field),
            ("the movie's time", set(&clean, at(b"mvhd") + 8, b"TOKN"), What::Time),
            ("the movie's preview", set(&clean, at(b"mvhd") + 80, b"TOKN"), What::Time),
            ("a track's time", set(&clean, at(b"tkhd") + 12, b"TOKN"), What::Time),
            ("a track's reserved bytes", set(&clean, at(b"tkhd") + 28, b"TOKN"), What::Padding),
            ("the media's time", set(&clean, at(b"mdhd") + 8, b"TOKN"), What::Time),
            ("a language", set(&clean, at(b"mdhd") + 24, b"\x15\xc7"), What::Text),
            ("a handler's maker", set(&clean, at(b"hdlr") + 16, b"TOKN"), What::Field),
            ("a handler's name", set(&clean, find(&clean, b"Handler") - 2, b"T"), What::Text),
            ("an entry's maker", set(&clean, entry + 20, b"TOKN"), What::Field),
            ("user data", grown(&clean, &[b"moov"], media, user), What::UnknownPart),
            ("a gap in the data", grown(&clean, &[b"mdat"], clean.len(), b"TOKEN"), What::Gap),
            ("a table's length", set(&clean, at(b"stts") + 4, b"T"), What::Field),
        ],
    );
}

#[test]
fn a_clean_mp4_is_refused_when_it_is_cut_or_longer() {
    let clean = crate::mp4::clean_clip();
    for at in 0..clean.len().min(3000) {
        assert!(audit::clip(&mut &clean[..at]).is_err(), "cut at {at}");
        let longer = with(&clean, at, b"\xa7");
        assert!(audit::clip(&mut longer.as_slice()).is_err(), "a byte was added at {at}");
    }
}
