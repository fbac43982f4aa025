//! Chance: tokens, ids and draws come from one source that is handed in, never from the surroundings.
//!
//! So a test can seed it, and a reader sees in a constructor that a part of the system depends on chance.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rand::{
    CryptoRng, SeedableRng as _,
    rngs::{StdRng, SysRng},
};
use uuid::Uuid;

/// A source of randomness that is good enough for secrets. Clones share one source.
#[derive(Debug, Clone)]
pub struct Randomness {
    generator: Arc<Mutex<StdRng>>,
}

/// The operating system gives no randomness; nothing that needs secrets can run.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] rand::rngs::SysError);

impl Randomness {
    /// The source for real use, seeded by the operating system.
    pub fn from_system() -> Result<Self, NoRandomness> {
        Ok(Self::of(StdRng::try_from_rng(&mut SysRng)?))
    }

    /// A source that gives the same sequence for the same seed: for tests and demonstrations, never for secrets.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::of(StdRng::seed_from_u64(seed))
    }

    /// Lets `draw` use the generator. Others wait meanwhile, so it should only draw.
    pub fn with<T>(&self, draw: impl FnOnce(&mut dyn CryptoRng) -> T) -> T {
        // A draw that panicked leaves a generator that is as good as before.
        draw(&mut *self.generator.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|generator| generator.fill_bytes(&mut bytes));
        bytes
    }

    /// A new id (UUID version 7): the millisecond of `created_at`, then randomness, so that ids sort by age and rows made
    /// together lie together. `created_at` is the database's time, as all times are.
    #[must_use]
    pub fn id(&self, created_at: DateTime<Utc>) -> Uuid {
        // No row is older than 1970: such a time could only come from a database whose clock was never set.
        let unix_milliseconds = u64::try_from(created_at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(unix_milliseconds, &self.bytes()).into_uuid()
    }

    fn of(generator: StdRng) -> Self {
        Self { generator: Arc::new(Mutex::new(generator)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_clones_share_one_sequence() {
        let (one, other) = (Randomness::seeded(1), Randomness::seeded(1));
        let first: [u8; 32] = one.bytes();
        assert_eq!(first, other.bytes());
        let second: [u8; 32] = one.clone().bytes();
        assert_ne!(first, second, "a clone went back to the start");
        assert_eq!(second, other.bytes());
        assert_ne!(first, Randomness::seeded(2).bytes());
    }

    #[test]
    fn the_system_seeds_every_source_differently() {
        let draw = || Randomness::from_system().expect("randomness").bytes::<32>();
        assert_ne!(draw(), draw());
    }

    #[test]
    fn ids_sort_by_age() {
        let randomness = Randomness::seeded(1);
        let millisecond = |n| DateTime::from_timestamp_millis(n).expect("a time");
        let (older, newer) = (randomness.id(millisecond(1_764_000_000_000)), randomness.id(millisecond(1_764_000_000_001)));
        assert!(older < newer);
        assert_eq!((older.get_version_num(), newer.get_version_num()), (7, 7));
        assert_ne!(older, randomness.id(millisecond(1_764_000_000_000)));
    }
}
