//! Tests of the crate from outside: photos made here, with tokens planted in every hiding place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod bombs;
mod covered;
mod damage;
mod exiftool;
mod gif;
mod heif;
mod hostile;
mod jpeg;
mod jpeg_coding;
mod jpeg_hdr;
mod jxl;
mod matroska;
mod mp4;
mod mp4_large;
mod plant;
mod png;
mod png_form;
mod second_opinion;
mod tiff;
mod webp;
mod webp_ends;

use media::{Clean, Error, Fate, Finding, FindingKind, Limits, Original};

fn parse(bytes: &[u8]) -> Result<Original, Error> {
    Original::parse(bytes.to_vec(), &Limits::default())
}

/// Cleans a photo and checks what must hold for every clean copy.
fn clean(bytes: &[u8]) -> Vec<u8> {
    let copy = parse(bytes).unwrap().clean().unwrap().into_bytes();
    assert_is_clean(&copy);
    copy
}

/// A clean copy reads back as one, and nothing is found in it.
fn assert_is_clean(copy: &[u8]) {
    Clean::verify(copy.to_vec(), &Limits::default()).unwrap();
    audit::photo_deep(copy).unwrap();
    let removable = hidden(copy);
    assert!(removable.is_empty(), "{removable:?}");
}

/// The findings that cleaning removes.
fn hidden(bytes: &[u8]) -> Vec<Finding> {
    let findings = parse(bytes).unwrap().findings();
    findings.into_iter().filter(|finding| finding.fate == Fate::Removed).collect()
}

fn kinds(bytes: &[u8]) -> Vec<FindingKind> {
    let mut kinds: Vec<_> = hidden(bytes).into_iter().map(|finding| finding.kind).collect();
    kinds.dedup();
    kinds
}

fn assert_same_samples(one: &[u8], other: &[u8]) {
    let decode = |bytes| image::load_from_memory(bytes).unwrap();
    assert!(decode(one) == decode(other), "the samples differ");
}

fn assert_no_token(bytes: &[u8]) {
    let found = plant::tokens_in(bytes);
    assert!(found.is_empty(), "{found:?}");
}
