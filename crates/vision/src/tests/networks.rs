//! What networks say with the layers that are run here, beside what `rten` says alone.

use rten::RegisterOp;
use rten_tensor::Tensor;

use crate::network::{Layer, Network, Weights};

/// Compares what a network says with its own layers to what `rten` says alone, on a picture of
/// this size, of samples up to `most`, that has all kinds of edges: all but the last digits are
/// alike.
pub(crate) fn compare<const OUTPUTS: usize>(
    bytes: &[u8],
    weights: &Weights,
    operators: &[&dyn RegisterOp],
    layers: &[Layer],
    outputs: [&str; OUTPUTS],
    shape: [usize; 4],
    most: f32,
) {
    let mut state = 12_345_u32;
    let mut number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as f32 / 255.0 * most
    };
    let data: Vec<f32> = (0..shape.iter().product()).map(|_| number()).collect();
    let [ours, plain] = [layers, &[]].map(|layers| {
        let network = Network::load(bytes.to_vec(), weights, operators, layers, outputs).unwrap();
        network.run(Tensor::from_data(&shape, data.clone())).unwrap()
    });
    for (ours, plain) in ours.iter().zip(&plain) {
        assert_eq!(ours.len(), plain.len());
        let apart = ours.iter().zip(plain).map(|(one, other)| (one - other).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-3);
        let differs = plain.len() == 1 || plain.iter().any(|value| *value != plain[0]);
        assert!(differs, "the picture makes no difference");
    }
}
