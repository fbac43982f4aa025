//! What a payroll run does with an account (specification, decisions 5 to 7).

use contracts::{Money, UserId};

use crate::storage::account::LockedAccount;

/// An account under its lock, and what it holds at the end of a business day.
pub(crate) struct ClosedAccount {
    pub(crate) account: LockedAccount,
    pub(crate) user_id: UserId,
    /// Closing of the day: the sum of all entries of that day and of those before it.
    pub(crate) closing: Money,
    /// Whether anything was booked on it by then.
    pub(crate) was_open: bool,
}

impl ClosedAccount {
    /// What is paid out: all of Closing, where that is more than nothing.
    pub(crate) fn payout(&self) -> Option<Money> {
        (self.closing > Money::ZERO).then_some(self.closing)
    }

    /// What is owed and carried over: Closing, where that is less than nothing.
    pub(crate) fn debt(&self) -> Money {
        self.closing.min(Money::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use contracts::AccountId;

    use super::*;

    #[test]
    fn only_what_is_there_is_paid_and_only_what_is_owed_is_carried_over() {
        let closed = |cents| ClosedAccount {
            account: LockedAccount { account_id: AccountId(1), balance: Money::from_cents(cents - 7), entry_count: 3 },
            user_id: UserId(uuid::Uuid::nil()),
            closing: Money::from_cents(cents),
            was_open: true,
        };
        for (cents, payout, debt) in [(1, Some(1), 0), (0, None, 0), (-1, None, -1)] {
            assert_eq!(closed(cents).payout(), payout.map(Money::from_cents));
            assert_eq!(closed(cents).debt(), Money::from_cents(debt));
        }
    }
}
