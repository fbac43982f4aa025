//! People and tasks: auth and the tracker must hold what their use cases answered.

use std::collections::HashMap;

use anyhow::Result;
use contracts::{Actor, RunId, auth::PeopleQuery};
use futures_util::TryStreamExt as _;
use testbed::Installation;
use wiring::Services;

use super::Verdict;
use crate::model::{Model, StoredAssignment, StoredTask};

pub(super) async fn check(installation: &Installation, services: &Services, model: &mut Model) -> Result<Vec<Verdict>> {
    // People and runs first: what was lost of an enrolment or of a start has to be known before tasks are looked at.
    Ok(vec![answers(model), people(services, model).await?, runs(installation, model).await?, tasks(installation, model).await?])
}

fn answers(model: &Model) -> Verdict {
    let mut verdict = Verdict::of("use cases answer what they may answer");
    for surprise in &model.surprises {
        verdict.breaks(|| surprise.clone());
    }
    let (all, lost) = model.calls.values().fold((0, 0), |(all, lost), calls| (all + calls.all, lost + calls.without_outcome));
    verdict.having_counted(format!("{all} calls, the outcome of {lost} was lost"))
}

async fn people(services: &Services, model: &mut Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("auth holds who enrolled, with the role given last");
    let people = services.auth.people(Actor::Operator, PeopleQuery::default()).await?;
    for profile in &people {
        if let Err(wrong) = model.compare_employee(profile) {
            verdict.breaks(|| wrong);
        }
    }
    for user_id in model.roles.keys().filter(|user_id| !people.iter().any(|profile| profile.user.user_id == **user_id)) {
        verdict.breaks(|| format!("{user_id} has enrolled and is not there"));
    }
    Ok(verdict.having_counted(format!("{} employees", people.len())))
}

/// For how long a task may have been under way when a run starts: it is then in the run or not.
const UNDER_WAY_MAX: &str = "30 seconds";

async fn runs(installation: &Installation, model: &mut Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("every reassign run has ended, and one that is done has left out no task");
    let stored: Vec<(i64, String)> =
        sqlx::query_as("SELECT run_id, status FROM tracker.reassign_run").fetch_all(&installation.owner).await?;
    for (run_id, status) in &stored {
        if status == "running" {
            verdict.breaks(|| format!("run {run_id} is running"));
        }
        if model.runs.insert(RunId(*run_id)) {
            match model.uncertain_runs.checked_sub(1) {
                Some(fewer) => model.uncertain_runs = fewer,
                None => verdict.breaks(|| format!("nobody started run {run_id}")),
            }
        }
    }
    // What was given and what could not be given stands in a row of its own; all other tasks that were open all the time were left out.
    let left_out: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT run_id, task_id FROM tracker.reassign_run AS run
         JOIN tracker.task ON task_id <= last_task_id AND creation_time < started_at - $1::interval
         WHERE run.status = 'done' AND (resolution_time IS NULL OR resolution_time > finished_at)
           AND NOT EXISTS (SELECT FROM tracker.assignment AS given WHERE given.task_id = task.task_id AND given.run_id = run.run_id)
           AND NOT EXISTS (SELECT FROM tracker.reassign_failure AS failed WHERE failed.task_id = task.task_id AND failed.run_id = run.run_id)",
    )
    .bind(UNDER_WAY_MAX)
    .fetch_all(&installation.owner)
    .await?;
    for (run_id, task_id) in left_out {
        verdict.breaks(|| format!("run {run_id} has left out task {task_id}"));
    }
    let by_status = |status: &str| stored.iter().filter(|(_, other)| other == status).count();
    Ok(verdict.having_counted(format!("{} runs are done, {} were cancelled", by_status("done"), by_status("cancelled"))))
}

async fn tasks(installation: &Installation, model: &mut Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("the tracker holds what its use cases answered");
    let mut expected = model.tasks.len() + model.never_priced.len();
    let statement = "SELECT task_id, title, assignee_user_id, creation_time, resolution_time FROM tracker.task";
    let mut stored = sqlx::query_as::<_, StoredTask>(statement).fetch(&installation.owner);
    let assignments = assignments(installation).await?;
    let mut counted = 0_usize;
    while let Some(task) = stored.try_next().await? {
        counted += 1;
        let known = model.tasks.len();
        let assignments = assignments.get(&task.task_id).map(Vec::as_slice).unwrap_or_default();
        match model.compare(&task, assignments) {
            Ok(()) => expected += model.tasks.len() - known,
            Err(wrong) => verdict.breaks(|| wrong),
        }
    }
    if counted != expected {
        verdict.breaks(|| format!("{expected} tasks were created, {counted} are there"));
    }
    Ok(verdict.having_counted(format!("{counted} tasks")))
}

/// Who was given which task, in this order.
async fn assignments(installation: &Installation) -> Result<HashMap<i64, Vec<StoredAssignment>>> {
    let statement = "SELECT task_id, assignee_user_id, assigned_at, run_id FROM tracker.assignment ORDER BY task_id, assignment_id";
    let mut stored = sqlx::query_as::<_, StoredAssignment>(statement).fetch(&installation.owner);
    let mut assignments: HashMap<i64, Vec<StoredAssignment>> = HashMap::new();
    while let Some(assignment) = stored.try_next().await? {
        assignments.entry(assignment.task_id).or_default().push(assignment);
    }
    Ok(assignments)
}
