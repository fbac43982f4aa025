//! A worker with its attempts, running or paused.

use std::sync::Arc;

use contracts::Subscription;
use platform::bus::{AnyReaction as _, Attempt, AttemptKey, Outcome, ReactionError};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::task::JoinSet;

use super::{
    reaction::{Gate, Poisoned, Trial},
    step::{Answer, Course, Phase, WorkerNo},
    world::World,
};

pub(crate) struct Worker {
    number: i64,
    /// Nothing: it is a relay, which attempts nothing.
    subscription: Option<Subscription>,
    attempts: Vec<Attempt>,
    pub(crate) keys: Vec<AttemptKey>,
    pub(crate) paused: Option<Paused>,
}

/// A paused worker. When it is dropped, its attempts are.
pub(crate) struct Paused {
    number: i64,
    phase: Phase,
    gate: Arc<Gate>,
    running: Running,
}

/// One task, which makes the attempts.
type Running = JoinSet<Result<Outcome, ReactionError>>;

impl Worker {
    pub(crate) fn new(no: WorkerNo, subscription: Subscription, attempts: Vec<Attempt>) -> Self {
        let keys = attempts.iter().map(|attempt| attempt.key).collect();
        Self { number: no.into(), subscription: Some(subscription), attempts, keys, paused: None }
    }

    /// A relay that has found expired attempts.
    pub(crate) fn relay(no: WorkerNo, keys: Vec<AttemptKey>) -> Self {
        Self { number: no.into(), subscription: None, attempts: Vec::new(), keys, paused: None }
    }

    pub(crate) async fn run(&mut self, world: &World, poisoned: &Poisoned, course: Course) -> Answer {
        let gate = Arc::new(Gate::new());
        let trial = Trial {
            subscription: self.subscription.expect("no relay"),
            pool: self.pool(world, course),
            outbox: world.outbox.clone(),
            poisoned: poisoned.clone(),
            course,
            gate: gate.clone(),
        };
        if course == Course::Pauses(Phase::Commit) {
            world.hold_commits(self.number).await;
        }
        let attempts = self.attempts.clone();
        let mut running = Running::new();
        running.spawn(async move { trial.attempt(&attempts).await });
        let Course::Pauses(phase) = course else { return end(&mut running).await };

        let is_paused = async {
            match phase {
                Phase::Prepare | Phase::Apply => gate.meet().await,
                Phase::Commit => world.commit_waits(self.number).await,
            }
        };
        tokio::select! {
            () = is_paused => {}
            answer = end(&mut running) => panic!("the worker went on, to {answer:?}"),
        }
        self.paused = Some(Paused { number: self.number, phase, gate, running });
        Answer::Paused
    }

    /// The service's pool; or, where the course needs it, a session of its own that can be told from the others.
    fn pool(&self, world: &World, course: Course) -> PgPool {
        let commit = match course {
            Course::Through | Course::Fails(Phase::Prepare | Phase::Apply) => return world.accounting.clone(),
            Course::Fails(Phase::Commit) => "fails".to_owned(),
            Course::Pauses(Phase::Commit) => self.number.to_string(),
            Course::Pauses(Phase::Prepare | Phase::Apply) => "goes through".to_owned(),
        };
        // It may pause for as long as the history wants.
        let limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"].map(|limit| (limit, "0".to_owned()));
        let options = world.accounting.connect_options().as_ref().clone().application_name(&session_name(self.number));
        PgPoolOptions::new().max_connections(1).connect_lazy_with(options.options([("trial.commit", commit)]).options(limits))
    }
}

impl Paused {
    pub(crate) async fn resume(mut self, world: &World) -> Answer {
        match self.phase {
            Phase::Prepare | Phase::Apply => self.gate.meet().await,
            Phase::Commit => world.let_commits_go(self.number).await,
        }
        end(&mut self.running).await
    }

    /// What PostgreSQL knows its session by.
    pub(crate) fn session_name(&self) -> String {
        session_name(self.number)
    }

    /// Takes the connection from the worker, which goes on and finds out.
    pub(crate) async fn lose_connection(self, world: &World) -> Answer {
        world.end_session(self.session_name()).await;
        self.resume(world).await
    }

    /// Ends the worker's process, and with it its connection.
    pub(crate) async fn crash(mut self, world: &World) -> Answer {
        world.end_session(self.session_name()).await;
        if self.phase == Phase::Commit {
            world.let_commits_go(self.number).await;
        }
        self.running.shutdown().await;
        Answer::Nothing
    }
}

fn session_name(number: i64) -> String {
    format!("worker {number}")
}

async fn end(running: &mut Running) -> Answer {
    let ended = running.join_next().await.expect("the worker runs").expect("the reaction does not panic");
    Answer::Attempted(ended.map_err(|error| error.remedy()))
}
