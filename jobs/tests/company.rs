//! A company for a test: services on a database of its own, and workers that the test starts and kills.

use std::time::{Duration, Instant};

use contracts::{
    Caller, Role, UserId,
    tracker::{NewTask, Task},
};
use embedded::ThrowAway;
use platform::{
    config::Config,
    database::{self, Database},
    randomness::Randomness,
};
use sqlx::PgPool;
use wiring::Services;

use crate::worker_process::WorkerProcess;

/// How long a test waits for something that must come. Far longer than it takes, so that a slow machine fails no test.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often a test looks whether what it waits for has come.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

pub(crate) struct Company {
    pub(crate) services: Services,
    /// Sees and may change everything: for looking at what happened, and for doing harm.
    pub(crate) owner: PgPool,
    pub(crate) servers: ThrowAway,
    pub(crate) employees: Vec<Caller>,
    randomness: Randomness,
    database: Database,
}

impl Company {
    /// A company with some workers by trade, and nobody working in the background yet.
    pub(crate) async fn found(seed: u64) -> Self {
        let servers = tokio::task::spawn_blocking(|| ThrowAway::start().expect("throw-away servers")).await.expect("no panic");
        let url = servers.database_url().parse().expect("the address of the database");
        let database = Database::new(&url, 20).expect("the address of the database");
        database::migrate(&database, &wiring::SCHEMAS).await.expect("the database can be migrated");

        let config: Config = confique::Config::builder().load().expect("the default configuration");
        let randomness = Randomness::seeded(seed);
        let services = Services::new(&database, &config, &randomness);
        let owner = database.pool(database::Role::Owner);
        let mut company = Self { services, owner, servers, employees: Vec::new(), randomness, database };
        for name in ["Kesha", "Polly", "Iago"] {
            company.hire(name, Role::Worker).await;
        }
        company
    }

    /// Connections that act as one of the roles.
    pub(crate) fn pool(&self, role: database::Role) -> PgPool {
        self.database.pool(role)
    }

    /// Adds an employee without a photo.
    async fn hire(&mut self, name: &str, role: Role) {
        let user_id = UserId(self.randomness.id(chrono::DateTime::UNIX_EPOCH));
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

    pub(crate) async fn create_task(&self, title: &str) -> Task {
        let task = NewTask::parse(title, "").expect("a task");
        self.services.tracker.create(self.employees[0], task).await.expect("a task can be created")
    }

    pub(crate) async fn resolve(&self, task: &Task) {
        let assignee = Caller { user_id: task.assignee_user_id, role: Role::Worker };
        self.services.tracker.resolve(assignee, task.task_id).await.expect("the assignee can resolve the task");
    }

    fn redis_url(&self) -> String {
        self.servers.redis_url().expect("a throw-away Redis")
    }

    /// Starts a process with relay and workers. Dropping it kills it.
    pub(crate) fn start_workers(&self) -> WorkerProcess {
        WorkerProcess::start(&self.servers.database_url(), &self.redis_url())
    }

    /// Checks how many tasks are stored and how many of their events.
    pub(crate) async fn assert_counts(&self, tasks: i64, events: i64) {
        let counts: (i64, i64) = sqlx::query_as("SELECT (SELECT count(*) FROM tracker.task), (SELECT count(*) FROM bus.event)")
            .fetch_one(&self.owner)
            .await
            .expect("tasks and events can be counted");
        assert_eq!(counts, (tasks, events));
    }

    /// Forgets every lease, as if its time had run out: what died with a worker is dispatched again at once.
    pub(crate) async fn let_leases_run_out(&self) {
        sqlx::query("UPDATE bus.delivery SET due_at = now() WHERE status IN ('dispatched', 'parked')")
            .execute(&self.owner)
            .await
            .expect("leases can be ended");
    }

    /// Waits until every delivery is done.
    pub(crate) async fn settle(&self) {
        self.wait_until("every delivery is done", "SELECT count(*) = 0 FROM bus.delivery WHERE status <> 'done'").await;
    }

    /// Waits until a statement says that it is so.
    pub(crate) async fn wait_until(&self, what: &str, is_so: &'static str) {
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

    pub(crate) async fn redis(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.redis_url()).expect("the address of Redis");
        client.get_multiplexed_async_connection().await.expect("Redis answers")
    }
}
