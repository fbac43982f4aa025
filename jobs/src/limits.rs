//! How long and how often each subscription is tried, and how much of it is done at a time.

use std::time::Duration;

use contracts::Subscription;
use platform::{bus::Lease, randomness::Randomness};
use rand::RngExt as _;

/// How the deliveries of a subscription are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// How many deliveries one job carries, and one transaction applies, at most.
    pub(crate) batch_max: usize,
    /// How many are handed out at a time: a short transaction, and what they wait for in Redis is well below the lease.
    pub(crate) claim_max: i64,
    /// How long an attempt may take. Well below the lease: what is given up is undone in PostgreSQL too before another mostly begins;
    /// where it is not, the other waits for its locks.
    pub(crate) attempt_timeout: Duration,
    /// For how long they are handed out.
    pub(crate) lease: Lease,
    /// How their failures are met.
    pub(crate) retry: RetryPolicy,
}

/// Booking is all in one database: what fails does so for a deadlock, a time limit, a bug. The first two are over in a second. The
/// last attempt comes after a quarter of an hour on average, within which a bad release can be taken back without a trace; a bug that
/// stays needs a person soon, since payroll waits for the day's money. Larger batches would save little and hold the day's row for longer.
const BOOKING: Limits = Limits {
    batch_max: 100,
    claim_max: 1_000,
    attempt_timeout: Duration::from_secs(10),
    lease: Lease::SHORT,
    retry: RetryPolicy { failures_max: 12, delay_first: Duration::from_secs(1), delay_max: Duration::from_mins(15) },
};

/// A batch of a reassignment is many tasks already.
const REASSIGNING: Limits = Limits { batch_max: 1, claim_max: 10, ..BOOKING };

/// A letter goes to somebody else's mail server, one by one: what the server has taken must not be undone for the sake of another. A server
/// that looks for viruses takes a while, and a letter given up too early comes twice. One that is down, or wants it later, is asked
/// for a day on average, each hour at least.
const LETTERS: Limits = Limits {
    batch_max: 1,
    claim_max: 40,
    attempt_timeout: Duration::from_mins(4),
    lease: Lease::LONG,
    retry: RetryPolicy { failures_max: 56, delay_first: Duration::from_secs(30), delay_max: Duration::from_hours(1) },
};

/// The limits of a subscription.
pub(crate) const fn limits(subscription: Subscription) -> &'static Limits {
    match subscription {
        Subscription::AccountingTaskCreate
        | Subscription::AccountingTaskAssign
        | Subscription::AccountingTaskResolve
        // Counting what is booked fails for the same reasons, and waits for the same locks.
        | Subscription::AnalyticsManagerIncomeByDayChange
        | Subscription::AnalyticsAccountLogChange
        | Subscription::AnalyticsTaskResolve => &BOOKING,
        Subscription::TrackerTasksReassign => &REASSIGNING,
        Subscription::AccountingPayrollLetter => &LETTERS,
    }
}

/// How long the end of the program waits for attempts that have begun. What takes longer is broken off, as by a crash.
pub(crate) const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(15);

/// The delay after an outage, which counts as no failure.
pub(crate) const OUTAGE_DELAY: Duration = Duration::from_secs(2);

/// The pause before the outcome of an attempt is stored again.
pub(crate) const STORE_PAUSE: Duration = Duration::from_secs(1);

/// How often PostgreSQL may refuse an outcome while it is there: for a lock, or a deadlock. Both are over after a second or two.
pub(crate) const STORE_REFUSALS_MAX: u32 = 3;

/// How long after an outage of PostgreSQL nobody is taken for dead: meanwhile the living store how their attempts ended.
pub(crate) const GRACE_AFTER_OUTAGE: Duration = Duration::from_secs(3);

/// How the failures of a subscription's deliveries are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    /// How many attempts may fail or die before the delivery is a dead letter.
    failures_max: i32,
    /// The longest delay before the second attempt; it doubles with each failure.
    delay_first: Duration,
    /// The longest delay between two attempts.
    delay_max: Duration,
}

impl RetryPolicy {
    /// When to try again after one more failure than before; nothing: it is given up.
    ///
    /// Exponential back-off with full jitter: anything between nothing and the longest delay, so that what failed together does
    /// not come back together.
    pub(crate) fn retry_after(&self, failures_before: i32, randomness: &Randomness) -> Option<Duration> {
        if failures_before + 1 >= self.failures_max {
            return None;
        }
        let doublings = u32::try_from(failures_before).unwrap_or(0).min(20);
        let longest = self.delay_first.saturating_mul(1 << doublings).min(self.delay_max);
        Some(longest.mul_f64(randomness.with(|generator| generator.random_range(0.0..=1.0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const _: () = assert!(STORE_PAUSE.as_secs() < GRACE_AFTER_OUTAGE.as_secs(), "the living are taken for dead");
    const _: () = assert!(BOOKING.attempt_timeout.as_secs() < SHUTDOWN_PATIENCE.as_secs(), "the end of the program breaks bookings off");

    #[test]
    fn an_attempt_does_not_outlive_its_lease() {
        for subscription in Subscription::ALL {
            let Limits { attempt_timeout, lease, .. } = limits(subscription);
            assert!(*attempt_timeout < lease.left_min && lease.left_min < lease.length, "{subscription:?}");
        }
    }

    #[test]
    fn a_letter_is_tried_for_a_day() {
        let randomness = Randomness::seeded(1);
        let tried_for: Duration = (0..).map_while(|failures| LETTERS.retry.retry_after(failures, &randomness)).sum();
        assert!((Duration::from_hours(20)..Duration::from_hours(30)).contains(&tried_for), "{tried_for:?}");
    }

    #[test]
    fn delays_grow_to_a_limit_and_end() {
        let randomness = Randomness::seeded(1);
        let longest = |failures| (0..500).filter_map(|_| BOOKING.retry.retry_after(failures, &randomness)).max();
        let within = |failures, limit: u64| {
            let longest = longest(failures).expect("there is another attempt");
            assert!(longest <= Duration::from_secs(limit) && longest > Duration::from_secs(limit) / 2, "{failures}: {longest:?}");
        };
        within(0, 1);
        within(3, 8);
        within(10, 900);
        assert_eq!(longest(11), None);
        assert_eq!(longest(i32::MAX - 1), None);
    }
}
