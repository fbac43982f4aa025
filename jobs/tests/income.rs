//! The company's income: for management, day by day, equal to the ledger.

use chrono::{Datelike as _, Days};
use contracts::{BusinessDay, Caller, DayRange, Money, Role, ServiceError, accounting::Income};
use testbed::Company;

async fn income(company: &Company, role: Role, from: Option<BusinessDay>, to: Option<BusinessDay>) -> Result<Income, ServiceError> {
    let caller = Caller { role, ..company.employees[0] };
    company.services.accounting.income(caller, DayRange { from, to }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn management_sees_what_each_day_has_brought() {
    let company = Company::found(41).await;
    let first = company.services.today().await.expect("the clock");
    for n in 0..4 {
        let task = company.create_task(&format!("Guard perch {n}")).await;
        if n == 0 {
            company.resolve(&task).await;
        }
    }
    company.end_day().await;
    company.create_task("Guard the night").await;
    company.work_until_settled().await;

    let (from, to) = (BusinessDay(first.0 - Days::new(1)), first.next());
    for role in [Role::Accountant, Role::Manager, Role::Admin] {
        let told = income(&company, role, Some(from), Some(to)).await.expect("management may");
        let days: Vec<BusinessDay> = told.days.iter().map(|day| day.day).collect();
        assert_eq!(days, [from, first, to]);
        for day in &told.days {
            let booked: (i64, i64) = sqlx::query_as(
                "SELECT coalesce(sum(amount) FILTER (WHERE type = 'WITHDRAW'), 0)::bigint,
                     coalesce(sum(amount) FILTER (WHERE type = 'DEPOSIT'), 0)::bigint
                 FROM accounting.account_log WHERE business_day = $1",
            )
            .bind(day.day.0)
            .fetch_one(&company.owner)
            .await
            .expect("sums");
            assert_eq!((day.total_assign_fee.cents(), day.total_resolve_price.cents()), booked);
            assert_eq!(day.income.cents(), booked.0 - booked.1);
        }
        assert_eq!(told.days[0].total_assign_fee, Money::ZERO);
        assert!(told.days[1].total_resolve_price > Money::ZERO && told.days[2].total_assign_fee > Money::ZERO);
        let sum = |amount: fn(&contracts::accounting::IncomeOfDay) -> Money| -> Money { told.days.iter().map(amount).sum() };
        assert_eq!(told.income, sum(|day| day.income));
        assert_eq!(
            (told.total_assign_fee, told.total_resolve_price),
            (sum(|day| day.total_assign_fee), sum(|day| day.total_resolve_price))
        );
    }
    // This month, where nothing is said.
    let month = income(&company, Role::Manager, None, None).await.expect("management may");
    assert_eq!(month.days.first().map(|day| day.day.0.day()), Some(1));
    assert_eq!(month.days.last().map(|day| day.day), Some(to));
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_and_impossible_ranges_are_refused() {
    let company = Company::found(42).await;
    let needs = vec![Role::Accountant, Role::Manager, Role::Admin];
    assert_eq!(income(&company, Role::Worker, None, None).await, Err(ServiceError::Forbidden { needs }));
    let day = |text: &str| Some(text.parse::<BusinessDay>().expect("a day"));
    let asked = async |from, to| income(&company, Role::Admin, day(from), day(to)).await.map(|income| income.days.len());
    assert_eq!(asked("2026-10-01", "2026-10-31").await, Ok(31));
    assert_eq!(asked("2026-10-01", "2026-11-01").await, Err(ServiceError::TooManyDays { max: 31 }));
    assert_eq!(asked("2026-10-02", "2026-10-01").await, Err(ServiceError::RangeBackwards));
    assert_eq!(asked("9999-12-31", "9999-12-31").await, Ok(1));
}
