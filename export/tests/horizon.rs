//! Events are committed out of the order of their ids: none may be left behind the cursor.

use std::{sync::Arc, time::Duration};

use export::{ExportError, Limits, Selection};
use platform::database::Role;
use tokio::{task::JoinSet, time::sleep};

use crate::company::{Company, LIMITS, task_ids};

/// How long a test lets an export wait that has to wait for ever.
const A_MOMENT: Duration = Duration::from_millis(300);

/// Enough that what happened before is older than a millisecond, the measure of ids.
async fn a_moment_passes() {
    sleep(Duration::from_millis(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_event_that_is_committed_later_is_waited_for() {
    let company = Arc::new(Company::found(10).await);
    let mut slow = company.tracker.begin().await.expect("a transaction");
    company.create_task(&mut slow, 1).await;
    a_moment_passes().await;
    let mut quick = company.tracker.begin().await.expect("a transaction");
    company.create_task(&mut quick, 2).await;
    quick.commit().await.expect("a commit");
    a_moment_passes().await;

    let error = company.export(&Selection::default(), &Limits { patience: A_MOMENT, ..LIMITS }).await.expect_err("it is not settled");
    assert!(matches!(&error, ExportError::Unsettled(running) if running.contains("ates_tracker")), "{error}");

    let export = tokio::spawn({
        let company = Arc::clone(&company);
        async move { company.export(&Selection::default(), &LIMITS).await }
    });
    sleep(A_MOMENT).await;
    assert!(!export.is_finished());
    slow.commit().await.expect("a commit");
    let (_, events) = export.await.expect("it ends").expect("an export");
    assert_eq!(task_ids(&events), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_has_written_nothing_yet_is_waited_for_too() {
    let company = Company::found(11).await;
    let mut slow = company.tracker.begin().await.expect("a transaction");
    a_moment_passes().await;
    let impatient = Limits { patience: A_MOMENT, ..LIMITS };
    company.export(&Selection::default(), &impatient).await.expect_err("it is not settled");
    company.create_task(&mut slow, 1).await;
    slow.commit().await.expect("a commit");
    assert_eq!(task_ids(&company.export(&Selection::default(), &impatient).await.expect("an export").1), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_those_who_only_read_nor_later_transactions_are_waited_for() {
    let company = Arc::new(Company::found(12).await);
    let mut reader = company.database.pool(Role::Auditor).begin().await.expect("a transaction");
    sqlx::query("SELECT count(*) FROM bus.event").execute(&mut *reader).await.expect("a count");

    let mut first = company.tracker.begin().await.expect("a transaction");
    a_moment_passes().await;
    let export = tokio::spawn({
        let company = Arc::clone(&company);
        async move { company.export(&Selection::default(), &LIMITS).await }
    });
    sleep(A_MOMENT).await;
    let mut later = company.tracker.begin().await.expect("a transaction");
    company.create_task(&mut later, 2).await;
    company.create_task(&mut first, 1).await;
    first.commit().await.expect("a commit");
    let (_, events) = export.await.expect("it ends").expect("an export");
    assert_eq!(task_ids(&events), [1]);
    later.commit().await.expect("a commit");
    reader.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_just_happened_is_left_to_the_next_export() {
    let company = Company::found(13).await;
    company.tasks_of(0..3, "2026-10-30T09:00:00Z", "2026-10-30").await;
    let mut now = company.tracker.begin().await.expect("a transaction");
    company.create_task(&mut now, 3).await;
    now.commit().await.expect("a commit");
    a_moment_passes().await;
    let (exported, events) =
        company.export(&Selection::default(), &Limits { margin: Duration::from_mins(1), ..LIMITS }).await.expect("an export");
    assert_eq!(task_ids(&events), [0, 1, 2]);
    let next = Selection { after: exported.last, ..Selection::default() };
    assert_eq!(task_ids(&company.export(&next, &LIMITS).await.expect("an export").1), [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_writers_side_by_side_nothing_is_missed_or_told_twice() {
    const WRITERS: i64 = 6;
    const TASKS_EACH: i64 = 40;
    let company = Arc::new(Company::found(14).await);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let company = Arc::clone(&company);
        writers.spawn(async move {
            for task in 0..TASKS_EACH {
                let mut transaction = company.tracker.begin().await.expect("a transaction");
                // Each in its own rhythm, before it asks for the time and after it has written; mostly longer than the margin.
                sleep(Duration::from_millis((task * 7 + writer * 3).unsigned_abs() % 11 * 8)).await;
                company.create_task(&mut transaction, writer * TASKS_EACH + task).await;
                sleep(Duration::from_millis((task * 5 + writer * 11).unsigned_abs() % 13 * 8)).await;
                transaction.commit().await.expect("a commit");
            }
        });
    }
    let limits = Limits { margin: Duration::from_millis(20), ..LIMITS };
    let (mut events, mut selection, mut exports) = (Vec::new(), Selection::default(), 0);
    let mut are_writing = true;
    while are_writing {
        are_writing = writers.try_join_next().is_some() || !writers.is_empty();
        if !are_writing {
            sleep(limits.margin + Duration::from_millis(5)).await;
        }
        let (exported, more) = company.export(&selection, &limits).await.expect("an export");
        selection.after = exported.last.or(selection.after);
        events.extend(more);
        exports += 1;
    }
    assert!(exports > 5, "there were only {exports} exports: nothing is shown");
    assert_eq!(events.len(), usize::try_from(WRITERS * TASKS_EACH).expect("a count"));
    assert_eq!(events, company.stored().await);
}
