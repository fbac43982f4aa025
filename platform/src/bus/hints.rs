use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use contracts::Hint;
use tokio::sync::Notify;

/// How many hints may wait to be passed on. More are lost, which costs pages a moment of being out of date.
const UNTOLD_MAX: usize = 10_000;

/// What changed by transactions of this process, until somebody passes it on to the pages that show it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Hints(Arc<Untold>);

#[derive(Debug, Default)]
struct Untold {
    hints: Mutex<BTreeSet<Hint>>,
    added: Notify,
}

impl Hints {
    /// Adds what changed by a transaction that is committed. What waits already is not added twice.
    pub(super) fn add(&self, hints: BTreeSet<Hint>) {
        if hints.is_empty() {
            return;
        }
        let mut untold = self.0.hints.lock().unwrap_or_else(PoisonError::into_inner);
        let room = UNTOLD_MAX.saturating_sub(untold.len());
        untold.extend(hints.into_iter().take(room));
        drop(untold);
        self.0.added.notify_one();
    }

    /// Waits until there are some, and takes them all.
    pub async fn take(&self) -> BTreeSet<Hint> {
        loop {
            let hints = std::mem::take(&mut *self.0.hints.lock().unwrap_or_else(PoisonError::into_inner));
            if !hints.is_empty() {
                return hints;
            }
            self.0.added.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::UserId;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn what_changed_often_is_told_once_and_nothing_is_told_twice() {
        let hints = Hints::default();
        let [ada, mango] = [1, 2].map(|number| Hint::Account(UserId(Uuid::from_u128(number))));
        hints.add(BTreeSet::from([ada]));
        hints.add(BTreeSet::from([ada, mango]));
        assert_eq!(hints.take().await, BTreeSet::from([ada, mango]));

        let other = hints.clone();
        let waiting = tokio::spawn(async move { other.take().await });
        tokio::task::yield_now().await;
        hints.add(BTreeSet::from([mango]));
        assert_eq!(waiting.await.expect("no panic"), BTreeSet::from([mango]));
    }

    #[tokio::test]
    async fn where_nobody_takes_them_they_do_not_pile_up() {
        let hints = Hints::default();
        let many = u128::try_from(UNTOLD_MAX).expect("a number") + 5;
        hints.add((0..many).map(|number| Hint::Account(UserId(Uuid::from_u128(number)))).collect());
        assert_eq!(hints.take().await.len(), UNTOLD_MAX);
    }
}
