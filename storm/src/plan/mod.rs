//! What goes wrong, in which order and how long after each other: drawn from the seed before anything begins.

mod fault;

use std::time::Duration;

use rand::{
    RngExt as _, SeedableRng as _,
    rngs::StdRng,
    seq::{IndexedRandom as _, SliceRandom as _},
};

pub(crate) use self::fault::{Connections, Fault, FaultKind, Party, Poison, Server};

/// The pause between the beginnings of two faults, in milliseconds: shorter than most faults last, so that they overlap.
const GAP_MS: std::ops::RangeInclusive<u64> = 500..=3_500;

/// There is a poisoned event for so many faults.
const FAULTS_PER_POISON: usize = 8;

/// Everything that is done to the system in a storm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// In this order.
    pub(crate) steps: Vec<Step>,
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// How long after the step before it begins.
    pub(crate) gap: Duration,
    pub(crate) act: Act,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// The system has to survive it without a trace.
    Fault(Fault),
    /// The system has to give up exactly this.
    Poison(Poison),
}

impl Plan {
    /// The plan of this seed: so many faults for so many worker processes. Every kind occurs before one occurs again.
    pub(crate) fn draw(seed: u64, faults: usize, processes: usize, kinds: &[FaultKind]) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut kinds = deck(kinds);
        let mut poisons = deck(&Poison::ALL);
        let poisons_count = if faults == 0 { 0 } else { (faults / FAULTS_PER_POISON).max(Poison::ALL.len()) };
        let mut steps = Vec::with_capacity(faults + poisons_count);
        for place in 0..faults {
            let kind = kinds(&mut random);
            let gap = Duration::from_millis(random.random_range(GAP_MS));
            steps.push(Step { gap, act: Act::Fault(Fault::draw(kind, processes, &mut random)) });
            // In the middle of equal parts of the storm.
            let due = |place: usize| (2 * place * poisons_count + faults) / (2 * faults);
            for _ in due(place)..due(place + 1) {
                steps.push(Step { gap: Duration::ZERO, act: Act::Poison(poisons(&mut random)) });
            }
        }
        Self { steps }
    }

    /// How long it takes at least.
    pub(crate) fn span(&self) -> Duration {
        self.steps.iter().map(|step| step.gap).sum()
    }
}

/// Deals out cards in random order; when all have been dealt, it shuffles them anew.
fn deck<T: Copy>(cards: &[T]) -> impl FnMut(&mut StdRng) -> T {
    let all = cards.to_vec();
    let mut left: Vec<T> = Vec::new();
    move |random| {
        if left.is_empty() {
            left.clone_from(&all);
            left.shuffle(random);
        }
        left.pop().unwrap_or_else(|| *all.choose(random).expect("a deck has cards"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn kinds(plan: &Plan) -> BTreeMap<&'static str, usize> {
        plan.steps.iter().fold(BTreeMap::new(), |mut kinds, step| {
            let name = match &step.act {
                Act::Fault(fault) => fault.kind().name(),
                Act::Poison(poison) => poison.name(),
            };
            *kinds.entry(name).or_default() += 1;
            kinds
        })
    }

    #[test]
    fn a_seed_has_one_plan() {
        let draw = |seed| Plan::draw(seed, 200, 3, &FaultKind::ALL);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn every_kind_occurs_in_the_shortest_storm_that_has_room() {
        for seed in 0..20 {
            let kinds = kinds(&Plan::draw(seed, FaultKind::ALL.len(), 3, &FaultKind::ALL));
            let faults: Vec<_> = FaultKind::ALL.iter().map(|kind| kinds.get(kind.name()).copied()).collect();
            assert_eq!(faults, vec![Some(1); FaultKind::ALL.len()], "seed {seed}");
            let poisons: Vec<_> = Poison::ALL.iter().map(|poison| kinds.get(poison.name()).copied()).collect();
            assert_eq!(poisons, vec![Some(1); Poison::ALL.len()], "seed {seed}");
        }
    }

    #[test]
    fn poison_is_spread_over_the_storm() {
        let plan = Plan::draw(1, 200, 3, &FaultKind::ALL);
        assert_eq!(plan.steps.len(), 225);
        let places: Vec<usize> =
            plan.steps.iter().enumerate().filter(|(_, step)| matches!(step.act, Act::Poison(_))).map(|(place, _)| place).collect();
        assert_eq!(places.len(), 25);
        assert!(places[0] <= 10 && places[24] >= 210, "{places:?}");
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] <= 10), "{places:?}");
    }

    #[test]
    fn a_storm_without_faults_is_a_calm_day() {
        assert_eq!(Plan::draw(1, 0, 3, &FaultKind::ALL), Plan { steps: Vec::new() });
    }

    #[test]
    fn what_is_not_to_be_had_is_left_out() {
        let without: Vec<FaultKind> = FaultKind::ALL.into_iter().filter(|kind| *kind != FaultKind::StepClock).collect();
        assert!(!kinds(&Plan::draw(1, 200, 3, &without)).contains_key(FaultKind::StepClock.name()));
    }
}
