//! The event bus. PostgreSQL is the record, Redis is only the wire.
//!
//! A use case records its events in its own transaction ([`Outbox`]); each gets one delivery per subscription. The relay
//! claims due deliveries and pushes their numbers to Redis; a worker begins an attempt, lets the service's [`Reaction`]
//! prepare, and applies it in one transaction that also marks the delivery as done ([`Deliveries`], [`Attempt`]). So an effect
//! is applied exactly once, however often Redis loses, repeats or reorders a number.

mod attempt;
mod deliveries;
mod outbox;
mod reaction;

pub use self::{
    attempt::{Attempt, Parked},
    deliveries::{Begun, Deliveries, Dispatch, LEASE},
    outbox::{Outbox, Wake},
    reaction::{AnyReaction, Outcome, Reaction, ReactionError, Remedy},
};
