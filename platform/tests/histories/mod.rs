//! Histories of the bus: anything that can happen to deliveries, in any order, on a real PostgreSQL.
//!
//! - [`step`]: a history is a sequence of steps. Each is what a relay, a worker or a person does in one go, so a worker that takes no
//!   further step has crashed there: between claim and push, push and begin, begin and transaction, commit and end. A worker may also
//!   pause before its transaction, in it and in its commit; crash there, lose its connection, or go on when others have taken over.
//! - [`model`]: the states of a delivery, and what each step makes of them. After every step the bus must have answered what the model
//!   answers, and PostgreSQL must hold what the model holds.
//! - [`invariants`]: what holds after every step, whatever the model says: an effect is there once and only with its delivery done,
//!   only the newest attempt may have one, and nobody waits in vain.
//! - [`liveness`]: nothing is stuck. After any history every delivery comes to the right end.
//! - [`choice`] draws the steps, [`coverage`] proves that they lead everywhere, [`case`] takes them on the real bus.

mod case;
mod choice;
mod coverage;
mod invariants;
mod liveness;
mod model;
mod names;
mod reaction;
mod record;
mod step;
mod worker;
mod world;

use std::{
    cell::{OnceCell, RefCell},
    ops::RangeInclusive,
    sync::{Arc, atomic::AtomicUsize},
};

use proptest::{
    strategy::{BoxedStrategy, Just, Strategy as _},
    test_runner::{Config, RngSeed, TestRunner, contextualize_config},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use self::{case::Case, liveness::Remainder, model::Model, step::Step, world::World};

/// How many histories: enough to come across everything that can happen many times, in some seconds.
const HISTORIES: u32 = 64;

/// How many steps a history has: a delivery needs four, so several are on their way several times.
const STEPS: RangeInclusive<usize> = 40..=80;

/// The same histories every time, so that a failure is the fault of a change. For others, and more of them:
/// `PROPTEST_RNG_SEED=7 PROPTEST_CASES=3000 cargo test --release -p platform --test main`.
const SEED: u64 = 20_261_123;

/// How long a history that fails is shortened, in milliseconds.
const SHORTENING_MS_MAX: u32 = 60_000;

thread_local! {
    /// The database of this test; it ends with the process.
    static WORLD: OnceCell<&'static World> = const { OnceCell::new() };
}

fn world() -> &'static World {
    WORLD.with(|world| *world.get_or_init(|| Box::leak(Box::new(World::new()))))
}

#[test]
fn whatever_happens_every_event_has_its_effect_once() {
    run(Bus::test_sequential);
}

/// The same histories once more, in memory.
#[test]
fn the_histories_come_across_everything() {
    let missing: RefCell<Vec<_>> = RefCell::new(coverage::ALL.to_vec());
    run(|_, mut model, steps, _| {
        for step in steps {
            let after = model.clone().after(&step);
            missing.borrow_mut().retain(|(_, is_met)| !is_met(&model, &step, &after));
            model = after;
        }
    });
    let missing: Vec<&str> = missing.into_inner().into_iter().map(|(situation, _)| situation).collect();
    assert!(missing.is_empty(), "no history comes across: {missing:?}");
}

fn run(history: impl Fn(Config, Model, Vec<Step>, Option<Arc<AtomicUsize>>)) {
    let config = contextualize_config(Config {
        cases: HISTORIES,
        rng_seed: RngSeed::Fixed(SEED),
        // A failure is told in full, step by step; a file of seeds would say nothing once the choice of steps has changed.
        failure_persistence: None,
        max_shrink_time: SHORTENING_MS_MAX,
        ..Config::default()
    });
    let mut runner = TestRunner::new(config.clone());
    let outcome = runner.run(&Model::sequential_strategy(STEPS), |(model, steps, seen)| {
        history(config.clone(), model, steps, seen);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        choice::step(model)
    }

    fn preconditions(model: &Self, step: &Step) -> bool {
        model.allows(step)
    }

    fn apply(model: Self, step: &Step) -> Self {
        model.after(step)
    }
}

/// The bus itself.
struct Bus;

impl StateMachineTest for Bus {
    type SystemUnderTest = Case;
    type Reference = Model;

    fn init_test(_: &Model) -> Case {
        let world = world();
        world.runtime.block_on(Case::begin(world))
    }

    fn apply(mut case: Case, model: &Model, step: Step) -> Case {
        let world = case.world;
        world.runtime.block_on(case.take_and_check(&step, model));
        case
    }

    fn teardown(case: Case, model: Model) {
        let world = case.world;
        world.runtime.block_on(Remainder { case, model }.run_to_the_end());
    }
}
