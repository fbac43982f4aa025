//! `EfficientNet-Lite0` (Tan and Le, <https://arxiv.org/abs/1905.11946>; the lite variant:
//! <https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite>), one picture at a time.

mod convolution;
mod feature_map;

use convolution::{Connection, Convolution, Shape};
pub use feature_map::FeatureMap;

use crate::weights::{Weights, WeightsError};

/// How many numbers the whole picture becomes.
pub(crate) const EMBEDDING_LENGTH: usize = 1280;

/// How many channels there are where a cell is 16 pixels wide, and where it is 32.
pub(crate) const CHANNELS_16: usize = 112;
pub(crate) const CHANNELS_32: usize = 320;

/// Stages of blocks that repeat: how often, stride of the first one, factor of the expansion, side of the kernel, channels in and out.
const STAGES: [(usize, usize, usize, usize, usize, usize); 7] = [
    (1, 1, 1, 3, 32, 16),
    (2, 2, 6, 3, 16, 24),
    (2, 2, 6, 5, 24, 40),
    (3, 2, 6, 3, 40, 80),
    (3, 1, 6, 5, 80, CHANNELS_16),
    (4, 2, 6, 5, CHANNELS_16, 192),
    (1, 1, 6, 3, 192, CHANNELS_32),
];

/// The last block before cells become 32 pixels wide, counted from 0.
const LAST_BLOCK_OF_16: usize = 10;

/// The network, up to its classifier, which nobody needs here.
#[derive(Debug)]
pub struct Network {
    stem: Convolution,
    blocks: Vec<Block>,
    head: Convolution,
}

/// What the network makes of a picture.
#[derive(Debug)]
pub struct Features {
    /// Cells of 16 pixels, 112 channels.
    pub(crate) at_16: FeatureMap,
    /// Cells of 32 pixels, 320 channels.
    pub(crate) at_32: FeatureMap,
    /// The whole picture in 1280 numbers.
    pub(crate) embedding: Vec<f32>,
}

/// An inverted bottleneck: more channels, a depthwise convolution, fewer channels, and the input once more where it fits.
#[derive(Debug)]
struct Block {
    expansion: Option<Convolution>,
    depthwise: Convolution,
    projection: Convolution,
    adds_input: bool,
}

impl Network {
    /// Takes the layers out of the weights, with their normalisation folded in.
    ///
    /// # Errors
    /// [`WeightsError::MissingTensor`] where a layer is missing or has another shape.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        let mut blocks = Vec::new();
        for (repeats, stride, expansion, kernel, inputs, outputs) in STAGES {
            for repeat in 0..repeats {
                let (stride, inputs) = if repeat == 0 { (stride, inputs) } else { (1, outputs) };
                blocks.push(Block::read(weights, blocks.len(), (stride, expansion, kernel), (inputs, outputs))?);
            }
        }
        let stem = Shape { connection: Connection::Dense { inputs: 3 }, outputs: 32, kernel: 3, stride: 2, has_activation: true };
        let stem = Convolution::read(weights, "_conv_stem", "_bn0", stem)?;
        let head = Shape {
            connection: Connection::Dense { inputs: CHANNELS_32 },
            outputs: EMBEDDING_LENGTH,
            kernel: 1,
            stride: 1,
            has_activation: true,
        };
        Ok(Self { stem, blocks, head: Convolution::read(weights, "_conv_head", "_bn1", head)? })
    }

    /// Runs a square picture of 3 channels through the network.
    #[must_use]
    pub fn run(&self, picture: &FeatureMap) -> Features {
        let mut at_32 = self.stem.apply(picture);
        let mut at_16 = None;
        for (number, block) in self.blocks.iter().enumerate() {
            at_32 = block.apply(&at_32);
            if number == LAST_BLOCK_OF_16 {
                at_16 = Some(at_32.clone());
            }
        }
        let embedding = self.head.apply(&at_32).mean();
        let at_16 = at_16.unwrap_or_else(|| unreachable!("the network has that many blocks"));
        Features { at_16, at_32, embedding }
    }
}

impl Block {
    fn read(
        weights: &Weights,
        number: usize,
        (stride, factor, kernel): (usize, usize, usize),
        (inputs, outputs): (usize, usize),
    ) -> Result<Self, WeightsError> {
        let name = format!("_blocks.{number}");
        let read = |layer: &str, norm: &str, shape: Shape| {
            Convolution::read(weights, &format!("{name}.{layer}"), &format!("{name}.{norm}"), shape)
        };
        let point = |inputs, outputs, has_activation| Shape {
            connection: Connection::Dense { inputs },
            outputs,
            kernel: 1,
            stride: 1,
            has_activation,
        };
        let wide = inputs * factor;
        let expansion = if factor > 1 { Some(read("_expand_conv", "_bn0", point(inputs, wide, true))?) } else { None };
        let depthwise = Shape { connection: Connection::Depthwise, outputs: wide, kernel, stride, has_activation: true };
        Ok(Self {
            expansion,
            depthwise: read("_depthwise_conv", "_bn1", depthwise)?,
            projection: read("_project_conv", "_bn2", point(wide, outputs, false))?,
            adds_input: stride == 1 && inputs == outputs,
        })
    }

    fn apply(&self, input: &FeatureMap) -> FeatureMap {
        let expanded = self.expansion.as_ref().map(|expansion| expansion.apply(input));
        let mut output = self.projection.apply(&self.depthwise.apply(expanded.as_ref().unwrap_or(input)));
        if self.adds_input {
            for (sum, value) in output.values.iter_mut().zip(&input.values) {
                *sum += value;
            }
        }
        output
    }
}
