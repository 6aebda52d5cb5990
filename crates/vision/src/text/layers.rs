//! The layers of the network for lines of text that take most of its time: from its picture down to
//! squares of 16 pixels, and those that put the finer squares together again.

use crate::network::{Geometry, Layer};

const TWO: Geometry = Geometry { kernel: 2, stride: 1, before: 0, behind: 1 };
const THREE: Geometry = Geometry { kernel: 3, stride: 1, before: 1, behind: 1 };
const HALF: Geometry = Geometry { stride: 2, ..THREE };
const FIVE: Geometry = Geometry { kernel: 5, stride: 1, before: 2, behind: 2 };

/// From the second on, what stays is for the layers that put things together again.
pub(super) const LAYERS: [Layer; 18] = [
    rectified(HALF, "x", "conv2d_108.w_0", "p2o.pd_op.reshape.0.0", "p2o.pd_op.relu.0.0"),
    Layer {
        stays: &["p2o.pd_op.relu.0.0"],
        ..rectified(
            TWO,
            "p2o.pd_op.relu.0.0",
            "conv2d_109.w_0",
            "p2o.pd_op.reshape.1.0",
            "p2o.pd_op.relu.1.0",
        )
    },
    Layer {
        stays: &["p2o.pd_op.relu.0.0"],
        ..rectified(
            TWO,
            "p2o.pd_op.relu.1.0",
            "conv2d_110.w_0",
            "p2o.pd_op.reshape.2.0",
            "p2o.pd_op.relu.2.0",
        )
    },
    rectified(HALF, "Concat.1", "conv2d_111.w_0", "p2o.pd_op.reshape.3.0", "p2o.pd_op.relu.3.0"),
    plain(THREE, "p2o.pd_op.relu.4.0", "conv2d_114.w_0", "p2o.pd_op.reshape.5.0", "Add.11"),
    plain(THREE, "Add.23", "conv2d_118.w_0", "p2o.pd_op.reshape.10.0", "Add.25"),
    Layer {
        stays: &["Add.33"],
        ..plain(HALF, "Add.33", "conv2d_121.w_0", "p2o.pd_op.reshape.13.0", "Add.35")
    },
    Layer {
        stays: &["Add.33"],
        ..plain(THREE, "Add.41", "conv2d_125.w_0", "p2o.pd_op.reshape.16.0", "Add.43")
    },
    Layer {
        stays: &["Add.33"],
        ..plain(THREE, "Add.55", "conv2d_129.w_0", "p2o.pd_op.reshape.21.0", "Add.57")
    },
    Layer {
        stays: &["Add.33", "Add.65"],
        ..plain(HALF, "Add.65", "conv2d_132.w_0", "p2o.pd_op.reshape.24.0", "Add.67")
    },
    Layer {
        stays: &["Add.33", "Add.65"],
        ..plain(THREE, "Add.73", "conv2d_136.w_0", "p2o.pd_op.reshape.27.0", "Add.75")
    },
    Layer {
        stays: &["Add.33", "Add.65"],
        ..plain(THREE, "Add.87", "conv2d_140.w_0", "p2o.pd_op.reshape.32.0", "Add.89")
    },
    Layer {
        stays: &["Add.33", "Add.65"],
        ..plain(THREE, "Add.97", "conv2d_144.w_0", "p2o.pd_op.reshape.35.0", "Add.99")
    },
    Layer {
        stays: &["Add.33", "Add.65"],
        ..plain(THREE, "Add.111", "conv2d_148.w_0", "p2o.pd_op.reshape.40.0", "Add.113")
    },
    Layer {
        stays: &["Add.33", "Add.65", "Add.159", "Add.179"],
        ..plain(FIVE, "Add.179", "conv2d_164.w_0", "p2o.pd_op.reshape.65.0", "Add.193")
    },
    Layer {
        stays: &["Add.33", "Add.159", "Add.181", "Add.193"],
        ..plain(FIVE, "Add.181", "conv2d_163.w_0", "p2o.pd_op.reshape.68.0", "Add.201")
    },
    Layer {
        stays: &["Add.159", "Add.193", "Add.201"],
        ..plain(FIVE, "Add.183", "conv2d_162.w_0", "p2o.pd_op.reshape.71.0", "Add.209")
    },
    rectified(THREE, "Concat.3", "conv2d_166.w_0", "p2o.pd_op.reshape.74.0", "p2o.pd_op.relu.18.0"),
];

/// A layer, and its bias.
const fn plain(
    geometry: Geometry,
    from: &'static str,
    weights: &'static str,
    bias: &'static str,
    to: &'static str,
) -> Layer {
    Layer { geometry, is_rectified: false, weights, bias: Some(bias), from, to, stays: &[] }
}

/// The same, after which negative results become 0.
const fn rectified(
    geometry: Geometry,
    from: &'static str,
    weights: &'static str,
    bias: &'static str,
    to: &'static str,
) -> Layer {
    Layer { is_rectified: true, ..plain(geometry, from, weights, bias, to) }
}
