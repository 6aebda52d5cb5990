//! Hiding places in a clean HEIC.

use audit::What;

use super::{assert_no_byte_can_be_added, assert_refused, find, grown, set, with};
use crate::plant::token;

fn clean() -> Vec<u8> {
    crate::clean(include_bytes!("../../data/heif-planted.heic"))
}

#[test]
fn nothing_can_be_hidden_among_the_boxes_of_a_heic() {
    let clean = clean();
    let (handler, entry) = (find(&clean, b"pict"), find(&clean, b"infe"));
    let (meta, data) = (find(&clean, b"meta") - 4, find(&clean, b"mdat") + 4);
    let properties = find(&clean, b"ipco") + 4;
    let free = b"\0\0\0\x0dfreeTOKEN";
    let described = b"\0\0\0\x0dudesTOKEN";
    let unused = b"\0\0\0\x10pasp\0\0\0\x01\0\0\0\x02";
    let tables: &[&[u8; 4]] = &[b"ipco", b"iprp", b"meta"];
    assert_refused(
        &clean,
        &[
            ("a tail", with(&clean, clean.len(), &token("t")), What::AfterEnd),
            ("a box behind", with(&clean, clean.len(), free), What::AfterEnd),
            ("a box in front", with(&clean, meta, free), What::UnknownPart),
            ("a version", set(&clean, 12, b"T"), What::Field),
            ("a brand", set(&clean, 24, b"TOKN"), What::Field),
            ("the handler's maker", set(&clean, handler + 4, b"TOKN"), What::Field),
            ("the handler's name", set(&clean, handler + 16, b"T"), What::Text),
            ("an item's name", set(&clean, entry + 16, b"T"), What::Text),
            ("an item's kind", set(&clean, entry + 12, b"Exif"), What::UnknownPart),
            ("an item's lock", set(&clean, entry + 10, b"T"), What::Field),
            ("a gap in the data", grown(&clean, &[b"mdat"], clean.len(), b"TOKEN"), What::Gap),
            (
                "a box among tables",
                grown(&clean, &[b"meta"], handler - 16, free),
                What::UnknownPart,
            ),
            ("a description", grown(&clean, tables, properties, described), What::UnknownPart),
            ("a property for nothing", grown(&clean, tables, properties, unused), What::Field),
            ("a message", set(&clean, data + 4, &[39 << 1]), What::Message),
            ("a unit that only fills", set(&clean, data + 4, &[38 << 1]), What::UnknownPart),
        ],
    );
}

#[test]
fn no_byte_can_be_added_to_a_heic() {
    let clean = clean();
    assert_no_byte_can_be_added(&clean, clean.len());
}
