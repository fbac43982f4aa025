//! Whose beak is it: the photo beside those that are known.

use crate::descriptor::Descriptor;

/// How alike a photo must be to one of an employee's, measured on pairs of birds of the same colours.
const LIKENESS_MIN: f32 = 0.55;

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

#[cfg(test)]
mod tests {
    use super::{Identity, identify};
    use crate::{descriptor::Descriptor, head::DESCRIPTOR_LENGTH};

    /// So alike to the one that lies at 0 as the cosine of this angle, in degrees.
    fn at(degrees: f32) -> Descriptor {
        let mut values = vec![0.0; DESCRIPTOR_LENGTH];
        values[0] = degrees.to_radians().cos();
        values[1] = degrees.to_radians().sin();
        Descriptor::normalised(values)
    }

    fn key(identity: Identity<char>) -> Option<char> {
        match identity {
            Identity::Known { key, .. } => Some(key),
            Identity::Unknown { .. } => None,
        }
    }

    #[test]
    fn the_most_alike_is_it_whatever_the_order() {
        for known in [[('k', at(20.0)), ('m', at(40.0))], [('m', at(40.0)), ('k', at(20.0))]] {
            assert_eq!(key(identify(&at(0.0), known)), Some('k'));
        }
    }

    #[test]
    fn several_photos_of_one_owner_are_no_rivals() {
        let known = [('k', at(10.0)), ('k', at(10.5)), ('m', at(40.0)), ('k', at(11.0))];
        let Identity::Known { key, margin, .. } = identify(&at(0.0), known) else { panic!("it is known") };
        assert_eq!(key, 'k');
        assert!(margin.is_some_and(|margin| (margin - (10.0_f32.to_radians().cos() - 40.0_f32.to_radians().cos())).abs() < 1e-5));
    }

    #[test]
    fn of_two_who_look_the_same_nobody_is_let_in() {
        assert_eq!(key(identify(&at(0.0), [('k', at(20.0)), ('m', at(-20.5))])), None);
    }

    #[test]
    fn who_is_not_alike_enough_is_unknown_and_so_is_everybody_to_an_empty_gallery() {
        assert_eq!(key(identify(&at(0.0), [('k', at(60.0))])), None);
        assert_eq!(identify(&at(0.0), []), Identity::<char>::Unknown { likeness: None });
        assert!(matches!(identify(&at(0.0), [('k', at(50.0))]), Identity::Known { margin: None, .. }));
    }
}
