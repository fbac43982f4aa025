//! The books of a company that is quiet, checked from the outside: by SQL over all schemas, as no service may.
//!
//! What an event had to do is done exactly where its delivery is done, and left undone where it is a dead letter. Whether the right
//! deliveries are dead is for others to say. The statements go through whole tables at once: a hundred thousand events take seconds.

use contracts::Subscription;
use sqlx::{AssertSqlSafe, PgConnection};

/// What a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What must hold, in a sentence.
    pub rule: &'static str,
    /// How many things were looked at, and what they are.
    pub looked_at: i64,
    /// What they are.
    pub things: &'static str,
    /// How many of them break the rule.
    pub breaches: i64,
}

/// Something that must hold.
struct Rule {
    says: &'static str,
    things: &'static str,
    /// Answers how many things were looked at, and how many of them break the rule.
    statement: String,
}

impl Finding {
    /// Whether the rule holds.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.breaches == 0
    }
}

/// Checks every rule, as somebody who sees everything. To be asked when all is quiet: in the middle of things, books are open.
pub async fn check(owner: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for rule in rules() {
        let (looked_at, breaches) = sqlx::query_as(AssertSqlSafe(rule.statement)).fetch_one(&mut *owner).await?;
        findings.push(Finding { rule: rule.says, looked_at, things: rule.things, breaches });
    }
    Ok(findings)
}

fn rules() -> Vec<Rule> {
    let rule = |says, things, statement: &str| Rule { says, things, statement: statement.to_owned() };
    vec![
        Rule { says: "an event has one delivery per subscription to it", things: "events", statement: deliveries_of_events() },
        rule("a task is created once, and priced once where accounting heard of it", "tasks", PRICES),
        rule("an assignment that was heard of is charged once, as it was told", "assignments", &bookings(&WITHDRAWAL)),
        rule("a task's end that was heard of is paid once, as it was told", "ends of tasks", &bookings(&DEPOSIT)),
        rule("a task is paid at most once, and only when it is done", "tasks", ENDS),
        rule("every other entry is a payout, one for an account and a day", "entries", OTHER_ENTRIES),
        rule("a payout is all that the account held at the end of the day", "payouts", PAYOUTS),
        rule("days are paid in order and without gaps, from the first one of the ledger", "runs", RUNS),
        rule("a run that is done has told every account holder of then, and sums up what it told", "runs", TOTALS),
        rule("a letter tells of the payout and of what is owed", "letters", LETTERS),
        rule("a balance is the sum of its entries, which are numbered without gaps", "accounts", BALANCES),
        rule("the balance after an entry is the sum up to it", "entries", RUNNING_SUMS),
        rule("the income of a day is the sum of its entries", "days", INCOME),
        rule("each revision of a day is told once, the newest as it stands", "days", REVISIONS),
        rule("every entry is told once, as it was booked", "entries", CHANGES),
    ]
}

/// An event of a kind that nobody hears has none.
fn deliveries_of_events() -> String {
    let heard: Vec<String> = Subscription::ALL.iter().map(|one| format!("('{}', '{}')", one.kind(), one.name())).collect();
    format!(
        "WITH heard (kind, subscription) AS (VALUES {heard}),
        wanted AS (SELECT event_id, heard.subscription FROM bus.event JOIN heard USING (kind)),
        there AS (SELECT event_id, subscription, count(*) AS deliveries FROM bus.delivery GROUP BY event_id, subscription)
        SELECT (SELECT count(*) FROM bus.event),
            count(*) FILTER (WHERE wanted.event_id IS NULL OR deliveries IS DISTINCT FROM 1)
        FROM wanted FULL JOIN there USING (event_id, subscription)",
        heard = heard.join(", ")
    )
}

const PRICES: &str = "
    WITH told AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, count(*) AS times, bool_or(status = 'done') AS heard
        FROM bus.event JOIN bus.delivery USING (event_id) WHERE kind = 'task_create' GROUP BY 1
    ), price AS (
        SELECT task_id, count(*) AS prices FROM accounting.task_price GROUP BY task_id
    )
    SELECT count(*), count(*) FILTER (
        WHERE task.task_id IS NULL OR times IS DISTINCT FROM 1 OR coalesce(prices, 0) <> heard::integer)
    FROM tracker.task FULL JOIN told USING (task_id) FULL JOIN price USING (task_id)";

/// What an event books.
struct Booking {
    kind: &'static str,
    employee: &'static str,
    entry: &'static str,
    amount: &'static str,
}

const WITHDRAWAL: Booking = Booking { kind: "task_assign", employee: "assignee_user_id", entry: "WITHDRAW", amount: "assign_fee" };
const DEPOSIT: Booking = Booking { kind: "task_resolve", employee: "resolver_user_id", entry: "DEPOSIT", amount: "resolve_price" };

/// Also no entry without its event: then there is nothing to compare it with.
fn bookings(booking: &Booking) -> String {
    let Booking { kind, employee, entry, amount } = booking;
    format!(
        "WITH told AS (
            SELECT event_id::text AS event_id, status, {amount} AS amount, payload ->> '{employee}' AS user_id,
                payload ->> 'task_id' AS task_id, event.business_day, occurred_at
            FROM bus.event JOIN bus.delivery USING (event_id)
            LEFT JOIN accounting.task_price ON task_price.task_id = (payload ->> 'task_id')::bigint
            WHERE kind = '{kind}'
        ), booked AS (
            SELECT extra_ids ->> 'event_id' AS event_id, count(*) AS entries, min(amount) AS amount, min(user_id::text) AS user_id,
                min(extra_ids ->> 'task_id') AS task_id, min(business_day) AS business_day, min(event_time) AS event_time
            FROM accounting.account_log JOIN accounting.account USING (account_id)
            WHERE type = '{entry}' GROUP BY 1
        )
        SELECT count(*), count(*) FILTER (WHERE CASE
            WHEN status = 'done' THEN
                (entries, booked.amount, booked.user_id, booked.task_id, booked.business_day, booked.event_time)
                IS DISTINCT FROM (1, told.amount, told.user_id, told.task_id, told.business_day, told.occurred_at)
            ELSE entries IS NOT NULL END)
        FROM told FULL JOIN booked USING (event_id)"
    )
}

const ENDS: &str = "
    WITH told AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, count(*) FILTER (WHERE status = 'done') AS heard
        FROM bus.event JOIN bus.delivery USING (event_id) WHERE kind = 'task_resolve' GROUP BY 1
    ), paid AS (
        SELECT (extra_ids ->> 'task_id')::bigint AS task_id, count(*) AS deposits
        FROM accounting.account_log WHERE type = 'DEPOSIT' GROUP BY 1
    )
    SELECT count(*), count(*) FILTER (
        WHERE task.task_id IS NULL OR (task.status = 'DONE') <> (told.task_id IS NOT NULL)
            OR coalesce(heard, 0) > 1 OR coalesce(deposits, 0) <> coalesce(heard, 0))
    FROM tracker.task FULL JOIN told USING (task_id) FULL JOIN paid USING (task_id)";

const OTHER_ENTRIES: &str = "
    SELECT count(*), count(*) FILTER (
        WHERE type <> 'CLEAR' OR number > 1 OR amount <= 0 OR extra_ids IS DISTINCT FROM jsonb_build_object('payroll_day', business_day))
    FROM (
        SELECT type, amount, extra_ids, business_day, row_number() OVER (PARTITION BY account_id, business_day) AS number
        FROM accounting.account_log WHERE type NOT IN ('WITHDRAW', 'DEPOSIT')
    ) AS entries";

/// What was booked before it, of that day and earlier ones, and it: nothing is left.
const PAYOUTS: &str = "
    SELECT count(*), count(*) FILTER (WHERE 0 <> (
        SELECT sum(signed_amount) FROM accounting.account_log AS entry
        WHERE entry.account_id = payout.account_id AND entry.entry_no <= payout.entry_no AND entry.business_day <= payout.business_day))
    FROM accounting.account_log AS payout WHERE type = 'CLEAR'";

const RUNS: &str = "
    WITH numbered AS (
        SELECT business_day, status, row_number() OVER (ORDER BY business_day)::integer AS number,
            lag(status) OVER (ORDER BY business_day) AS status_before,
            started_at >= lag(started_at) OVER (ORDER BY business_day) AS in_order
        FROM accounting.payroll_run
    )
    SELECT count(*), count(*) FILTER (
        WHERE business_day <> (SELECT min(business_day) FROM numbered) + number - 1 OR NOT in_order
            OR status <> 'waiting' AND status_before <> 'done'
            OR number = 1 AND business_day < (SELECT min(date) FROM accounting.manager_income_by_day))
    FROM numbered";

/// Letters go to all: so it is configured unless somebody changes it.
const TOTALS: &str = "
    WITH told AS (
        SELECT business_day, count(*) AS accounts, count(*) FILTER (WHERE paid > 0) AS payouts, sum(paid)::bigint AS paid,
            count(*) FILTER (WHERE balance < 0) AS debtors, sum(balance)::bigint AS debt
        FROM accounting.letter GROUP BY business_day
    ), booked AS (
        SELECT business_day, count(*) AS payouts, sum(amount)::bigint AS paid
        FROM accounting.account_log WHERE type = 'CLEAR' GROUP BY business_day
    )
    SELECT count(*), count(*) FILTER (
        WHERE (run.accounts, run.payouts, run.paid, run.debtors, run.debt)
                IS DISTINCT FROM (coalesce(told.accounts, 0), coalesce(told.payouts, 0), coalesce(told.paid, 0),
                    coalesce(told.debtors, 0), coalesce(told.debt, 0))
            OR (run.payouts, run.paid) IS DISTINCT FROM (coalesce(booked.payouts, 0), coalesce(booked.paid, 0)))
    FROM accounting.payroll_run AS run FULL JOIN told USING (business_day) FULL JOIN booked USING (business_day)";

const LETTERS: &str = "
    WITH letter AS (
        SELECT letter.*, coalesce(amount, 0) AS booked, coalesce(entry_no, last_entry_no) AS entry_no, (
            SELECT sum(signed_amount) FROM accounting.account_log AS entry
            WHERE entry.account_id = letter.account_id AND entry.entry_no <= last_entry_no AND entry.business_day <= letter.business_day
        ) AS closing
        FROM accounting.letter LEFT JOIN accounting.account_log AS payout
            ON payout.account_id = letter.account_id AND payout.business_day = letter.business_day AND type = 'CLEAR'
    )
    SELECT count(*), count(*) FILTER (WHERE (paid, balance, last_entry_no) IS DISTINCT FROM (booked, coalesce(closing, 0), entry_no))
    FROM letter";

const BALANCES: &str = "
    WITH sums AS (
        SELECT account_id, sum(signed_amount)::bigint AS balance, count(*) AS entries, count(DISTINCT entry_no) AS numbers,
            min(entry_no) AS first, max(entry_no) AS last
        FROM accounting.account_log GROUP BY account_id
    )
    SELECT count(*), count(*) FILTER (
        WHERE (account.balance, entry_count, entry_count, 1, entry_count) IS DISTINCT FROM (sums.balance, entries, numbers, first, last)
            AND (account.balance, entry_count, entries) IS DISTINCT FROM (0, 0, NULL::bigint))
    FROM accounting.account FULL JOIN sums USING (account_id)";

const RUNNING_SUMS: &str = "
    SELECT count(*), count(*) FILTER (WHERE balance_after <> up_to_it)
    FROM (
        SELECT balance_after, sum(signed_amount) OVER (PARTITION BY account_id ORDER BY entry_no) AS up_to_it
        FROM accounting.account_log
    ) AS entries";

const INCOME: &str = "
    WITH sums AS (
        SELECT business_day AS date,
            coalesce(sum(amount) FILTER (WHERE type = 'WITHDRAW'), 0)::bigint AS fees,
            coalesce(sum(amount) FILTER (WHERE type = 'DEPOSIT'), 0)::bigint AS prices
        FROM accounting.account_log WHERE type IN ('WITHDRAW', 'DEPOSIT') GROUP BY business_day
    )
    SELECT count(*), count(*) FILTER (WHERE (total_assign_fee, total_resolve_price) IS DISTINCT FROM (fees, prices))
    FROM accounting.manager_income_by_day FULL JOIN sums USING (date)";

const REVISIONS: &str = "
    WITH change AS (
        SELECT (payload ->> 'date')::date AS date, (payload ->> 'revision')::bigint AS revision,
            (payload ->> 'total_assign_fee')::bigint AS fees, (payload ->> 'total_resolve_price')::bigint AS prices
        FROM bus.event WHERE kind = 'manager_income_by_day_change'
    ), told AS (
        SELECT date, count(*) AS times, count(DISTINCT revision) AS revisions, min(revision) AS first, max(revision) AS last
        FROM change GROUP BY date
    )
    SELECT count(*), count(*) FILTER (
        WHERE (income.revision, income.revision, 1, income.revision) IS DISTINCT FROM (times, revisions, first, last)
            OR (total_assign_fee, total_resolve_price) IS DISTINCT FROM (fees, prices))
    FROM accounting.manager_income_by_day AS income FULL JOIN told USING (date)
    LEFT JOIN change ON change.date = told.date AND change.revision = told.last";

const CHANGES: &str = "
    WITH told AS (
        SELECT (payload ->> 'log_id')::bigint AS log_id, count(*) AS times, min(payload ->> 'type') AS type,
            min((payload ->> 'account_id')::bigint) AS account_id, min((payload ->> 'entry_no')::bigint) AS entry_no,
            min((payload ->> 'signed_amount')::bigint) AS signed_amount,
            min((payload ->> 'balance_before')::bigint) AS balance_before,
            min((payload ->> 'balance_after')::bigint) AS balance_after,
            min((payload ->> 'business_day')::date) AS business_day
        FROM bus.event WHERE kind = 'account_log_change' GROUP BY 1
    )
    SELECT count(*), count(*) FILTER (
        WHERE (times, told.type, told.account_id, told.entry_no, told.signed_amount, balance_before, told.balance_after, told.business_day)
            IS DISTINCT FROM (1, entry.type, entry.account_id, entry.entry_no, entry.signed_amount,
                entry.balance_after - entry.signed_amount, entry.balance_after, entry.business_day))
    FROM accounting.account_log AS entry FULL JOIN told USING (log_id)";
