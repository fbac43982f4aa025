//! The database that the histories take phase in, and who else has a hand in it.

use std::time::Duration;

use contracts::Actor;
use platform::{
    bus::{Deliveries, Outbox, Queues, Wake},
    clock::CompanyClock,
    database::{BUS, Role},
    randomness::Randomness,
};
use sqlx::{PgPool, Postgres, pool::PoolConnection};
use tokio::{
    runtime::Runtime,
    sync::{Mutex, MutexGuard},
};

/// What the histories add to the database.
const TRIAL: &str = include_str!("trial.sql");

/// How often it is looked whether somebody waits for a lock.
const LOOK_INTERVAL: Duration = Duration::from_millis(1);

/// Who decides about dead letters.
pub(crate) const PERSON: Actor = Actor::Operator;

pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) tracker: PgPool,
    pub(crate) accounting: PgPool,
    pub(crate) deliveries: Deliveries,
    pub(crate) queues: Queues,
    pub(crate) outbox: Outbox,
    pub(crate) clock: CompanyClock,
    /// A superuser's session: it sees everything, moves times, stops commits and ends other sessions.
    observer: Mutex<PoolConnection<Postgres>>,
}

impl World {
    pub(crate) fn new() -> Self {
        // One thread: between two steps nothing runs.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (database, observer) = runtime.block_on(async {
            let database = testdb::database(&[&BUS]).await;
            let owner = database.pool(Role::Owner);
            let mut observer = owner.acquire().await.expect("a session");
            for statement in ["SET ROLE NONE", "CREATE SCHEMA trial AUTHORIZATION ates_owner"] {
                sqlx::query(statement).execute(&mut *observer).await.expect(statement);
            }
            sqlx::raw_sql(TRIAL).execute(&owner).await.expect("what the histories add");
            (database, observer)
        });
        let in_runtime = runtime.enter();
        let [bus, tracker, accounting] = [Role::Bus, Role::Tracker, Role::Accounting].map(|role| database.pool(role));
        drop(in_runtime);
        Self {
            runtime,
            tracker,
            accounting,
            deliveries: Deliveries::new(bus.clone()),
            queues: Queues::new(bus),
            outbox: Outbox::new(Randomness::seeded(1), Wake::default()),
            clock: CompanyClock::new(chrono_tz::Tz::UTC),
            observer: Mutex::new(observer),
        }
    }

    /// Who sees and may do everything.
    pub(crate) async fn observer(&self) -> MutexGuard<'_, PoolConnection<Postgres>> {
        self.observer.lock().await
    }

    /// Ends what the last history left behind, also one that broke off.
    pub(crate) async fn clear(&self) {
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND backend_type = 'client backend' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()",
        )
        .await;
        self.is_at_rest(&[]).await;
        for statement in [
            "SELECT pg_advisory_unlock_all()",
            "DELETE FROM bus.delivery",
            "DELETE FROM bus.event",
            "DELETE FROM bus.intervention",
            "DELETE FROM trial.effect",
        ] {
            self.execute(statement).await;
        }
    }

    async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).execute(&mut **self.observer().await).await.expect(statement);
    }

    /// From now on commits that carry this number wait.
    pub(crate) async fn hold_commits(&self, number: i64) {
        let held = sqlx::query("SELECT pg_advisory_lock($1)").bind(number).execute(&mut **self.observer().await).await;
        held.expect("commits can be held");
    }

    /// Lets the commits that carry this number go on.
    pub(crate) async fn let_commits_go(&self, number: i64) {
        let unlock = sqlx::query_scalar("SELECT pg_advisory_unlock($1)").bind(number);
        let held: bool = unlock.fetch_one(&mut **self.observer().await).await.expect("commits can be let go");
        assert!(held, "commits with the number {number} were not held");
    }

    /// Waits until the commit that carries this number waits.
    pub(crate) async fn commit_waits(&self, number: i64) {
        self.look_until(
            "SELECT EXISTS (
                 SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
                 WHERE NOT granted AND locktype = 'advisory' AND objid::text = ANY ($1) AND datname = current_database())",
            &[number.to_string()],
        )
        .await;
    }

    /// Waits until somebody waits for a row that another session has locked. Whose row it is makes no difference: the one who has it
    /// goes first in any case.
    pub(crate) async fn somebody_waits(&self) {
        self.look_until("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype <> ALL ($1))", &["advisory".to_owned()]).await;
    }

    /// Waits until whatever failed or was refused is rolled back: the answer comes a moment before the locks are free. The sessions
    /// of paused workers keep theirs.
    pub(crate) async fn is_at_rest(&self, paused: &[String]) {
        self.look_until(
            "SELECT NOT EXISTS (
                 SELECT FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend' AND xact_start IS NOT NULL
                     AND pid <> pg_backend_pid() AND application_name <> ALL ($1))",
            paused,
        )
        .await;
    }

    async fn look_until(&self, condition: &'static str, names: &[String]) {
        loop {
            let look = sqlx::query_scalar(condition).bind(names);
            let holds: bool = look.fetch_one(&mut **self.observer().await).await.expect(condition);
            if holds {
                return;
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// Ends the session of this name, if there is one: its transaction is rolled back, and its locks are free.
    pub(crate) async fn end_session(&self, name: String) {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        sqlx::query(end).bind(&name).execute(&mut **self.observer().await).await.expect("a superuser may");
        self.look_until(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY ($1))",
            &[name],
        )
        .await;
    }
}
