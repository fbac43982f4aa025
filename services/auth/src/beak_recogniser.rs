//! The recogniser that looks at the bird: a neural network finds the beak and describes what is around it.

use std::{fs, path::Path};

use beak::{
    descriptor::Descriptor,
    gallery::{Identity, identify},
    photo::Photo,
    recogniser::{Recogniser, Verdict},
    weights::{WHEEL_BYTES_MAX, Weights},
};
use contracts::{PhotoRefusal, UserId, auth::RecogniserState};

use crate::recogniser::{BeakRecogniser, KnownBeak, Template};

/// Looks at the beak.
#[derive(Debug)]
pub struct LooksAtBeaks {
    recogniser: Recogniser,
}

/// Why the network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoWeights {
    /// No file is named.
    #[error("ATES_BEAK_WEIGHTS names no file")]
    NotNamed,
    /// The file cannot be read.
    #[error("the weights {path} cannot be read: {error}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not the pinned one.
    #[error(transparent)]
    Wrong(#[from] beak::weights::WeightsError),
}

impl LooksAtBeaks {
    /// Reads the weights of the network. It takes some tenths of a second.
    pub fn load(weights: Option<&Path>) -> Result<Self, NoWeights> {
        let path = weights.ok_or(NoWeights::NotNamed)?;
        let unreadable = |error| NoWeights::Unreadable { path: path.display().to_string(), error };
        let too_large = || std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it is larger than the weights are");
        let bytes =
            fs::metadata(path).and_then(|metadata| if metadata.len() > WHEEL_BYTES_MAX { Err(too_large()) } else { fs::read(path) });
        Ok(Self { recogniser: Recogniser::new(&Weights::from_wheel(&bytes.map_err(unreadable)?)?)? })
    }
}

impl BeakRecogniser for LooksAtBeaks {
    fn id(&self) -> &'static str {
        beak::recogniser::ID
    }

    fn state(&self) -> RecogniserState {
        RecogniserState::Beak
    }

    fn template(&self, photo: &Photo) -> Result<Template, PhotoRefusal> {
        let seen = self.recogniser.look(photo.pixels()).map_err(|verdict| {
            tracing::debug!(?verdict, "no beak is recognised");
            match verdict {
                Verdict::NotAParrot { .. } => PhotoRefusal::NotAParrot,
                Verdict::BeakHidden { .. } => PhotoRefusal::BeakHidden,
                Verdict::BeakUnclear { .. } => PhotoRefusal::BeakUnclear,
            }
        })?;
        Ok(Template(seen.descriptor.to_bytes()))
    }

    fn whose(&self, shown: &Template, known: &[KnownBeak]) -> Option<UserId> {
        let shown = Descriptor::from_bytes(&shown.0)?;
        let known = known.iter().filter_map(|beak| Some((beak.user_id, Descriptor::from_bytes(&beak.template.0)?)));
        match identify(&shown, known) {
            Identity::Known { key, likeness, margin } => {
                tracing::info!(user_id = %key, likeness, margin, "recognised");
                Some(key)
            }
            Identity::Unknown { likeness } => {
                tracing::info!(likeness, "recognised nobody");
                None
            }
        }
    }
}

/// Stands where a recogniser should be: it lets nobody in.
#[derive(Debug)]
pub(crate) struct Missing;

impl BeakRecogniser for Missing {
    fn id(&self) -> &'static str {
        "missing"
    }

    fn state(&self) -> RecogniserState {
        RecogniserState::Missing
    }

    fn template(&self, _photo: &Photo) -> Result<Template, PhotoRefusal> {
        Err(PhotoRefusal::NoRecogniser)
    }

    fn whose(&self, _shown: &Template, _known: &[KnownBeak]) -> Option<UserId> {
        None
    }
}
