//! The event bus. PostgreSQL is the record, Redis is only the wire.
//!
//! A use case records its events in its own transaction ([`Outbox`]); each gets one delivery per subscription. The relay
//! claims due deliveries and pushes their numbers to Redis; a worker begins attempts, lets the service's [`Reaction`]
//! prepare, and applies up to a whole batch in one transaction that also marks the deliveries as done ([`Deliveries`],
//! [`Attempt`]). So an effect is applied exactly once, however often Redis loses, repeats or reorders a number. What was given
//! up is for people to decide ([`Queues`]).

mod applied;
mod attempt;
mod deliveries;
mod hints;
mod outbox;
mod queues;
mod reaction;
mod upkeep;

pub use self::{
    applied::{applied_events, event_count},
    attempt::{Attempt, AttemptKey, Wait},
    deliveries::{Begun, Deliveries, Dispatch, Ended, Expired, Lease, Unreadable, Wanted},
    hints::Hints,
    outbox::{Outbox, Recorded, Wake},
    queues::Queues,
    reaction::{AnyReaction, Outcome, Prepared, Reaction, ReactionError, Remedy},
    upkeep::BackFillStep,
};
