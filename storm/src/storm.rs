//! The storm itself: everything is started, the workload and the faults go on side by side, all is healed, and the books are checked.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use platform::randomness::Randomness;
use testbed::Addresses;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    checks, clock,
    console::{Progress, say},
    journal::Journal,
    pace::Pace,
    plan::{Act, FaultKind, Plan},
    poison::Poisoner,
    quiet,
    repeat::LOOK_INTERVAL,
    report::{Report, Times},
    worker::database_url,
    workload::Workload,
    world::World,
};

/// How many faults may be going on at once.
const FAULTS_AT_ONCE_MAX: usize = 4;

/// How often events are counted and it is looked whether the workers run.
const LOOK_AFTER_INTERVAL: Duration = Duration::from_millis(500);

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) seed: u64,
    pub(crate) events: u32,
    pub(crate) faults: usize,
    pub(crate) processes: usize,
}

/// Lets the storm loose; logs and clocks of the workers lie in `folder`.
pub(crate) async fn run(order: Order, folder: &Path) -> Result<Report> {
    let began = Instant::now();
    let library = clock::library();
    if library.is_none() {
        say!("libfaketime is not installed (Debian's package `faketime`): no clock is stepped");
    }
    let kinds: Vec<FaultKind> = FaultKind::ALL.into_iter().filter(|kind| library.is_some() || *kind != FaultKind::StepClock).collect();
    let plan = Plan::draw(order.seed, order.faults, order.processes, &kinds);

    let journal = Arc::new(Journal::begin(folder)?);
    let world = Arc::new(World::new(order.processes, folder, library.as_deref()).await?);
    let detour = database_url(&*world.workload.lock().await);
    let addresses = Addresses { database_url: detour, ..world.installation.addresses.clone() };
    let workload = Workload::found(&addresses, order.seed).await?;
    for worker in &world.workers {
        worker.start().await?;
    }

    let pace = Arc::new(Pace::new(&plan, order.events));
    let progress = Progress::new();
    let storm = async {
        let ticks = async {
            pace.run().await;
            Ok(())
        };
        tokio::try_join!(ticks, workload.run(&pace, order.seed), let_loose(&plan, &world, &pace, &workload, &journal))
    };
    tokio::select! {
        ended = storm => drop(ended?),
        stopped = look_after(&world, &pace, &workload, |events, steps| {
            progress.say(format_args!("{events} of {} events, {steps} of {} faults and poisons begun", order.events, plan.steps.len()));
        }) => return stopped,
    }
    progress.finish();
    journal.note(format_args!("the storm is over"));
    let stormed_for = began.elapsed();
    let calm_began = Instant::now();

    let calm = async {
        let quiet = quiet::come(&world.installation.owner, &journal).await?;
        journal.note(format_args!("all is quiet"));
        anyhow::Ok([quiet, quiet::spend_night(&world.installation).await?])
    };
    let calm = tokio::select! {
        calm = calm => calm?,
        stopped = look_after(&world, &pace, &workload, |_, _| {}) => return stopped,
    };
    journal.note(format_args!("everybody is paid"));
    let calmed_for = calm_began.elapsed();
    let checks_began = Instant::now();
    let model = std::mem::take(&mut *workload.model());
    let calls = model.calls.clone();
    let mut verdicts = Vec::from(calm);
    verdicts.extend(checks::check(&world.installation, model).await?);
    // Best effort: the log is for people, and whatever else there is to tell counts more.
    let _ = std::fs::copy(world.installation.servers.postgres_log(), folder.join("postgres.log"));
    let times = Times { storm: stormed_for, calm: calmed_for, checks: checks_began.elapsed() };
    Report::of(order, &plan, &calls, verdicts, &world.installation.owner, times).await
}

/// Lets one step of the plan begin after the other, and returns when the last one is over.
async fn let_loose(plan: &Plan, world: &Arc<World>, pace: &Pace, workload: &Workload, journal: &Arc<Journal>) -> Result<()> {
    let poisoner = Arc::new(Poisoner::new(&world.installation, workload.clock(), Randomness::from_system()?));
    let at_once = Arc::new(Semaphore::new(FAULTS_AT_ONCE_MAX));
    let mut going_on = JoinSet::new();
    for (place, step) in plan.steps.iter().enumerate() {
        let permit = at_once.clone().acquire_owned().await?;
        pace.begin_step(place).await;
        let (act, journal) = (step.act.clone(), journal.clone());
        let (world, workload, poisoner) = (world.clone(), workload.clone(), poisoner.clone());
        going_on.spawn(async move {
            let _permit = permit;
            journal.note(format_args!("begins: {act:?}"));
            match &act {
                Act::Fault(fault) => world.suffer(fault).await.with_context(|| format!("the storm cannot do this: {fault:?}"))?,
                Act::Poison(poison) => {
                    let _peace = world.postgres_in_peace().await;
                    let poisoning = poisoner.poison(*poison, workload.steady_worker()).await?;
                    workload.model().poisoned(poisoning);
                }
            }
            journal.note(format_args!("is over: {act:?}"));
            anyhow::Ok(())
        });
        while let Some(ended) = going_on.try_join_next() {
            ended??;
        }
    }
    while let Some(ended) = going_on.join_next().await {
        ended??;
    }
    pace.faults_are_over();
    Ok(())
}

/// Counts events, remembers jobs, and starts workers again that ended by themselves, which they must not. Returns only with an error.
async fn look_after<T>(world: &World, pace: &Pace, workload: &Workload, tell: impl Fn(u64, usize)) -> Result<T> {
    loop {
        let look = async {
            world.repeater.look().await;
            tokio::time::sleep(LOOK_INTERVAL).await;
        };
        let count = async {
            // While PostgreSQL is away there is nothing to count.
            if let Ok(events) = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM bus.event").fetch_one(&world.installation.owner).await {
                pace.counted(events.unsigned_abs());
            }
            let (events, steps) = pace.so_far();
            tell(events, steps);
            tokio::time::sleep(LOOK_AFTER_INTERVAL).await;
        };
        tokio::join!(look, count);
        for (number, worker) in world.workers.iter().enumerate() {
            if let Some(status) = worker.revive().await? {
                workload.model().surprises.push(format!("worker {number} ended by itself: {status}"));
            }
        }
    }
}
