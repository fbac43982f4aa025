//! The numbers that were trained for this product, on top of the network's: 3,427 of them, committed as `head.bin`.
//!
//! `cargo xtask beak train` writes the file; `MODEL_CARD.md` says from what.

use crate::network::{CHANNELS_16, CHANNELS_32, EMBEDDING_LENGTH};

/// How many numbers describe a cell of the photo: those of the network where a cell is 16 pixels wide, and those where it is 32.
pub(crate) const CELL_LENGTH: usize = CHANNELS_16 + CHANNELS_32;

/// How many numbers describe a beak: mean and standard deviation of each channel where a cell is 32 pixels wide.
pub(crate) const DESCRIPTOR_LENGTH: usize = 2 * CHANNELS_32;

/// The file begins with this: what it is, and the version of its layout.
const MAGIC: &[u8; 8] = b"beakhd01";

/// The trained numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Whether a cell shows a beak: log-odds.
    pub beak: Linear,
    /// Whether the photo shows a parrot: log-odds, from the embedding.
    pub parrot: Linear,
    /// How large a beak is whose cell this is: the logarithm of its side as a share of the square's.
    pub size: Linear,
    /// What is subtracted from a descriptor.
    pub descriptor_mean: Vec<f32>,
    /// What it is divided by then.
    pub descriptor_deviation: Vec<f32>,
}

/// A weighted sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// What each number is multiplied by.
    pub weights: Vec<f32>,
    /// What is added to their sum.
    pub bias: f32,
}

/// The file is not one that this version of the crate wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the head has another layout than this version reads")]
pub struct BrokenHead;

impl Linear {
    /// The sum of these numbers.
    pub fn of(&self, values: impl IntoIterator<Item = f32>) -> f32 {
        self.bias + self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum::<f32>()
    }
}

impl Head {
    /// Reads what [`Head::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes have another layout or length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BrokenHead> {
        let (values, []) = bytes.strip_prefix(MAGIC).ok_or(BrokenHead)?.as_chunks::<4>() else { return Err(BrokenHead) };
        let mut values = values.iter().map(|value| f32::from_le_bytes(*value));
        let mut take = |count: usize| -> Result<Vec<f32>, BrokenHead> {
            let taken: Vec<f32> = values.by_ref().take(count).collect();
            if taken.len() == count && taken.iter().all(|value| value.is_finite()) { Ok(taken) } else { Err(BrokenHead) }
        };
        let mut linear = |length: usize| Ok(Linear { weights: take(length)?, bias: take(1)?[0] });
        let (beak, parrot, size) = (linear(CELL_LENGTH)?, linear(EMBEDDING_LENGTH)?, linear(CELL_LENGTH)?);
        let (descriptor_mean, descriptor_deviation) = (take(DESCRIPTOR_LENGTH)?, take(DESCRIPTOR_LENGTH)?);
        let head = Self { beak, parrot, size, descriptor_mean, descriptor_deviation };
        if values.next().is_none() { Ok(head) } else { Err(BrokenHead) }
    }

    /// The bytes of the file: little-endian `f32`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let linear = |linear: &Linear| [&linear.weights[..], &[linear.bias]].concat();
        let values =
            [linear(&self.beak), linear(&self.parrot), linear(&self.size), self.descriptor_mean.clone(), self.descriptor_deviation.clone()];
        [MAGIC.to_vec(), values.concat().iter().flat_map(|value| value.to_le_bytes()).collect()].concat()
    }
}
