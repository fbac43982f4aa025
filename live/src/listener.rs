use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contracts::{Caller, Changed, Hint, UserId};
use futures_util::StreamExt as _;
use platform::randomness::Randomness;
use rand::RngExt as _;
use redis::RedisError;
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::{Instant, sleep, sleep_until, timeout},
};
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

/// How long a page waits for a listener that does not hear anything at the moment.
const HEARING_PATIENCE: Duration = Duration::from_secs(3);

/// For how long a page is followed: about so long, so that not all come back at once. Then it asks again, also for what no hint told.
const FOLLOWED_FOR: RangeInclusive<Duration> = Duration::from_mins(4)..=Duration::from_mins(6);

/// Within which time pages ask again when everything may have changed: not all at once.
const SPREAD: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(3);

/// Hears the hints of all processes, for the pages that this one serves. Clones are the same.
#[derive(Debug, Clone)]
pub struct HintListener {
    heard: broadcast::Sender<Heard>,
    is_hearing: watch::Receiver<bool>,
    pages: Arc<Pages>,
    randomness: Randomness,
    shutdown: CancellationToken,
}

/// Why a page cannot be kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotFollow {
    /// There are too many already.
    #[error("there are too many pages to keep up to date")]
    TooManyPages,
    /// Redis does not answer.
    #[error("it is not known at the moment what changes")]
    HearsNothing,
}

#[derive(Debug, Clone)]
enum Heard {
    Changed(Arc<Changed>),
    /// From now on nothing is heard.
    Nothing,
}

impl HintListener {
    /// Listens until `shutdown` is cancelled.
    #[must_use]
    pub fn start(channel: HintChannel, randomness: Randomness, shutdown: CancellationToken) -> Self {
        let heard = broadcast::Sender::new(BACKLOG_MAX);
        let (hearing, is_hearing) = watch::channel(false);
        let listener = Self { heard: heard.clone(), is_hearing, pages: Arc::default(), randomness, shutdown: shutdown.clone() };
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = keep_listening(&channel, &heard, &hearing) => {}
            }
        });
        listener
    }

    /// What changes for an employee, from now on.
    pub async fn changes_for(&self, caller: Caller) -> Result<Changes, CannotFollow> {
        let mut is_hearing = self.is_hearing.clone();
        let hears = timeout(HEARING_PATIENCE, is_hearing.wait_for(|is_hearing| *is_hearing)).await;
        if !matches!(hears, Ok(Ok(_))) {
            return Err(CannotFollow::HearsNothing);
        }
        let place = Pages::take_place(&self.pages, caller.user_id)?;
        Ok(Changes {
            heard: self.heard.subscribe(),
            ends_at: Instant::now() + self.drawn(FOLLOWED_FOR),
            spread: self.drawn(SPREAD),
            shutdown: self.shutdown.clone(),
            shown: Hint::all_for(caller),
            _place: place,
        })
    }

    fn drawn(&self, range: RangeInclusive<Duration>) -> Duration {
        self.randomness.with(|generator| generator.random_range(range))
    }
}

/// The changes for one employee.
#[derive(Debug)]
pub struct Changes {
    heard: broadcast::Receiver<Heard>,
    ends_at: Instant,
    /// How long this page waits before it asks, when everything may have changed.
    spread: Duration,
    shutdown: CancellationToken,
    /// What the pages of this employee show.
    shown: Vec<Hint>,
    _place: Place,
}

impl Changes {
    /// Waits until something has, or may have, changed. Nothing when it is not known any more: after some minutes, when Redis has failed, or
    /// when this process shuts down. Who goes on following asks again then, too.
    pub async fn next(&mut self) -> Option<()> {
        loop {
            let heard = tokio::select! {
                heard = self.heard.recv() => heard,
                () = sleep_until(self.ends_at) => return None,
                () = self.shutdown.cancelled() => return None,
            };
            match heard {
                Ok(Heard::Changed(changed)) => match &*changed {
                    Changed::These(hints) if self.shown.iter().any(|hint| hints.contains(hint)) => return Some(()),
                    Changed::These(_) => {}
                    Changed::Anything => {
                        sleep(self.spread).await;
                        return Some(());
                    }
                },
                Err(RecvError::Lagged(_)) => return Some(()),
                Ok(Heard::Nothing) | Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Gathers what else changes for some time, and forgets it: it is about to be asked for. Nothing as [`Self::next`].
    pub async fn gather(&mut self, time: Duration) -> Option<()> {
        let end = Instant::now() + time;
        while let Ok(heard) = tokio::time::timeout_at(end, self.next()).await {
            heard?;
        }
        Some(())
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
    fn take_place(pages: &Arc<Self>, user_id: UserId) -> Result<Place, CannotFollow> {
        let mut places = pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_all: usize = places.values().sum();
        let own = places.get(&user_id).copied().unwrap_or_default();
        if of_all >= PAGES_MAX || own >= PAGES_PER_EMPLOYEE_MAX {
            return Err(CannotFollow::TooManyPages);
        }
        places.insert(user_id, own + 1);
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

async fn keep_listening(channel: &HintChannel, heard: &broadcast::Sender<Heard>, hearing: &watch::Sender<bool>) {
    let mut is_failing = false;
    loop {
        if let Err(error) = listen(channel, heard, hearing, &mut is_failing).await {
            if !is_failing {
                tracing::warn!(error, "hints are not heard: pages do not keep themselves up to date");
            }
            is_failing = true;
        }
        hearing.send_replace(false);
        // Nobody may be there to hear it: that is no failure.
        let _ = heard.send(Heard::Nothing);
        sleep(RECONNECTION_PAUSE).await;
    }
}

/// Listens until Redis fails or falls silent.
async fn listen(
    channel: &HintChannel,
    heard: &broadcast::Sender<Heard>,
    hearing: &watch::Sender<bool>,
    is_failing: &mut bool,
) -> Result<(), String> {
    let said = |error: RedisError| error.to_string();
    let late = |_| "Redis does not answer".to_owned();
    let mut subscription = timeout(CONNECTION_TIMEOUT, channel.client.get_async_pubsub()).await.map_err(late)?.map_err(said)?;
    timeout(CONNECTION_TIMEOUT, subscription.subscribe(CHANNEL)).await.map_err(late)?.map_err(said)?;
    if *is_failing {
        tracing::info!("hints are heard again");
    }
    *is_failing = false;
    hearing.send_replace(true);
    let mut messages = subscription.on_message();
    loop {
        let message = timeout(SILENCE_MAX, messages.next()).await.map_err(|_| "nothing was heard for too long")?;
        let text: String = message.ok_or("Redis has closed the connection")?.get_payload().map_err(said)?;
        // What cannot be read comes from another version of the program.
        let changed = serde_json::from_str(&text).unwrap_or(Changed::Anything);
        if !changed.is_nothing() {
            let _ = heard.send(Heard::Changed(Arc::new(changed)));
        }
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
        let refused = |user_id| Pages::take_place(&pages, user_id).err() == Some(CannotFollow::TooManyPages);
        let mut places: Vec<Place> = (0..PAGES_PER_EMPLOYEE_MAX).map(|_| Pages::take_place(&pages, ada).expect("room")).collect();
        assert!(refused(ada));
        drop(Pages::take_place(&pages, mango).expect("room for somebody else"));
        places.pop();
        places.push(Pages::take_place(&pages, ada).expect("room again"));
        drop(places);

        let crowd = |n: usize| Pages::take_place(&pages, UserId(Uuid::from_u128(100 + n as u128))).expect("room");
        let crowd: Vec<Place> = (0..PAGES_MAX).map(crowd).collect();
        assert!(refused(ada));
        drop(crowd);
        assert!(pages.0.lock().expect("nobody panicked").is_empty());
    }
}
