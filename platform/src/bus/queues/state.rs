use contracts::{
    Subscription,
    queues::{BusState, QueueState, RelayState},
};
use sqlx::PgPool;

/// What the bus looks like now.
pub(super) async fn state(pool: &PgPool) -> sqlx::Result<BusState> {
    // One moment for all of it.
    let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let at = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *snapshot).await?;
    let unfinished = sqlx::query!(
        r#"SELECT subscription,
               count(*) FILTER (WHERE status = 'waiting') AS "waiting!",
               count(*) FILTER (WHERE status = 'dispatched') AS "in_flight!",
               count(*) FILTER (WHERE status = 'parked') AS "parked!",
               min(created_at) AS oldest_unfinished_at,
               min(ready_since) FILTER (WHERE status <> 'parked' AND ready_since <= now()) AS overdue_since
           FROM bus.delivery WHERE status IN ('waiting', 'dispatched', 'parked') GROUP BY subscription"#
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let dead = sqlx::query!(r#"SELECT subscription, count(*) AS "count!" FROM bus.delivery WHERE status = 'dead' GROUP BY subscription"#)
        .fetch_all(&mut *snapshot)
        .await?;
    let done = sqlx::query!(
        r#"SELECT subscription, count(*) AS "count!" FROM bus.delivery
           WHERE status = 'done' AND finished_at > now() - interval '1 minute' GROUP BY subscription"#
    )
    .fetch_all(&mut *snapshot)
    .await?;
    let relays = sqlx::query_as!(
        RelayState,
        "SELECT seen_at, redis_failing_since, redis_error FROM bus.relay WHERE seen_at > now() - interval '5 minutes' ORDER BY seen_at DESC"
    )
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.commit().await?;

    let queues = Subscription::ALL.into_iter().map(|subscription| {
        let name = subscription.name();
        let unfinished = unfinished.iter().find(|row| row.subscription == name);
        QueueState {
            subscription,
            waiting: unfinished.map_or(0, |row| row.waiting),
            in_flight: unfinished.map_or(0, |row| row.in_flight),
            parked: unfinished.map_or(0, |row| row.parked),
            done_last_minute: done.iter().find(|row| row.subscription == name).map_or(0, |row| row.count),
            dead: dead.iter().find(|row| row.subscription == name).map_or(0, |row| row.count),
            oldest_unfinished_at: unfinished.and_then(|row| row.oldest_unfinished_at),
            overdue_since: unfinished.and_then(|row| row.overdue_since),
        }
    });
    Ok(BusState { at, queues: queues.collect(), relays })
}
