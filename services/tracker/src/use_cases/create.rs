use contracts::{
    Caller, Fact, Role, ServiceError, TaskAssign, TaskCreate,
    tracker::{NewTask, Task},
};
use platform::database::Failure;

use crate::{Tracker, storage};

/// Stores a task, gives it to a random assignable employee and says both, in one transaction (specification, §2).
pub(crate) async fn create(tracker: &Tracker, caller: Caller, task: NewTask) -> Result<Task, Failure> {
    let drawn = tracker.directory.random_users(&Role::ASSIGNABLE, 1).await?;
    let assignee_user_id = drawn.first().copied().ok_or(ServiceError::NobodyAssignable)?;

    let mut transaction = tracker.pool.begin().await?;
    let moment = tracker.clock.moment(&mut *transaction).await?;
    let task = storage::task::insert(&mut transaction, &task, caller.user_id, assignee_user_id, moment.at).await?;
    let created = Fact::TaskCreate(TaskCreate { task_id: task.task_id, title: task.title.clone(), creator_user_id: caller.user_id });
    let assigned = Fact::TaskAssign(TaskAssign { task_id: task.task_id, assignee_user_id, run_id: None });
    let events = [created, assigned].map(|fact| tracker.outbox.event(moment, fact));
    let recorded = tracker.outbox.record(&mut transaction, &events).await?;
    transaction.commit().await?;
    tracker.outbox.committed(recorded);

    tracing::info!(task_id = %task.task_id, %assignee_user_id, creator_user_id = %caller.user_id, "task created");
    Ok(task)
}
