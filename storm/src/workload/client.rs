use std::sync::Arc;

use contracts::{
    Actor, Caller, Role, RunId, ServiceError, TaskId, UserId,
    tracker::{NewTask, Task, TaskStatus},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{Workload, in_time, lock};
use crate::{
    model::{End, ModelTask},
    pace::Pace,
};

/// In a hundred turns, so many tasks are created, and so many times the first client sees to the people instead; else a task is finished.
const CREATIONS_PERCENT: u32 = 52;
const CHANGES_PERCENT: u32 = 8;

/// The client that has all tasks reassigned does so once in as many turns as this plus so many for each of its open tasks: the events of a run
/// are as many as the open tasks of all clients, and shall not be most of the storm.
const TURNS_PER_REASSIGNMENT: usize = 20;
const TURNS_PER_REASSIGNMENT_AND_TASK: usize = 4;

/// One run in so many is cancelled at once.
const REASSIGNMENTS_PER_CANCELLATION: u32 = 3;

/// A created task leads to `task_create`, `task_assign` and `account_log_change`; a finished one to `task_resolve` and
/// `account_log_change`. Changes of the day come on top.
const EVENTS_PER_CREATION: u32 = 3;
const EVENTS_PER_END: u32 = 2;

/// Does one thing after another, whatever happens around it.
pub(super) struct Client {
    workload: Workload,
    number: u64,
    random: StdRng,
    asked_for: u64,
    open: Vec<OpenTask>,
}

/// A task that this client has created and not finished.
struct OpenTask {
    task_id: TaskId,
    assignee: UserId,
    /// The answer to an earlier try to finish it was lost.
    tried: bool,
}

impl Client {
    /// What it does follows from the seed and its number.
    pub(super) fn new(workload: Workload, number: u64, seed: u64) -> Self {
        let random = StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number));
        Self { workload, number, random, asked_for: 0, open: Vec::new() }
    }

    pub(super) async fn run(mut self, pace: Arc<Pace>) {
        while pace.turn().await {
            let percent = self.random.random_range(0..100);
            let turns_per_reassignment = TURNS_PER_REASSIGNMENT + TURNS_PER_REASSIGNMENT_AND_TASK * self.open.len();
            if self.number == 1 && self.random.random_range(0..turns_per_reassignment) == 0 {
                self.reassign().await;
            } else if self.number == 0 && percent < CHANGES_PERCENT {
                self.workload.people.change(&self.workload.services, &self.workload.model, &mut self.random).await;
            } else if percent < CREATIONS_PERCENT || self.open.is_empty() {
                pace.done(self.create().await);
            } else {
                pace.done(self.finish().await);
            }
        }
        let mut model = self.workload.model();
        for task in self.open.iter().filter(|task| task.tried) {
            if let Some(task) = model.tasks.get_mut(&task.task_id) {
                task.end = End::Uncertain;
            }
        }
    }

    /// Creates a task; answers how many events come of it.
    async fn create(&mut self) -> u32 {
        let creator = Caller { user_id: self.workload.people.anybody(&mut self.random), role: Role::Worker };
        self.asked_for += 1;
        // No two titles are equal: by its title a task is found whose creation nobody answered.
        let title = format!("Task {} of client {}", self.asked_for, self.number);
        let task = NewTask::parse(&title, "").expect("a short title");
        let answer = in_time(self.workload.services.tracker.create(creator, task, None)).await;

        let mut model = lock(&self.workload.model);
        model.called("create", &answer);
        match answer {
            Ok(Task { task_id, assignee_user_id: assignee, creation_time: created_at, .. }) => {
                model.tasks.insert(task_id, ModelTask { assignee, created_at, reassigned: Vec::new(), end: End::Open });
                self.open.push(OpenTask { task_id, assignee, tried: false });
                return EVENTS_PER_CREATION;
            }
            Err(ServiceError::Unavailable) => drop(model.uncertain_titles.insert(title)),
            Err(error) => model.surprises.push(format!("create answered: {error}")),
        }
        0
    }

    /// Lets its assignee finish some task; answers how many events come of it.
    async fn finish(&mut self) -> u32 {
        let place = self.random.random_range(0..self.open.len());
        let OpenTask { task_id, assignee, tried } = self.open.swap_remove(place);
        let caller = Caller { user_id: assignee, role: Role::Worker };
        let answer = in_time(self.workload.services.tracker.resolve(caller, task_id)).await;
        // A run may have given it to somebody else; what became of an earlier try is seen then, too.
        if answer == Err(ServiceError::NotYourTask) && lock(&self.workload.model).called("resolve", &answer).may_have_runs() {
            return self.look_again(OpenTask { task_id, assignee, tried }).await;
        }

        let mut model = lock(&self.workload.model);
        model.called("resolve", &answer);
        let done = match answer {
            Ok(_) => true,
            // As people do who are told nothing: they try again.
            Err(ServiceError::AlreadyDone) if tried => true,
            Err(ServiceError::Unavailable) => {
                self.open.push(OpenTask { task_id, assignee, tried: true });
                return 0;
            }
            Err(error) => {
                model.surprises.push(format!("resolve of task {task_id} answered: {error}"));
                false
            }
        };
        if let Some(task) = model.tasks.get_mut(&task_id)
            && done
        {
            task.end = End::Done(None);
        }
        EVENTS_PER_END
    }

    /// Looks who has a task now.
    async fn look_again(&mut self, task: OpenTask) -> u32 {
        let answer = in_time(self.workload.services.tracker.tasks(&[task.task_id])).await;
        let mut model = lock(&self.workload.model);
        model.called("tasks", &answer);
        match answer.as_deref() {
            Ok([Task { status: TaskStatus::InProgress, assignee_user_id, .. }]) => {
                self.open.push(OpenTask { assignee: *assignee_user_id, ..task });
            }
            Ok([Task { status: TaskStatus::Done, .. }]) if task.tried => {
                if let Some(task) = model.tasks.get_mut(&task.task_id) {
                    task.end = End::Done(None);
                }
            }
            Err(ServiceError::Unavailable) => self.open.push(task),
            other => model.surprises.push(format!("tasks answered of task {}: {other:?}", task.task_id)),
        }
        0
    }

    /// Has all open tasks reassigned, and sometimes thinks better of it.
    async fn reassign(&mut self) {
        let reassign = &self.workload.services.reassign;
        let answer = in_time(reassign.start(Actor::Operator)).await;
        let run_id: Option<RunId> = {
            let mut model = lock(&self.workload.model);
            model.called("reassign", &answer);
            match answer {
                Ok(run) => {
                    model.runs.insert(run.run_id);
                    Some(run.run_id)
                }
                Err(ServiceError::Unavailable) => {
                    model.uncertain_runs += 1;
                    None
                }
                Err(error) => {
                    model.surprises.push(format!("reassign answered: {error}"));
                    None
                }
            }
        };
        let Some(run_id) = run_id else { return };
        if self.random.random_ratio(1, REASSIGNMENTS_PER_CANCELLATION) {
            let answer = in_time(reassign.cancel(Actor::Operator, run_id)).await;
            let mut model = lock(&self.workload.model);
            model.called("cancel", &answer);
            if let Err(error) = answer
                && error != ServiceError::Unavailable
            {
                model.surprises.push(format!("cancel answered: {error}"));
            }
        }
    }
}
