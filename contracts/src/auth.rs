//! The auth service: who the parrots are. It knows nobody and emits nothing (specification, §1).

use async_trait::async_trait;

use crate::ServiceError;

/// What pages and other services may ask about people.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Whether nobody has enrolled yet. Who enrols first in an empty installation becomes its admin.
    async fn is_empty(&self) -> Result<bool, ServiceError>;
}
