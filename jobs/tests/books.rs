//! The books of a company that has settled, checked from the outside: by SQL over all schemas, as no service may.

use sqlx::AssertSqlSafe;

use crate::company::Company;

/// What must hold, as statements that count what breaks it.
const BREACHES: [(&str, &str); 11] = [
    ("a task without a price", "SELECT count(*) FROM tracker.task LEFT JOIN accounting.task_price USING (task_id) WHERE task_price_id IS NULL"),
    (
        "an assignment that was not charged once at the task's fee to its assignee",
        "SELECT count(*) FROM bus.event JOIN accounting.task_price ON task_id = (payload ->> 'task_id')::bigint
         WHERE kind = 'task_assign' AND 1 <> (
             SELECT count(*) FROM accounting.account_log JOIN accounting.account USING (account_id)
             WHERE type = 'WITHDRAW' AND extra_ids ->> 'event_id' = event_id::text AND amount = assign_fee
                 AND user_id::text = payload ->> 'assignee_user_id' AND account_log.business_day = event.business_day
                 AND event_time = occurred_at)",
    ),
    (
        "a finished task that was not paid once at its price to who finished it",
        "SELECT count(*) FROM bus.event JOIN accounting.task_price ON task_id = (payload ->> 'task_id')::bigint
         WHERE kind = 'task_resolve' AND 1 <> (
             SELECT count(*) FROM accounting.account_log JOIN accounting.account USING (account_id)
             WHERE type = 'DEPOSIT' AND extra_ids ->> 'event_id' = event_id::text AND amount = resolve_price
                 AND user_id::text = payload ->> 'resolver_user_id' AND account_log.business_day = event.business_day
                 AND event_time = occurred_at)",
    ),
    (
        "an entry that no event accounts for",
        "SELECT (SELECT count(*) FROM accounting.account_log) - (SELECT count(*) FROM bus.event WHERE kind IN ('task_assign', 'task_resolve'))",
    ),
    ("a task whose creation was not told once", "SELECT count(*) - (SELECT count(*) FROM tracker.task) FROM bus.event WHERE kind = 'task_create'"),
    (
        "a task whose end was not told once",
        "SELECT count(*) - (SELECT count(*) FROM tracker.task WHERE status = 'DONE') FROM bus.event WHERE kind = 'task_resolve'",
    ),
    (
        "a balance that is not the sum of its entries, or a gap in their numbers",
        "SELECT count(*) FROM accounting.account WHERE (balance, entry_count, entry_count) IS DISTINCT FROM
             (SELECT (sum(signed_amount)::bigint, count(*), max(entry_no)) FROM accounting.account_log WHERE account_log.account_id = account.account_id)",
    ),
    (
        "a balance after an entry that is not the sum up to it",
        "SELECT count(*) FROM (SELECT balance_after, sum(signed_amount) OVER (PARTITION BY account_id ORDER BY entry_no) AS sum
             FROM accounting.account_log) AS entries WHERE balance_after <> sum",
    ),
    (
        "a day whose income is not the sum of its entries, or whose revision is not their number",
        "SELECT count(*) FROM accounting.manager_income_by_day FULL JOIN (
             SELECT business_day AS date, count(*) AS entries,
                 coalesce(sum(amount) FILTER (WHERE type = 'WITHDRAW'), 0)::bigint AS fees,
                 coalesce(sum(amount) FILTER (WHERE type = 'DEPOSIT'), 0)::bigint AS prices
             FROM accounting.account_log GROUP BY business_day) AS days USING (date)
         WHERE (total_assign_fee, total_resolve_price, revision) IS DISTINCT FROM (fees, prices, entries)",
    ),
    (
        "an entry that was not told once, as it was booked",
        "SELECT count(*) FROM accounting.account_log WHERE 1 <> (
             SELECT count(*) FROM bus.event WHERE kind = 'account_log_change' AND (payload ->> 'log_id')::bigint = log_id
                 AND (payload ->> 'signed_amount')::bigint = signed_amount AND (payload ->> 'balance_after')::bigint = balance_after
                 AND (payload ->> 'balance_before')::bigint = balance_after - signed_amount)",
    ),
    (
        "a revision of a day that was not told once",
        "SELECT count(*) FROM accounting.manager_income_by_day WHERE revision <> (
             SELECT count(DISTINCT payload ->> 'revision') FROM bus.event
             WHERE kind = 'manager_income_by_day_change' AND (payload ->> 'date')::date = date)",
    ),
];

impl Company {
    /// Checks the books.
    ///
    /// # Panics
    /// When they are wrong, with what is.
    pub(crate) async fn assert_books_are_right(&self) {
        for (breach, count) in BREACHES {
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&self.owner).await.unwrap_or_else(|error| panic!("{breach}: {error}"));
            assert_eq!(count, 0, "the books hold {breach}");
        }
    }

    /// Every entry of the ledger, in order, without what differs from run to run. Equal before and after means that nothing moved.
    pub(crate) async fn ledger(&self) -> Vec<(i64, i64, String, i64)> {
        sqlx::query_as("SELECT account_id, entry_no, type, signed_amount FROM accounting.account_log ORDER BY account_id, entry_no")
            .fetch_all(&self.owner)
            .await
            .expect("the ledger can be read")
    }
}
