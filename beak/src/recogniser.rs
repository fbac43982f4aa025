//! The whole way of a photo: gate, then descriptor.

use image::RgbImage;

use crate::{
    descriptor::Descriptor,
    gate::{Cells, Region, Sighting},
    head::Head,
    network::Network,
    weights::{Weights, WeightsError},
};

/// From how many log-odds on a photo shows a parrot.
pub const PARROT_MIN: f32 = 0.5;

/// From how many log-odds on a beak is visible.
pub const BEAK_MIN: f32 = 1.5;

/// From how many log-odds on there may be a beak, which a closer photo will show.
pub const BEAK_UNSURE_MIN: f32 = 0.0;

/// Name and version of what a [`Descriptor`] is made by: descriptors of different versions cannot be compared. It changes with the head.
pub const ID: &str = "efficientnet-lite0, head 1";

/// The trained numbers.
const HEAD: &[u8] = include_bytes!("../head.bin");

/// Looks at photos. It is large (14 MB) and never changes: share one.
#[derive(Debug)]
pub struct Recogniser {
    network: Network,
    head: Head,
}

/// A photo with a parrot whose beak is visible.
#[derive(Debug, Clone, PartialEq)]
pub struct Beak {
    /// What the first look found.
    pub sighting: Sighting,
    /// By what the parrot is known again.
    pub descriptor: Descriptor,
}

/// Why a photo is of no use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// There is no parrot in it.
    NotAParrot {
        /// Log-odds that there is one.
        score: f32,
    },
    /// There is a parrot, but no beak to be seen.
    BeakHidden {
        /// How much like a beak it is, in log-odds.
        score: f32,
        /// Where it would be most likely.
        region: Region,
    },
    /// There may be a beak, too small or too blurred to be sure.
    BeakUnclear {
        /// How much like a beak it is, in log-odds.
        score: f32,
        /// Where.
        region: Region,
    },
}

impl Recogniser {
    /// With the network's weights and the trained numbers of this version.
    ///
    /// # Errors
    /// When the weights are not those of the network.
    pub fn new(weights: &Weights) -> Result<Self, WeightsError> {
        Ok(Self { network: Network::new(weights)?, head: committed_head() })
    }

    /// Looks at an upright photo.
    ///
    /// # Errors
    /// A [`Verdict`] where the photo does not show a beak.
    pub fn look(&self, photo: &RgbImage) -> Result<Beak, Verdict> {
        let sighting = self.sight(photo);
        let Sighting { parrot, beak: score, region } = sighting;
        if parrot < PARROT_MIN {
            return Err(Verdict::NotAParrot { score: parrot });
        }
        if score < BEAK_UNSURE_MIN {
            return Err(Verdict::BeakHidden { score, region });
        }
        if score < BEAK_MIN {
            return Err(Verdict::BeakUnclear { score, region });
        }
        Ok(Beak { sighting, descriptor: self.describe(photo, region) })
    }

    /// The first look alone.
    #[must_use]
    pub fn sight(&self, photo: &RgbImage) -> Sighting {
        Cells::new(&self.network, photo).sighting(&self.head)
    }

    /// The second look alone.
    #[must_use]
    pub fn describe(&self, photo: &RgbImage, region: Region) -> Descriptor {
        Descriptor::new(&self.network, &self.head, photo, region)
    }
}

/// The trained numbers of this version.
///
/// # Panics
/// Never: a test reads them.
#[must_use]
pub fn committed_head() -> Head {
    Head::from_bytes(HEAD).expect("the committed head has the layout of this version")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::{HEAD, Head, ID};

    /// Descriptors that another head has made must not be compared with those of this one.
    #[test]
    fn another_head_has_another_id() {
        let digest = Sha256::digest(HEAD);
        assert_eq!((ID, &digest[..4]), ("efficientnet-lite0, head 1", &[0x2e, 0x53, 0x64, 0xdd][..]), "give the new head a new ID");
    }

    #[test]
    fn the_committed_head_is_read_back() {
        let head = Head::from_bytes(HEAD).expect("the head of this version");
        assert_eq!(head.to_bytes(), HEAD);
        assert!(Head::from_bytes(&HEAD[..HEAD.len() - 4]).is_err());
        assert!(Head::from_bytes(&[HEAD, &[0; 4]].concat()).is_err());
    }
}
