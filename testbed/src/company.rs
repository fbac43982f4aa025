//! A company for a test. Everything here panics when it fails: a test can do nothing about it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use contracts::{
    Caller, Role, UserId,
    tracker::{NewTask, Task},
};
use embedded::ThrowAway;
use platform::{
    clock_setting::ClockSetting,
    database::{self, Database},
    randomness::Randomness,
};
use sqlx::{PgPool, Postgres, Transaction};
use tokio_util::sync::CancellationToken;
use wiring::Services;

use crate::{Addresses, Installation, MailServer, end_day};

/// How long a test waits for something that must come. Far longer than it takes, so that a slow machine fails no test.
const PATIENCE: Duration = Duration::from_mins(2);

/// For how long deliveries that are done are kept, by default. No test is that old.
const DONE_KEPT: Duration = Duration::from_hours(90 * 24);

/// How often a test looks whether what it waits for has come.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Services on servers of their own, for a test.
pub struct Company {
    /// The services of this process.
    pub services: Services,
    /// Sees and may change everything: for looking at what happened, and for doing harm.
    pub owner: PgPool,
    /// The database, reached directly.
    pub database: Database,
    /// PostgreSQL and Redis, for disturbing them.
    pub servers: Arc<ThrowAway>,
    /// Takes the letters, or misbehaves as it is told.
    pub mail_server: MailServer,
    /// Where they are.
    pub addresses: Addresses,
    /// Who was hired here.
    pub employees: Vec<Caller>,
    randomness: Randomness,
}

impl Company {
    /// A company with three workers by trade, and nobody working in the background yet.
    ///
    /// # Panics
    /// When it cannot be founded.
    pub async fn found(seed: u64) -> Self {
        let mut company = Self::of_nobody(seed).await;
        for name in ["Kesha", "Polly", "Iago"] {
            company.hire(name, Role::Worker).await;
        }
        company
    }

    /// An installation where nobody has enrolled and nobody works in the background.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn of_nobody(seed: u64) -> Self {
        let Installation { servers, database, owner, mail_server, addresses } = Installation::start().await.expect("an installation");
        let randomness = Randomness::seeded(seed);
        let services = addresses.services(&randomness).expect("the services");
        Self { services, owner, database, servers, mail_server, addresses, employees: Vec::new(), randomness }
    }

    /// Adds an employee without a photo.
    ///
    /// # Panics
    /// When there is one of this name already.
    pub async fn hire(&mut self, name: &str, role: Role) {
        let user_id = UserId(self.randomness.id(DateTime::UNIX_EPOCH));
        sqlx::query(
            r#"INSERT INTO auth."user" (user_id, role, display_name, email, locale) VALUES ($1, $2, $3, $3 || '@parrots.example', 'en')"#,
        )
        .bind(user_id.0)
        .bind(role.name())
        .bind(name)
        .execute(&self.owner)
        .await
        .expect("an employee can be added");
        self.employees.push(Caller { user_id, role });
    }

    /// Connections that act as one of the roles.
    #[must_use]
    pub fn pool(&self, role: database::Role) -> PgPool {
        self.database.pool(role)
    }

    /// Lets the first employee create a task.
    ///
    /// # Panics
    /// When the tracker refuses.
    pub async fn create_task(&self, title: &str) -> Task {
        let task = NewTask::parse(title, "").expect("a task");
        self.services.tracker.create(self.employees[0], task, None).await.expect("a task can be created")
    }

    /// Lets its assignee finish a task.
    ///
    /// # Panics
    /// When the tracker refuses.
    pub async fn resolve(&self, task: &Task) {
        let assignee = Caller { user_id: task.assignee_user_id, role: Role::Worker };
        self.services.tracker.resolve(assignee, task.task_id).await.expect("the assignee can resolve the task");
    }

    /// Starts the background work within this process. It ends with the test.
    ///
    /// # Panics
    /// When it cannot be set up.
    pub fn work_here(&self) {
        let jobs = self.addresses.jobs(&self.services, self.randomness.clone()).expect("the background work");
        tokio::spawn(jobs.run(CancellationToken::new()));
    }

    /// Works in the background within this process until every delivery is done, and no longer.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn work_until_settled(&self) {
        let jobs = self.addresses.jobs(&self.services, self.randomness.clone()).expect("the background work");
        let shutdown = CancellationToken::new();
        let work = tokio::spawn(jobs.run(shutdown.clone()));
        self.settle().await;
        shutdown.cancel();
        work.await.expect("the background work ends");
    }

    /// Ends the day: it is night, and time for payroll.
    ///
    /// # Panics
    /// When somebody else sets the clock.
    pub async fn end_day(&self) {
        end_day(&self.database).await.expect("nobody else sets the clock");
    }

    /// Sets the company's clock; it goes on from there, also when this process has ended.
    ///
    /// # Panics
    /// When somebody else sets it.
    pub async fn set_clock(&self, at: DateTime<Utc>) {
        let mut clock = ClockSetting::take(&self.database).await.expect("nobody else sets the clock");
        clock.set_to(at).await.expect("the clock can be set");
        clock.close().await;
    }

    /// Connects to Redis.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn redis(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.addresses.redis_url.as_str()).expect("the address of Redis");
        client.get_multiplexed_async_connection().await.expect("Redis answers")
    }

    /// Locks the prices, so that whoever wants to write or read one waits: until its own time limit, or until this is rolled back.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn lock_prices(&self) -> Transaction<'static, Postgres> {
        let mut lock = self.owner.begin().await.expect("a transaction");
        for statement in ["SET LOCAL idle_in_transaction_session_timeout = 0", "LOCK TABLE accounting.task_price IN ACCESS EXCLUSIVE MODE"]
        {
            sqlx::query(statement).execute(&mut *lock).await.expect(statement);
        }
        lock
    }

    /// Forgets every lease, as if its time had run out: what died with a worker is dispatched again at once.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn let_leases_run_out(&self) {
        // In the order in which the bus locks them: a session whose worker was killed may still be at work.
        let lets_them_run_out = "WITH open AS (
                 SELECT delivery_id FROM bus.delivery WHERE status IN ('dispatched', 'parked') ORDER BY delivery_id FOR NO KEY UPDATE
             )
             UPDATE bus.delivery SET due_at = now() FROM open WHERE delivery.delivery_id = open.delivery_id";
        sqlx::query(lets_them_run_out).execute(&self.owner).await.expect("leases can be ended");
    }

    /// Waits until every delivery is done.
    ///
    /// # Panics
    /// When it takes too long, with what is left.
    pub async fn settle(&self) {
        self.wait_until("every delivery is done", "SELECT count(*) = 0 FROM bus.delivery WHERE status <> 'done'").await;
    }

    /// Waits until a statement says that it is so.
    ///
    /// # Panics
    /// When it takes too long, with what is left.
    pub async fn wait_until(&self, what: &str, is_so: &'static str) {
        let began = Instant::now();
        while !sqlx::query_scalar::<_, bool>(is_so).fetch_one(&self.owner).await.expect(what) {
            if began.elapsed() > PATIENCE {
                let deliveries: Vec<(String, String, Option<String>)> =
                    sqlx::query_as("SELECT subscription, status, last_error FROM bus.delivery WHERE status <> 'done' LIMIT 10")
                        .fetch_all(&self.owner)
                        .await
                        .expect("the deliveries can be read");
                panic!("waited in vain until {what}; not done: {deliveries:?}");
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// When it takes too long.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let began = Instant::now();
        while !is_so().await {
            assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Checks a number that SQL finds.
    ///
    /// # Panics
    /// When it is another one.
    pub async fn assert_count(&self, what: &str, count: &'static str, expected: i64) {
        let counted: i64 = sqlx::query_scalar(count).fetch_one(&self.owner).await.expect(what);
        assert_eq!(counted, expected, "{what}");
    }

    /// Checks how many tasks are stored and how many events.
    ///
    /// # Panics
    /// When there are others.
    pub async fn assert_counts(&self, tasks: i64, events: i64) {
        self.assert_count("tasks", "SELECT count(*) FROM tracker.task", tasks).await;
        self.assert_count("events", "SELECT count(*) FROM bus.event", events).await;
    }

    /// Checks the books.
    ///
    /// # Panics
    /// When they are wrong, with what is.
    pub async fn assert_books_are_right(&self) {
        let mut owner = self.owner.acquire().await.expect("the database answers");
        let findings = audit::check(&mut owner, DONE_KEPT, |_| {}).await.expect("the books can be read");
        let wrong: Vec<_> = findings.into_iter().filter(|finding| !finding.holds()).collect();
        assert!(wrong.is_empty(), "the books break: {wrong:#?}");
    }

    /// Every entry of the ledger, in order, without what differs from run to run. Equal before and after means that nothing moved.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn ledger(&self) -> Vec<(i64, i64, String, i64)> {
        sqlx::query_as("SELECT account_id, entry_no, type, signed_amount FROM accounting.account_log ORDER BY account_id, entry_no")
            .fetch_all(&self.owner)
            .await
            .expect("the ledger can be read")
    }
}
