use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contracts::Changed;
use tokio::sync::Notify;

/// What changed by transactions of this process, until somebody passes it on to the pages that show it. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Hints(Arc<Untold>);

#[derive(Debug, Default)]
struct Untold {
    changed: Mutex<Changed>,
    added: Notify,
}

impl Hints {
    /// Adds what changed by a transaction that is committed. What waits already is not added twice.
    pub(super) fn add(&self, changed: Changed) {
        if !changed.is_nothing() {
            self.untold().add(changed);
            self.0.added.notify_one();
        }
    }

    /// Waits until there is something, and takes it all.
    pub async fn take(&self) -> Changed {
        loop {
            let changed = self.take_now();
            if !changed.is_nothing() {
                return changed;
            }
            self.0.added.notified().await;
        }
    }

    /// Takes what there is, perhaps nothing.
    #[must_use]
    pub fn take_now(&self) -> Changed {
        mem::take(&mut *self.untold())
    }

    fn untold(&self) -> MutexGuard<'_, Changed> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::{HINTS_MAX, Hint, UserId};
    use uuid::Uuid;

    use super::*;

    fn of(numbers: impl IntoIterator<Item = u128>) -> Changed {
        Changed::These(numbers.into_iter().map(|number| Hint::Employee(UserId(Uuid::from_u128(number)))).collect())
    }

    #[tokio::test]
    async fn what_changed_often_is_told_once_and_nothing_is_told_twice() {
        let hints = Hints::default();
        hints.add(of([1]));
        hints.add(of([1, 2]));
        assert_eq!(hints.take().await, of([1, 2]));
        assert_eq!(hints.take_now(), Changed::These(BTreeSet::new()));

        let other = hints.clone();
        let waiting = tokio::spawn(async move { other.take().await });
        tokio::task::yield_now().await;
        hints.add(of([2]));
        assert_eq!(waiting.await.expect("no panic"), of([2]));
    }

    #[tokio::test]
    async fn where_nobody_takes_them_they_do_not_pile_up() {
        let hints = Hints::default();
        hints.add(of(0..u128::try_from(HINTS_MAX).expect("a number")));
        hints.add(of([0]));
        assert!(matches!(hints.take().await, Changed::These(_)));
        hints.add(of(0..=u128::try_from(HINTS_MAX).expect("a number")));
        assert_eq!(hints.take().await, Changed::Anything);
        hints.add(of([1]));
        assert_eq!(hints.take().await, of([1]));
    }
}
