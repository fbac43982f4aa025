use serde::Serialize;

use super::ConnectionUrl;

/// Redis, the wire between the processes. It holds nothing that PostgreSQL does not know.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Redis {
    /// The address of Redis (`redis://:password@host:6379/0`, `rediss://` with TLS, `redis+unix:///path` for a socket).
    /// Not set: the program starts its own Redis in the data folder.
    #[config(env = "REDIS_URL")]
    pub url: Option<ConnectionUrl>,
}
