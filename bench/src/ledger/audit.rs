//! How long an audit takes, and how much memory.

use anyhow::Result;
use contracts::{Actor, payroll::PayrollStatus};
use platform::randomness::Randomness;
use sqlx::PgConnection;

use super::GOAL_SHARE_PERCENT;
use crate::{
    company::Company,
    machine, report,
    trial::{Trial, effort},
};

/// How many employees the company has.
const ACCOUNTS: usize = 1_000;

/// How many days it has worked.
const DAYS: usize = 30;

/// Of how many tasks there are how many entries: each is charged, and seven of eight are paid.
const TASKS_TO_ENTRIES: (usize, usize) = (8, 15);

/// What no audit can do without, each in one statement: how much it compares, and how much of it differs.
const COMPARISONS: [&str; 4] = [
    // Running sums.
    "SELECT count(*), count(*) FILTER (WHERE balance_after <> sum OR entry_no <> number) FROM (
         SELECT entry_no, balance_after, sum(signed_amount) OVER before AS sum, row_number() OVER before AS number
         FROM accounting.account_log WINDOW before AS (PARTITION BY account_id ORDER BY entry_no)
     ) AS entry",
    // Events of tasks with their deliveries, tasks, prices and entries.
    "SELECT count(*), count(*) FILTER (
         WHERE delivery.status = 'done' AND kind <> 'task_create' AND (account_log.amount, account_log.business_day, event_time)
             IS DISTINCT FROM (CASE kind WHEN 'task_assign' THEN assign_fee ELSE resolve_price END,
                 event.business_day, occurred_at))
     FROM bus.event JOIN bus.delivery USING (event_id)
     JOIN tracker.task ON task.task_id = (payload ->> 'task_id')::bigint JOIN accounting.task_price USING (task_id)
     LEFT JOIN accounting.account_log ON type <> 'CLEAR' AND (extra_ids ->> 'event_id')::uuid = event_id
     WHERE source = 'tracker'",
    // Entries with the events that tell of them.
    "SELECT count(*), count(*) FILTER (
         WHERE (account_log.account_id, account_log.entry_no, account_log.signed_amount, account_log.balance_after)
             IS DISTINCT FROM ((payload ->> 'account_id')::bigint, (payload ->> 'entry_no')::bigint, (payload ->> 'signed_amount')::bigint,
                 (payload ->> 'balance_after')::bigint))
     FROM accounting.account_log JOIN bus.event ON kind = 'account_log_change' AND (payload ->> 'log_id')::bigint = log_id",
    // Letters with the events that have them sent.
    "SELECT count(*), count(*) FILTER (WHERE sent_at IS NULL AND status = 'done')
     FROM accounting.letter JOIN bus.event ON kind = 'payroll_letter' AND (payload ->> 'letter_id')::bigint = letter_id
     JOIN bus.delivery USING (event_id)",
];

/// A month of work and nightly payrolls, then the audit of it.
pub(super) async fn measure(entries: usize) -> Result<()> {
    let mut company = Company::found(ACCOUNTS).await?;
    let services = company.installation.addresses.services(&Randomness::seeded(0))?;
    let tasks = (entries * TASKS_TO_ENTRIES.0).div_ceil(TASKS_TO_ENTRIES.1 * DAYS);
    for days_ago in (1..=DAYS).rev() {
        let day = company.days_ago(u64::try_from(days_ago)?);
        company.work(day, tasks).await?;
        services.payroll.start(Actor::Operator, day).await?;
        services.payroll_work.carry_on().await?;
        anyhow::ensure!(services.payroll.run(Actor::Operator, day).await?.status == PayrollStatus::Done, "{day} is not paid");
        company.post_letters().await?;
    }
    company.rest().await?;

    let count = company.entries().await?;
    let ((), ceiling) = effort(compare(&mut company.administrator)).await?;
    machine::forget_peak_memory()?;
    let before = machine::peak_memory();
    let ((), product) = effort(company.audit()).await?;
    let after = machine::peak_memory();
    let what = format!("audit of {count} entries, all of which are right");
    Trial {
        what: &what,
        count,
        things: "entries",
        goal: " (goal: 30 s for 1,000,000)",
        product,
        ceiling,
        goal_share_percent: GOAL_SHARE_PERCENT,
    }
    .tell();
    report(&format!("  peak memory of this process: {before} before it, {after} after it"));
    Ok(())
}

async fn compare(connection: &mut PgConnection) -> Result<()> {
    for comparison in COMPARISONS {
        let (compared, different): (i64, i64) = sqlx::query_as(comparison).fetch_one(&mut *connection).await?;
        anyhow::ensure!(compared > 0 && different == 0, "of {compared} things {different} are different: {comparison}");
    }
    Ok(())
}
