//! Whose beak is it? The port to whatever can tell, and how its answers are used.

use beak::photo::Photo;
use contracts::{PhotoRefusal, UserId, auth::RecogniserState};

/// Tells parrots apart by their photos.
///
/// What a photo shows becomes a [`Template`]; two templates of the same recogniser can be compared. [`LooksAtBeaks`](crate::LooksAtBeaks)
/// knows the bird; [`SamePhoto`](crate::SamePhoto) recognises **the photo and not the bird**: whoever shows the photo it enrolled with is
/// let in. The methods compute and do not wait for anything: the service calls [`template`](Self::template) on a thread of its own.
pub trait BeakRecogniser: std::fmt::Debug + Send + Sync + 'static {
    /// Name and version, kept with every template: templates of another recogniser, or of another version, are left alone.
    /// At most 100 characters.
    fn id(&self) -> &'static str;

    /// What visitors are told of it.
    fn state(&self) -> RecogniserState;

    /// What to remember of the beak in this photo, or why the photo is of no use.
    fn template(&self, photo: &Photo) -> Result<Template, PhotoRefusal>;

    /// Whose beak this is, of those that are known. Something that this recogniser never made is nobody's.
    fn whose(&self, shown: &Template, known: &[KnownBeak]) -> Option<UserId>;
}

/// What a recogniser remembers of a beak; only the recogniser can read it. At most 64 KiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub Vec<u8>);

/// How much alike two beaks are, from 0.0 (not at all) to 1.0 (the same).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness(pub f32);

/// A beak whose owner is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBeak {
    /// The owner.
    pub user_id: UserId,
    /// What is remembered of the beak.
    pub template: Template,
}

/// The owner of the most alike of the known beaks; of equals, the first. `likeness` is nothing where a beak is not alike enough.
pub(crate) fn most_alike(known: &[KnownBeak], likeness: impl Fn(&Template) -> Option<Likeness>) -> Option<UserId> {
    let mut best: Option<(UserId, Likeness)> = None;
    for beak in known {
        if let Some(likeness) = likeness(&beak.template)
            && best.is_none_or(|(_, best)| likeness.0 > best.0)
        {
            best = Some((beak.user_id, likeness));
        }
    }
    best.map(|(user_id, _)| user_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beak(user: u128, number: u8) -> KnownBeak {
        KnownBeak { user_id: UserId(uuid::Uuid::from_u128(user)), template: Template(vec![number]) }
    }

    /// Templates are one number; they are alike enough when they differ by at most two.
    fn whose(shown: u8, known: &[KnownBeak]) -> Option<UserId> {
        most_alike(known, |template| {
            let difference = shown.abs_diff(template.0[0]);
            (difference <= 2).then(|| Likeness(1.0 - f32::from(difference) / 255.0))
        })
    }

    #[test]
    fn the_most_alike_wins_and_the_first_of_equals() {
        let known = [beak(1, 12), beak(2, 11), beak(3, 11), beak(4, 100)];
        assert_eq!(whose(10, &known), Some(known[1].user_id));
        assert_eq!(whose(13, &known), Some(known[0].user_id));
    }

    #[test]
    fn what_is_not_alike_enough_is_nobodys() {
        let known = [beak(1, 12), beak(4, 100)];
        assert_eq!(whose(50, &known), None);
        assert_eq!(whose(50, &[]), None);
    }
}
