use contracts::UserId;
use sqlx::{PgConnection, PgExecutor};

use crate::recogniser::{KnownBeak, Template};

/// Every beak that this recogniser has learned, the oldest first.
pub(crate) async fn of_recogniser(executor: impl PgExecutor<'_>, recogniser: &str) -> sqlx::Result<Vec<KnownBeak>> {
    let rows = sqlx::query!("SELECT user_id, template FROM auth.beak_template WHERE recogniser = $1 ORDER BY template_id", recogniser);
    let rows = rows.fetch_all(executor).await?;
    Ok(rows.into_iter().map(|row| KnownBeak { user_id: UserId(row.user_id), template: Template(row.template) }).collect())
}

/// Remembers a beak.
pub(crate) async fn insert(connection: &mut PgConnection, user_id: UserId, recogniser: &str, template: &Template) -> sqlx::Result<()> {
    sqlx::query!("INSERT INTO auth.beak_template (user_id, recogniser, template) VALUES ($1, $2, $3)", user_id.0, recogniser, template.0)
        .execute(connection)
        .await
        .map(drop)
}
