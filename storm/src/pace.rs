//! How workload and faults keep pace with each other, so that each of them is spread over the whole storm.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::plan::Plan;

/// How often it is looked how far everything is.
const TICK: Duration = Duration::from_millis(20);

/// A step of the plan opens the gate for what the workload does until the next one, and strikes when this share of it is done: in
/// the middle of the work.
const STRIKES_AT: f64 = 0.3;

/// It strikes after so long even so: faults that keep the workload from working are to overlap with others.
const STRIKES_AFTER: Duration = Duration::from_secs(2);

/// But then the workload is behind by no more than this share of the whole.
const BEHIND_MAX: f64 = 0.1;

/// How far a storm is.
#[derive(Debug)]
pub(crate) struct Pace {
    events_wanted: u32,
    /// At which share of the storm each step of the plan is due.
    due: Vec<f64>,
    gaps: Vec<Duration>,
    span: Duration,
    gate: Mutex<Gate>,
    /// The events that what was done leads to at least, also where they are still to come.
    workload: AtomicU32,
    /// The events that there are.
    stored: AtomicU64,
    ticks: watch::Sender<()>,
    ended: watch::Sender<bool>,
}

/// How far the plan is, and how far the workload may go.
#[derive(Debug, Clone, Copy)]
struct Gate {
    begun: usize,
    last_began: Instant,
    open_to: f64,
    all_over: bool,
}

impl Pace {
    /// Of a storm that begins now.
    pub(crate) fn new(plan: &Plan, events_wanted: u32) -> Self {
        let (gaps, span): (Vec<Duration>, Duration) = (plan.steps.iter().map(|step| step.gap).collect(), plan.span());
        let due: Vec<f64> = gaps
            .iter()
            .scan(Duration::ZERO, |due, gap| {
                *due += *gap;
                Some(due.as_secs_f64() / span.as_secs_f64())
            })
            .collect();
        let open_to = due.first().copied().unwrap_or(1.0);
        Self {
            events_wanted,
            due,
            gaps,
            span,
            gate: Mutex::new(Gate { begun: 0, last_began: Instant::now(), open_to, all_over: false }),
            workload: AtomicU32::new(0),
            stored: AtomicU64::new(0),
            ticks: watch::Sender::default(),
            ended: watch::Sender::default(),
        }
    }

    /// Lets those who wait look again, until the storm is over.
    pub(crate) async fn run(&self) {
        while !self.is_over() {
            self.ticks.send_replace(());
            tokio::time::sleep(TICK).await;
        }
        self.ended.send_replace(true);
        self.ticks.send_replace(());
    }

    /// Waits until the workload may do something more; `false`: it is over.
    pub(crate) async fn turn(&self) -> bool {
        let mut ticks = self.ticks.subscribe();
        while !*self.ended.borrow() {
            if self.workload_share() < self.open_to() {
                return true;
            }
            if ticks.changed().await.is_err() {
                break;
            }
        }
        false
    }

    /// Waits until the step of this place in the plan may begin, and lets it begin.
    pub(crate) async fn begin_step(&self, place: usize) {
        let mut ticks = self.ticks.subscribe();
        while self.lock().last_began.elapsed() < self.gaps[place] && ticks.changed().await.is_ok() {}

        let due = self.due[place];
        let open_to = self.due.get(place + 1).copied().unwrap_or(1.0);
        self.lock().open_to = open_to;
        let opened = Instant::now();
        let may_strike = || {
            let done = self.workload_share();
            done >= due + (open_to - due) * STRIKES_AT || (opened.elapsed() > STRIKES_AFTER && done + BEHIND_MAX >= due)
        };
        while !may_strike() && ticks.changed().await.is_ok() {}
        let mut gate = self.lock();
        (gate.begun, gate.last_began) = (place + 1, Instant::now());
    }

    /// The last fault is over.
    pub(crate) fn faults_are_over(&self) {
        self.lock().all_over = true;
    }

    /// Something was done that leads to so many events.
    pub(crate) fn done(&self, events: u32) {
        self.workload.fetch_add(events, Ordering::Relaxed);
    }

    /// So many events are stored.
    pub(crate) fn counted(&self, events: u64) {
        self.stored.store(events, Ordering::Relaxed);
    }

    /// How many events are stored, and how many steps of the plan have begun.
    pub(crate) fn so_far(&self) -> (u64, usize) {
        (self.stored.load(Ordering::Relaxed), self.lock().begun)
    }

    fn is_over(&self) -> bool {
        self.lock().all_over && self.stored.load(Ordering::Relaxed) >= u64::from(self.events_wanted)
    }

    fn workload_share(&self) -> f64 {
        f64::from(self.workload.load(Ordering::Relaxed)) / f64::from(self.events_wanted.max(1))
    }

    /// How far the workload may go. Beyond the plan it goes on at the pace of the plan, until the last fault is over and all events
    /// are stored.
    fn open_to(&self) -> f64 {
        let Gate { begun, last_began, open_to, .. } = *self.lock();
        if begun < self.due.len() {
            open_to
        } else if self.span.is_zero() {
            f64::INFINITY
        } else {
            open_to + last_began.elapsed().as_secs_f64() / self.span.as_secs_f64()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::plan::FaultKind;

    /// Longer than anything here takes.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn plan() -> Plan {
        Plan::draw(1, 3, 1, &[FaultKind::FlushRedis])
    }

    #[tokio::test]
    async fn the_workload_waits_for_the_faults_and_the_storm_for_both() {
        let pace = Arc::new(Pace::new(&plan(), 10_000));
        let running = tokio::spawn({
            let pace = pace.clone();
            async move { pace.run().await }
        });
        assert!(pace.turn().await);
        pace.done(9_999);
        tokio::time::timeout(Duration::from_millis(200), pace.turn()).await.expect_err("far ahead of the faults");

        for place in 0..plan().steps.len() {
            tokio::time::timeout(PATIENCE, pace.begin_step(place)).await.expect("the workload is far enough");
        }
        assert_eq!(pace.so_far(), (0, plan().steps.len()));
        assert!(tokio::time::timeout(PATIENCE, pace.turn()).await.expect("the storm goes on at its pace"));
        pace.faults_are_over();
        pace.counted(10_000);
        tokio::time::timeout(PATIENCE, running).await.expect("it is over").expect("no panic");
        assert!(!pace.turn().await);
    }

    #[tokio::test]
    async fn a_step_lets_the_workload_work_before_it_strikes() {
        let pace = Pace::new(&plan(), 1_000);
        let work = async {
            while pace.turn().await {
                pace.done(1);
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = pace.run() => panic!("nothing is stored"),
            () = work => panic!("nothing is over"),
            () = pace.begin_step(0) => {}
        }
        let (done, due, next) = (pace.workload_share(), pace.due[0], pace.due[1]);
        assert!(done >= due + (next - due) * STRIKES_AT, "{done} between {due} and {next}");
    }

    #[tokio::test]
    async fn the_faults_wait_for_the_workload() {
        let pace = Pace::new(&plan(), 1_000);
        tokio::select! {
            () = pace.run() => panic!("nothing has happened"),
            () = pace.begin_step(plan().steps.len() - 1) => panic!("far ahead of the workload"),
            () = tokio::time::sleep(PATIENCE / 4) => {}
        }
    }
}
