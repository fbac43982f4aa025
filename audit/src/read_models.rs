//! What the read models of analytics must say: what a recomputation finds from the events that analytics has applied. Where its deliveries
//! are done, these are all of them, and other rules compare them with the ledger.

/// The company's day is told by the newest revision of its income.
pub(crate) const INCOME: &str = "
    WITH newest AS (
        SELECT DISTINCT ON (payload ->> 'date') (payload ->> 'date')::date AS date, (payload ->> 'revision')::bigint AS revision,
            (payload ->> 'total_assign_fee')::bigint AS fees, (payload ->> 'total_resolve_price')::bigint AS prices
        FROM bus.event WHERE kind = 'manager_income_by_day_change' AND NOT EXISTS (
            SELECT FROM bus.delivery
            WHERE delivery.event_id = event.event_id AND subscription = 'analytics.manager_income_by_day_change' AND status <> 'done'
        )
        ORDER BY payload ->> 'date', (payload ->> 'revision')::bigint DESC
    ), told AS (
        SELECT company_data_by_day.* FROM analytics.company_data_by_day JOIN analytics.read_model ON generation = live_generation
    )
    SELECT (coalesce(income_revision, 0), coalesce(total_assign_fee, 0), coalesce(total_resolve_price, 0))
            IS DISTINCT FROM (coalesce(revision, 0), coalesce(fees, 0), coalesce(prices, 0)) AS breaks,
        format('%s: revision %s with %s and %s, the newest is %s with %s and %s', date, income_revision, total_assign_fee,
            total_resolve_price, revision, fees, prices) AS subject
    FROM told FULL JOIN newest USING (date)";

/// As many accounts are below zero at the end of a day as entries say. The sums of accounts by day, from which late entries correct it, are
/// looked at, too.
pub(crate) const NEGATIVE_ACCOUNTS: &str = "
    WITH moved AS (
        SELECT (payload ->> 'account_id')::bigint AS account_id, (payload ->> 'business_day')::date AS date,
            sum((payload ->> 'signed_amount')::bigint)::bigint AS amount
        FROM bus.event WHERE kind = 'account_log_change' AND NOT EXISTS (
            SELECT FROM bus.delivery
            WHERE delivery.event_id = event.event_id AND subscription = 'analytics.account_log_change' AND status <> 'done'
        )
        GROUP BY 1, 2
    ), closing AS (
        SELECT account_id, date, sum(amount) OVER (PARTITION BY account_id ORDER BY date) < 0 AS is_negative FROM moved
    ), crossing AS (
        SELECT date, is_negative::integer - coalesce(lag(is_negative) OVER (PARTITION BY account_id ORDER BY date), false)::integer AS change
        FROM closing
    ), expected AS (
        SELECT date, sum(change) AS change FROM crossing GROUP BY date
    ), told AS (
        SELECT date, negative_balance_account_change AS change
        FROM analytics.company_data_by_day JOIN analytics.read_model ON generation = live_generation
    ), day AS (
        SELECT date, sum(coalesce(told.change, 0)) OVER so_far AS told, sum(coalesce(expected.change, 0)) OVER so_far AS expected
        FROM told FULL JOIN expected USING (date)
        WINDOW so_far AS (ORDER BY date)
    ), known AS (
        SELECT account_id, business_day AS date, account_day.amount
        FROM analytics.account_day JOIN analytics.read_model ON generation = live_generation
    )
    SELECT told <> expected AS breaks, format('%s: %s accounts, should be %s', date, told, expected) AS subject FROM day
    UNION ALL
    SELECT coalesce(known.amount, 0) <> coalesce(moved.amount, 0),
        format('%s: account %s has moved %s, should be %s', date, account_id, known.amount, moved.amount)
    FROM known FULL JOIN moved USING (account_id, date)
    UNION ALL
    SELECT balance <> coalesce(sum, 0), format('account %s holds %s, its days come to %s', account_id, balance, sum)
    FROM analytics.account JOIN analytics.read_model ON generation = live_generation
    LEFT JOIN (SELECT account_id, sum(amount) FROM known GROUP BY account_id) AS days USING (account_id)";

/// The most expensive task of a day is that of the tasks finished on it, of equally expensive ones that with the lowest number.
pub(crate) const REMARKABLE_TASKS: &str = "
    WITH expected AS (
        SELECT DISTINCT ON (event.business_day) event.business_day AS date, task_id, resolve_price
        FROM bus.event JOIN accounting.task_price ON task_id = (payload ->> 'task_id')::bigint
        WHERE kind = 'task_resolve' AND NOT EXISTS (
            SELECT FROM bus.delivery
            WHERE delivery.event_id = event.event_id AND subscription = 'analytics.task_resolve' AND status <> 'done'
        )
        ORDER BY event.business_day, resolve_price DESC, task_id
    ), told AS (
        SELECT remarkable_task_by_day.* FROM analytics.remarkable_task_by_day JOIN analytics.read_model ON generation = live_generation
    )
    SELECT (told.task_id, most_expensive_resolved_task_price) IS DISTINCT FROM (expected.task_id, resolve_price) AS breaks,
        format('%s: task %s at %s, should be task %s at %s', date, told.task_id, most_expensive_resolved_task_price, expected.task_id,
            resolve_price) AS subject
    FROM told FULL JOIN expected USING (date)";
