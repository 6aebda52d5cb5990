//! What must hold for any bytes whatever: a clean copy that is clean, or no copy. Used by the fuzz
//! targets and by the tests that replay what they found.

use media::{
    Clean, CleanOptions, Clip, Error, Fate, FindingKind, Format, Hdr, Limits, Original, Turn,
};

/// Small limits, so that time goes into the parsers and not into large pictures.
fn limits() -> Limits {
    Limits { pixels_max: 1 << 20, compared_pixels_max: 1 << 18, ..Limits::default() }
}

/// Reads, lists, cleans a photo or a clip; panics if a clean copy is not one.
pub(crate) fn check(bytes: Vec<u8>) {
    match Original::parse(bytes.clone(), &limits()) {
        Ok(original) => check_photo(&original),
        Err(Error::IsClip(_)) => check_clip(&bytes),
        Err(_) => {}
    }
}

fn check_photo(original: &Original) {
    let _ = original.findings();
    for hdr in [Hdr::Drop, Hdr::Keep] {
        for turn in [Turn::Keep, Turn::Upright] {
            let clean = match original.clean_with(&CleanOptions { hdr, turn }) {
                Ok(clean) => clean,
                Err(Error::AuditFailed(residue)) => panic!("not clean: {residue}"),
                Err(_) => continue,
            };
            check_copy(clean.into_bytes(), hdr);
        }
    }
}

fn check_copy(copy: Vec<u8>, hdr: Hdr) {
    if let Err(residue) = audit::photo_deep(&copy) {
        panic!("not clean in depth: {residue}");
    }
    assert!(Clean::verify(copy.clone(), &limits()).is_ok(), "cleaning twice is not cleaning once");
    let findings = Original::parse(copy, &limits()).map(|again| again.findings());
    let findings = findings.unwrap_or_default();
    let hidden: Vec<_> = findings.iter().filter(|finding| finding.fate != Fate::Kept).collect();
    // A gain map and its numbers stay where that is asked for, and are listed as what may go.
    let may_stay = |kind| matches!(kind, FindingKind::GainMap | FindingKind::OtherMetadata);
    let is_expected = hidden.iter().all(|finding| hdr == Hdr::Keep && may_stay(finding.kind));
    assert!(is_expected, "something stayed hidden: {hidden:?}");
}

fn check_clip(mut bytes: &[u8]) {
    let Some(copy) = clean_clip(&mut bytes) else { return };
    if let Err(error) = Clip::audit(&mut copy.as_slice()) {
        panic!("not clean: {error}");
    }
    let again = clean_clip(&mut copy.as_slice());
    assert!(again.as_ref() == Some(&copy), "cleaning twice is not cleaning once");
}

fn clean_clip(source: &mut &[u8]) -> Option<Vec<u8>> {
    let clip = Clip::parse(source, &limits()).ok()?;
    let _ = clip.findings(source);
    let mut copy = Vec::new();
    clip.clean(source, &mut copy).ok()?;
    Some(copy)
}

/// The data as they are if they begin like a file of these formats, so that whole files can be
/// seeds; otherwise behind such a beginning, so that few bytes get past it.
#[allow(dead_code, reason = "the tests have whole files")]
pub(crate) fn file(formats: &[Format], start: &[u8], data: &[u8]) -> Vec<u8> {
    match Format::recognise(data) {
        Ok(format) if formats.contains(&format) => data.to_vec(),
        _ => [start, data].concat(),
    }
}

/// The smallest JPEG, one grey block, with these segments in front: for what hides in segments.
#[allow(dead_code, reason = "only some targets need one")]
pub(crate) fn jpeg_with(marker: u8, start: &[u8], data: &[u8]) -> Vec<u8> {
    let payload = [start, data].concat();
    let payload = &payload[..payload.len().min(65_533)];
    let mut photo = vec![0xff, 0xd8, 0xff, marker];
    photo.extend((payload.len() as u16 + 2).to_be_bytes());
    photo.extend_from_slice(payload);
    photo.extend([0xff, 0xdb, 0, 67, 0]);
    photo.extend([1; 64]);
    photo.extend([0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    for class in [0x00, 0x10] {
        photo.extend([0xff, 0xc4, 0, 20, class, 1]);
        photo.extend([0; 16]);
    }
    photo.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x3f, 0xff, 0xd9]);
    photo
}
