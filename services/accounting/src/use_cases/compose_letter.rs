use contracts::{
    Actor, Field, FieldProblem, InvalidField, LetterId, Money, Role, ServiceError,
    accounting::EntryKind,
    letter::{Addressee, LETTER_ENTRIES_MAX, Letter, LetterEntry, WrittenLetter},
};
use platform::database::Failure;

use super::own_audit_log::tasks_by_id;
use crate::{
    Accounting,
    storage::{self, account_log::DaySums},
};

/// The entries that a letter tells, and perhaps the payout, which is none of them.
const STORED_ENTRIES_MAX: usize = LETTER_ENTRIES_MAX + 1;

/// Puts a letter together. What it tells never changes, but names, addresses and titles do.
pub(crate) async fn compose_letter(accounting: &Accounting, letter_id: LetterId) -> Result<Letter, Failure> {
    let pool = &accounting.pool;
    let letter = storage::letter::by_id(pool, letter_id).await?.ok_or(ServiceError::NotFound)?;
    let (account_id, day) = (letter.account_id, letter.day);
    let DaySums { entries: entry_count, fees, rewards } =
        storage::account_log::sums_of_day(pool, account_id, day, letter.last_entry_no).await?;
    let limit = i64::try_from(STORED_ENTRIES_MAX).unwrap_or(i64::MAX);
    let mut stored = storage::account_log::of_day(pool, account_id, day, 1..=letter.last_entry_no, limit).await?;
    stored.retain(|entry| entry.entry_kind != EntryKind::Clear);
    stored.truncate(LETTER_ENTRIES_MAX);
    let tasks = tasks_by_id(accounting, stored.iter().filter_map(|entry| entry.task_id)).await?;
    let profile = accounting.directory.profile(letter.user_id).await?;

    let entries: Vec<LetterEntry> = stored
        .into_iter()
        .map(|entry| LetterEntry {
            event_time: entry.event_time,
            entry_kind: entry.entry_kind,
            signed_amount: entry.signed_amount,
            task_title: entry.task_id.and_then(|task_id| tasks.get(&task_id).map(|task| task.title.clone())),
        })
        .collect();
    Ok(Letter {
        letter_id,
        to: Addressee { user_id: letter.user_id, display_name: profile.user.display_name, email: profile.email, locale: profile.locale },
        day,
        account_id,
        written_at: letter.written_at,
        carried_over: sum([letter.balance, letter.paid, fees, -rewards]),
        more_entries: entry_count - i64::try_from(entries.len()).unwrap_or(entry_count),
        entries,
        fees,
        rewards,
        paid: letter.paid,
        balance: letter.balance,
    })
}

/// The letter as the post sends it, for admins.
pub(crate) async fn written_letter(accounting: &Accounting, actor: Actor, letter_id: LetterId) -> Result<WrittenLetter, Failure> {
    actor.require(&[Role::Admin])?;
    let letter = compose_letter(accounting, letter_id).await?;
    accounting.post.written(&letter).map_err(|error| {
        tracing::warn!(%letter_id, %error, "a letter cannot be written");
        ServiceError::Invalid(InvalidField { field: Field::Email, problem: FieldProblem::Malformed }).into()
    })
}

fn sum<const N: usize>(amounts: [Money; N]) -> Money {
    amounts.into_iter().sum()
}
