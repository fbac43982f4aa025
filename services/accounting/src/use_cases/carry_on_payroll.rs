use std::time::Duration;

use contracts::{BusinessDay, Event, Fact, Moment, PayrollLetter, accounting::EntryKind, payroll::PayrollStatus};
use platform::{
    config::Letters,
    database::{Failure, answered},
};

use crate::{
    Accounting,
    ledger::{self, ExtraIds},
    storage::{self, payroll_run::Progress},
};

/// How long a run waits for what happened on its day to be booked, from its own start (specification, decision 6).
const PATIENCE: Duration = Duration::from_mins(30);

/// How many accounts one transaction pays: their locks are held for a fraction of a second.
const BATCH_MAX: i64 = 1_000;

/// Starts the runs whose time has come and carries on those that are not done, one day after the other, as far as that is possible
/// now. Whatever breaks it off, and however many do it at once, an account is paid once for a day.
pub(crate) async fn carry_on_payroll(accounting: &Accounting) -> Result<(), Failure> {
    // Each step by itself: nights may be many, and a server that has lost its power must not hold payroll up for ever.
    while answered(take_step(accounting)).await? {}
    Ok(())
}

/// Takes the next step; answers whether there may be another.
async fn take_step(accounting: &Accounting) -> Result<bool, Failure> {
    match storage::payroll_run::first_unfinished(&accounting.pool).await? {
        Some((day, PayrollStatus::Waiting)) => begin_booking(accounting, day).await,
        Some((day, _)) => pay_batch(accounting, day).await.map(|()| true),
        None => start_next(accounting).await,
    }
}

/// Starts the run of the first day that has none, if its time has come.
async fn start_next(accounting: &Accounting) -> Result<bool, Failure> {
    let Some(day) = storage::payroll_run::first_day_without(&accounting.pool).await? else { return Ok(false) };
    let now = accounting.clock.moment(&accounting.pool).await?;
    if now.at < accounting.clock.at(day.next(), accounting.settings.payroll.starts_at) {
        return Ok(false);
    }
    let mut transaction = accounting.pool.begin().await?;
    storage::payroll_run::start(&mut transaction, day, None).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Lets a run book, if it need not wait any longer.
async fn begin_booking(accounting: &Accounting, day: BusinessDay) -> Result<bool, Failure> {
    let begun = storage::payroll_run::begin_booking(&accounting.pool, day, PATIENCE).await?;
    match begun {
        Some(0) => tracing::info!(%day, "payroll: everything of the day is booked, accounts are paid out"),
        Some(unfinished) => tracing::warn!(%day, unfinished, "payroll: waited long enough; what is not booked yet is paid the next night"),
        None => {}
    }
    Ok(begun.is_some())
}

/// Pays the next accounts of a run, in one transaction with how far the run is; ends it where there are none.
async fn pay_batch(accounting: &Accounting, day: BusinessDay) -> Result<(), Failure> {
    let mut transaction = accounting.pool.begin().await?;
    // Who else carries on this run waits here, and then goes on where this one has stopped.
    let Some(last) = storage::payroll_run::lock(&mut transaction, day).await? else { return Ok(()) };
    let now = accounting.clock.moment(&mut *transaction).await?;
    let mut accounts = storage::account::close(&mut transaction, last, day, BATCH_MAX).await?;
    let Some(last) = accounts.last().map(|closed| closed.account.account_id) else {
        storage::payroll_run::finish(&mut transaction, day).await?;
        transaction.commit().await?;
        tracing::info!(%day, "payroll: everybody is paid");
        return Ok(());
    };

    let mut progress = Progress::default();
    let mut payouts = Vec::new();
    for closed in &mut accounts {
        // Who had no account on that day yet is not spoken of.
        if !closed.was_open {
            continue;
        }
        let payout = closed.payout();
        progress.add(payout, closed.debt());
        if let Some(payout) = payout {
            let clear = closed.account.enter(EntryKind::Clear, payout, ExtraIds::Payroll { payroll_day: day }, Moment { day, ..now });
            payouts.push(clear.ok_or_else(|| sqlx::Error::Protocol(format!("the balance after paying {payout} would not fit")))?);
        }
    }
    let paid = accounts.iter().filter(|closed| closed.payout().is_some());
    storage::account::update(&mut transaction, paid.clone().map(|closed| &closed.account)).await?;
    let log_ids = storage::account_log::insert(&mut transaction, &payouts).await?;
    let all_are_told = accounting.settings.payroll.letters == Letters::All;
    let told: Vec<_> = accounts.iter().filter(|closed| closed.was_open && (all_are_told || closed.payout().is_some())).collect();
    progress.letters = i64::try_from(told.len()).unwrap_or(i64::MAX);
    let letter_ids = storage::letter::insert(&mut transaction, day, now.at, &told).await?;
    let changes = paid.zip(&payouts).zip(log_ids).map(|((closed, entry), log_id)| {
        let change = ledger::change(entry, log_id, closed.user_id);
        Fact::AccountLogChange(change)
    });
    let letters = told.iter().zip(letter_ids).map(|(closed, letter_id)| {
        let paid = closed.payout().unwrap_or_default();
        Fact::PayrollLetter(PayrollLetter { letter_id, user_id: closed.user_id, day, paid })
    });
    let events: Vec<Event> = changes.chain(letters).map(|fact| accounting.outbox.event(Moment { day, ..now }, fact)).collect();
    let recorded = accounting.outbox.record(&mut transaction, &events).await?;
    storage::payroll_run::advance(&mut transaction, day, last, progress).await?;
    transaction.commit().await?;
    accounting.outbox.committed(recorded);
    Ok(())
}
