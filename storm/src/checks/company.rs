//! People and tasks: auth and the tracker must hold what their use cases answered.

use anyhow::Result;
use contracts::{Actor, auth::PeopleQuery};
use futures_util::TryStreamExt as _;
use testbed::Installation;
use wiring::Services;

use super::Verdict;
use crate::model::{Model, StoredTask};

pub(super) async fn check(installation: &Installation, services: &Services, model: &mut Model) -> Result<Vec<Verdict>> {
    // People first: what was lost of an enrolment has to be known before tasks are looked at.
    Ok(vec![answers(model), people(services, model).await?, tasks(installation, model).await?])
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

async fn tasks(installation: &Installation, model: &mut Model) -> Result<Verdict> {
    let mut verdict = Verdict::of("the tracker holds what its use cases answered");
    let mut expected = model.tasks.len() + model.never_priced.len();
    let statement = "SELECT task_id, title, assignee_user_id, creation_time, resolution_time FROM tracker.task";
    let mut stored = sqlx::query_as::<_, StoredTask>(statement).fetch(&installation.owner);
    let mut counted = 0_usize;
    while let Some(task) = stored.try_next().await? {
        counted += 1;
        let known = model.tasks.len();
        match model.compare(&task) {
            Ok(()) => expected += model.tasks.len() - known,
            Err(wrong) => verdict.breaks(|| wrong),
        }
    }
    if counted != expected {
        verdict.breaks(|| format!("{expected} tasks were created, {counted} are there"));
    }
    Ok(verdict.having_counted(format!("{counted} tasks")))
}
