//! Whose beak is it: the photo beside those that are known.

use crate::descriptor::Descriptor;

/// How alike a photo must be to one of an employee's, measured on pairs of birds of the same colours.
pub const LIKENESS_MIN: f32 = 0.55;

/// By how much the best employee must be more alike than the second one: of two that look the same, nobody is let in.
const MARGIN_MIN: f32 = 0.02;

/// What a comparison finds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Identity<K> {
    /// It is this one.
    Known {
        /// Who.
        key: K,
        /// How alike the most alike of their photos is.
        likeness: f32,
        /// By how much it is more alike than anybody else's; to nothing where there is nobody else.
        margin: Option<f32>,
    },
    /// It is nobody's, or cannot be told apart.
    Unknown {
        /// How alike the most alike of all photos is.
        likeness: Option<f32>,
    },
}

/// Compares a photo with those that are known; an owner may have several.
pub fn identify<K: Copy + PartialEq>(shown: &Descriptor, known: impl IntoIterator<Item = (K, Descriptor)>) -> Identity<K> {
    let (mut best, mut second): (Option<(K, f32)>, Option<f32>) = (None, None);
    for (key, descriptor) in known {
        let likeness = shown.likeness(&descriptor);
        match best {
            Some((best_key, best_likeness)) if best_key == key => best = Some((key, best_likeness.max(likeness))),
            Some((_, best_likeness)) if likeness <= best_likeness => second = Some(second.map_or(likeness, |second| second.max(likeness))),
            _ => {
                second = best.map(|(_, likeness)| likeness).or(second);
                best = Some((key, likeness));
            }
        }
    }
    let margin = best.zip(second).map(|((_, best), second)| best - second);
    match best {
        Some((key, likeness)) if likeness >= LIKENESS_MIN && margin.is_none_or(|margin| margin >= MARGIN_MIN) => {
            Identity::Known { key, likeness, margin }
        }
        best => Identity::Unknown { likeness: best.map(|(_, likeness)| likeness) },
    }
}
