//! A company of which only the event bus is there.

use std::{ops::Range, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use contracts::{BusinessDay, Event, EventId, Fact, Moment, TaskCreate, TaskId, UserId};
use export::{ExportError, Exported, JsonLines, Limits, Selection, Sink as _, export};
use platform::{
    bus::{Outbox, Recorded, Wake},
    clock::CompanyClock,
    database::{BUS, Database, Role},
    randomness::Randomness,
};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// Small pages, so that few events are many pages.
pub(crate) const LIMITS: Limits = Limits { page_events: 7, margin: Duration::ZERO, patience: Duration::from_mins(1) };

/// An event as it is stored: its id, when it occurred, its day, payload and request.
type Row = (Uuid, DateTime<Utc>, String, Value, Option<String>);

pub(crate) struct Company {
    pub(crate) tracker: PgPool,
    pub(crate) database: Database,
    owner: PgPool,
    outbox: Outbox,
    clock: CompanyClock,
}

impl Company {
    pub(crate) async fn found(seed: u64) -> Self {
        let database = testdb::database(&[&BUS]).await;
        Self {
            tracker: database.pool(Role::Tracker),
            owner: database.pool(Role::Owner),
            outbox: Outbox::new(Randomness::seeded(seed), Wake::default()),
            clock: CompanyClock::new(Tz::UTC),
            database,
        }
    }

    /// Records the creation of a task in the transaction of `connection`, at its time.
    pub(crate) async fn create_task(&self, connection: &mut PgConnection, task_id: i64) {
        let occurred = self.clock.moment(&mut *connection).await.expect("the time");
        self.record(connection, task_id, occurred).await;
    }

    /// Records the creation of tasks that happened at this time and a second, two seconds … later, and are booked on this day.
    pub(crate) async fn tasks_of(&self, tasks: Range<i64>, at: &str, day: &str) {
        let mut transaction = self.tracker.begin().await.expect("a transaction");
        let (at, day): (DateTime<Utc>, BusinessDay) = (at.parse().expect("a time"), day.parse().expect("a day"));
        for task_id in tasks {
            self.record(&mut transaction, task_id, Moment { at: at + TimeDelta::seconds(task_id), day }).await;
        }
        transaction.commit().await.expect("a commit");
    }

    async fn record(&self, connection: &mut PgConnection, task_id: i64, occurred: Moment) {
        let created = TaskCreate {
            task_id: TaskId(task_id),
            title: format!("Щёлкать \"семечки\",\nno. {task_id}"),
            creator_user_id: UserId(Uuid::from_u128(1)),
        };
        let request_id = (task_id % 2 == 0).then(|| format!("request-{task_id}"));
        let event = Event { request_id, ..self.outbox.event(occurred, Fact::TaskCreate(created)) };
        // Nobody is to hear of it.
        let _: Recorded = self.outbox.record(connection, &[event]).await.expect("the event is recorded");
    }

    /// What an export of all stored events has to be, from the database's own words.
    pub(crate) async fn stored(&self) -> Vec<Value> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT event_id, occurred_at, business_day::text, payload, request_id FROM bus.event ORDER BY event_id")
                .fetch_all(&self.owner)
                .await
                .expect("the events");
        let event = |(id, at, day, payload, request_id): Row| {
            let mut event = json!({
                "specversion": "1.0",
                "id": id,
                "source": "/ates/tracker",
                "type": "ates.task_create",
                "subject": format!("task/{}", payload["task_id"]),
                "time": at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
                "datacontenttype": "application/json",
                "businessday": day,
                "data": payload,
            });
            if let Some(request_id) = request_id {
                event["requestid"] = request_id.into();
            }
            event
        };
        rows.into_iter().map(event).collect()
    }

    /// Exports to memory; answers the lines, read as JSON.
    pub(crate) async fn export(&self, selection: &Selection, limits: &Limits) -> Result<(Exported, Vec<Value>), ExportError> {
        let mut lines = Vec::new();
        let mut sink = JsonLines::new(&mut lines);
        let exported = export(&self.database, selection, limits, &mut sink).await?;
        sink.finish()?;
        let lines = String::from_utf8(lines).expect("UTF-8");
        let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(exported.events, events.len() as u64);
        if let Some(last) = events.last() {
            assert_eq!(exported.last, Some(id(last)));
        }
        Ok((exported, events))
    }
}

pub(crate) fn id(event: &Value) -> EventId {
    event["id"].as_str().expect("an id").parse().expect("an id")
}

pub(crate) fn task_ids(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["data"]["task_id"].as_i64().expect("a task")).collect()
}
