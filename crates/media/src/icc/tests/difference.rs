//! How different two colours look: the CIEDE2000 formula, as the judge of what is recognised.

use super::space::Lab;

pub(super) fn ciede2000(one: Lab, other: Lab) -> f64 {
    let seventh = |strength: f64| {
        let power = strength.powi(7);
        (power / (power + 25_f64.powi(7))).sqrt()
    };
    let mean_strength = (one[1].hypot(one[2]) + other[1].hypot(other[2])) / 2.0;
    let stretch = 1.0 + 0.5 * (1.0 - seventh(mean_strength));
    let polar = |colour: Lab| {
        let green = colour[1] * stretch;
        let angle = colour[2].atan2(green).to_degrees().rem_euclid(360.0);
        (green.hypot(colour[2]), angle)
    };
    let ((strength_1, angle_1), (strength_2, angle_2)) = (polar(one), polar(other));
    let is_grey = strength_1 * strength_2 == 0.0;
    let turn = match angle_2 - angle_1 {
        _ if is_grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let sum = angle_1 + angle_2;
    let angle = match (angle_1 - angle_2).abs() {
        _ if is_grey => sum,
        distance if distance <= 180.0 => sum / 2.0,
        _ if sum < 360.0 => (sum + 360.0) / 2.0,
        _ => (sum - 360.0) / 2.0,
    };
    let cosine = |factor: f64, shift: f64| (factor * angle + shift).to_radians().cos();
    let (lightness, strength) = ((one[0] + other[0]) / 2.0, (strength_1 + strength_2) / 2.0);
    let tint = 1.0 - 0.17 * cosine(1.0, -30.0) + 0.24 * cosine(2.0, 0.0) + 0.32 * cosine(3.0, 6.0)
        - 0.20 * cosine(4.0, -63.0);
    let from_middle = (lightness - 50.0).powi(2);
    let by_lightness = 1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt();
    let blue = 30.0 * (-((angle - 275.0) / 25.0).powi(2)).exp();
    let together = -(2.0 * blue).to_radians().sin() * 2.0 * seventh(strength);
    let light = (other[0] - one[0]) / by_lightness;
    let stronger = (strength_2 - strength_1) / (1.0 + 0.045 * strength);
    let around = 2.0 * (strength_1 * strength_2).sqrt() * (turn / 2.0).to_radians().sin()
        / (1.0 + 0.015 * strength * tint);
    (light.powi(2) + stronger.powi(2) + around.powi(2) + together * stronger * around).sqrt()
}

/// Sharma, Wu and Dalal (2005), table 1: pairs of colours and their difference.
const PAIRS: [(Lab, Lab, f64); 34] = [
    ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
    ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
    ([50.0, 2.8361, -74.0200], [50.0, 0.0, -82.7485], 3.4412),
    ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
    ([50.0, -1.1848, -84.8006], [50.0, 0.0, -82.7485], 1.0000),
    ([50.0, -0.9009, -85.5211], [50.0, 0.0, -82.7485], 1.0000),
    ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
    ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
    ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
    ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0010], 7.1792),
    ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0011], 7.2195),
    ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0012], 7.2195),
    ([50.0, -0.0010, 2.4900], [50.0, 0.0009, -2.4900], 4.8045),
    ([50.0, -0.0010, 2.4900], [50.0, 0.0010, -2.4900], 4.8045),
    ([50.0, -0.0010, 2.4900], [50.0, 0.0011, -2.4900], 4.7461),
    ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
    ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
    ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
    ([50.0, 2.5, 0.0], [56.0, -27.0, -3.0], 31.9030),
    ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
    ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0000),
    ([50.0, 2.5, 0.0], [50.0, 3.2972, 0.0], 1.0000),
    ([50.0, 2.5, 0.0], [50.0, 1.8634, 0.5757], 1.0000),
    ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.3350], 1.0000),
    ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
    ([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
    ([61.2901, 3.7196, -5.3901], [61.4292, 2.2480, -4.9620], 1.8731),
    ([35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645),
    ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
    ([36.4612, 47.8580, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146),
    ([90.8027, -2.0831, 1.4410], [91.1528, -1.6435, 0.0447], 1.4441),
    ([90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381),
    ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
    ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
];

#[test]
fn the_formula_gives_the_published_differences() {
    for (one, other, published) in PAIRS {
        let computed = ciede2000(one, other);
        assert!((computed - published).abs() < 0.00005, "{computed} {published}");
    }
}
