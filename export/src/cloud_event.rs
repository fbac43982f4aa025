use chrono::{DateTime, SecondsFormat, Utc};
use contracts::{BusinessDay, EventId};
use serde::{Serialize, Serializer};
use serde_json::{Value, value::RawValue};

use crate::stored::StoredEvent;

/// The version of CloudEvents that is spoken.
const SPEC_VERSION: &str = "1.0";

/// What `data` is.
const DATA_CONTENT_TYPE: &str = "application/json";

/// An event as the world outside reads it, with the attributes of CloudEvents under their names.
#[derive(Debug, Clone, Serialize)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: &'static str,
    /// Which event, for ever: whoever gets it twice knows it by this.
    pub id: EventId,
    /// Who said it: `/ates/tracker`.
    pub source: String,
    /// What happened: `ates.task_create`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it happened to: `task/42`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When, on the company's clock.
    #[serde(serialize_with = "rfc_3339")]
    pub time: DateTime<Utc>,
    /// Always `application/json`.
    pub datacontenttype: &'static str,
    /// The business day that it is booked on (an extension).
    pub businessday: BusinessDay,
    /// The request that led to it, directly or through other events (an extension).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requestid: Option<String>,
    /// The payload, as it was stored.
    pub data: Box<RawValue>,
}

/// A stored event whose payload is no JSON: nothing that PostgreSQL should have.
#[derive(Debug, thiserror::Error)]
#[error("event {event_id} has a payload that cannot be read")]
pub struct Unreadable {
    event_id: EventId,
    source: serde_json::Error,
}

impl TryFrom<StoredEvent> for CloudEvent {
    type Error = Unreadable;

    fn try_from(stored: StoredEvent) -> Result<Self, Unreadable> {
        let id = EventId(stored.event_id);
        let unreadable = |source| Unreadable { event_id: id, source };
        let data = RawValue::from_string(stored.payload).map_err(unreadable)?;
        Ok(Self {
            specversion: SPEC_VERSION,
            id,
            source: format!("/ates/{}", stored.source),
            kind: format!("ates.{}", stored.kind),
            subject: subject(&stored.kind, &serde_json::from_str(data.get()).map_err(unreadable)?),
            time: stored.occurred_at,
            datacontenttype: DATA_CONTENT_TYPE,
            businessday: BusinessDay(stored.business_day),
            requestid: stored.request_id,
            data,
        })
    }
}

/// What an event is about, where its kind has such a thing.
fn subject(kind: &str, payload: &Value) -> Option<String> {
    let (noun, field) = match kind {
        "task_create" | "task_assign" | "task_resolve" => ("task", "task_id"),
        "manager_income_by_day_change" => ("income", "date"),
        "account_log_change" => ("account", "account_id"),
        "payroll_letter" => ("letter", "letter_id"),
        "tasks_reassign" => ("run", "run_id"),
        _ => return None,
    };
    match payload.get(field)? {
        Value::String(id) => Some(format!("{noun}/{id}")),
        Value::Number(id) => Some(format!("{noun}/{id}")),
        _ => None,
    }
}

/// With microseconds, all that PostgreSQL knows, also where they are zero: so texts sort as times do.
fn rfc_3339<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn stored(kind: &str, payload: &str) -> StoredEvent {
        StoredEvent {
            event_id: Uuid::from_u128(7),
            kind: kind.to_owned(),
            source: "tracker".to_owned(),
            occurred_at: "2026-11-23T21:00:00Z".parse().expect("a time"),
            business_day: "2026-11-24".parse().expect("a day"),
            payload: payload.to_owned(),
            request_id: None,
        }
    }

    #[test]
    fn an_event_reads_as_cloud_events_has_it() {
        let event = CloudEvent::try_from(stored("task_create", r#"{"task_id": 42, "title": "Peel"}"#)).expect("an event");
        assert_eq!(
            serde_json::to_value(&event).expect("JSON"),
            json!({
                "specversion": "1.0",
                "id": "00000000-0000-0000-0000-000000000007",
                "source": "/ates/tracker",
                "type": "ates.task_create",
                "subject": "task/42",
                "time": "2026-11-23T21:00:00.000000Z",
                "datacontenttype": "application/json",
                "businessday": "2026-11-24",
                "data": { "task_id": 42, "title": "Peel" },
            })
        );
    }

    #[test]
    fn a_payload_stays_what_it_is() {
        let payload = r#"{"number": 123456789012345678901234567890.10}"#;
        let event = CloudEvent::try_from(stored("of_tomorrow", payload)).expect("an event");
        assert_eq!(event.data.get(), payload);
        assert_eq!(event.subject, None);
    }

    #[test]
    fn an_event_is_about_something() {
        for (kind, payload, expected) in [
            ("task_assign", json!({ "task_id": 1, "run_id": 2 }), "task/1"),
            ("task_resolve", json!({ "task_id": 1 }), "task/1"),
            ("manager_income_by_day_change", json!({ "date": "2026-11-23" }), "income/2026-11-23"),
            ("account_log_change", json!({ "log_id": 1, "account_id": 2 }), "account/2"),
            ("payroll_letter", json!({ "letter_id": 3 }), "letter/3"),
            ("tasks_reassign", json!({ "run_id": 4 }), "run/4"),
        ] {
            assert_eq!(subject(kind, &payload).as_deref(), Some(expected), "{kind}");
        }
        assert_eq!(subject("task_create", &json!({})), None);
    }
}
