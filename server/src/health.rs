//! What supervisors and load balancers ask.

use std::fmt::Write as _;

use axum::{extract::State, http::StatusCode};
use contracts::{
    Actor,
    auth::RecogniserState,
    queues::{BusState, BusTrouble, QueueState},
};
use wiring::Services;

/// `GET /healthz`: the process is alive.
pub(crate) async fn healthz() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the process can serve now, and how the event bus is. 503 while the database does not answer.
///
/// Trouble on the bus is told and changes nothing else: pages work without it, so no load balancer should turn people away.
pub(crate) async fn readyz(State(services): State<Services>) -> (StatusCode, String) {
    if let Err(error) = services.ready().await {
        tracing::warn!(%error, "not ready: the database does not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned());
    }
    let bus = match services.queues.state(Actor::Operator).await {
        Ok(state) => bus(&state),
        // It was logged where it happened.
        Err(_) => "bus: cannot be counted\n".to_owned(),
    };
    (StatusCode::OK, format!("ready\nphotos: {}\n{bus}", photos(services.auth.recogniser())))
}

/// Without a recogniser nobody can log in; whoever is logged in goes on.
const fn photos(recogniser: RecogniserState) -> &'static str {
    match recogniser {
        RecogniserState::SamePhoto => "recognised, not the birds on them: for looking around only",
        RecogniserState::Beak => "the beak is looked at",
        RecogniserState::Missing => "refused: the weights are missing, see the log and ATES_BEAK_WEIGHTS",
    }
}

/// One line about each thing, for people and for programs that look for a line.
fn bus(state: &BusState) -> String {
    let bus = match state.trouble() {
        None => "works",
        Some(BusTrouble::NobodyWorks) => "nobody works: start `ates jobs`, or `ates serve` without --no-jobs",
        Some(BusTrouble::RedisDown) => "Redis does not answer: money waits until it does",
        Some(BusTrouble::Behind) => "behind",
    };
    let mut lines = format!("bus: {bus}\nrelays: {}\nlag: {} s\n", state.relays_at_work().count(), state.lag().num_seconds());
    for queue in &state.queues {
        let oldest = queue.oldest_unfinished_at.map_or(0, |oldest| (state.at - oldest).num_seconds().max(0));
        let QueueState { subscription, waiting, in_flight, parked, dead, .. } = queue;
        let subscription = subscription.name();
        // A text takes whatever is written to it.
        let _ = writeln!(
            lines,
            "{subscription}: {waiting} waiting, {in_flight} in flight, {parked} parked, {dead} dead, the oldest {oldest} s"
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use contracts::{Subscription, queues::RelayState};

    use super::*;

    #[test]
    fn the_state_is_told_line_by_line() {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let queue = QueueState {
            subscription: Subscription::AccountingTaskAssign,
            waiting: 3,
            in_flight: 2,
            parked: 1,
            done_last_minute: 9,
            dead: 4,
            oldest_unfinished_at: Some(at - TimeDelta::seconds(90)),
            overdue_since: Some(at - TimeDelta::seconds(5)),
        };
        let relay = RelayState { seen_at: at, redis_failing_since: Some(at), redis_error: Some("refused".to_owned()) };
        let told = bus(&BusState { at, queues: vec![queue], relays: vec![relay] });
        assert_eq!(
            told,
            "bus: Redis does not answer: money waits until it does\nrelays: 1\nlag: 5 s\n\
             accounting.task_assign: 3 waiting, 2 in flight, 1 parked, 4 dead, the oldest 90 s\n"
        );
    }
}
