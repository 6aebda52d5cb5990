//! Look-up tables of colour profiles: exactly as long as their own numbers say.

use super::curves::Curve;
use super::u32_at;

/// The connection space has three numbers.
const OUTPUTS: usize = 3;

/// Rewrites a table for `inputs` channels; `None` if it is not one.
pub(super) fn canonical(tag: &[u8], inputs: usize) -> Option<Vec<u8>> {
    let channels_fit = tag.get(8..10)? == [inputs as u8, OUTPUTS as u8];
    if !channels_fit {
        return None;
    }
    match tag.get(..4)? {
        b"mft1" => fixed_table(tag, inputs, Width::One),
        b"mft2" => fixed_table(tag, inputs, Width::Two),
        b"mAB " => staged_table(tag, inputs),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Width {
    One = 1,
    Two = 2,
}

/// The older kinds: a matrix, input curves, a grid, output curves.
fn fixed_table(tag: &[u8], inputs: usize, width: Width) -> Option<Vec<u8>> {
    let grid = grid_points(&[*tag.get(10)?; 16][..inputs])?;
    let number =
        |at: usize| Some(usize::from(u16::from_be_bytes([*tag.get(at)?, *tag.get(at + 1)?])));
    let (head, input_entries, output_entries) = match width {
        Width::One => (48, 256, 256),
        Width::Two => (52, number(48)?, number(50)?),
    };
    let samples = grid
        .checked_mul(OUTPUTS)?
        .checked_add(input_entries * inputs + output_entries * OUTPUTS)?;
    let mut out = tag.get(..samples.checked_mul(width as usize)?.checked_add(head)?)?.to_vec();
    out[4..8].fill(0);
    out[11] = 0;
    Some(out)
}

/// The newer kind: up to five stages, each at its own offset.
fn staged_table(tag: &[u8], inputs: usize) -> Option<Vec<u8>> {
    let offset = |index: usize| u32_at(tag, 12 + index * 4).map(|at| at as usize);
    let mut out = b"mAB \0\0\0\0".to_vec();
    out.extend([inputs as u8, OUTPUTS as u8, 0, 0]);
    out.resize(32, 0);
    let stages: [(usize, Stage); 5] = [
        (0, Stage::Curves(OUTPUTS)),
        (1, Stage::Matrix),
        (2, Stage::Curves(OUTPUTS)),
        (3, Stage::Grid(inputs)),
        (4, Stage::Curves(inputs)),
    ];
    for (index, stage) in stages {
        let at = offset(index)?;
        if at == 0 {
            continue;
        }
        let data = stage.canonical(tag.get(at..)?)?;
        let here = out.len() as u32;
        out[12 + index * 4..16 + index * 4].copy_from_slice(&here.to_be_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

enum Stage {
    Curves(usize),
    Matrix,
    Grid(usize),
}

impl Stage {
    fn canonical(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match *self {
            Self::Matrix => Some(bytes.get(..48)?.to_vec()),
            Self::Curves(count) => {
                let (mut out, mut at) = (Vec::new(), 0_usize);
                for _ in 0..count {
                    let (curve, size) = Curve::parse(bytes.get(at..)?)?;
                    out.extend(curve.to_bytes());
                    out.resize(out.len().next_multiple_of(4), 0);
                    at += size.next_multiple_of(4);
                }
                Some(out)
            }
            Self::Grid(inputs) => {
                let grid = grid_points(bytes.get(..inputs)?)?;
                let width = *bytes.get(16)?;
                if !(1..=2).contains(&width) {
                    return None;
                }
                let size = grid.checked_mul(OUTPUTS * usize::from(width))?.checked_add(20)?;
                let mut out = bytes.get(..size)?.to_vec();
                out[inputs..16].fill(0);
                out[17..20].fill(0);
                Some(out)
            }
        }
    }
}

/// Points of a grid with this many along each input.
fn grid_points(along: &[u8]) -> Option<usize> {
    along.iter().try_fold(1_usize, |points, side| points.checked_mul(usize::from(*side)))
}
