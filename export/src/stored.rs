use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use contracts::{BusinessDay, EventId};
use sqlx::PgPool;
use uuid::Uuid;

/// How much earlier than in UTC a day begins at most: on the Line Islands.
const EARLIEST_DAY_HOURS: i64 = 14;

/// An event as it is stored.
pub(crate) struct StoredEvent {
    pub(crate) event_id: Uuid,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) business_day: NaiveDate,
    /// The payload as PostgreSQL writes it, number for number.
    pub(crate) payload: String,
    pub(crate) request_id: Option<String>,
}

/// The next events after `after` and before `horizon`, in the order of their ids.
///
/// Days are not looked at: a page is so many steps along the key's index, whatever the statistics say and however rare the days.
pub(crate) async fn page(auditor: &PgPool, after: EventId, horizon: EventId, limit: i64) -> sqlx::Result<Vec<StoredEvent>> {
    sqlx::query_as!(
        StoredEvent,
        r#"SELECT event_id, kind, source, occurred_at, business_day, payload::text AS "payload!", request_id
           FROM bus.event WHERE event_id > $1 AND event_id < $2 ORDER BY event_id LIMIT $3"#,
        after.0,
        horizon.0,
        limit
    )
    .fetch_all(auditor)
    .await
}

/// An id before those of all events that happen on the day or later, in any time zone. An id begins with its milliseconds since 1970.
pub(crate) fn id_before(day: BusinessDay) -> Uuid {
    let begins = day.0.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(EARLIEST_DAY_HOURS);
    let unix_milliseconds = u128::try_from(begins.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(unix_milliseconds << 80)
}

#[cfg(test)]
mod tests {
    use uuid::Builder;

    use super::*;

    #[test]
    fn a_day_begins_where_it_begins_first() {
        let id = |at: &str| {
            let at: DateTime<Utc> = at.parse().expect("a time");
            Builder::from_unix_timestamp_millis(u64::try_from(at.timestamp_millis()).expect("after 1970"), &[0; 10]).into_uuid()
        };
        let before = id_before("2026-11-23".parse().expect("a day"));
        assert!(id("2026-11-22T09:59:59.999Z") < before);
        assert!(before < id("2026-11-22T10:00:00Z"));
        assert_eq!(id_before("1969-07-20".parse().expect("a day")), Uuid::nil());
    }
}
