//! One layer: a convolution with its batch normalisation folded in.

use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul};

use super::feature_map::FeatureMap;
use crate::weights::{Weights, WeightsError};

/// What keeps a variance of nothing from being divided by. The value is that of the network's training in TensorFlow.
const BATCH_NORM_EPSILON: f64 = 1e-3;

/// The highest value that the activation lets through (`ReLU6`).
const ACTIVATION_MAX: f32 = 6.0;

/// How a layer connects channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// Each output channel sees all input channels.
    Dense { inputs: usize },
    /// Each output channel sees the input channel of the same number.
    Depthwise,
}

/// Size and place of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) connection: Connection,
    pub(super) outputs: usize,
    /// The side of the kernel, in cells.
    pub(super) kernel: usize,
    /// How many cells the kernel moves on.
    pub(super) stride: usize,
    /// Whether negative values become 0 and large ones 6.
    pub(super) has_activation: bool,
}

/// A layer with its numbers.
#[derive(Debug)]
pub(super) struct Convolution {
    shape: Shape,
    /// Dense: `[kernel · kernel · inputs][outputs]`. Depthwise: `[kernel · kernel][channels]`. The scale of the normalisation is in them.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Convolution {
    /// Reads a layer: `name` is that of the convolution, `norm` that of the batch normalisation behind it.
    pub(super) fn read(weights: &Weights, name: &str, norm: &str, shape: Shape) -> Result<Self, WeightsError> {
        let Shape { connection, outputs, kernel, .. } = shape;
        let inputs = match connection {
            Connection::Dense { inputs } => inputs,
            Connection::Depthwise => 1,
        };
        // PyTorch's order is [outputs][inputs][rows][columns].
        let stored = weights.values(&format!("{name}.weight"), &[outputs, inputs, kernel, kernel])?;
        let norm = |part: &str| weights.values(&format!("{norm}.{part}"), &[outputs]);
        let (gamma, beta, mean, variance) = (norm("weight")?, norm("bias")?, norm("running_mean")?, norm("running_var")?);
        let scale = |output: usize| {
            let deviation = (f64::from(variance[output]) + BATCH_NORM_EPSILON).sqrt();
            (f64::from(gamma[output]) / deviation) as f32
        };
        let scales: Vec<f32> = (0..outputs).map(scale).collect();
        let bias = (0..outputs).map(|output| beta[output] - mean[output] * scales[output]).collect();
        let mut reordered = vec![0.0; stored.len()];
        for (at, value) in stored.iter().enumerate() {
            let (place, input, output) = (at % (kernel * kernel), at / (kernel * kernel) % inputs, at / (kernel * kernel * inputs));
            reordered[(place * inputs + input) * outputs + output] = value * scales[output];
        }
        Ok(Self { shape, weights: reordered, bias })
    }

    /// Applies the layer. The border is filled with zeros so that `⌈side / stride⌉` cells come out, more of them behind than before, as
    /// TensorFlow's padding `SAME` does.
    pub(super) fn apply(&self, input: &FeatureMap) -> FeatureMap {
        let Shape { kernel, stride, outputs, .. } = self.shape;
        let (height, width) = (input.height.div_ceil(stride), input.width.div_ceil(stride));
        let mut output = FeatureMap::zeros(height, width, outputs);
        for cell in output.values.chunks_exact_mut(outputs) {
            cell.copy_from_slice(&self.bias);
        }
        match self.shape.connection {
            Connection::Depthwise => self.add_depthwise(input, &mut output),
            Connection::Dense { inputs } if kernel == 1 => self.add_product(&input.values, inputs, &mut output),
            Connection::Dense { inputs } => self.add_product(&self.patches(input, height, width), kernel * kernel * inputs, &mut output),
        }
        if self.shape.has_activation {
            for value in &mut output.values {
                *value = value.clamp(0.0, ACTIVATION_MAX);
            }
        }
        output
    }

    fn add_depthwise(&self, input: &FeatureMap, output: &mut FeatureMap) {
        let channels = self.shape.outputs;
        for row in 0..output.height {
            for column in 0..output.width {
                let target = output.cell_mut(row, column);
                for (place, source_row, source_column) in self.seen_from(input, row, column) {
                    let weights = &self.weights[place * channels..][..channels];
                    for ((sum, value), weight) in target.iter_mut().zip(input.cell(source_row, source_column)).zip(weights) {
                        *sum += value * weight;
                    }
                }
            }
        }
    }

    /// Adds a product of matrices: `cells · weights`, one row of `width` numbers for each cell of the output.
    fn add_product(&self, cells: &[f32], width: usize, output: &mut FeatureMap) {
        let (rows, outputs) = (output.height * output.width, self.shape.outputs);
        let shaped = (
            ArrayView2::from_shape((rows, width), cells),
            ArrayView2::from_shape((width, outputs), &self.weights),
            ArrayViewMut2::from_shape((rows, outputs), &mut output.values),
        );
        if let (Ok(cells), Ok(weights), Ok(mut sums)) = shaped {
            general_mat_mul(1.0, &cells, &weights, 1.0, &mut sums);
        } else {
            unreachable!("the layers of the network fit each other");
        }
    }

    /// What the kernel sees from each cell of the output, one row each (im2col).
    fn patches(&self, input: &FeatureMap, height: usize, width: usize) -> Vec<f32> {
        let patch_length = self.shape.kernel * self.shape.kernel * input.channels;
        let mut patches = vec![0.0; height * width * patch_length];
        for (number, patch) in patches.chunks_exact_mut(patch_length).enumerate() {
            for (place, row, column) in self.seen_from(input, number / width, number % width) {
                patch[place * input.channels..][..input.channels].copy_from_slice(input.cell(row, column));
            }
        }
        patches
    }

    /// The cells of the input that the kernel covers when it is at a cell of the output: place in the kernel, row, column.
    fn seen_from(&self, input: &FeatureMap, row: usize, column: usize) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let Shape { kernel, stride, .. } = self.shape;
        let (height, width) = (input.height, input.width);
        let (above, left) = (padding_before(height, kernel, stride), padding_before(width, kernel, stride));
        (0..kernel).flat_map(move |y| (0..kernel).map(move |x| (y, x))).filter_map(move |(y, x)| {
            let source_row = (row * stride + y).checked_sub(above).filter(|row| *row < height)?;
            let source_column = (column * stride + x).checked_sub(left).filter(|column| *column < width)?;
            Some((y * kernel + x, source_row, source_column))
        })
    }
}

/// How many cells of zeros lie before the first one.
fn padding_before(length: usize, kernel: usize, stride: usize) -> usize {
    ((length.div_ceil(stride) - 1) * stride + kernel).saturating_sub(length) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(connection: Connection, kernel: usize, stride: usize, weights: Vec<f32>) -> Convolution {
        Convolution { shape: Shape { connection, outputs: 1, kernel, stride, has_activation: false }, weights, bias: vec![0.5] }
    }

    fn counted(side: u8) -> FeatureMap {
        let values = (1..=side * side).map(f32::from).collect();
        FeatureMap { height: side.into(), width: side.into(), channels: 1, values }
    }

    /// `tf.nn.conv2d(..., padding="SAME")` with a kernel of ones: an even side with a stride of 2 has its zeros behind only.
    #[test]
    fn zeros_are_added_where_tensorflow_adds_them() {
        for connection in [Connection::Dense { inputs: 1 }, Connection::Depthwise] {
            let same = layer(connection, 3, 1, vec![1.0; 9]).apply(&counted(3));
            assert_eq!(same.values, [12.5, 21.5, 16.5, 27.5, 45.5, 33.5, 24.5, 39.5, 28.5]);
            let halved = layer(connection, 3, 2, vec![1.0; 9]).apply(&counted(4));
            assert_eq!(halved.values, [54.5, 45.5, 72.5, 54.5]);
        }
    }

    #[test]
    fn the_activation_cuts_at_zero_and_six() {
        let mut layer = layer(Connection::Dense { inputs: 1 }, 1, 1, vec![1.0]);
        layer.shape.has_activation = true;
        let input = FeatureMap { height: 1, width: 3, channels: 1, values: vec![-3.0, 2.0, 9.0] };
        assert_eq!(layer.apply(&input).values, [0.0, 2.5, 6.0]);
    }
}
