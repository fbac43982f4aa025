use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contracts::{Hint, UserId};
use futures_util::StreamExt as _;
use redis::RedisError;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use crate::{CHANNEL, HintChannel, publisher::SIGN_OF_LIFE_INTERVAL};

/// How many pages a process keeps up to date at once. Others are shown as they are.
const PAGES_MAX: usize = 2_000;

/// How many of them may be one employee's: windows that are looked at.
const PAGES_PER_EMPLOYEE_MAX: usize = 20;

/// How many messages a page may be behind. Then it asks again, whatever they were.
const BACKLOG_MAX: usize = 256;

/// When nothing was heard for so long, not even a sign of life, the connection is taken for dead.
const SILENCE_MAX: Duration = SIGN_OF_LIFE_INTERVAL.saturating_mul(4);

/// How long to wait before Redis is tried again.
const RECONNECTION_PAUSE: Duration = Duration::from_secs(1);

/// How long connecting may take.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Hears the hints of all processes, for the pages that this one serves. Clones are the same.
#[derive(Debug, Clone)]
pub struct HintListener {
    heard: broadcast::Sender<Heard>,
    pages: Arc<Pages>,
    shutdown: CancellationToken,
}

/// There are too many pages to keep up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are too many pages to keep up to date")]
pub struct NoRoom;

#[derive(Debug, Clone)]
enum Heard {
    Hints(Arc<BTreeSet<Hint>>),
    /// Something may have been missed.
    Anything,
}

impl HintListener {
    /// Listens until `shutdown` is cancelled.
    #[must_use]
    pub fn start(channel: HintChannel, shutdown: CancellationToken) -> Self {
        let heard = broadcast::Sender::new(BACKLOG_MAX);
        let listener = Self { heard: heard.clone(), pages: Arc::default(), shutdown: shutdown.clone() };
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = keep_listening(&channel, &heard) => {}
            }
        });
        listener
    }

    /// What changes for an employee, from now on.
    pub fn changes_for(&self, user_id: UserId) -> Result<Changes, NoRoom> {
        let place = Pages::take_place(&self.pages, user_id)?;
        Ok(Changes { heard: self.heard.subscribe(), shutdown: self.shutdown.clone(), place })
    }
}

/// The changes for one employee.
#[derive(Debug)]
pub struct Changes {
    heard: broadcast::Receiver<Heard>,
    shutdown: CancellationToken,
    place: Place,
}

impl Changes {
    /// Waits until something has, or may have, changed. Nothing when this process shuts down.
    pub async fn next(&mut self) -> Option<()> {
        loop {
            let heard = tokio::select! {
                heard = self.heard.recv() => heard,
                () = self.shutdown.cancelled() => return None,
            };
            match heard {
                Ok(Heard::Hints(hints)) if !hints.contains(&Hint::Account(self.place.user_id)) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Forgets what has been heard so far: it is about to be asked for.
    pub fn forget(&mut self) {
        self.heard = self.heard.resubscribe();
    }
}

/// How many pages each employee looks at.
#[derive(Debug, Default)]
struct Pages(Mutex<HashMap<UserId, usize>>);

/// A page's place among them.
#[derive(Debug)]
struct Place {
    user_id: UserId,
    pages: Arc<Pages>,
}

impl Pages {
    fn take_place(pages: &Arc<Self>, user_id: UserId) -> Result<Place, NoRoom> {
        let mut places = pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_all: usize = places.values().sum();
        let own = places.entry(user_id).or_default();
        if of_all >= PAGES_MAX || *own >= PAGES_PER_EMPLOYEE_MAX {
            return Err(NoRoom);
        }
        *own += 1;
        Ok(Place { user_id, pages: Arc::clone(pages) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = places.get_mut(&self.user_id) {
            *own -= 1;
            if *own == 0 {
                places.remove(&self.user_id);
            }
        }
    }
}

async fn keep_listening(channel: &HintChannel, heard: &broadcast::Sender<Heard>) {
    let mut failing = false;
    loop {
        if let Err(error) = listen(channel, heard, &mut failing).await {
            if !failing {
                tracing::warn!(error, "hints are not heard: pages may be out of date for a while");
            }
            failing = true;
        }
        tokio::time::sleep(RECONNECTION_PAUSE).await;
    }
}

/// Listens until Redis fails or falls silent.
async fn listen(channel: &HintChannel, heard: &broadcast::Sender<Heard>, failing: &mut bool) -> Result<(), String> {
    let said = |error: RedisError| error.to_string();
    let late = |_| "Redis does not answer".to_owned();
    let mut subscription =
        tokio::time::timeout(CONNECTION_TIMEOUT, channel.client.get_async_pubsub()).await.map_err(late)?.map_err(said)?;
    tokio::time::timeout(CONNECTION_TIMEOUT, subscription.subscribe(CHANNEL)).await.map_err(late)?.map_err(said)?;
    if *failing {
        tracing::info!("hints are heard again");
    }
    *failing = false;
    // What was said before is lost. Nobody may be listening: that is no failure.
    let _ = heard.send(Heard::Anything);
    let mut messages = subscription.on_message();
    loop {
        let message = tokio::time::timeout(SILENCE_MAX, messages.next()).await.map_err(|_| "nothing was heard for too long")?;
        let text: String = message.ok_or("Redis has closed the connection")?.get_payload().map_err(said)?;
        let told = match serde_json::from_str::<BTreeSet<Hint>>(&text) {
            Ok(hints) if hints.is_empty() => continue,
            Ok(hints) => Heard::Hints(Arc::new(hints)),
            // Of another version of the program, say.
            Err(_) => Heard::Anything,
        };
        let _ = heard.send(told);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn places_are_limited_and_come_back() {
        let pages = Arc::new(Pages::default());
        let [ada, mango] = [1, 2].map(|number| UserId(Uuid::from_u128(number)));
        let mut places: Vec<Place> = (0..PAGES_PER_EMPLOYEE_MAX).map(|_| Pages::take_place(&pages, ada).expect("room")).collect();
        assert_eq!(Pages::take_place(&pages, ada).err(), Some(NoRoom));
        drop(Pages::take_place(&pages, mango).expect("room for somebody else"));
        places.pop();
        places.push(Pages::take_place(&pages, ada).expect("room again"));
        drop(places);
        assert!(pages.0.lock().expect("nobody panicked").is_empty());

        let crowd: Vec<Place> =
            (0..PAGES_MAX).map(|n| Pages::take_place(&pages, UserId(Uuid::from_u128(n as u128))).expect("room")).collect();
        assert_eq!(Pages::take_place(&pages, ada).err(), Some(NoRoom));
        drop(crowd);
    }
}
