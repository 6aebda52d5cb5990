//! The layers of YuNet that take most of its time: from its picture down to squares of 16 pixels,
//! and those that put the finer squares together again.

use crate::network::{Geometry, Layer};

/// Each is followed by one that makes negative results 0.
pub(super) const LAYERS: [Layer; 11] = [
    Layer { geometry: Geometry { stride: 2, ..THREE }, ..layer("input", "420", "421", "184") },
    layer("185", "423", "424", "188"),
    layer("190", "426", "427", "193"),
    layer("194", "429", "430", "197"),
    layer("198", "432", "433", "201"),
    layer("202", "435", "436", "205"),
    layer("207", "438", "439", "210"),
    layer("211", "441", "442", "214"),
    Layer { stays: &["214"], ..layer("216", "444", "445", "219") },
    Layer { stays: &["214"], ..layer("220", "447", "448", "223") },
    Layer { stays: &["236", "246"], ..layer("253", "462", "463", "256") },
];

const THREE: Geometry = Geometry { kernel: 3, stride: 1, before: 1, behind: 1 };

const fn layer(
    from: &'static str,
    weights: &'static str,
    bias: &'static str,
    to: &'static str,
) -> Layer {
    Layer { geometry: THREE, is_rectified: true, weights, bias: Some(bias), from, to, stays: &[] }
}
