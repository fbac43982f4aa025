//! Events that nobody can apply: said twice, or spoilt by hand. They must end as dead letters, and nothing else may.

use std::time::Duration;

use anyhow::{Context as _, Result};
use contracts::{EventId, Fact, TaskAssign, TaskCreate, TaskId, TaskResolve, UserId};
use platform::{
    bus::{Outbox, Recorded, Wake},
    clock::CompanyClock,
    database::Role,
    randomness::Randomness,
};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, PgPool};
use testbed::Installation;

use crate::plan::Poison;

/// How often it is looked whether a task is paid.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What an event without its fields leads to.
const UNREADABLE: &str = "cannot be read";

/// What an assignment of a task leads to that can have no price.
pub(crate) const PRICE_WILL_NOT_COME: &str = "will not come";

/// Publishes poisoned events, past all faults: whether it has done so must be certain.
pub(crate) struct Poisoner {
    owner: PgPool,
    tracker: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
}

/// An event that must become a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Poisoned {
    pub(crate) event_id: EventId,
    /// A part of the error that the dead letter must show.
    pub(crate) error_part: &'static str,
}

/// What a poisoning leaves behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Poisoning {
    pub(crate) events: Vec<Poisoned>,
    /// The task that will never have a price, if it made one.
    pub(crate) never_priced: Option<TaskId>,
}

impl Poisoner {
    pub(crate) fn new(installation: &Installation, clock: CompanyClock, randomness: Randomness) -> Self {
        let outbox = Outbox::new(randomness, Wake::default());
        Self { owner: installation.owner.clone(), tracker: installation.database.pool(Role::Tracker), outbox, clock }
    }

    /// Publishes what the poison consists of. `employee` is somebody it may speak of.
    pub(crate) async fn poison(&self, poison: Poison, employee: UserId) -> Result<Poisoning> {
        match poison {
            Poison::PaidTwice => self.pay_twice(employee).await,
            Poison::UnreadableAssignment => self.assign_unreadably(employee).await,
            Poison::NeverPriced => self.create_unreadably(employee).await,
        }
        .with_context(|| format!("the poison cannot be published: {}", poison.name()))
    }

    async fn pay_twice(&self, employee: UserId) -> Result<Poisoning> {
        let task_id = self.some_task("task_resolve").await?;
        let mut transaction = self.tracker.begin().await?;
        let resolve = TaskResolve { task_id, title: "Once more".to_owned(), resolver_user_id: employee };
        let event_id = self.publish(&mut transaction, Fact::TaskResolve(resolve)).await?;
        transaction.commit().await?;
        Ok(Poisoning { events: vec![Poisoned { event_id, error_part: "was paid already" }], never_priced: None })
    }

    async fn assign_unreadably(&self, employee: UserId) -> Result<Poisoning> {
        let task_id = self.some_task("task_create").await?;
        let mut transaction = self.tracker.begin().await?;
        let assign = TaskAssign { task_id, assignee_user_id: employee, run_id: None };
        let event_id = self.publish(&mut transaction, Fact::TaskAssign(assign)).await?;
        spoil(&mut transaction, event_id, "assignee_user_id").await?;
        transaction.commit().await?;
        Ok(Poisoning { events: vec![Poisoned { event_id, error_part: UNREADABLE }], never_priced: None })
    }

    /// The tracker's own rows are right: only what it says of them is not.
    async fn create_unreadably(&self, employee: UserId) -> Result<Poisoning> {
        let mut transaction = self.tracker.begin().await?;
        let moment = self.clock.moment(&mut *transaction).await?;
        let task_id: i64 = sqlx::query_scalar(
            "WITH task AS (
                 INSERT INTO tracker.task (title, description, creator_user_id, assignee_user_id, creation_time, assigned_at)
                 VALUES ('Beyond price', '', $1, $1, $2, $2) RETURNING task_id
             )
             INSERT INTO tracker.assignment (task_id, assignee_user_id, assigned_at) SELECT task_id, $1, $2 FROM task RETURNING task_id",
        )
        .bind(employee.0)
        .bind(moment.at)
        .fetch_one(&mut *transaction)
        .await?;
        let task_id = TaskId(task_id);
        let create = TaskCreate { task_id, title: "Beyond price".to_owned(), creator_user_id: employee };
        let creation = self.publish(&mut transaction, Fact::TaskCreate(create)).await?;
        let assign = TaskAssign { task_id, assignee_user_id: employee, run_id: None };
        let assignment = self.publish(&mut transaction, Fact::TaskAssign(assign)).await?;
        spoil(&mut transaction, creation, "title").await?;
        transaction.commit().await?;
        let events = vec![
            Poisoned { event_id: creation, error_part: UNREADABLE },
            Poisoned { event_id: assignment, error_part: PRICE_WILL_NOT_COME },
        ];
        Ok(Poisoning { events, never_priced: Some(task_id) })
    }

    async fn publish(&self, tracker: &mut PgConnection, fact: Fact) -> sqlx::Result<EventId> {
        let moment = self.clock.moment(&mut *tracker).await?;
        let event = self.outbox.event(moment, fact);
        // No page shows it, and the relay finds it by itself.
        let _: Recorded = self.outbox.record(tracker, std::slice::from_ref(&event)).await?;
        Ok(event.event_id)
    }

    /// A task of which accounting has heard this; waits until there is one.
    async fn some_task(&self, kind: &str) -> Result<TaskId> {
        loop {
            let heard: Option<i64> = sqlx::query_scalar(
                "SELECT (payload ->> 'task_id')::bigint FROM bus.delivery JOIN bus.event USING (event_id)
                 WHERE kind = $1 AND status = 'done' ORDER BY delivery_id DESC LIMIT 1",
            )
            .bind(kind)
            .fetch_optional(&self.owner)
            .await?;
            match heard {
                Some(task_id) => return Ok(TaskId(task_id)),
                None => tokio::time::sleep(POLL_INTERVAL).await,
            }
        }
    }
}

/// Takes a field from an event before anybody can see it, as only the owner may. The transaction acts as the owner from then on.
async fn spoil(transaction: &mut PgConnection, event_id: EventId, field: &str) -> sqlx::Result<()> {
    transaction.execute(AssertSqlSafe(format!("SET LOCAL ROLE {}", Role::Owner.name()))).await?;
    let spoilt = sqlx::query("UPDATE bus.event SET payload = payload - $2 WHERE event_id = $1").bind(event_id.0).bind(field);
    spoilt.execute(transaction).await.map(drop)
}
