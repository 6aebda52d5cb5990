//! One network alone, to be measured beside other engines. Finding does not go through here.

use rten_tensor::Tensor;

use crate::error::Error;
use crate::network::Network;
use crate::{faces, person, text};

/// A network of `models/`, with the layers that are run here.
pub struct Measured(Kind);

enum Kind {
    Faces(Box<Network<9>>),
    One(Box<Network<1>>),
}

impl Measured {
    /// From the name and the bytes of a file of `models/`.
    pub fn load(file: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        let one = |network: Network<1>| Kind::One(Box::new(network));
        let kind = match file {
            "text-lines.onnx" => text::network(bytes).map(one),
            "text-reading.onnx" => text::reading::network(bytes).map(one),
            "selfie.onnx" => person::network(bytes).map(one),
            _ => faces::network(bytes).map(|network| Kind::Faces(Box::new(network))),
        };
        kind.map(Self)
    }

    /// Runs it once on samples of this shape (one picture, channels, height, width). Gives the list
    /// that a measurement compares: of the faces' nine, where they begin and end at the finest stride.
    pub fn run(&self, shape: [usize; 4], samples: Vec<f32>) -> Result<Vec<f32>, Error> {
        let input = Tensor::from_data(&shape, samples);
        match &self.0 {
            Kind::Faces(network) => {
                let [_, _, places, ..] = network.run(input)?;
                Ok(places)
            }
            Kind::One(network) => {
                let [list] = network.run(input)?;
                Ok(list)
            }
        }
    }
}
