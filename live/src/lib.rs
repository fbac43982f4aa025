//! What keeps pages up to date. A transaction changes something; its process publishes a [`Hint`](contracts::Hint) in Redis
//! ([`publishing`]); every process that serves pages hears it ([`HintListener`]) and tells the pages that show it, which ask again.
//!
//! A hint tells nobody anything but that. When one may have been lost, on either side, pages are told to ask again; what slips through all
//! the same they learn when they connect anew, after some minutes.

mod listener;
mod publisher;

use platform::config::ConnectionUrl;
use redis::{Client, RedisError};

pub use self::{
    listener::{CannotFollow, Changes, HintListener},
    publisher::publishing,
};

/// The channel in Redis on which hints go.
const CHANNEL: &str = "ates:hints";

/// Where hints go through.
#[derive(Debug, Clone)]
pub struct HintChannel {
    client: Client,
}

/// The address of Redis is unusable.
#[derive(Debug, thiserror::Error)]
#[error("hints cannot go through Redis: {0}")]
pub struct HintChannelError(#[from] RedisError);

impl HintChannel {
    /// Reads the address of Redis. Nothing is connected yet.
    pub fn new(url: &ConnectionUrl) -> Result<Self, HintChannelError> {
        Ok(Self { client: Client::open(url.expose())? })
    }
}
