//! Tone curves of colour profiles.

use super::{fixed_at, u32_at};

/// A tone curve, as its bytes say it and no byte more.
pub(super) enum Curve {
    /// Points at equal distances, 16 bits each; none for a straight line, one for a gamma.
    Points(Vec<u16>),
    /// One of five formulas with its numbers, as written.
    Formula { function: u16, numbers: Vec<u8> },
}

const POINTS_MAX: usize = 1 << 16;

impl Curve {
    /// Reads the curve that `bytes` begins with, and how long it is.
    pub(super) fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes.get(..4)? {
            b"curv" => {
                let count = u32_at(bytes, 8)? as usize;
                let size = 12 + count.checked_mul(2).filter(|_| count <= POINTS_MAX)?;
                let raw = bytes.get(12..size)?.chunks_exact(2);
                let points = raw.map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                Some((Self::Points(points), size))
            }
            b"para" => {
                let function = u16::from_be_bytes([*bytes.get(8)?, *bytes.get(9)?]);
                let count = *[1, 3, 4, 5, 7].get(usize::from(function))?;
                let size = 12 + count * 4;
                let numbers = bytes.get(12..size)?.to_vec();
                Some((Self::Formula { function, numbers }, size))
            }
            _ => None,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Points(points) => {
                let mut out = b"curv\0\0\0\0".to_vec();
                out.extend((points.len() as u32).to_be_bytes());
                out.extend(points.iter().flat_map(|point| point.to_be_bytes()));
                out
            }
            Self::Formula { function, numbers } => {
                let mut out = b"para\0\0\0\0".to_vec();
                out.extend(function.to_be_bytes());
                out.extend([0, 0]);
                out.extend(numbers);
                out
            }
        }
    }

    /// The linear light of a sample from 0 to 1.
    pub(super) fn at(&self, sample: f64) -> f64 {
        match self {
            Self::Points(points) => match points.as_slice() {
                [] => sample,
                [gamma] => sample.powf(f64::from(*gamma) / 256.0),
                points => {
                    let position = sample * (points.len() - 1) as f64;
                    let index = (position as usize).min(points.len() - 2);
                    let (low, high) = (f64::from(points[index]), f64::from(points[index + 1]));
                    (low + (high - low) * (position - index as f64)) / 65535.0
                }
            },
            Self::Formula { function, numbers } => formula(*function, numbers, sample),
        }
    }
}

/// The formulas of ICC.1, 10.18; the numbers are g, a, b, c, d, e, f as far as each has them.
fn formula(function: u16, numbers: &[u8], sample: f64) -> f64 {
    let number = |index: usize| fixed_at(numbers, index * 4).unwrap_or(0.0);
    let (g, a, b, c, d) = (number(0), number(1), number(2), number(3), number(4));
    let power = |x: f64| (a * x + b).max(0.0).powf(g);
    match function {
        0 => sample.powf(g),
        1 if a != 0.0 && sample >= -b / a => power(sample),
        1 => 0.0,
        2 if a != 0.0 && sample >= -b / a => power(sample) + c,
        2 => c,
        3 if sample >= d => power(sample),
        4 if sample >= d => power(sample) + number(5),
        4 => c * sample + number(6),
        _ => c * sample,
    }
}
