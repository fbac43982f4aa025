use std::{collections::BTreeSet, time::Duration};

use contracts::Hint;
use platform::bus::Hints;
use redis::{
    AsyncCommands as _, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio_util::sync::CancellationToken;

use crate::{CHANNEL, HintChannel};

/// How long hints are gathered: what changes again and again is published so often at most.
const GATHERED_FOR: Duration = Duration::from_millis(50);

/// How often something is published at least, if only that there is nothing. So listeners notice a connection that is dead.
pub(crate) const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(5);

/// How long Redis may take to connect or to answer.
const REDIS_TIMEOUT: Duration = Duration::from_secs(5);

/// Publishes what the transactions of this process change, until `shutdown` is cancelled. Hints that Redis does not take are lost.
pub async fn publish(channel: HintChannel, hints: Hints, shutdown: CancellationToken) {
    let publishing = async {
        let mut failing = false;
        loop {
            if let Err(error) = publish_until_it_fails(&channel, &hints).await {
                if !failing {
                    tracing::warn!(%error, "hints cannot be published: pages may be out of date for a while");
                }
                failing = true;
            }
            tokio::time::sleep(SIGN_OF_LIFE_INTERVAL).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = publishing => {}
    }
}

async fn publish_until_it_fails(channel: &HintChannel, hints: &Hints) -> Result<(), RedisError> {
    let config = ConnectionManagerConfig::new().set_response_timeout(Some(REDIS_TIMEOUT)).set_connection_timeout(Some(REDIS_TIMEOUT));
    let mut connection = ConnectionManager::new_with_config(channel.client.clone(), config).await?;
    loop {
        let gathered = tokio::time::timeout(SIGN_OF_LIFE_INTERVAL, hints.take()).await.unwrap_or_default();
        connection.publish::<_, _, ()>(CHANNEL, written(&gathered)).await?;
        tokio::time::sleep(GATHERED_FOR).await;
    }
}

fn written(hints: &BTreeSet<Hint>) -> String {
    serde_json::to_string(hints).expect("hints are plain JSON")
}
