//! What `ates bus …` prints. Errors and payloads come from elsewhere: nothing in them reaches the terminal but plain text.

use std::fmt::Write as _;

use app::queues::DeliveryWords;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use contracts::{
    harmless_line,
    queues::{BusState, DeliveryRecord, DeliverySummary, InterventionKind, QueueState, RelayState},
};

/// How the queues are and who works on them. What keeps events from being worked on comes in words.
pub(crate) fn status(state: &BusState, trouble: Option<String>) -> String {
    let mut lines = vec![trouble.unwrap_or_else(|| "Events are being worked on.".to_owned()), String::new()];
    lines.extend(state.relays.iter().map(|relay| relay_line(relay, state.at)));
    lines.push(format!("Lag: {} s", state.lag().num_seconds()));
    lines.push(String::new());
    lines.push(format!(
        "{:<26}{:>9}{:>11}{:>8}{:>10}{:>7}  {}",
        "SUBSCRIPTION", "WAITING", "IN FLIGHT", "PARKED", "DONE/MIN", "DEAD", "OLDEST UNFINISHED"
    ));
    lines.extend(state.queues.iter().map(queue_line));
    lines.push(String::new());
    lines.join("\n")
}

fn relay_line(relay: &RelayState, at: DateTime<Utc>) -> String {
    let seen = (at - relay.seen_at).max(TimeDelta::zero()).num_seconds();
    let redis = match (relay.redis_failing_since, &relay.redis_error) {
        (Some(since), Some(error)) => format!("Redis has not answered it since {}: {}", time(since), harmless_line(error)),
        _ => "Redis answers".to_owned(),
    };
    format!("Relay, seen {seen} s ago: {redis}")
}

fn queue_line(queue: &QueueState) -> String {
    let QueueState { waiting, in_flight, parked, done_last_minute, dead, .. } = queue;
    let oldest = queue.oldest_unfinished_at.map_or_else(|| "-".to_owned(), time);
    format!("{:<26}{waiting:>9}{in_flight:>11}{parked:>8}{done_last_minute:>10}{dead:>7}  {oldest}", queue.subscription.name())
}

/// Deliveries, each in a line of its own, with what it waits for and what went wrong below.
pub(crate) fn list(deliveries: &[DeliverySummary], words: &DeliveryWords, may_go_on: bool) -> String {
    let Some(last) = deliveries.last() else { return "No delivery matches.\n".to_owned() };
    let width = deliveries.iter().map(|delivery| delivery.delivery_id.to_string().len()).max().unwrap_or_default();
    let mut text = String::new();
    for delivery in deliveries {
        line(
            &mut text,
            &format!(
                "{:>width$}  {:<9}  {:<23}  {}  {}",
                delivery.delivery_id.0,
                delivery.status.name(),
                delivery.subscription.name(),
                time(delivery.created_at),
                harmless_line(&words.what_happened(delivery))
            ),
        );
        for more in words.awaited(delivery).iter().chain(&delivery.last_error) {
            line(&mut text, &format!("{:width$}  {}", "", harmless_line(more)));
        }
    }
    if may_go_on {
        line(&mut text, &format!("Older ones: the same command with --before {}", last.delivery_id));
    }
    text
}

/// Everything about one delivery.
pub(crate) fn record(record: &DeliveryRecord, words: &DeliveryWords) -> String {
    let delivery = &record.summary;
    let mut text = format!("Delivery {}: {}\n", delivery.delivery_id, harmless_line(&words.what_happened(delivery)));
    if let Some(consequence) = words.consequence(delivery) {
        line(&mut text, &harmless_line(&consequence));
    }
    let facts = [
        ("status", Some(delivery.status.name().to_owned())),
        ("subscription", Some(delivery.subscription.name().to_owned())),
        ("failures", Some(delivery.failures.to_string())),
        ("waits for", words.awaited(delivery)),
        ("of delivery", record.awaited_delivery_id.map(|delivery_id| delivery_id.to_string())),
        ("last error", delivery.last_error.clone()),
        ("next attempt", delivery.due_at.map(time)),
        ("finished", delivery.finished_at.map(time)),
        ("published", Some(time(delivery.created_at))),
        ("event", Some(delivery.event_id.to_string())),
        ("happened", Some(time(record.occurred_at))),
        ("business day", Some(record.business_day.to_string())),
        ("request", record.request_id.clone()),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            line(&mut text, &format!("{name:<14}{}", harmless_line(&fact)));
        }
    }
    line(&mut text, &format!("\npayload:\n{:#}", record.payload));
    for attempt in &record.attempts {
        let (no, outcome) = (attempt.attempt_no, attempt.outcome.name());
        let (began, ended) = (time(attempt.began_at), time(attempt.ended_at));
        line(&mut text, &format!("\nattempt {no}, {began} to {ended}: {outcome}\n  {}", harmless_line(&attempt.error)));
    }
    for intervention in &record.interventions {
        let who = intervention.user_id.map_or_else(|| "an operator".to_owned(), |user_id| words.person(user_id));
        let what = match intervention.action {
            InterventionKind::Retry => "had it tried again",
            InterventionKind::Discard => "discarded it",
        };
        let reason = intervention.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        line(&mut text, &format!("\n{} {}", time(intervention.at), harmless_line(&format!("{who} {what}{reason}"))));
    }
    text
}

/// A moment as logs write it.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn line(text: &mut String, line: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{}", line.trim_end());
}

#[cfg(test)]
mod tests {
    use contracts::{
        AwaitedKey, DeliveryId, EventId, Subscription,
        queues::{DeliveryStatus, Intervention, InterventionKind},
    };

    use super::*;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn delivery(number: i64) -> DeliverySummary {
        DeliverySummary {
            delivery_id: DeliveryId(number),
            event_id: "01981c4e-7c1a-7b3f-9d6e-2f5a8b1c4d7e".parse::<EventId>().expect("an id"),
            subscription: Subscription::AccountingTaskAssign,
            status: DeliveryStatus::Dead,
            failures: 12,
            awaits: Some(AwaitedKey::from("price:3".to_owned())),
            last_error: Some("refused\u{1b}[2J\nby the cat".to_owned()),
            created_at: AT,
            due_at: None,
            finished_at: Some(AT),
            fact: None,
        }
    }

    #[test]
    fn a_list_is_aligned_and_steers_no_terminal() {
        let printed = list(&[delivery(1234), delivery(7)], &DeliveryWords::default(), true);
        assert_eq!(
            printed.lines().collect::<Vec<_>>(),
            [
                "1234  dead       accounting.task_assign   1970-01-01T00:00:00Z  The stored event cannot be read",
                "      waited for the price of task #3",
                "      refused [2J by the cat",
                "   7  dead       accounting.task_assign   1970-01-01T00:00:00Z  The stored event cannot be read",
                "      waited for the price of task #3",
                "      refused [2J by the cat",
                "Older ones: the same command with --before 7",
            ]
        );
        assert_eq!(list(&[], &DeliveryWords::default(), false), "No delivery matches.\n");
    }

    #[test]
    fn the_state_has_a_line_for_every_subscription() {
        let queue = QueueState {
            subscription: Subscription::AccountingTaskCreate,
            waiting: 1_200,
            in_flight: 0,
            parked: 3,
            done_last_minute: 40,
            dead: 1,
            oldest_unfinished_at: Some(AT),
            overdue_since: Some(AT),
        };
        let relay = RelayState { seen_at: AT, redis_failing_since: Some(AT), redis_error: Some("no\nroute".to_owned()) };
        let state = BusState { at: AT + TimeDelta::seconds(2), queues: vec![queue], relays: vec![relay] };
        let printed = status(&state, None);
        assert!(printed.starts_with("Events are being worked on.\n"), "{printed}");
        assert!(
            printed.contains("Relay, seen 2 s ago: Redis has not answered it since 1970-01-01T00:00:00Z: no route\nLag: 2 s\n"),
            "{printed}"
        );
        assert!(
            printed.contains("accounting.task_create         1200          0       3        40      1  1970-01-01T00:00:00Z\n"),
            "{printed}"
        );
    }

    #[test]
    fn a_record_tells_who_did_what_and_why() {
        let intervention =
            Intervention { at: AT, user_id: None, action: InterventionKind::Discard, reason: Some("paid by hand\nsee letter".to_owned()) };
        let printed = record(
            &DeliveryRecord {
                summary: delivery(7),
                awaited_delivery_id: Some(DeliveryId(3)),
                occurred_at: AT,
                business_day: "1970-01-01".parse().expect("a day"),
                payload: "<b>".into(),
                request_id: None,
                attempts: Vec::new(),
                interventions: vec![intervention],
            },
            &DeliveryWords::default(),
        );
        assert!(printed.starts_with("Delivery 7: The stored event cannot be read\nstatus        dead\n"), "{printed}");
        assert!(
            printed.ends_with("payload:\n\"<b>\"\n\n1970-01-01T00:00:00Z an operator discarded it: paid by hand see letter\n"),
            "{printed}"
        );
    }
}
