//! The auditor of clean copies: it agrees with what the writers make, and refuses each copy in
//! which something was hidden afterwards.

mod gain;
mod gif;
mod heif;
mod jpeg;
mod jxl;
mod mp4;
mod png;
mod tiff;
mod webm;
mod webp;

use audit::What;

/// A place to hide something, a copy with something hidden there, and what the auditor must say.
type Planted = (&'static str, Vec<u8>, What);

/// The copy is clean, and each change of it is refused for the right reason.
fn assert_refused(clean: &[u8], planted: &[Planted]) {
    assert_eq!(audit::photo(clean), Ok(()));
    for (place, bytes, what) in planted {
        let answer = audit::photo(bytes);
        assert_eq!(answer.map_err(|residue| residue.what), Err(*what), "{place}");
    }
}

/// The same, for what only the walk through the codes can see.
fn assert_refused_deep(clean: &[u8], planted: &[Planted]) {
    assert_eq!(audit::photo_deep(clean), Ok(()));
    for (place, bytes, what) in planted {
        let answer = audit::photo_deep(bytes);
        assert_eq!(answer.map_err(|residue| residue.what), Err(*what), "{place}");
    }
}

/// The same for clips.
fn assert_clip_refused(clean: &[u8], planted: &[Planted]) {
    let ask = |mut bytes: &[u8]| audit::clip(&mut bytes).map_err(|residue| residue.what);
    assert_eq!(ask(clean), Ok(()));
    for (place, bytes, what) in planted {
        assert_eq!(ask(bytes), Err(*what), "{place}");
    }
}

/// The file with a piece put in, and the boxes around it, told by their types, grown by as much.
fn grown(clean: &[u8], around: &[&[u8; 4]], at: usize, piece: &[u8]) -> Vec<u8> {
    let mut grown = with(clean, at, piece);
    for kind in around {
        let size_at = find(clean, *kind) - 4;
        let size: [u8; 4] = clean[size_at..size_at + 4].try_into().unwrap();
        let size = u32::from_be_bytes(size) + piece.len() as u32;
        grown[size_at..size_at + 4].copy_from_slice(&size.to_be_bytes());
    }
    grown
}

/// A byte put in anywhere before `until` is refused, and so is a copy that is cut short.
fn assert_no_byte_can_be_added(clean: &[u8], until: usize) {
    for at in 0..=clean.len() {
        let mut longer = clean.to_vec();
        longer.insert(at, 0xa7);
        assert!(at > until || audit::photo_deep(&longer).is_err(), "a byte was added at {at}");
        assert!(at == clean.len() || audit::photo_deep(&clean[..at]).is_err(), "cut at {at}");
    }
}

/// The copy with `piece` put in at a place.
fn with(clean: &[u8], at: usize, piece: &[u8]) -> Vec<u8> {
    [&clean[..at], piece, &clean[at..]].concat()
}

/// The copy with the bytes at a place replaced.
fn set(clean: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut changed = clean.to_vec();
    changed[at..at + bytes.len()].copy_from_slice(bytes);
    changed
}

/// Where some bytes are.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

/// A colour profile that is not sRGB: wide red, a plain gamma; with a name in it.
pub(crate) fn wide_profile() -> Vec<u8> {
    let xyz = |values: [u32; 3]| {
        [b"XYZ \0\0\0\0".to_vec(), values.map(u32::to_be_bytes).concat()].concat()
    };
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33\0\0".to_vec();
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"desc", [b"desc\0\0\0\0\0\0\0\x0a".to_vec(), crate::plant::token("x")].concat()),
        (b"rXYZ", xyz([0x9c18, 0x4fa5, 0x04fc])),
        (b"gXYZ", xyz([0x348d, 0xa02c, 0x0f95])),
        (b"bXYZ", xyz([0x2631, 0x102f, 0xbe9c])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut profile = vec![0; 128];
    profile[8] = 2;
    profile[12..24].copy_from_slice(b"mntrRGB XYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend((tags.len() as u32).to_be_bytes());
    let mut data: Vec<u8> = Vec::new();
    for (name, tag) in &tags {
        profile.extend_from_slice(*name);
        profile.extend(((128 + 4 + tags.len() * 12 + data.len()) as u32).to_be_bytes());
        profile.extend((tag.len() as u32).to_be_bytes());
        data.extend(tag);
    }
    profile.extend(data);
    let size = (profile.len() as u32).to_be_bytes();
    profile[..4].copy_from_slice(&size);
    profile
}
