use std::{convert::Infallible, time::Duration};

use contracts::Changed;
use platform::bus::Hints;
use redis::{AsyncCommands as _, AsyncConnectionConfig, RedisError, aio::MultiplexedConnection};
use tokio::time::{sleep, timeout};

use crate::{CHANNEL, HintChannel};

/// How long hints are gathered: what changes again and again is published so often at most.
const GATHERED_FOR: Duration = Duration::from_millis(50);

/// How often something is published at least, if only that there is nothing. So listeners notice a connection that is dead.
pub(crate) const SIGN_OF_LIFE_INTERVAL: Duration = Duration::from_secs(5);

/// How long Redis may take to connect or to answer.
const REDIS_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait before Redis is tried again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Publishes what the transactions of this process change while it does its work, and what they have changed when that has ended.
pub async fn publishing<Answer>(channel: HintChannel, hints: Hints, work: impl Future<Output = Answer>) -> Answer {
    let mut publisher = Publisher { channel, hints, connection: None, untold: Changed::default(), is_failing: false };
    let answer = tokio::select! {
        answer = work => answer,
        never = publisher.publish_again_and_again() => match never {},
    };
    publisher.gather(publisher.hints.take_now());
    if !publisher.untold.is_nothing() {
        publisher.publish().await;
    }
    answer
}

struct Publisher {
    channel: HintChannel,
    hints: Hints,
    connection: Option<MultiplexedConnection>,
    /// What Redis has not taken yet.
    untold: Changed,
    is_failing: bool,
}

impl Publisher {
    async fn publish_again_and_again(&mut self) -> Infallible {
        loop {
            let changed = timeout(SIGN_OF_LIFE_INTERVAL, self.hints.take()).await.unwrap_or_default();
            self.gather(changed);
            self.publish().await;
            sleep(if self.is_failing { RETRY_PAUSE } else { GATHERED_FOR }).await;
        }
    }

    fn gather(&mut self, changed: Changed) {
        self.untold.add(changed);
    }

    /// Publishes what is untold. Where that fails it may have been heard or not, and so may what others have published: everything may have
    /// changed, which is told as soon as possible.
    async fn publish(&mut self) {
        match self.try_to_publish().await {
            Ok(()) => {
                if self.is_failing {
                    tracing::info!("hints are published again");
                }
                self.is_failing = false;
                self.untold = Changed::default();
            }
            Err(error) => {
                if !self.is_failing {
                    tracing::warn!(%error, "hints cannot be published: pages may be out of date for a while");
                }
                self.is_failing = true;
                self.connection = None;
                self.untold = Changed::Anything;
            }
        }
    }

    async fn try_to_publish(&mut self) -> Result<(), RedisError> {
        let message = serde_json::to_string(&self.untold).expect("hints are plain JSON");
        let connection = match &mut self.connection {
            Some(connection) => connection,
            connection => {
                let config =
                    AsyncConnectionConfig::new().set_connection_timeout(Some(REDIS_TIMEOUT)).set_response_timeout(Some(REDIS_TIMEOUT));
                connection.insert(self.channel.client.get_multiplexed_async_connection_with_config(&config).await?)
            }
        };
        connection.publish(CHANNEL, message).await
    }
}
