//! What PostgreSQL compares by itself: whole tables at once, so that a million events take seconds.

use std::time::Duration;

use contracts::{
    Subscription,
    audit::{AuditRule, Finding},
};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::read_models;

/// Something that must hold.
pub(crate) struct Rule {
    name: AuditRule,
    /// Selects for each thing whether it `breaks` the rule, and the `subject` to name then.
    statement: String,
}

impl Rule {
    pub(crate) async fn check(self, connection: &mut PgConnection) -> sqlx::Result<Finding> {
        let statement = format!(
            "SELECT count(*), count(*) FILTER (WHERE breaks), min(subject) FILTER (WHERE breaks) FROM ({}) AS things",
            self.statement
        );
        let (looked_at, breaches, first): (i64, i64, Option<String>) =
            sqlx::query_as(AssertSqlSafe(statement)).fetch_one(connection).await?;
        Ok(Finding { rule: self.name, looked_at: looked_at.unsigned_abs(), breaches: breaches.unsigned_abs(), first })
    }
}

/// Every rule. Events older than `done_kept` need no deliveries: those that are done are removed by then.
pub(crate) fn all(done_kept: Duration) -> Vec<Rule> {
    let rule = |name, statement: &str| Rule { name, statement: statement.to_owned() };
    vec![
        Rule { name: AuditRule::Deliveries, statement: deliveries_of_events(done_kept) },
        rule(AuditRule::Discards, DISCARDS),
        rule(AuditRule::Prices, PRICES),
        rule(AuditRule::Withdrawals, &bookings(&WITHDRAWAL)),
        rule(AuditRule::Deposits, &bookings(&DEPOSIT)),
        rule(AuditRule::TaskEnds, ENDS),
        rule(AuditRule::Assignments, ASSIGNMENTS),
        rule(AuditRule::Assignees, ASSIGNEES),
        rule(AuditRule::ReassignRuns, REASSIGN_RUNS),
        rule(AuditRule::OtherEntries, OTHER_ENTRIES),
        rule(AuditRule::Runs, RUNS),
        rule(AuditRule::RunTotals, TOTALS),
        rule(AuditRule::RunAccounts, ACCOUNTS),
        rule(AuditRule::SentLetters, SENT_LETTERS),
        rule(AuditRule::Revisions, REVISIONS),
        rule(AuditRule::Changes, CHANGES),
        rule(AuditRule::AnalyticsIncome, read_models::INCOME),
        rule(AuditRule::NegativeAccounts, read_models::NEGATIVE_ACCOUNTS),
        rule(AuditRule::RemarkableTasks, read_models::REMARKABLE_TASKS),
    ]
}

/// An event of a kind that nobody hears has none.
fn deliveries_of_events(done_kept: Duration) -> String {
    let heard: Vec<String> = Subscription::ALL.iter().map(|one| format!("('{}', '{}')", one.kind(), one.name())).collect();
    format!(
        "WITH heard (kind, subscription) AS (VALUES {heard}),
        wanted AS (SELECT event_id, heard.subscription, occurred_at FROM bus.event LEFT JOIN heard USING (kind)),
        there AS (SELECT event_id, subscription, count(*) AS deliveries FROM bus.delivery GROUP BY event_id, subscription)
        SELECT CASE
                WHEN wanted.event_id IS NULL THEN true
                WHEN wanted.subscription IS NULL THEN deliveries IS NOT NULL
                ELSE coalesce(deliveries, 0) <> 1
                    AND (deliveries IS NOT NULL OR occurred_at > now() + (SELECT clock_offset FROM bus.company_clock) - make_interval(secs => {kept}))
            END AS breaks,
            format('event %s, subscription %s: %s deliveries', coalesce(wanted.event_id, there.event_id),
                coalesce(wanted.subscription, there.subscription), coalesce(deliveries, 0)) AS subject
        FROM wanted FULL JOIN there USING (event_id, subscription)",
        heard = heard.join(", "),
        kept = done_kept.as_secs()
    )
}

const DISCARDS: &str = "
    SELECT NOT EXISTS (
            SELECT FROM bus.intervention WHERE intervention.delivery_id = delivery.delivery_id AND action = 'discard'
        ) AS breaks,
        format('delivery %s of event %s', delivery_id, event_id) AS subject
    FROM bus.delivery WHERE status = 'discarded'";

const PRICES: &str = "
    WITH told AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, count(*) AS times, bool_or(coalesce(status, 'done') = 'done') AS heard
        FROM bus.event LEFT JOIN bus.delivery ON delivery.event_id = event.event_id AND subscription = 'accounting.task_create'
        WHERE kind = 'task_create' GROUP BY 1
    ), price AS (
        SELECT task_id, count(*) AS prices FROM accounting.task_price GROUP BY task_id
    )
    SELECT task.task_id IS NULL OR times IS DISTINCT FROM 1 OR coalesce(prices, 0) <> heard::integer AS breaks,
        format('task %s: %s stored, told %s times, heard: %s, %s prices', task_id, CASE WHEN task.task_id IS NULL THEN 'not' ELSE 'is' END,
            coalesce(times, 0), coalesce(heard, false), coalesce(prices, 0)) AS subject
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
            SELECT event.event_id::text AS event_id, coalesce(status, 'done') AS status, {amount} AS amount, payload ->> '{employee}' AS user_id,
                payload ->> 'task_id' AS task_id, event.business_day, occurred_at
            FROM bus.event LEFT JOIN bus.delivery ON delivery.event_id = event.event_id AND subscription = 'accounting.{kind}'
            LEFT JOIN accounting.task_price ON task_price.task_id = (payload ->> 'task_id')::bigint
            WHERE kind = '{kind}'
        ), booked AS (
            SELECT extra_ids ->> 'event_id' AS event_id, count(*) AS entries, min(log_id) AS log_id, min(amount) AS amount,
                min(user_id::text) AS user_id, min(extra_ids ->> 'task_id') AS task_id, min(business_day) AS business_day,
                min(event_time) AS event_time
            FROM accounting.account_log JOIN accounting.account USING (account_id)
            WHERE type = '{entry}' GROUP BY 1
        )
        SELECT CASE
                WHEN status = 'done' THEN
                    (entries, booked.amount, booked.user_id, booked.task_id, booked.business_day, booked.event_time)
                    IS DISTINCT FROM (1, told.amount, told.user_id, told.task_id, told.business_day, told.occurred_at)
                ELSE entries IS NOT NULL
            END AS breaks,
            format('event %s (%s, task %s): %s entries, the first of them %s', event_id, coalesce(status, 'never told'),
                coalesce(told.task_id, booked.task_id), coalesce(entries, 0), coalesce(log_id::text, 'none')) AS subject
        FROM told FULL JOIN booked USING (event_id)"
    )
}

const ENDS: &str = "
    WITH told AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, count(*) FILTER (WHERE coalesce(status, 'done') = 'done') AS heard
        FROM bus.event LEFT JOIN bus.delivery ON delivery.event_id = event.event_id AND subscription = 'accounting.task_resolve'
        WHERE kind = 'task_resolve' GROUP BY 1
    ), paid AS (
        SELECT (extra_ids ->> 'task_id')::bigint AS task_id, count(*) AS deposits
        FROM accounting.account_log WHERE type = 'DEPOSIT' GROUP BY 1
    )
    SELECT task.task_id IS NULL OR (task.status = 'DONE') <> (told.task_id IS NOT NULL)
            OR coalesce(heard, 0) > 1 OR coalesce(deposits, 0) <> coalesce(heard, 0) AS breaks,
        format('task %s (%s): its end was heard of %s times and paid %s times', task_id, coalesce(task.status, 'not stored'),
            coalesce(heard, 0), coalesce(deposits, 0)) AS subject
    FROM tracker.task FULL JOIN told USING (task_id) FULL JOIN paid USING (task_id)";

/// An assignment and its event are of one transaction, so they are of one moment. An event that cannot be read tells nothing; its delivery
/// is a dead letter.
const ASSIGNMENTS: &str = "
    WITH told AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, occurred_at AS assigned_at, payload ->> 'assignee_user_id' AS user_id,
            coalesce((payload ->> 'run_id')::bigint, 0) AS run_id, count(*) AS times
        FROM bus.event WHERE kind = 'task_assign' AND payload ?& ARRAY['task_id', 'assignee_user_id'] GROUP BY 1, 2, 3, 4
    ), made AS (
        SELECT task_id, assigned_at, assignee_user_id::text AS user_id, coalesce(run_id, 0) AS run_id, count(*) AS times
        FROM tracker.assignment GROUP BY 1, 2, 3, 4
    )
    SELECT (made.times, told.times) IS DISTINCT FROM (1, 1) AS breaks,
        format('task %s, assigned to %s at %s%s: made %s times, told %s times', task_id, user_id, assigned_at,
            CASE WHEN run_id = 0 THEN '' ELSE ' by run ' || run_id END, coalesce(made.times, 0), coalesce(told.times, 0)) AS subject
    FROM made FULL JOIN told USING (task_id, assigned_at, user_id, run_id)";

/// Whoever resolved a task has it ever since. Its end was told in the transaction in which it was stored.
const ASSIGNEES: &str = "
    WITH newest AS (
        SELECT DISTINCT ON (task_id) task_id, assignee_user_id, assigned_at
        FROM tracker.assignment ORDER BY task_id, assignment_id DESC
    ), resolved AS (
        SELECT (payload ->> 'task_id')::bigint AS task_id, occurred_at AS resolution_time, min(payload ->> 'resolver_user_id') AS resolver
        FROM bus.event WHERE kind = 'task_resolve' GROUP BY 1, 2
    )
    SELECT (task.assignee_user_id, task.assigned_at) IS DISTINCT FROM (newest.assignee_user_id, newest.assigned_at)
            OR status = 'DONE' AND resolver IS DISTINCT FROM task.assignee_user_id::text AS breaks,
        format('task %s: %s has it, its newest assignment is to %s%s', task_id, coalesce(task.assignee_user_id::text, 'nobody'),
            coalesce(newest.assignee_user_id::text, 'nobody'), CASE WHEN status = 'DONE' THEN ', resolved by ' || coalesce(resolver, 'nobody') END)
            AS subject
    FROM tracker.task FULL JOIN newest USING (task_id) LEFT JOIN resolved USING (task_id, resolution_time)";

const REASSIGN_RUNS: &str = "
    WITH told AS (
        SELECT (payload ->> 'run_id')::bigint AS run_id, count(*) AS assigned, count(DISTINCT payload ->> 'task_id') AS tasks
        FROM bus.event WHERE kind = 'task_assign' AND payload ->> 'run_id' IS NOT NULL GROUP BY 1
    ), batch AS (
        SELECT (payload ->> 'run_id')::bigint AS run_id, count(*) AS batches, max((payload ->> 'batch_no')::bigint) AS last
        FROM bus.event WHERE kind = 'tasks_reassign' GROUP BY 1
    ), share AS (
        SELECT run_id, sum(gained) AS gained, sum(lost) AS lost FROM tracker.reassign_share GROUP BY run_id
    )
    SELECT (run.assigned, run.assigned, run.batch_no, run.batch_no)
                IS DISTINCT FROM (coalesce(told.assigned, 0), coalesce(told.tasks, 0), batches, last)
            OR coalesce(gained, 0) <> coalesce(lost, 0) AS breaks,
        format('run %s: it counts %s tasks and is at batch %s; %s assignments of %s tasks and %s batches are told, the last one %s; %s tasks were gained, %s lost',
            run_id, run.assigned, run.batch_no, coalesce(told.assigned, 0), coalesce(told.tasks, 0), coalesce(batches, 0), last,
            coalesce(gained, 0), coalesce(lost, 0)) AS subject
    FROM tracker.reassign_run AS run FULL JOIN told USING (run_id) FULL JOIN batch USING (run_id) LEFT JOIN share USING (run_id)";

const OTHER_ENTRIES: &str = "
    SELECT type <> 'CLEAR' OR number > 1 OR amount <= 0 OR extra_ids IS DISTINCT FROM jsonb_build_object('payroll_day', business_day) AS breaks,
        format('entry %s of account %s', log_id, account_id) AS subject
    FROM (
        SELECT log_id, account_id, type, amount, extra_ids, business_day, row_number() OVER (PARTITION BY account_id, business_day) AS number
        FROM accounting.account_log WHERE type NOT IN ('WITHDRAW', 'DEPOSIT')
    ) AS entries";

const RUNS: &str = "
    WITH numbered AS (
        SELECT business_day, status, row_number() OVER (ORDER BY business_day)::integer AS number,
            min(business_day) OVER () AS first, lag(status) OVER (ORDER BY business_day) AS status_before
        FROM accounting.payroll_run
    )
    SELECT business_day <> first + number - 1 OR status <> 'waiting' AND status_before <> 'done'
            OR number = 1 AND business_day < (SELECT min(date) FROM accounting.manager_income_by_day) AS breaks,
        format('payroll of %s', business_day) AS subject
    FROM numbered";

/// Where letters go only to who is paid, nobody is told of debts.
const TOTALS: &str = "
    WITH told AS (
        SELECT business_day, count(*) AS letters, count(*) FILTER (WHERE paid > 0) AS payouts, sum(paid)::bigint AS paid,
            count(*) FILTER (WHERE balance < 0) AS debtors, sum(balance)::bigint AS debt
        FROM accounting.letter GROUP BY business_day
    ), booked AS (
        SELECT business_day, count(*) AS payouts, sum(amount)::bigint AS paid
        FROM accounting.account_log WHERE type = 'CLEAR' GROUP BY business_day
    )
    SELECT (run.letters, run.payouts, run.paid)
                IS DISTINCT FROM (coalesce(told.letters, 0), coalesce(told.payouts, 0), coalesce(told.paid, 0))
            OR (run.payouts, run.paid) IS DISTINCT FROM (coalesce(booked.payouts, 0), coalesce(booked.paid, 0))
            OR run.letters = run.accounts AND (run.debtors, run.debt) IS DISTINCT FROM (coalesce(told.debtors, 0), coalesce(told.debt, 0))
        AS breaks,
        format('payroll of %s: it says %s payouts of %s; %s of %s are booked, %s letters tell of %s', business_day, run.payouts, run.paid,
            coalesce(booked.payouts, 0), coalesce(booked.paid, 0), coalesce(told.letters, 0), coalesce(told.paid, 0)) AS subject
    FROM accounting.payroll_run AS run FULL JOIN told USING (business_day) FULL JOIN booked USING (business_day)";

/// Who had an account for a minute when a day's first payouts were written had one when it was paid, whatever was under way at that
/// moment, and is told of it. By the clock and by the order of entries: a clock that was set back tells nothing. Where nobody is told
/// anything, who had one a day before should have been. Where letters go only to who is paid, a run does not say whom it has looked at.
const ACCOUNTS: &str = "
    WITH first_letter AS (
        SELECT DISTINCT ON (letter.business_day) letter.business_day, written_at, log_id
        FROM accounting.letter JOIN accounting.account_log AS entry USING (account_id)
        WHERE entry_no = last_entry_no ORDER BY letter.business_day, written_at, log_id DESC
    ), run AS (
        SELECT run.business_day, coalesce(written_at - interval '1 minute', run.business_day - interval '1 day') AS before,
            coalesce(log_id, 9223372036854775807) AS last_log_id
        FROM accounting.payroll_run AS run LEFT JOIN first_letter USING (business_day)
        WHERE status = 'done' AND run.letters = run.accounts
    ), opened AS (
        SELECT (payload ->> 'account_id')::bigint AS account_id, (payload ->> 'log_id')::bigint AS log_id, occurred_at, business_day AS first_day
        FROM bus.event WHERE kind = 'account_log_change' AND payload ->> 'entry_no' = '1'
    ), told AS (
        SELECT run.business_day, count(*) AS accounts
        FROM run JOIN accounting.letter USING (business_day) JOIN opened USING (account_id)
        WHERE occurred_at < before AND opened.log_id <= last_log_id AND first_day <= run.business_day GROUP BY run.business_day
    )
    SELECT coalesce(told.accounts, 0) <> there.accounts AS breaks,
        format('payroll of %s: of %s accounts it has looked at %s', run.business_day, there.accounts, coalesce(told.accounts, 0)) AS subject
    FROM run LEFT JOIN told USING (business_day), LATERAL (
        SELECT count(*) AS accounts FROM opened
        WHERE occurred_at < before AND opened.log_id <= last_log_id AND first_day <= run.business_day
    ) AS there";

const SENT_LETTERS: &str = "
    WITH told AS (
        SELECT (payload ->> 'letter_id')::bigint AS letter_id, count(*) AS times, bool_or(coalesce(status, 'done') = 'done') AS done
        FROM bus.event LEFT JOIN bus.delivery ON delivery.event_id = event.event_id AND subscription = 'accounting.payroll_letter'
        WHERE kind = 'payroll_letter' GROUP BY 1
    )
    SELECT letter.letter_id IS NULL OR times IS DISTINCT FROM 1 OR done AND sent_at IS NULL AS breaks,
        format('letter %s', letter_id) AS subject
    FROM accounting.letter FULL JOIN told USING (letter_id)";

const REVISIONS: &str = "
    WITH change AS (
        SELECT (payload ->> 'date')::date AS date, (payload ->> 'revision')::bigint AS revision,
            (payload ->> 'total_assign_fee')::bigint AS fees, (payload ->> 'total_resolve_price')::bigint AS prices
        FROM bus.event WHERE kind = 'manager_income_by_day_change'
    ), told AS (
        SELECT date, count(*) AS times, count(DISTINCT revision) AS revisions, min(revision) AS first, max(revision) AS last
        FROM change GROUP BY date
    )
    SELECT (income.revision, income.revision, 1, income.revision) IS DISTINCT FROM (times, revisions, first, last)
            OR (total_assign_fee, total_resolve_price) IS DISTINCT FROM (fees, prices) AS breaks,
        format('%s: revision %s with %s and %s; told %s times, last revision %s with %s and %s', coalesce(income.date, told.date), income.revision, total_assign_fee,
            total_resolve_price, coalesce(times, 0), last, fees, prices) AS subject
    FROM accounting.manager_income_by_day AS income FULL JOIN told USING (date)
    LEFT JOIN change ON change.date = told.date AND change.revision = told.last";

const CHANGES: &str = "
    WITH told AS (
        SELECT (payload ->> 'log_id')::bigint AS log_id, count(*) AS times, min(payload ->> 'type') AS type,
            min((payload ->> 'account_id')::bigint) AS account_id, min((payload ->> 'entry_no')::bigint) AS entry_no,
            min((payload ->> 'signed_amount')::bigint) AS signed_amount,
            min((payload ->> 'balance_before')::bigint) AS balance_before,
            min((payload ->> 'balance_after')::bigint) AS balance_after,
            min((payload ->> 'business_day')::date) AS business_day, min(event.business_day) AS day_of_event,
            min(payload ->> 'user_id') AS user_id
        FROM bus.event WHERE kind = 'account_log_change' GROUP BY 1
    ), entry AS (
        SELECT account_log.*, user_id::text AS user_id FROM accounting.account_log JOIN accounting.account USING (account_id)
    )
    SELECT (times, told.type, told.account_id, told.user_id, told.entry_no, told.signed_amount, balance_before, told.balance_after,
                told.business_day, day_of_event)
            IS DISTINCT FROM (1, entry.type, entry.account_id, entry.user_id, entry.entry_no, entry.signed_amount,
                entry.balance_after - entry.signed_amount, entry.balance_after, entry.business_day, entry.business_day) AS breaks,
        format('entry %s: %s booked, told %s times', log_id, CASE WHEN entry.log_id IS NULL THEN 'not' ELSE 'is' END, coalesce(times, 0))
            AS subject
    FROM entry FULL JOIN told USING (log_id)";
