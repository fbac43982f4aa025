use sqlx::{PgConnection, PgExecutor};

/// One of the two copies of the read models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation(i16);

impl Generation {
    /// As the tables name it.
    pub(crate) const fn number(self) -> i16 {
        self.0
    }

    /// The other one.
    pub(crate) const fn other(self) -> Self {
        Self(1 - self.0)
    }
}

/// The number of the lock that a transaction holds which writes to the read models: shared, so that none waits for another. Who changes
/// which generations there are to be written to holds it alone.
const LOCK: i64 = 0x616e_616c_7974_6963;

/// The generations that a reaction has to write to: the live one and, while there is a rebuild, the one it fills. This holds until the
/// transaction ends.
pub(crate) async fn kept_up(connection: &mut PgConnection) -> sqlx::Result<Vec<Generation>> {
    sqlx::query!("SELECT pg_advisory_xact_lock_shared($1)", LOCK).execute(&mut *connection).await?;
    // Asked by itself: a statement does not see what was committed while it waited.
    let row = sqlx::query!(
        r#"SELECT live_generation, EXISTS (SELECT FROM analytics.rebuild WHERE status = 'running') AS "is_rebuilding!"
           FROM analytics.read_model"#
    )
    .fetch_one(connection)
    .await?;
    let live = Generation(row.live_generation);
    Ok(if row.is_rebuilding { vec![live, live.other()] } else { vec![live] })
}

/// Waits for all who write to the read models, and lets none begin before the transaction ends. Answers which generation is live.
pub(crate) async fn lock(connection: &mut PgConnection) -> sqlx::Result<Generation> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK).execute(&mut *connection).await?;
    live(connection).await
}

/// The generation that pages show.
pub(crate) async fn live(executor: impl PgExecutor<'_>) -> sqlx::Result<Generation> {
    sqlx::query_scalar!("SELECT live_generation FROM analytics.read_model").fetch_one(executor).await.map(Generation)
}

/// Makes it the live one.
pub(crate) async fn go_live(connection: &mut PgConnection, generation: Generation) -> sqlx::Result<()> {
    sqlx::query!("UPDATE analytics.read_model SET live_generation = $1", generation.number()).execute(connection).await.map(drop)
}

/// Empties the one that is not live.
pub(crate) async fn clear_idle(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("SELECT analytics.clear_idle_generation()").execute(connection).await.map(drop)
}
