use contracts::{
    Actor, ServiceError,
    analytics::{MAY_REBUILD, Rebuild},
};
use platform::database::Failure;

use crate::{Analytics, rebuild, storage};

/// Starts a rebuild, which goes on in this process. While one is running, that one is answered.
pub(crate) async fn start_rebuild(analytics: &Analytics, actor: Actor) -> Result<Rebuild, Failure> {
    actor.require(MAY_REBUILD)?;
    if let Some(rebuild_id) = rebuild::begin(analytics, actor.user_id()).await? {
        tracing::info!(%rebuild_id, started_by = actor.user_id().map(tracing::field::display), "rebuild started");
        tokio::spawn(rebuild::run(analytics.clone(), rebuild_id));
    }
    last_rebuild(analytics, actor).await?.ok_or_else(|| ServiceError::NotFound.into())
}

/// The newest rebuild. One whose process has died is found when somebody looks.
pub(crate) async fn last_rebuild(analytics: &Analytics, actor: Actor) -> Result<Option<Rebuild>, Failure> {
    actor.require(MAY_REBUILD)?;
    rebuild::end_abandoned(analytics).await?;
    Ok(storage::rebuild::newest(&analytics.pool).await?)
}
