use std::collections::BTreeMap;

use async_trait::async_trait;
use contracts::{AccountId, AccountLogChange, BusinessDay, Event, Fact, Money, Subscription};
use platform::bus::{Outbox, Prepared, Reaction, ReactionError, Recorded};
use sqlx::{PgConnection, PgPool};

use super::{dashboard_changed, misdelivered};
use crate::{
    Analytics,
    negative_accounts::{self, Days, TooMuch},
    storage::{self, generation::Generation},
};

/// `account_log_change`: counts the accounts below zero.
pub(crate) struct CountNegativeAccounts(pub(crate) Analytics);

#[async_trait]
impl Reaction for CountNegativeAccounts {
    type Found = ();

    fn subscription(&self) -> Subscription {
        Subscription::AnalyticsAccountLogChange
    }

    fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    fn outbox(&self) -> &Outbox {
        &self.0.outbox
    }

    async fn prepare(&self, _events: &[Event]) -> Result<Prepared<()>, ReactionError> {
        Ok(Prepared { found: (), waits: Vec::new() })
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Event], (): ()) -> Result<Recorded, ReactionError> {
        let entries: Vec<&AccountLogChange> = events.iter().copied().map(entry).collect::<Result<_, _>>()?;
        for generation in storage::generation::kept_up(connection).await? {
            count(connection, generation, &entries).await?;
        }
        Ok(dashboard_changed())
    }
}

fn entry(event: &Event) -> Result<&AccountLogChange, ReactionError> {
    match &event.fact {
        Fact::AccountLogChange(change) => Ok(change),
        _ => Err(misdelivered(event)),
    }
}

/// Counts entries, each once. Locks are taken in the order entries, accounts, days, each by its number.
pub(crate) async fn count(
    connection: &mut PgConnection,
    generation: Generation,
    entries: &[&AccountLogChange],
) -> Result<(), ReactionError> {
    let new = storage::counted_entry::insert(connection, generation, entries.iter().map(|entry| entry.log_id)).await?;
    let mut moved: BTreeMap<AccountId, Days> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| new.contains(&entry.log_id)) {
        let sum = moved.entry(entry.account_id).or_default().entry(entry.business_day).or_default();
        *sum = sum.checked_add(entry.signed_amount).ok_or_else(|| too_much(entry.account_id))?;
    }
    if moved.is_empty() {
        return Ok(());
    }

    let accounts = storage::account::lock(connection, generation, moved.keys().copied()).await?;
    let mut known = storage::account::days_since(connection, generation, &moved).await?;
    let mut changes: BTreeMap<BusinessDay, i64> = BTreeMap::new();
    for (account_id, added) in &moved {
        let known = known.remove(account_id).unwrap_or_default();
        let balance = accounts.get(account_id).copied().unwrap_or_default();
        let opening = balance.checked_sub(known.values().copied().sum::<Money>()).ok_or_else(|| too_much(*account_id))?;
        for (day, change) in negative_accounts::changes(opening, &known, added).map_err(|TooMuch| too_much(*account_id))? {
            *changes.entry(day).or_default() += change;
        }
    }
    storage::account::add(connection, generation, &moved).await?;
    storage::company_data_by_day::add_negative_accounts(connection, generation, &changes).await?;
    Ok(())
}

fn too_much(account_id: AccountId) -> ReactionError {
    ReactionError::Contradiction(format!("the sum of the entries of account {account_id} would not fit"))
}
