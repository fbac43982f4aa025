use chrono::{DateTime, Utc};
use contracts::{
    AccountId, BusinessDay, LetterId, Money, UserId,
    payroll::{LETTERS_PAGE_MAX, LetterSummary},
};
use sqlx::{PgConnection, PgExecutor};

use crate::payroll::ClosedAccount;

/// Writes a letter to the holder of each of these accounts about what was paid for a day (specification, decision 7). Answers their
/// numbers in the same order.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    day: BusinessDay,
    written_at: DateTime<Utc>,
    accounts: &[&ClosedAccount],
) -> sqlx::Result<Vec<LetterId>> {
    let column = |value: fn(&ClosedAccount) -> i64| accounts.iter().map(|account| value(account)).collect::<Vec<i64>>();
    // The accounts come in the order of their numbers.
    let letter_ids = sqlx::query_scalar!(
        r#"WITH letter AS (
               INSERT INTO accounting.letter (business_day, written_at, account_id, paid, balance, last_entry_no)
               SELECT $1, $2, * FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
               RETURNING letter_id, account_id
           )
           SELECT letter_id AS "letter_id!" FROM letter ORDER BY account_id"#,
        day.0,
        written_at,
        &column(|account| account.account.account_id.0),
        &column(|account| account.payout().unwrap_or(Money::ZERO).cents()),
        &column(|account| account.debt().cents()),
        &column(|account| account.account.entry_count)
    )
    .fetch_all(connection)
    .await?;
    Ok(letter_ids.into_iter().map(LetterId).collect())
}

/// A letter as it is stored.
pub(crate) struct StoredLetter {
    pub(crate) account_id: AccountId,
    pub(crate) user_id: UserId,
    pub(crate) day: BusinessDay,
    pub(crate) written_at: DateTime<Utc>,
    pub(crate) paid: Money,
    pub(crate) balance: Money,
    pub(crate) last_entry_no: i64,
}

/// One letter.
pub(crate) async fn by_id(executor: impl PgExecutor<'_>, letter_id: LetterId) -> sqlx::Result<Option<StoredLetter>> {
    let row = sqlx::query!(
        "SELECT account_id, user_id, business_day, written_at, paid, letter.balance, last_entry_no
         FROM accounting.letter JOIN accounting.account USING (account_id)
         WHERE letter_id = $1",
        letter_id.0
    );
    Ok(row.fetch_optional(executor).await?.map(|row| StoredLetter {
        account_id: AccountId(row.account_id),
        user_id: UserId(row.user_id),
        day: BusinessDay(row.business_day),
        written_at: row.written_at,
        paid: Money::from_cents(row.paid),
        balance: Money::from_cents(row.balance),
        last_entry_no: row.last_entry_no,
    }))
}

/// Which letter told an employee of the payroll of a day.
pub(crate) async fn of_user(executor: impl PgExecutor<'_>, user_id: UserId, day: BusinessDay) -> sqlx::Result<Option<LetterId>> {
    let letter_id = sqlx::query_scalar!(
        "SELECT letter_id FROM accounting.letter JOIN accounting.account USING (account_id) WHERE business_day = $1 AND user_id = $2",
        day.0,
        user_id.0
    );
    Ok(letter_id.fetch_optional(executor).await?.map(LetterId))
}

/// Whether the post has taken a letter.
pub(crate) async fn is_sent(executor: impl PgExecutor<'_>, letter_id: LetterId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM accounting.letter WHERE letter_id = $1 AND sent_at IS NOT NULL) AS "is_sent!""#,
        letter_id.0
    )
    .fetch_one(executor)
    .await
}

/// The letters about the payroll of a day, those after `after` where it is given.
pub(crate) async fn of_day(executor: impl PgExecutor<'_>, day: BusinessDay, after: Option<LetterId>) -> sqlx::Result<Vec<LetterSummary>> {
    let rows = sqlx::query!(
        "SELECT letter_id, user_id, paid, letter.balance, sent_at
         FROM accounting.letter JOIN accounting.account USING (account_id)
         WHERE business_day = $1 AND ($2::bigint IS NULL OR letter_id > $2)
         ORDER BY letter_id
         LIMIT $3",
        day.0,
        after.map(|letter_id| letter_id.0),
        LETTERS_PAGE_MAX
    );
    Ok(rows
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(|row| LetterSummary {
            letter_id: LetterId(row.letter_id),
            user_id: UserId(row.user_id),
            paid: Money::from_cents(row.paid),
            balance: Money::from_cents(row.balance),
            sent_at: row.sent_at,
        })
        .collect())
}

/// Notes that the post took a letter.
pub(crate) async fn mark_sent(connection: &mut PgConnection, letter_ids: &[LetterId]) -> sqlx::Result<()> {
    let letter_ids: Vec<i64> = letter_ids.iter().map(|letter_id| letter_id.0).collect();
    sqlx::query!("UPDATE accounting.letter SET sent_at = bus.company_now() WHERE letter_id = ANY ($1) AND sent_at IS NULL", &letter_ids)
        .execute(connection)
        .await
        .map(drop)
}
