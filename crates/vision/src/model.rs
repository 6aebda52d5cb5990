//! A detector's weights, checked and ready to run.

use data_encoding::HEXLOWER;
use pixels::{Picture, Size};
use rten::{Model, ModelOptions, NodeId, OpRegistry, RegisterOp};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use crate::error::Error;

/// A file of `models/`, as its manifest names it.
pub(crate) struct Weights {
    pub(crate) file: &'static str,
    /// SHA-256, in lower-case hexadecimal digits.
    pub(crate) digest: &'static str,
}

/// A network that takes one picture and gives several lists of numbers.
pub(crate) struct Network<const OUTPUTS: usize> {
    model: Model,
    input: NodeId,
    outputs: [NodeId; OUTPUTS],
}

impl<const OUTPUTS: usize> Network<OUTPUTS> {
    /// Loads weights of a network that is made of these operators. `outputs` are the names of the
    /// lists that are wanted.
    pub(crate) fn load(
        bytes: Vec<u8>,
        weights: &Weights,
        operators: &[&dyn RegisterOp],
        outputs: [&str; OUTPUTS],
    ) -> Result<Self, Error> {
        let wrong = Error::WrongModel { file: weights.file };
        if HEXLOWER.encode(&crypto::digest::sha256(&[&bytes])) != weights.digest {
            return Err(wrong);
        }
        let options = ModelOptions::with_ops(OpRegistry::with_ops(operators));
        let model = options.load(bytes).map_err(|_| wrong)?;
        let input = *model.input_ids().first().ok_or(wrong)?;
        let mut ids = [input; OUTPUTS];
        for (id, name) in ids.iter_mut().zip(outputs) {
            *id = model.node_id(name).map_err(|_| wrong)?;
        }
        Ok(Self { model, input, outputs: ids })
    }

    /// What its file says under this name.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.model.metadata().get(name)
    }

    /// Runs it on a picture whose samples `tensor` has laid out.
    pub(crate) fn run(&self, tensor: &Tensor<f32>) -> Result<[Vec<f32>; OUTPUTS], Error> {
        let input = vec![(self.input, tensor.view().into())];
        let outputs = self.model.run_n(input, self.outputs, None).map_err(|_| Error::Stopped)?;
        let mut lists = [const { Vec::new() }; OUTPUTS];
        for (list, output) in lists.iter_mut().zip(outputs) {
            *list = output.into_tensor::<f32>().ok_or(Error::Stopped)?.into_data();
        }
        Ok(lists)
    }
}

/// How a network wants its samples: each times `scale`, plus `offset`; for blue, green and red.
pub(crate) struct Samples {
    pub(crate) scale: [f32; 3],
    pub(crate) offset: [f32; 3],
}

/// From 0 to 255, as they are.
pub(crate) const PLAIN: Samples = Samples { scale: [1.0; 3], offset: [0.0; 3] };

/// A picture as detectors want it: blue, green and red apart, with zeros to the right so that its
/// width is a multiple of `across`, and below so that its height is one of `down`.
pub(crate) fn samples(picture: &Picture, wanted: &Samples, across: u32, down: u32) -> Tensor<f32> {
    let Size { width, height } = picture.size();
    let wide = width.next_multiple_of(across) as usize;
    let high = height.next_multiple_of(down) as usize;
    let mut data = vec![0.0; 3 * wide * high];
    for (channel, plane) in data.chunks_exact_mut(wide * high).enumerate() {
        let (scale, offset) = (wanted.scale[channel], wanted.offset[channel]);
        let lines = picture.samples().chunks_exact(width as usize * 3);
        for (line, values) in lines.zip(plane.chunks_exact_mut(wide)) {
            for (value, pixel) in values.iter_mut().zip(line.chunks_exact(3)) {
                *value = f32::from(pixel[2 - channel]) * scale + offset;
            }
        }
    }
    Tensor::from_data(&[1, 3, high, wide], data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_apart_and_padded() {
        let size = Size { width: 2, height: 1 };
        let picture = Picture::new(size, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let tensor = samples(&picture, &PLAIN, 4, 4);
        assert_eq!(tensor.shape(), [1, 3, 4, 4]);
        let data = tensor.to_vec();
        assert_eq!(data[..5], [3.0, 6.0, 0.0, 0.0, 0.0]);
        assert_eq!(data[16..18], [2.0, 5.0]);
        assert_eq!(data[32..34], [1.0, 4.0]);
        assert_eq!(data.iter().filter(|value| **value != 0.0).count(), 6);
    }

    #[test]
    fn other_weights_are_refused() {
        let weights = Weights { file: "faces.onnx", digest: "00" };
        let loaded = Network::load(vec![1, 2, 3], &weights, &[], ["cls_8"]);
        assert_eq!(loaded.err(), Some(Error::WrongModel { file: "faces.onnx" }));
    }
}
