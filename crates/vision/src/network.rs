//! A detector's weights, checked and ready to run.

mod convolution;

use data_encoding::HEXLOWER;
use pixels::{Picture, Size};
use rten::ValueOrView;
use rten::{Model, ModelOptions, NodeId, OpRegistry, RegisterOp};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use self::convolution::Convolution;
pub(crate) use self::convolution::Geometry;
use crate::error::Error;

/// A file of `models/`, as its manifest names it.
pub(crate) struct Weights {
    pub(crate) file: &'static str,
    /// SHA-256, in lower-case hexadecimal digits.
    pub(crate) digest: &'static str,
}

/// A layer that is run here rather than by `rten`: [`convolution`] says why. All names are those of
/// values in the network's file.
pub(crate) struct Layer {
    pub(crate) geometry: Geometry,
    pub(crate) is_rectified: bool,
    pub(crate) weights: &'static str,
    pub(crate) bias: Option<&'static str>,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    /// Values from before this layer that are needed behind it, other than `to`.
    pub(crate) stays: &'static [&'static str],
}

/// A network that takes one picture and gives several lists of numbers.
pub(crate) struct Network<const OUTPUTS: usize> {
    model: Model,
    input: NodeId,
    own: Vec<Own>,
    outputs: [NodeId; OUTPUTS],
}

/// A [`Layer`], ready.
struct Own {
    layer: Convolution,
    from: NodeId,
    to: NodeId,
    stays: Vec<NodeId>,
}

impl<const OUTPUTS: usize> Network<OUTPUTS> {
    /// Loads weights of a network that is made of these operators, and of these layers, in the order
    /// in which they come. `outputs` are the names of the lists that are wanted.
    pub(crate) fn load(
        bytes: Vec<u8>,
        weights: &Weights,
        operators: &[&dyn RegisterOp],
        layers: &[Layer],
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
        let own = layers.iter().map(|layer| Own::load(&model, layer).ok_or(wrong));
        let own = own.collect::<Result<_, _>>()?;
        Ok(Self { model, input, own, outputs: ids })
    }

    /// What its file says under this name.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.model.metadata().get(name)
    }

    /// Runs it on a picture whose samples `tensor` has laid out.
    pub(crate) fn run(&self, tensor: Tensor<f32>) -> Result<[Vec<f32>; OUTPUTS], Error> {
        let mut known = vec![(self.input, tensor)];
        for own in &self.own {
            let is_new = |id: &NodeId| known.iter().all(|(known, _)| known != id);
            let from = (!own.stays.contains(&own.from)).then_some(&own.from);
            let wanted: Vec<_> =
                own.stays.iter().chain(from).filter(|id| is_new(id)).copied().collect();
            let values = self.values(&known, &wanted)?;
            known.extend(wanted.into_iter().zip(values));
            let from = known.iter().find(|(id, _)| *id == own.from);
            let value = from.and_then(|(_, value)| own.layer.run(value)).ok_or(Error::Stopped)?;
            known.retain(|(id, _)| own.stays.contains(id));
            known.push((own.to, value));
        }
        let lists = self.values(&known, &self.outputs)?.into_iter().map(Tensor::into_data);
        lists.collect::<Vec<_>>().try_into().map_err(|_| Error::Stopped)
    }

    /// Values of the network that follow from those that are known.
    fn values(
        &self,
        known: &[(NodeId, Tensor<f32>)],
        wanted: &[NodeId],
    ) -> Result<Vec<Tensor<f32>>, Error> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let known = known.iter().map(|(id, value)| (*id, ValueOrView::from(value.view())));
        let values = self.model.run(known.collect(), wanted, None).map_err(|_| Error::Stopped)?;
        values.into_iter().map(|value| value.into_tensor().ok_or(Error::Stopped)).collect()
    }
}

impl Own {
    /// Takes the layer's weights out of the model; `None` if they are not there.
    fn load(model: &Model, layer: &Layer) -> Option<Self> {
        let id = |name: &str| model.node_id(name).ok();
        let value = |name: &str| -> Option<Tensor<f32>> {
            let [value] = model.run_n(Vec::new(), [id(name)?], None).ok()?;
            value.into_tensor::<f32>()
        };
        let bias = match layer.bias {
            Some(name) => Some(value(name)?),
            None => None,
        };
        let weights = value(layer.weights)?;
        Some(Self {
            layer: Convolution::new(layer.geometry, layer.is_rectified, &weights, bias.as_ref())?,
            from: id(layer.from)?,
            to: id(layer.to)?,
            stays: layer.stays.iter().map(|name| id(name)).collect::<Option<_>>()?,
        })
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
        let loaded = Network::load(vec![1, 2, 3], &weights, &[], &[], ["cls_8"]);
        assert_eq!(loaded.err(), Some(Error::WrongModel { file: "faces.onnx" }));
    }
}
