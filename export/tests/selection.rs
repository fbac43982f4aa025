//! Which events are exported, and in which order.

use contracts::BusinessDay;
use export::{Limits, Selection};

use crate::company::{Company, LIMITS, id, task_ids};

fn days(from: Option<&str>, to: Option<&str>) -> Selection {
    let day = |day: &str| -> BusinessDay { day.parse().expect("a day") };
    Selection { from: from.map(day), to: to.map(day), after: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_a_line_in_the_order_of_ids_however_large_a_page() {
    let company = Company::found(1).await;
    company.tasks_of(0..28, "2026-10-30T09:00:00.000001Z", "2026-10-30").await;
    // Recorded later, happened earlier; and in a month of its own.
    company.tasks_of(28..35, "2024-02-29T23:59:00Z", "2024-02-29").await;
    let stored = company.stored().await;
    assert_eq!(stored.len(), 35);
    for page_events in [1, 7, 8, 34, 35, 36, 1_000] {
        let (_, events) = company.export(&Selection::default(), &Limits { page_events, ..LIMITS }).await.expect("an export");
        assert_eq!(events, stored, "in pages of {page_events}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_after_the_last_event_of_another_is_exactly_the_rest() {
    let company = Company::found(2).await;
    company.tasks_of(0..20, "2026-10-30T09:00:00Z", "2026-10-30").await;
    let stored = company.stored().await;
    for cursor in 0..20 {
        let rest = Selection { after: Some(id(&stored[cursor])), ..Selection::default() };
        assert_eq!(company.export(&rest, &LIMITS).await.expect("an export").1, stored[cursor + 1..]);
    }

    let (exported, _) = company.export(&Selection::default(), &LIMITS).await.expect("an export");
    let next = Selection { after: exported.last, ..Selection::default() };
    assert_eq!(company.export(&next, &LIMITS).await.expect("an export").0.events, 0);
    company.tasks_of(20..23, "2026-10-31T09:00:00Z", "2026-10-31").await;
    assert_eq!(task_ids(&company.export(&next, &LIMITS).await.expect("an export").1), [20, 21, 22]);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_the_days_of_booking_both_included() {
    let company = Company::found(3).await;
    company.tasks_of(0..3, "2026-10-29T12:00:00Z", "2026-10-29").await;
    // In Kiritimati it is the 30th already, on Baker Island it still is, and what was late is booked on it days after.
    company.tasks_of(3..6, "2026-10-29T10:00:00Z", "2026-10-30").await;
    company.tasks_of(6..9, "2026-10-31T11:59:00Z", "2026-10-30").await;
    company.tasks_of(9..12, "2026-11-05T12:00:00Z", "2026-10-30").await;
    company.tasks_of(12..15, "2026-11-06T12:00:00Z", "2026-10-31").await;
    for (selection, expected) in [
        (days(Some("2026-10-30"), Some("2026-10-30")), vec![3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (days(None, Some("2026-10-29")), vec![0, 1, 2]),
        (days(Some("2026-10-31"), None), vec![12, 13, 14]),
        (days(Some("2026-10-29"), Some("2026-10-31")), vec![3, 4, 5, 0, 1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14]),
        (days(Some("2026-11-01"), None), vec![]),
    ] {
        let (_, events) = company.export(&selection, &LIMITS).await.expect("an export");
        assert_eq!(task_ids(&events), expected, "{selection:?}");
    }

    let (exported, _) = company.export(&days(None, Some("2026-10-29")), &LIMITS).await.expect("an export");
    let rest = Selection { after: exported.last, ..days(Some("2026-10-30"), Some("2026-10-30")) };
    assert_eq!(task_ids(&company.export(&rest, &LIMITS).await.expect("an export").1), [6, 7, 8, 9, 10, 11]);
}
