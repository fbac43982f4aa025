//! What an admin sees of the event bus and may do with it: queues, dead letters, and the state of the wire.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, AwaitedKey, BusinessDay, DeliveryId, EventId, Fact, Field, FieldProblem, InvalidField, ServiceError, Subscription, UserId,
    typed_text,
};

/// How many deliveries one part of the list holds at most.
pub const DELIVERIES_PAGE_MAX: usize = 100;

/// The longest reason for discarding a delivery, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// The longest part of an error that may be searched for, in characters.
pub const ERROR_PART_CHARS_MAX: usize = 200;

/// Nobody who hands out deliveries was seen for this long: none is at work. A relay says every few seconds that it is there.
pub const RELAY_SILENCE_MAX: TimeDelta = TimeDelta::seconds(15);

/// The oldest delivery that is due has waited for this long: the workers are behind.
pub const LAG_MAX: TimeDelta = TimeDelta::seconds(60);

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It waits for its turn, or after a failure for its next attempt.
    Waiting,
    /// It has been handed out: a worker has it, or will soon.
    InFlight,
    /// It waits for something that has not happened yet.
    Parked,
    /// Its effect holds.
    Done,
    /// It was given up: a person decides.
    Dead,
    /// A person decided that it shall have no effect.
    Discarded,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::InFlight, Self::Parked, Self::Done, Self::Dead, Self::Discarded];

    /// Its name in addresses and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InFlight => "in_flight",
            Self::Parked => "parked",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The state of the bus at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BusState {
    /// The database's time when it was asked.
    pub at: DateTime<Utc>,
    /// Every subscription, in the order of [`Subscription::ALL`].
    pub queues: Vec<QueueState>,
    /// The processes that hand out deliveries and were seen lately.
    pub relays: Vec<RelayState>,
}

/// The deliveries of one subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueState {
    /// Whose.
    pub subscription: Subscription,
    /// How many wait for their turn or for their next attempt.
    pub waiting: i64,
    /// How many are handed out.
    pub in_flight: i64,
    /// How many wait for something that has not happened yet.
    pub parked: i64,
    /// How many were done in the last minute.
    pub done_last_minute: i64,
    /// How many were given up and wait for a person.
    pub dead: i64,
    /// When the oldest one that is not finished was published.
    pub oldest_unfinished_at: Option<DateTime<Utc>>,
    /// Since when the one that is longest overdue could have been worked on: the queue's lag.
    pub overdue_since: Option<DateTime<Utc>>,
}

/// A process that hands out deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelayState {
    /// When it last said that it is there.
    pub seen_at: DateTime<Utc>,
    /// Since when Redis has not answered it; nothing while Redis answers.
    pub redis_failing_since: Option<DateTime<Utc>>,
    /// What Redis, or the way to it, answered last while it fails.
    pub redis_error: Option<String>,
}

/// What keeps events from being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BusTrouble {
    /// No process hands out deliveries.
    NobodyWorks,
    /// Redis does not answer.
    RedisDown,
    /// There is more to do than is done.
    Behind,
}

impl BusState {
    /// What keeps events from being worked on, if something does: the worst first.
    #[must_use]
    pub fn trouble(&self) -> Option<BusTrouble> {
        let mut at_work = self.relays_at_work().peekable();
        if at_work.peek().is_none() {
            Some(BusTrouble::NobodyWorks)
        } else if at_work.all(|relay| relay.redis_failing_since.is_some()) {
            Some(BusTrouble::RedisDown)
        } else if self.lag() > LAG_MAX {
            Some(BusTrouble::Behind)
        } else {
            None
        }
    }

    /// The processes that hand out deliveries and were seen a moment ago.
    pub fn relays_at_work(&self) -> impl Iterator<Item = &RelayState> {
        self.relays.iter().filter(|relay| self.at - relay.seen_at <= RELAY_SILENCE_MAX)
    }

    /// For how long the longest overdue delivery could have been worked on.
    #[must_use]
    pub fn lag(&self) -> TimeDelta {
        let overdue_since = self.queues.iter().filter_map(|queue| queue.overdue_since).min();
        overdue_since.map_or(TimeDelta::zero(), |since| (self.at - since).max(TimeDelta::zero()))
    }
}

/// Which deliveries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Of this subscription only.
    pub subscription: Option<Subscription>,
    /// Of this status only.
    pub status: Option<DeliveryStatus>,
    /// Those whose last error holds this, in any case.
    pub error_part: Option<String>,
}

impl DeliveryFilter {
    /// Takes what a person typed: names, and a part of an error. What is empty filters nothing.
    pub fn parse(subscription: &str, status: &str, error_part: &str) -> Result<Self, InvalidField> {
        let wrong = |field, problem| InvalidField { field, problem };
        let error_part = typed_text::line(error_part, Field::ErrorPart, ERROR_PART_CHARS_MAX)?;
        let subscription = match subscription {
            "" => None,
            name => Some(Subscription::named(name).ok_or(wrong(Field::Subscription, FieldProblem::Malformed))?),
        };
        let status = match status {
            "" => None,
            name => Some(DeliveryStatus::named(name).ok_or(wrong(Field::Status, FieldProblem::Malformed))?),
        };
        Ok(Self { subscription, status, error_part: (!error_part.is_empty()).then(|| error_part.to_owned()) })
    }
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliverySummary {
    /// Its number. Later deliveries have higher ones.
    pub delivery_id: DeliveryId,
    /// Of which event.
    pub event_id: EventId,
    /// To whom.
    pub subscription: Subscription,
    /// How far it is.
    pub status: DeliveryStatus,
    /// How many attempts failed or died with their process.
    pub failures: i32,
    /// What it waits for, or did when it was given up.
    pub awaits: Option<AwaitedKey>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When the event was published.
    pub created_at: DateTime<Utc>,
    /// When it is tried next; nothing once it is finished.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was finished, whatever way.
    pub finished_at: Option<DateTime<Utc>>,
    /// What happened; nothing where the stored event cannot be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub fact: Option<Fact>,
}

/// Everything about one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryRecord {
    /// What the list shows of it.
    #[serde(flatten)]
    pub summary: DeliverySummary,
    /// The delivery that provides what it waits for, if there is one yet.
    pub awaited_delivery_id: Option<DeliveryId>,
    /// When the event happened.
    pub occurred_at: DateTime<Utc>,
    /// The business day the event belongs to.
    pub business_day: BusinessDay,
    /// What the event says, as it is stored.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub payload: serde_json::Value,
    /// The request that led to the event, if one did.
    pub request_id: Option<String>,
    /// The attempts that had no effect, the oldest first; of very many the newest only.
    pub attempts: Vec<AttemptRecord>,
    /// What people did with it, the oldest first.
    pub interventions: Vec<Intervention>,
}

/// An attempt that had no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptRecord {
    /// Which dispatch led to it.
    pub attempt_no: i32,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When its end was noticed.
    pub ended_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What went wrong, or what it waits for.
    pub error: String,
}

/// How an attempt without effect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// It failed: counted.
    Failed,
    /// Its process died, or was paused for longer than its lease: counted.
    Died,
    /// PostgreSQL or another service was out of reach: not counted.
    Outage,
    /// It was undone together with others of its batch, and is tried alone: not counted.
    Undone,
    /// Something has to happen first: not counted.
    Parked,
}

impl AttemptOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Died, Self::Outage, Self::Undone, Self::Parked];

    /// Its name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Died => "died",
            Self::Outage => "outage",
            Self::Undone => "undone",
            Self::Parked => "parked",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What a person did with a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Intervention {
    /// When.
    pub at: DateTime<Utc>,
    /// Which employee; nothing where an operator did it from the command line.
    pub user_id: Option<UserId>,
    /// What.
    pub action: InterventionKind,
    /// Why, where a reason was asked for.
    pub reason: Option<String>,
}

/// What a person can do with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InterventionKind {
    /// Let it be tried again, with all its attempts.
    Retry,
    /// Decide that it shall have no effect.
    Discard,
}

/// Why a delivery shall have no effect: 1 to [`REASON_CHARS_MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscardReason(String);

impl DiscardReason {
    /// Takes what a person typed, without the white space around it.
    pub fn parse(text: &str) -> Result<Self, InvalidField> {
        typed_text::required_lines(text, Field::Reason, REASON_CHARS_MAX).map(Self)
    }

    /// The reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What pages, the API and the command line may ask of the bus. Everything is for admins and operators only
/// ([`ServiceError::Forbidden`]).
#[async_trait]
pub trait Queues: Send + Sync + 'static {
    /// The state of the bus now.
    async fn state(&self, actor: Actor) -> Result<BusState, ServiceError>;

    /// The deliveries that `filter` lets pass, newest first: at most `limit`, never more than [`DELIVERIES_PAGE_MAX`]; those
    /// before `before` where it is given.
    async fn deliveries(
        &self,
        actor: Actor,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<DeliverySummary>, ServiceError>;

    /// Everything about one delivery. [`ServiceError::NotFound`] where there is none, or it was done so long ago that it is gone.
    async fn delivery(&self, actor: Actor, delivery_id: DeliveryId) -> Result<DeliveryRecord, ServiceError>;

    /// How many dead letters `filter` lets pass; its status is not looked at.
    async fn dead_letters(&self, actor: Actor, filter: &DeliveryFilter) -> Result<i64, ServiceError>;

    /// Lets a delivery be tried again at once, with all its attempts; also what became a dead letter because it waited for this
    /// one. [`ServiceError::DeliveryFinished`] for what is done or discarded, [`ServiceError::DeliveryInFlight`] for what is tried
    /// at this moment.
    async fn retry(&self, actor: Actor, delivery_id: DeliveryId) -> Result<(), ServiceError>;

    /// Lets every dead letter that `filter` lets pass be tried again; its status is not looked at. Answers how many.
    async fn retry_all(&self, actor: Actor, filter: &DeliveryFilter) -> Result<u64, ServiceError>;

    /// Decides that a dead letter shall have no effect. [`ServiceError::DeliveryNotDead`] for any other delivery.
    async fn discard(&self, actor: Actor, delivery_id: DeliveryId, reason: &DiscardReason) -> Result<(), ServiceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000 + second, 0).expect("a time")
    }

    fn state(relays: Vec<RelayState>, overdue_since: Option<DateTime<Utc>>) -> BusState {
        let queue = QueueState {
            subscription: Subscription::AccountingTaskAssign,
            waiting: 1,
            in_flight: 0,
            parked: 0,
            done_last_minute: 0,
            dead: 0,
            oldest_unfinished_at: overdue_since,
            overdue_since,
        };
        BusState { at: at(1_000), queues: vec![queue], relays }
    }

    fn relay(seen: i64, redis_failing_since: Option<i64>) -> RelayState {
        RelayState { seen_at: at(seen), redis_failing_since: redis_failing_since.map(at), redis_error: None }
    }

    #[test]
    fn one_relay_that_reaches_redis_is_enough() {
        assert_eq!(state(vec![relay(999, None)], None).trouble(), None);
        assert_eq!(state(vec![relay(999, Some(900)), relay(998, None)], None).trouble(), None);
        assert_eq!(state(vec![relay(999, Some(900)), relay(900, None)], None).trouble(), Some(BusTrouble::RedisDown));
        assert_eq!(state(vec![relay(900, None)], None).trouble(), Some(BusTrouble::NobodyWorks));
        assert_eq!(state(vec![], None).trouble(), Some(BusTrouble::NobodyWorks));
    }

    #[test]
    fn who_is_behind_says_so() {
        assert_eq!(state(vec![relay(999, None)], Some(at(945))).trouble(), None);
        assert_eq!(state(vec![relay(999, None)], Some(at(939))).trouble(), Some(BusTrouble::Behind));
        // A lease that ends in the future is no lag.
        assert_eq!(state(vec![], Some(at(1_010))).lag(), TimeDelta::zero());
    }

    #[test]
    fn a_reason_is_something_a_person_wrote() {
        assert_eq!(
            DiscardReason::parse(" Paid by hand \r\n see letter ").map(|reason| reason.as_str().to_owned()).as_deref(),
            Ok("Paid by hand \n see letter")
        );
        for (text, problem) in [
            (" \n ", FieldProblem::Missing),
            ("a\u{7}b", FieldProblem::ControlCharacters),
            (&"x".repeat(REASON_CHARS_MAX + 1), FieldProblem::TooLong { chars_max: REASON_CHARS_MAX }),
        ] {
            assert_eq!(DiscardReason::parse(text), Err(InvalidField { field: Field::Reason, problem }));
        }
    }

    #[test]
    fn a_filter_is_made_of_names_and_words() {
        assert_eq!(DeliveryFilter::parse("", "", "  "), Ok(DeliveryFilter::default()));
        assert_eq!(
            DeliveryFilter::parse("accounting.task_assign", "in_flight", " refused "),
            Ok(DeliveryFilter {
                subscription: Some(Subscription::AccountingTaskAssign),
                status: Some(DeliveryStatus::InFlight),
                error_part: Some("refused".to_owned()),
            })
        );
        for (subscription, status, error_part, field) in [
            ("accounting.weather", "", "", Field::Subscription),
            ("", "Dead", "", Field::Status),
            ("", "", "a\u{0}b", Field::ErrorPart),
            ("", "", &"x".repeat(ERROR_PART_CHARS_MAX + 1), Field::ErrorPart),
        ] {
            assert_eq!(DeliveryFilter::parse(subscription, status, error_part).map_err(|invalid| invalid.field), Err(field));
        }
    }

    #[test]
    fn names_lead_back() {
        for status in DeliveryStatus::ALL {
            assert_eq!(DeliveryStatus::named(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.name());
        }
        for outcome in AttemptOutcome::ALL {
            assert_eq!(AttemptOutcome::named(outcome.name()), Some(outcome));
        }
    }
}
