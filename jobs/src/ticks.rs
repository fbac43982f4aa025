//! When a worker asks Redis for jobs.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::{PollSnapshot, PollStrategy};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Wakes a worker at regular intervals.
///
/// apalis' own interval does not ask to be woken again at the poll that finds a tick over. If Redis answers "nothing" in that very poll, the
/// worker sleeps until its next heartbeat, half a minute later: on a busy machine that happens every few seconds.
#[derive(Debug)]
pub(crate) struct Ticks(Interval);

impl Ticks {
    /// A tick each `period`, the first one at once. What is missed is not made up for.
    pub(crate) fn every(period: Duration) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }
}

impl PollStrategy for Ticks {
    fn poll_drive(&mut self, context: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut ticked = Poll::Pending;
        // Until it is pending: only then the next tick will wake the worker.
        while self.0.poll_tick(context).is_ready() {
            ticked = Poll::Ready(Some(()));
        }
        ticked
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        task::{Wake, Waker},
    };

    use tokio::sync::Notify;

    use super::*;

    struct Woken(Notify);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.notify_one();
        }
    }

    #[tokio::test]
    async fn a_worker_is_woken_again_whatever_the_last_poll_found() {
        let woken = Arc::new(Woken(Notify::new()));
        let waker = Waker::from(woken.clone());
        let mut ticks = Ticks::every(Duration::from_millis(1));
        let mut ticked = 0;
        while ticked < 20 {
            let poll = ticks.poll_drive(&mut Context::from_waker(&waker), &PollSnapshot::default());
            ticked += usize::from(poll.is_ready());
            tokio::time::timeout(Duration::from_secs(10), woken.0.notified()).await.expect("the next tick wakes");
        }
    }
}
