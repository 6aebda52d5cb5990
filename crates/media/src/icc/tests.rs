//! Profiles made here, with planted texts, dates and serial numbers.

mod difference;

use super::*;
use proptest::prelude::*;

fn xyz(values: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".to_vec(), values.map(fixed).concat()].concat()
}

fn formula_curve(numbers: &[f64]) -> Vec<u8> {
    let numbers = numbers.iter().flat_map(|value| fixed(*value));
    b"para\0\0\0\0\0\x03\0\0".iter().copied().chain(numbers).collect()
}

fn profile(space: &[u8; 4], connection: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![0; HEADER_BYTES];
    out[4..8].copy_from_slice(b"SECR");
    out[8] = 2;
    out[12..16].copy_from_slice(b"mntr");
    out[16..20].copy_from_slice(space);
    out[20..24].copy_from_slice(connection);
    out[24..36].copy_from_slice(b"SECRETSECRET");
    out[36..40].copy_from_slice(b"acsp");
    out[48..56].copy_from_slice(b"SECRETSE");
    out.extend((tags.len() as u32).to_be_bytes());
    let mut at = HEADER_BYTES + 4 + tags.len() * TAG_ENTRY_BYTES;
    for (signature, data) in tags {
        out.extend_from_slice(*signature);
        out.extend((at as u32).to_be_bytes());
        out.extend((data.len() as u32).to_be_bytes());
        at += data.len();
    }
    for (_, data) in tags {
        out.extend(data);
    }
    out
}

const STANDARD_CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
const STANDARD_MATRIX: [[f64; 3]; 3] =
    [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]];
const P3_MATRIX: [[f64; 3]; 3] =
    [[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]];

fn rgb(matrix: [[f64; 3]; 3], curve: &[u8]) -> Vec<u8> {
    let [r, g, b] = matrix.map(xyz);
    let text = b"text\0\0\0\0SECRET NAME\0".to_vec();
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", b"desc\0\0\0\0\0\0\0\x07SECRET\0".to_vec()),
        (b"cprt", text.clone()),
        (b"rXYZ", r),
        (b"gXYZ", g),
        (b"bXYZ", b),
        (b"rTRC", curve.to_vec()),
        (b"gTRC", curve.to_vec()),
        (b"bTRC", curve.to_vec()),
        (b"mmod", text),
    ];
    profile(b"RGB ", b"XYZ ", &tags)
}

fn canonical(bytes: &[u8]) -> Vec<u8> {
    match judge(bytes) {
        Some(Colour::Profile(profile)) => profile,
        other => panic!("not a profile: {other:?}"),
    }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn srgb_need_not_be_said() {
    let curve = formula_curve(&STANDARD_CURVE);
    assert_eq!(judge(&rgb(STANDARD_MATRIX, &curve)), Some(Colour::Standard));
}

#[test]
fn srgb_as_a_table_of_points_need_not_be_said() {
    let point = |index: u32| {
        let sample = f64::from(index) / 1023.0;
        let light = match sample {
            s if s <= 0.04045 => s / 12.92,
            s => ((s + 0.055) / 1.055).powf(2.4),
        };
        ((light * 65535.0).round() as u16).to_be_bytes()
    };
    let points = (0..1024).flat_map(point);
    let curve: Vec<u8> = b"curv\0\0\0\0\0\0\x04\0".iter().copied().chain(points).collect();
    assert_eq!(judge(&rgb(STANDARD_MATRIX, &curve)), Some(Colour::Standard));
}

#[test]
fn a_plain_gamma_is_not_srgb() {
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33";
    assert!(matches!(judge(&rgb(STANDARD_MATRIX, curve)), Some(Colour::Profile(_))));
}

#[test]
fn a_wide_profile_keeps_its_matrix_and_curves_and_nothing_else() {
    let curve = formula_curve(&STANDARD_CURVE);
    let clean = canonical(&rgb(P3_MATRIX, &curve));
    assert!(!holds(&clean, b"SECRET") && !holds(&clean, b"SECR"));
    let read = Profile::parse(&clean).unwrap();
    for (signature, values) in COLOURANTS.iter().zip(P3_MATRIX) {
        assert_eq!(read.tag(signature).unwrap(), xyz(values));
    }
    assert_eq!(read.tag(b"gTRC").unwrap(), curve);
    assert_eq!(description(&clean).as_deref(), Some("colour"));
}

#[test]
fn the_canonical_form_of_a_canonical_form_is_the_same() {
    let clean = canonical(&rgb(P3_MATRIX, &formula_curve(&STANDARD_CURVE)));
    assert_eq!(canonical(&clean), clean);
}

#[test]
fn tables_are_cut_to_their_own_size() {
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\x09".to_vec();
    table.resize(48 + 256 * 4 + 16 * 3 + 256 * 3, 7);
    let exact = table.len();
    table.extend(b"SECRET");
    let clean = canonical(&profile(b"CMYK", b"Lab ", &[(b"A2B0", table)]));
    assert!(!holds(&clean, b"SECRET"));
    assert_eq!(Profile::parse(&clean).unwrap().tag(b"A2B0").unwrap().len(), exact);
    assert_eq!(canonical(&clean), clean);
}

#[test]
fn staged_tables_are_put_together_anew() {
    let curve = formula_curve(&STANDARD_CURVE);
    let mut table = b"mAB \0\0\0\0\x03\x03\0\0".to_vec();
    table.extend(40_u32.to_be_bytes());
    table.resize(32, 0);
    table.extend(b"SECRET!!");
    table.extend(curve.repeat(3));
    let clean = canonical(&profile(b"RGB ", b"XYZ ", &[(b"A2B0", table)]));
    assert!(!holds(&clean, b"SECRET"));
    assert_eq!(canonical(&clean), clean);
}

fn space_of(bytes: &[u8]) -> Space {
    let profile = Profile::parse(bytes).unwrap();
    match &profile.colour_space() {
        b"GRAY" => grey_curve(&profile).unwrap().1,
        _ => matrix_and_curves(&profile).unwrap().1,
    }
}

/// The largest difference that is seen between a profile and what becomes of it.
fn seen(bytes: &[u8]) -> f64 {
    let standard = known::all();
    let becomes = match judge(bytes).unwrap() {
        Colour::Profile(profile) => profile,
        Colour::Standard if space_of(bytes).is_grey => standard[13].clone(),
        Colour::Standard => standard[0].clone(),
    };
    space_of(bytes).difference(&space_of(&becomes), difference::ciede2000, f64::INFINITY)
}

#[test]
fn profiles_made_here_stay_as_they_are() {
    for (index, profile) in known::all().into_iter().enumerate() {
        match judge(&profile).unwrap() {
            Colour::Profile(judged) => assert!(judged == profile, "{index}"),
            Colour::Standard => assert!(index == 0 || index == 13),
        }
    }
}

#[test]
fn the_same_space_by_other_makers_becomes_the_same_profile() {
    let curve = formula_curve(&STANDARD_CURVE);
    let one = canonical(&rgb(P3_MATRIX, &curve));
    let near = P3_MATRIX.map(|colourant| colourant.map(|value| value + 0.0002));
    assert_eq!(canonical(&rgb(near, &curve)), one);
    let far = P3_MATRIX.map(|colourant| colourant.map(|value| value + 0.02));
    assert_ne!(canonical(&rgb(far, &curve)), one);
}

#[test]
fn a_grey_curve_is_compared_only_where_it_gives_light() {
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec();
    let one = canonical(&profile(b"GRAY", b"XYZ ", &[(b"kTRC", curve.clone())]));
    assert!(known::all().contains(&one));
    let other = canonical(&profile(b"GRAY", b"Lab ", &[(b"kTRC", curve)]));
    assert!(!known::all().contains(&other));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_profile_changes_colours_so_that_it_is_seen(
        index in 0..17_usize,
        shift in prop::array::uniform9(-0.002..0.002_f64),
        power in 0.98..1.02_f64,
    ) {
        let known = known::all()[index].clone();
        let is_grey = space_of(&known).is_grey;
        let mut space = space_of(&known);
        let points = |curve: &Curve| {
            let light = (0..256).map(|level| curve.at(f64::from(level) / 255.0).powf(power));
            let points = light.map(|light| (light.clamp(0.0, 1.0) * 65535.0).round() as u16);
            Curve::Points(points.collect()).to_bytes()
        };
        let made = if is_grey {
            profile(b"GRAY", b"XYZ ", &[(b"kTRC", points(&space.curves[0]))])
        } else {
            for (value, shift) in space.colourants.iter_mut().flatten().zip(shift) {
                *value += shift;
            }
            rgb(space.colourants, &points(&space.curves[1]))
        };
        let seen = seen(&made);
        prop_assert!(seen <= 0.5, "{seen}");
    }

    #[test]
    fn the_bound_is_never_below_the_difference_that_is_seen(
        lightness in 0.0..100.0_f64,
        strength in 0.0..160.0_f64,
        angle in 0.0..core::f64::consts::TAU,
        step in prop::array::uniform3(-1.5..1.5_f64),
    ) {
        let one = [lightness, strength * angle.cos(), strength * angle.sin()];
        let other = [0, 1, 2].map(|index| one[index] + step[index]);
        let (bound, seen) = (space::seen_at_most(one, other), difference::ciede2000(one, other));
        prop_assert!(seen <= bound + 1e-9, "{seen} {bound}");
    }
}

#[test]
fn nonsense_is_no_profile() {
    assert_eq!(judge(b""), None);
    assert_eq!(judge(&[0; 200]), None);
    let mut cut = rgb(P3_MATRIX, &formula_curve(&STANDARD_CURVE));
    for length in (0..cut.len()).rev() {
        cut.truncate(length);
        let _ = judge(&cut);
    }
    assert_eq!(judge(&profile(b"RGB ", b"XYZ ", &[])), None);
}

#[test]
fn the_profile_that_says_srgb_is_taken_for_srgb() {
    assert_eq!(judge(&standard()), Some(Colour::Standard));
}
