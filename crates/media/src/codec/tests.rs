//! Tests of the codecs on streams that real encoders made.

use crate::codec::nal::NalCodec;
use crate::codec::obu;
use crate::codec::{Coding, Found};

const AVC: &[u8] = include_bytes!("../../tests/data/codec-avc.h264");
const AVC_FIELDS: &[u8] = include_bytes!("../../tests/data/codec-fields.h264");
const HEVC: &[u8] = include_bytes!("../../tests/data/codec-hevc.h265");
const AV1: &[u8] = include_bytes!("../../tests/data/codec-av1.obu");

/// The NAL units of a stream with start codes.
fn units(stream: &[u8]) -> Vec<&[u8]> {
    let mut starts = Vec::new();
    for (at, three) in stream.windows(3).enumerate() {
        if three == [0, 0, 1] {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let units = starts.iter().zip(ends).map(|(start, end)| &stream[start + 3..end]);
    units.map(|unit| unit.strip_suffix(&[0]).unwrap_or(unit)).collect()
}

/// The units behind lengths of so many bytes.
fn sample(units: &[&[u8]], length_bytes: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for unit in units {
        let length = (unit.len() as u32).to_be_bytes();
        out.extend(&length[4 - length_bytes..]);
        out.extend(*unit);
    }
    out
}

fn avcc(units: &[&[u8]], length_bytes: u8) -> Vec<u8> {
    let of = |kind| units.iter().find(|unit| unit[0] & 31 == kind).copied().unwrap();
    let (sequence, picture) = (of(7), of(8));
    let mut body = vec![1, sequence[1], sequence[2], sequence[3], 0xfc | (length_bytes - 1), 0xe1];
    body.extend((sequence.len() as u16).to_be_bytes());
    body.extend(sequence);
    body.push(1);
    body.extend((picture.len() as u16).to_be_bytes());
    body.extend(picture);
    body
}

fn hvcc(units: &[&[u8]]) -> Vec<u8> {
    let mut body = vec![1];
    body.extend([1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 60, 0xf0, 9, 0xfd, 0xfd, 0xfa, 0xfa]);
    body.extend([1, 2, 0x0f]);
    let kinds = [39, 34, 33, 32];
    body.push(kinds.len() as u8);
    for kind in kinds {
        let unit = units.iter().find(|unit| unit[0] >> 1 == kind).unwrap();
        body.extend([kind, 0, 1]);
        body.extend((unit.len() as u16).to_be_bytes());
        body.extend(*unit);
    }
    body
}

/// Whole streams as one sample each, and how they are cleaned.
pub(crate) fn samples() -> Vec<(Coding, Vec<u8>)> {
    let (avc, fields, hevc) = (units(AVC), units(AVC_FIELDS), units(HEVC));
    let found = &mut Found::default();
    let of = |codec: NalCodec, sample: Vec<u8>| (Coding::Nal(codec), sample);
    vec![
        of(NalCodec::from_avcc(&avcc(&avc, 4), found).unwrap().0, sample(&avc, 4)),
        of(NalCodec::from_avcc(&avcc(&fields, 2), found).unwrap().0, sample(&fields, 2)),
        of(NalCodec::from_hvcc(&hvcc(&hevc), found).unwrap().0, sample(&hevc, 4)),
    ]
}

fn kinds(sample: &[u8], kind: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut kinds = Vec::new();
    let mut rest = sample;
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (unit, behind) = behind.split_at(u32::from_be_bytes(*length) as usize);
        kinds.push(kind(unit[0]));
        rest = behind;
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn the_encoders_settings_and_delimiters_leave_h264() {
    let units = units(AVC);
    let mut found = Found::default();
    let (codec, clean) = NalCodec::from_avcc(&avcc(&units, 2), &mut found).unwrap();
    assert_eq!(clean, avcc(&units, 4).into_iter().chain([0xfd, 0xf8, 0xf8, 0]).collect::<Vec<_>>());
    let mut out = Vec::new();
    codec.clean_sample(&sample(&units, 2), &mut out, &mut found).unwrap();
    assert_eq!(kinds(&out, |head| head & 31), [1, 5, 7, 8]);
    assert!(holds(AVC, b"x264 - core") && !holds(&out, b"x264"));
    assert!(found.encoder.unwrap().starts_with("x264 - core"));
}

#[test]
fn h264_keeps_what_says_how_fields_and_stereo_are_shown() {
    let units = units(AVC_FIELDS);
    let mut found = Found::default();
    let (codec, _) = NalCodec::from_avcc(&avcc(&units, 4), &mut found).unwrap();
    let mut out = Vec::new();
    codec.clean_sample(&sample(&units, 4), &mut out, &mut found).unwrap();
    assert_eq!(kinds(&out, |head| head & 31), [1, 5, 6, 7, 8]);
    assert!(!holds(&out, b"x264"));
}

#[test]
fn hevc_keeps_brightness_and_loses_settings_and_digests() {
    let units = units(HEVC);
    let mut found = Found::default();
    let (codec, clean) = NalCodec::from_hvcc(&hvcc(&units), &mut found).unwrap();
    assert!(!codec.has_layers() && !holds(&clean, b"x265"));
    assert_eq!(clean[22], 4, "the mastering display stays beside the sets");
    let mut out = Vec::new();
    codec.clean_sample(&sample(&units, 4), &mut out, &mut found).unwrap();
    assert!(holds(HEVC, b"x265 (build") && !holds(&out, b"x265"));
    assert!(found.encoder.unwrap().starts_with("x265 (build"));
    assert!(kinds(&out, |head| head >> 1).iter().all(|kind| matches!(kind, 0..=34 | 39)));
    // The mastering display, 24 bytes.
    assert!(holds(&out, &[39 << 1, 1, 137, 24]));
}

#[test]
fn of_units_that_are_a_header_alone_only_the_end_of_a_sequence_stays() {
    let units = units(HEVC);
    let mut found = Found::default();
    let (codec, _) = NalCodec::from_hvcc(&hvcc(&units), &mut found).unwrap();
    let end: &[u8] = &[36 << 1, 1];
    let mut out = Vec::new();
    let headers = [end, &[0x28, 0], &[0x28, 1, 0], &[36 << 1, 1, b'x'], &[36 << 1, 0]];
    codec.clean_sample(&sample(&headers, 4), &mut out, &mut found).unwrap();
    assert_eq!(out, sample(&[end, end], 4));
}

#[test]
fn delimiters_and_padding_leave_av1() {
    let mut padded = vec![0x12, 0];
    padded.extend(AV1);
    padded.extend([15 << 3 | 2, 3, b'a', b'b', 0x80]);
    let (mut out, mut found) = (Vec::new(), Found::default());
    obu::clean_sample(&padded, &mut out, &mut found).unwrap();
    let mut plain = Vec::new();
    obu::clean_sample(AV1, &mut plain, &mut Found::default()).unwrap();
    assert_eq!(out, plain);
    assert_eq!(found.bytes, 3);
    assert!(obu::begins_anew(&out) && out.len() < AV1.len());
}

#[test]
fn clean_samples_stay_as_they_are() {
    for (stream, length_bytes) in [(AVC, 4), (AVC_FIELDS, 4)] {
        let units = units(stream);
        let mut found = Found::default();
        let (codec, body) = NalCodec::from_avcc(&avcc(&units, length_bytes), &mut found).unwrap();
        let mut once = Vec::new();
        codec.clean_sample(&sample(&units, 4), &mut once, &mut found).unwrap();
        let mut nothing = Found::default();
        let (again, body_again) = NalCodec::from_avcc(&body, &mut nothing).unwrap();
        assert_eq!(body_again, body);
        let mut twice = Vec::new();
        again.clean_sample(&once, &mut twice, &mut nothing).unwrap();
        assert_eq!((twice, nothing), (once, Found::default()));
    }
    let mut once = Vec::new();
    obu::clean_sample(AV1, &mut once, &mut Found::default()).unwrap();
    let (mut twice, mut nothing) = (Vec::new(), Found::default());
    obu::clean_sample(&once, &mut twice, &mut nothing).unwrap();
    assert_eq!((twice, nothing), (once, Found::default()));
}

#[test]
fn damage_anywhere_is_refused_or_cleaned_and_never_a_panic() {
    let avc_units = units(AVC_FIELDS);
    let hevc_units = units(HEVC);
    let bodies = [avcc(&avc_units, 4), hvcc(&hevc_units)];
    let samples = [sample(&avc_units, 4), sample(&hevc_units, 4)];
    let (avc, _) = NalCodec::from_avcc(&bodies[0], &mut Found::default()).unwrap();
    let (hevc, _) = NalCodec::from_hvcc(&bodies[1], &mut Found::default()).unwrap();
    let all = |bytes: &[u8]| {
        let mut out = Vec::new();
        let _ = avc.clean_sample(bytes, &mut out, &mut Found::default());
        let _ = hevc.clean_sample(bytes, &mut out, &mut Found::default());
        let _ = obu::clean_sample(bytes, &mut out, &mut Found::default());
        let _ = obu::clean_configuration(bytes, &mut Found::default());
        let _ = NalCodec::from_avcc(bytes, &mut Found::default());
        let _ = NalCodec::from_hvcc(bytes, &mut Found::default());
    };
    for whole in bodies.iter().chain(&samples).map(Vec::as_slice).chain([AV1]) {
        let whole = &whole[..whole.len().min(1500)];
        for at in 0..whole.len() {
            all(&whole[..at]);
            let mut flipped = whole.to_vec();
            flipped[at] ^= 1 << (at % 8);
            all(&flipped);
            flipped[at] = 0xff;
            all(&flipped);
        }
    }
}

#[test]
fn what_is_appended_to_parameter_sets_goes() {
    let longer = |unit: &[u8]| [unit, b"hidden\x80"].concat();
    let plain = units(AVC);
    let all: Vec<Vec<u8>> = plain.iter().map(|unit| longer(unit)).collect();
    let sets: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    let clean = |body: &[u8]| NalCodec::from_avcc(body, &mut Found::default()).unwrap().1;
    assert_eq!(clean(&avcc(&sets, 4)), clean(&avcc(&plain, 4)));

    let plain = units(HEVC);
    let all: Vec<Vec<u8>> = plain.iter().map(|unit| longer(unit)).collect();
    let sets: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    let clean = |body: &[u8]| NalCodec::from_hvcc(body, &mut Found::default()).unwrap().1;
    assert!(!holds(&clean(&hvcc(&sets)), b"hidden"));
    assert_eq!(clean(&hvcc(&sets)), clean(&hvcc(&plain)));
}

#[test]
fn pictures_of_layers_that_nothing_announces_go() {
    let plain = units(HEVC);
    let (codec, _) = NalCodec::from_hvcc(&hvcc(&plain), &mut Found::default()).unwrap();
    // A slice of layer 1.
    let other = [1 << 1, 1 << 3 | 1, b'x', 0x80];
    let (mut out, mut found) = (Vec::new(), Found::default());
    codec.clean_sample(&sample(&[&other], 4), &mut out, &mut found).unwrap();
    assert_eq!((out.len(), found.bytes), (0, 4));
}
