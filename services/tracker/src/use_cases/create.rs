use contracts::{
    Caller, Fact, Field, FieldProblem, InvalidField, Role, ServiceError, TaskAssign, TaskCreate,
    tracker::{CreationKey, NewTask, Task},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// Stores a task, gives it to a random assignable employee and says both, in one transaction (specification, §2). What was asked for
/// before by the same key is not done again.
pub(crate) async fn create(tracker: &Tracker, caller: Caller, new: NewTask, key: Option<CreationKey>) -> Result<Task, Failure> {
    if let Some(key) = &key
        && let Some(task) = created_before(tracker, caller, &new, key).await?
    {
        return Ok(task);
    }
    let drawn = tracker.directory.random_users(&Role::ASSIGNABLE, 1).await?;
    let assignee_user_id = drawn.first().copied().ok_or(ServiceError::NobodyAssignable)?;

    let mut transaction = tracker.pool.begin().await?;
    let moment = tracker.clock.moment(&mut *transaction).await?;
    let inserted = storage::task::insert(&mut transaction, &new, key.as_ref(), caller.user_id, assignee_user_id, moment.at).await?;
    let Some(task) = inserted else {
        drop(transaction);
        // The same request came twice at the same time, and the other one was faster.
        let key = key.ok_or(ServiceError::Busy)?;
        return Ok(created_before(tracker, caller, &new, &key).await?.ok_or(ServiceError::Busy)?);
    };
    let created = Fact::TaskCreate(TaskCreate { task_id: task.task_id, title: task.title.clone(), creator_user_id: caller.user_id });
    let assigned = Fact::TaskAssign(TaskAssign { task_id: task.task_id, assignee_user_id, run_id: None });
    let events = [created, assigned].map(|fact| tracker.outbox.event(moment, fact));
    let recorded = tracker.outbox.record(&mut transaction, &events).await?;
    transaction.commit().await?;
    tracker.outbox.committed(recorded);

    tracing::info!(task_id = %task.task_id, %assignee_user_id, creator_user_id = %caller.user_id, "task created");
    Ok(task)
}

/// The task that the caller has created by this key.
async fn created_before(tracker: &Tracker, caller: Caller, new: &NewTask, key: &CreationKey) -> Result<Option<Task>, Failure> {
    let task = storage::task::by_key(&tracker.pool, caller.user_id, key).await?;
    if task.as_ref().is_some_and(|task| task.title != new.title() || task.description != new.description()) {
        return Err(ServiceError::Invalid(InvalidField { field: Field::CreationKey, problem: FieldProblem::Taken }).into());
    }
    Ok(task)
}
