//! Hiding places in a clean TIFF.

use audit::What;

use super::{assert_refused, set, with};

/// Two by two grey pixels, with room for more tags.
fn photo() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, value: u32| {
        let head = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        [&head[..], &1_u32.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let entries = [
        entry(256, 4, 2),
        entry(257, 4, 2),
        entry(258, 3, 8),
        entry(259, 3, 1),
        entry(262, 3, 1),
        entry(273, 4, 8 + 2 + 9 * 12 + 4),
        entry(277, 3, 1),
        entry(278, 4, 2),
        entry(279, 4, 4),
    ];
    let pixels = [10, 60, 120, 240];
    [&b"II\x2a\0\x08\0\0\0\x09\0"[..], &entries.concat(), &[0; 4], &pixels].concat()
}

#[test]
fn nothing_can_be_hidden_in_a_tiff() {
    let clean = crate::clean(&photo());
    let end = clean.len();
    let count = usize::from(clean[8]);
    let next = 10 + count * 12;
    let gap = with(&clean, next + 4, b"TK");
    let gap = set(&gap, 10 + 5 * 12 + 8, &(next as u32 + 6).to_le_bytes());
    assert_refused(
        &clean,
        &[
            ("a tail", with(&clean, end, b"TOKEN"), What::AfterEnd),
            ("between directory and data", gap, What::Gap),
            ("a program's name", set(&clean, 10, &305_u16.to_le_bytes()), What::UnknownPart),
            ("a tag nobody knows", set(&clean, 10, &200_u16.to_le_bytes()), What::UnknownPart),
            ("beside a short value", set(&clean, 10 + 2 * 12 + 10, b"TK"), What::Padding),
            ("a second directory", set(&clean, next, &8_u32.to_le_bytes()), What::Gap),
            ("a directory elsewhere", set(&clean, 4, &10_u32.to_le_bytes()), What::Gap),
        ],
    );
}
