//! Convolutions (layers that weigh each pixel's neighbourhood) that are run here rather than by `rten`.
//!
//! `rten` makes a matrix of all neighbourhoods, and goes through the channels of depthwise layers one
//! number at a time: most of its time goes there. Here lines lie with zeros around them, so that the
//! same neighbour of many pixels is one slice, and each is taken for as many pixels at once as the
//! machine's registers hold.

mod lines;

use rten_simd::ops::{BitOps, NumOps};
use rten_simd::{Isa, SimdOp};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use self::lines::Lines;

/// Channels that are written at once where each sees all that come in.
const BLOCK: usize = 8;

/// Most numbers in a register of any machine.
const LANES_MAX: usize = 16;

/// Width and height of what a layer sees of its input, how far it goes on for each pixel, and how
/// many zeros are before and behind the input's lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) before: usize,
    pub(crate) behind: usize,
}

/// One layer.
pub(super) struct Convolution {
    geometry: Geometry,
    /// Does each channel see only the one of its number?
    is_depthwise: bool,
    /// Negative results become 0.
    is_rectified: bool,
    channels: usize,
    /// Depthwise: channel by channel. Else block by block: for each neighbour, what it weighs for
    /// each channel of the block.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Convolution {
    /// From weights as files have them: for each channel that goes out and each that comes in, line
    /// by line. `None` if that is no layer of this geometry.
    pub(super) fn new(
        geometry: Geometry,
        is_rectified: bool,
        weights: &Tensor<f32>,
        bias: Option<&Tensor<f32>>,
    ) -> Option<Self> {
        let &[channels, seen, height, width] = weights.shape() else { return None };
        let is_depthwise = seen == 1;
        let is_one = [height, width] == [geometry.kernel; 2] && matches!(width, 2 | 3 | 5);
        let bias = bias.map_or_else(|| vec![0.0; channels], |bias| bias.to_vec());
        if !is_one || bias.len() != channels || !(is_depthwise || channels % BLOCK == 0) {
            return None;
        }
        let plain = weights.to_vec();
        let weights = if is_depthwise { plain } else { in_blocks(&plain, channels) };
        Some(Self { geometry, is_depthwise, is_rectified, channels, weights, bias })
    }

    /// What the layer makes of one picture; `None` if it has other channels.
    pub(super) fn run(&self, input: &Tensor<f32>) -> Option<Tensor<f32>> {
        let &[1, seen, height, width] = input.shape() else { return None };
        let Geometry { kernel, stride, before, behind } = self.geometry;
        let length = |side: usize| Some((side + before + behind).checked_sub(kernel)? / stride + 1);
        let (high, wide) = (length(height)?, length(width)?);
        let taps = if self.is_depthwise { self.channels } else { self.channels * seen };
        if taps * kernel * kernel != self.weights.len()
            || self.is_depthwise && seen != self.channels
        {
            return None;
        }
        let input = input.to_contiguous();
        let mut output = NdTensor::zeros([1, self.channels, high, wide]);
        let input = Planes { values: input.data(), height, width };
        let planes = output.data_mut()?;
        match kernel {
            2 => self.run_with::<2>(input, planes, high, wide),
            3 => self.run_with::<3>(input, planes, high, wide),
            _ => self.run_with::<5>(input, planes, high, wide),
        }
        Some(output.into_dyn())
    }

    fn run_with<const KERNEL: usize>(
        &self,
        input: Planes,
        output: &mut [f32],
        height: usize,
        width: usize,
    ) {
        let size = height * width;
        if !self.is_depthwise {
            Full::<KERNEL> { layer: self, input, output, size, width }.dispatch();
            return;
        }
        let weights = self.weights.chunks_exact(KERNEL * KERNEL);
        let channels = input.each().zip(output.chunks_exact_mut(size));
        for (((input, output), weights), bias) in channels.zip(weights).zip(&self.bias) {
            Depthwise::<KERNEL> { layer: self, input, output, width, weights, bias: *bias }
                .dispatch();
        }
    }
}

/// Weights in the order in which blocks of channels need them.
fn in_blocks(weights: &[f32], channels: usize) -> Vec<f32> {
    let taps = weights.len() / channels.max(1);
    let mut ordered = Vec::with_capacity(weights.len());
    for block in weights.chunks_exact(taps * BLOCK) {
        for tap in 0..taps {
            ordered.extend(block.iter().skip(tap).step_by(taps));
        }
    }
    ordered
}

/// Channels, one after the other, line by line.
#[derive(Clone, Copy)]
struct Planes<'a> {
    values: &'a [f32],
    height: usize,
    width: usize,
}

impl<'a> Planes<'a> {
    fn each(self) -> impl Iterator<Item = Self> {
        let Self { values, height, width } = self;
        values.chunks_exact(height * width).map(move |values| Self { values, height, width })
    }

    /// A line of a single channel.
    fn line(&self, y: usize) -> Option<&'a [f32]> {
        (y < self.height).then(|| &self.values[y * self.width..][..self.width])
    }
}

/// One channel that sees one.
struct Depthwise<'a, const KERNEL: usize> {
    layer: &'a Convolution,
    input: Planes<'a>,
    output: &'a mut [f32],
    width: usize,
    weights: &'a [f32],
    bias: f32,
}

impl<const KERNEL: usize> SimdOp for Depthwise<'_, KERNEL> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let mut weights = [[ops.zero(); KERNEL]; KERNEL];
        for (weights, values) in weights.iter_mut().zip(self.weights.chunks_exact(KERNEL)) {
            for (weight, value) in weights.iter_mut().zip(values) {
                *weight = ops.splat(*value);
            }
        }
        let least = ops.splat(if self.layer.is_rectified { 0.0 } else { f32::MIN });
        let bias = ops.splat(self.bias);
        let mut lines = Lines::new(self.layer.geometry, self.width);
        for (y, line) in self.output.chunks_exact_mut(self.width).enumerate() {
            lines.advance(y, |y| self.input.line(y));
            let taps: [[&[f32]; KERNEL]; KERNEL] = lines.taps(y);
            let mut x = 0;
            while x < line.len() {
                let mut sum = bias;
                for down in 0..KERNEL {
                    for across in 0..KERNEL {
                        let values = ops.load(&taps[down][across][x..]);
                        sum = ops.mul_add(values, weights[down][across], sum);
                    }
                }
                put(isa, ops.max(sum, least), &mut line[x..]);
                x += ops.len();
            }
        }
    }
}

/// All channels, each of which sees all.
struct Full<'a, const KERNEL: usize> {
    layer: &'a Convolution,
    input: Planes<'a>,
    output: &'a mut [f32],
    /// Of one channel that goes out.
    size: usize,
    width: usize,
}

impl<const KERNEL: usize> SimdOp for Full<'_, KERNEL> {
    type Output = ();

    #[inline(always)]
    fn eval<I: Isa>(self, isa: I) {
        let ops = isa.f32();
        let least = ops.splat(if self.layer.is_rectified { 0.0 } else { f32::MIN });
        let channels: Vec<Planes> = self.input.each().collect();
        let mut lines: Vec<Lines> =
            channels.iter().map(|_| Lines::new(self.layer.geometry, self.width)).collect();
        let per_block = channels.len() * KERNEL * KERNEL * BLOCK;
        for y in 0..self.size / self.width {
            for (lines, channel) in lines.iter_mut().zip(&channels) {
                lines.advance(y, |y| channel.line(y));
            }
            let taps: Vec<&[f32]> =
                lines.iter().flat_map(|lines| lines.taps::<KERNEL>(y)).flatten().collect();
            let blocks = self.output.chunks_exact_mut(self.size * BLOCK);
            let weights = self.layer.weights.chunks_exact(per_block);
            for ((block, weights), bias) in
                blocks.zip(weights).zip(self.layer.bias.chunks_exact(BLOCK))
            {
                let mut x = 0;
                while x < self.width {
                    let mut sums = [ops.zero(); BLOCK];
                    for channel in 0..BLOCK {
                        sums[channel] = ops.splat(bias[channel]);
                    }
                    for (tap, weights) in taps.iter().zip(weights.chunks_exact(BLOCK)) {
                        let values = ops.load(&tap[x..]);
                        for channel in 0..BLOCK {
                            let weight = ops.splat(weights[channel]);
                            sums[channel] = ops.mul_add(values, weight, sums[channel]);
                        }
                    }
                    for channel in 0..BLOCK {
                        let line =
                            &mut block[channel * self.size + y * self.width..][x..self.width];
                        put(isa, ops.max(sums[channel], least), line);
                    }
                    x += ops.len();
                }
            }
        }
    }
}

/// Writes as much of a register as there is room for.
#[inline(always)]
fn put<I: Isa>(isa: I, values: I::F32, line: &mut [f32]) {
    let ops = isa.f32();
    if line.len() >= ops.len() {
        ops.store(values, line);
    } else {
        let mut all = [0.0; LANES_MAX];
        ops.store(values, &mut all);
        line.copy_from_slice(&all[..line.len()]);
    }
}

#[cfg(test)]
mod tests;
