//! What must hold for any bytes whatever: a clean copy that is clean, or no copy.

use media::{Clean, Fate, Limits, Original};

/// Small limits, so that time goes into the parsers and not into large pictures.
fn limits() -> Limits {
    Limits { pixels_max: 1 << 20, compared_pixels_max: 1 << 18, ..Limits::default() }
}

/// Reads, lists, cleans; panics if a clean copy is not one.
pub fn check(bytes: Vec<u8>) {
    let Ok(original) = Original::parse(bytes, &limits()) else { return };
    let _ = original.findings();
    let Ok(clean) = original.clean() else { return };
    let copy = clean.into_bytes();
    assert!(Clean::verify(copy.clone(), &limits()).is_ok(), "cleaning twice is not cleaning once");
    let findings = Original::parse(copy, &limits()).map(|again| again.findings());
    let findings = findings.unwrap_or_default();
    assert!(findings.iter().all(|finding| finding.fate == Fate::Kept), "something stayed hidden");
}
