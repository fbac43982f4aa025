use platform::database::Role;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::Company;

/// Kills the session of a service at a step of its own choosing: before or after any statement that writes to one of some tables, or in the
/// commit. Everything here panics when it fails.
pub struct SessionKiller {
    /// Who may kill sessions is no role of ours.
    superuser: PgConnection,
}

impl SessionKiller {
    /// For sessions of `role` that write to one of `tables`; a transaction that writes to `committed` has a step in its commit. Kills nobody yet.
    ///
    /// # Panics
    /// When the tables are not there.
    pub async fn of(company: &Company, role: Role, tables: &[&str], committed: &str) -> Self {
        let mut superuser = PgConnection::connect(&company.addresses.database_url).await.expect("the server's owner");
        let harm = format!(
            "CREATE SCHEMA harm;
             CREATE SEQUENCE harm.steps;
             CREATE TABLE harm.plan (dies_at bigint NOT NULL);
             INSERT INTO harm.plan VALUES (0);
             CREATE FUNCTION harm.take_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
             BEGIN
                 -- A sequence forgets nothing when a transaction is undone.
                 IF current_setting('role') = '{role}' AND nextval('harm.steps') = (SELECT dies_at FROM harm.plan) THEN
                     PERFORM pg_terminate_backend(pg_backend_pid());
                     PERFORM pg_sleep(60);
                 END IF;
                 RETURN NULL;
             END $$;
             CREATE CONSTRAINT TRIGGER in_the_commit AFTER INSERT OR UPDATE ON {committed}
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION harm.take_step();",
            role = role.name()
        );
        superuser.execute(AssertSqlSafe(harm)).await.expect("a harm");
        for table in tables {
            let triggers = format!(
                "CREATE TRIGGER before_it BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION harm.take_step();
                 CREATE TRIGGER after_it AFTER INSERT OR UPDATE ON {table} EXECUTE FUNCTION harm.take_step();"
            );
            superuser.execute(AssertSqlSafe(triggers)).await.expect("a harm");
        }
        Self { superuser }
    }

    /// Kills the session that takes this step from now on, counted from 1.
    ///
    /// # Panics
    /// When the database is gone.
    pub async fn kill_at(&mut self, step: i64) {
        let plan = "WITH plan AS (UPDATE harm.plan SET dies_at = $1) SELECT setval('harm.steps', 1, false)";
        sqlx::query(plan).bind(step).execute(&mut self.superuser).await.expect("a plan");
    }

    /// Kills nobody any more; answers how many steps were taken.
    ///
    /// # Panics
    /// When the database is gone.
    pub async fn stop(&mut self) -> i64 {
        self.superuser.execute("UPDATE harm.plan SET dies_at = 0").await.expect("the end of the harm");
        sqlx::query_scalar("SELECT last_value FROM harm.steps").fetch_one(&mut self.superuser).await.expect("the steps")
    }
}
