//! The bus as an admin sees it, and what an admin may do with it.

mod intervene;
mod list;
mod record;
mod state;

use async_trait::async_trait;
use contracts::{
    Actor, DeliveryId, Role, ServiceError,
    queues::{BusState, DeliveryFilter, DeliveryRecord, DeliveryStatus, DeliverySummary, DiscardReason},
};
use sqlx::PgPool;

use crate::database::{Failure, unavailable};

/// Who may look at queues and dead letters.
const ADMINS: &[Role] = &[Role::Admin];

/// The queues of the bus.
#[derive(Debug, Clone)]
pub struct Queues {
    pool: PgPool,
}

impl Queues {
    /// The queues on the pool of the bus.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl contracts::queues::Queues for Queues {
    async fn state(&self, actor: Actor) -> Result<BusState, ServiceError> {
        actor.require(ADMINS)?;
        state::state(&self.pool).await.map_err(unavailable("tell the state of the bus"))
    }

    async fn deliveries(
        &self,
        actor: Actor,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<DeliverySummary>, ServiceError> {
        actor.require(ADMINS)?;
        list::deliveries(&self.pool, filter, before, limit).await.map_err(unavailable("list deliveries"))
    }

    async fn delivery(&self, actor: Actor, delivery_id: DeliveryId) -> Result<DeliveryRecord, ServiceError> {
        actor.require(ADMINS)?;
        record::delivery(&self.pool, delivery_id).await.map_err(Failure::answer("show a delivery"))
    }

    async fn dead_letters(&self, actor: Actor, filter: &DeliveryFilter) -> Result<i64, ServiceError> {
        actor.require(ADMINS)?;
        list::count_dead_letters(&self.pool, filter).await.map_err(unavailable("count dead letters"))
    }

    async fn retry(&self, actor: Actor, delivery_id: DeliveryId) -> Result<(), ServiceError> {
        actor.require(ADMINS)?;
        intervene::retry(&self.pool, actor, delivery_id).await.map_err(Failure::answer("retry a delivery"))
    }

    async fn retry_all(&self, actor: Actor, filter: &DeliveryFilter) -> Result<u64, ServiceError> {
        actor.require(ADMINS)?;
        intervene::retry_all(&self.pool, actor, filter).await.map_err(unavailable("retry dead letters"))
    }

    async fn discard(&self, actor: Actor, delivery_id: DeliveryId, reason: &DiscardReason) -> Result<(), ServiceError> {
        actor.require(ADMINS)?;
        intervene::discard(&self.pool, actor, delivery_id, reason).await.map_err(Failure::answer("discard a delivery"))
    }
}

/// A status as the table stores it.
const fn stored_name(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::InFlight => "dispatched",
        other => other.name(),
    }
}

/// A stored status.
fn read_status(stored: &str) -> Option<DeliveryStatus> {
    DeliveryStatus::ALL.into_iter().find(|status| stored_name(*status) == stored)
}

/// A part of an error as a pattern of LIKE that finds it literally.
fn like_pattern(error_part: Option<&str>) -> Option<String> {
    let escaped = error_part?.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    Some(format!("%{escaped}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_can_be_read_back() {
        for status in DeliveryStatus::ALL {
            assert_eq!(read_status(stored_name(status)), Some(status));
        }
        assert_eq!(read_status("lost"), None);
    }

    #[test]
    fn what_is_searched_for_is_no_pattern() {
        assert_eq!(like_pattern(Some(r"100%_\")).as_deref(), Some(r"%100\%\_\\%"));
        assert_eq!(like_pattern(None), None);
    }
}
