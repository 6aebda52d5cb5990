//! Convolutions beside their definition, number by number.

use super::*;
use proptest::prelude::*;

/// A layer, number by number: zeros lie around the picture.
fn plainly(
    geometry: Geometry,
    is_rectified: bool,
    input: &Tensor<f32>,
    weights: &Tensor<f32>,
    bias: &[f32],
) -> Vec<f32> {
    let Geometry { kernel, stride, before, behind } = geometry;
    let [channels, seen] = [weights.shape()[0], weights.shape()[1]];
    let [height, width] = [input.shape()[2], input.shape()[3]];
    let length = |side: usize| (side + before + behind - kernel) / stride + 1;
    let (planes, weights) = (input.to_vec(), weights.to_vec());
    let mut output = Vec::new();
    for channel in 0..channels {
        for (y, x) in (0..length(height)).flat_map(|y| (0..length(width)).map(move |x| (y, x))) {
            let mut sum = bias[channel];
            for index in 0..seen * kernel * kernel {
                let (other, tap) = (index / (kernel * kernel), index % (kernel * kernel));
                let (down, across) = (y * stride + tap / kernel, x * stride + tap % kernel);
                if (before..before + height).contains(&down)
                    && (before..before + width).contains(&across)
                {
                    let plane = if seen == 1 { channel } else { other };
                    let at = (plane * height + down - before) * width + across - before;
                    sum += planes[at] * weights[channel * seen * kernel * kernel + index];
                }
            }
            output.push(if is_rectified { sum.max(0.0) } else { sum });
        }
    }
    output
}

/// Numbers that are not alike, from minus one to one.
fn numbers(shape: &[usize], seed: u32) -> Tensor<f32> {
    let count = shape.iter().product::<usize>() as u32;
    let number = |index: u32| {
        let mixed = (index ^ seed.rotate_left(9)).wrapping_mul(2_654_435_761).rotate_right(7);
        mixed.wrapping_mul(2_246_822_519) as f32 / 2_147_483_648.0 - 1.0
    };
    Tensor::from_data(shape, (0..count).map(number).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn it_gives_what_the_definition_gives(
        kernel in prop::sample::select(vec![2_usize, 3, 5]),
        stride in 1_usize..=2,
        (before, behind) in (0_usize..=2, 0_usize..=2),
        (height, width) in (5_usize..24, 5_usize..40),
        is_depthwise: bool,
        is_rectified: bool,
        seed: u32,
    ) {
        let geometry = Geometry { kernel, stride, before, behind };
        let (channels, seen) = if is_depthwise { (3, 3) } else { (2 * BLOCK, 3) };
        let input = numbers(&[1, seen, height, width], seed);
        let per_channel = if is_depthwise { 1 } else { seen };
        let weights = numbers(&[channels, per_channel, kernel, kernel], seed ^ 77);
        let bias = numbers(&[1, channels, 1, 1], seed ^ 99);
        let layer = Convolution::new(geometry, is_rectified, &weights, Some(&bias)).unwrap();
        let output = layer.run(&input).unwrap().to_vec();
        let wanted = plainly(geometry, is_rectified, &input, &weights, &bias.to_vec());
        prop_assert_eq!(output.len(), wanted.len());
        for (value, wanted) in output.iter().zip(&wanted) {
            prop_assert!((value - wanted).abs() < 1e-4, "{} {}", value, wanted);
        }
    }
}

#[test]
fn what_is_no_layer_is_refused() {
    let geometry = Geometry { kernel: 3, stride: 1, before: 1, behind: 1 };
    let new = |shape: &[usize]| Convolution::new(geometry, false, &numbers(shape, 1), None);
    assert!(new(&[16, 1, 3, 3]).is_some());
    assert!(new(&[16, 1, 5, 5]).is_none(), "another geometry");
    assert!(new(&[7, 3, 3, 3]).is_none(), "no whole blocks");
    assert!(new(&[16, 3]).is_none());
    let layer = new(&[16, 1, 3, 3]).unwrap();
    assert!(layer.run(&numbers(&[1, 16, 9, 9], 1)).is_some());
    assert!(layer.run(&numbers(&[1, 15, 9, 9], 1)).is_none(), "other channels");
}
