//! Money: accounting must hold exactly what follows from the tasks and their prices.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;
use chrono::NaiveDate;
use contracts::{
    BusinessDay, Caller, Role, TaskId, UserId,
    accounting::{EntryKind, PRICE_IDS_MAX, TaskPrice},
};
use futures_util::TryStreamExt as _;
use sqlx::PgPool;
use testbed::Installation;
use wiring::Services;

use super::Verdict;
use crate::model::{Account, Books, Entry, Income, Model};

pub(super) async fn check(installation: &Installation, services: &Services, model: &Model) -> Result<Vec<Verdict>> {
    let (prices, each_has_one) = prices(services, model).await?;
    let mut books = model.books(&prices, services.clock);
    let mut verdicts = vec![each_has_one];
    verdicts.extend(entries(&installation.owner, &mut books).await?);
    verdicts.push(balances(&installation.owner, services, &books).await?);
    verdicts.push(income(&installation.owner, &books).await?);
    Ok(verdicts)
}

/// The prices as accounting answers them, and whether each task that must have one has it.
async fn prices(services: &Services, model: &Model) -> Result<(HashMap<TaskId, TaskPrice>, Verdict)> {
    let mut verdict = Verdict::of("accounting has one price for each task, and none for those beyond price");
    let task_ids: Vec<TaskId> = model.tasks.keys().chain(&model.never_priced).copied().collect();
    let mut prices = HashMap::with_capacity(task_ids.len());
    for chunk in task_ids.chunks(PRICE_IDS_MAX) {
        for price in services.accounting.prices(chunk).await? {
            if prices.insert(price.task_id, price).is_some() {
                verdict.breaks(|| format!("task {} has two prices", price.task_id));
            }
        }
    }
    for task_id in model.tasks.keys().filter(|task_id| !prices.contains_key(task_id)) {
        verdict.breaks(|| format!("task {task_id} has no price"));
    }
    for task_id in model.never_priced.iter().filter(|task_id| prices.contains_key(task_id)) {
        verdict.breaks(|| format!("task {task_id} has a price that nobody can have heard of"));
    }
    let counted = format!("{} prices", prices.len());
    Ok((prices, verdict.having_counted(counted)))
}

/// An entry of the ledger as it is stored.
#[derive(Debug, sqlx::FromRow)]
struct StoredEntry {
    log_id: i64,
    #[sqlx(rename = "type")]
    kind: String,
    amount: i64,
    account_id: i64,
    user_id: uuid::Uuid,
    task_id: Option<i64>,
    business_day: NaiveDate,
}

/// Checks the entries against what the tasks amount to. Payouts follow from the entries before them, and are entered in the books.
async fn entries(owner: &PgPool, books: &mut Books) -> Result<[Verdict; 4]> {
    let [mut withdrawals, mut deposits, mut payouts, mut others] = [
        Verdict::of("one WITHDRAW per assignment, from its assignee, of the task's fee, on its day"),
        Verdict::of("one DEPOSIT per finished task, to who finished it, of the task's price, on its day"),
        Verdict::of("one CLEAR per account and night, of all that it held at the end of the day"),
        Verdict::of("nothing else is in the ledger"),
    ];
    // What is booked is taken out; what is left was not.
    let mut missing = books.entries.clone();
    let statement = "SELECT log_id, type, amount, account_id, user_id, (extra_ids ->> 'task_id')::bigint AS task_id, business_day
        FROM accounting.account_log JOIN accounting.account USING (account_id) ORDER BY account_id, entry_no";
    let (mut account, mut paid) = (OpenAccount::default(), 0_u64);
    let mut stored = sqlx::query_as::<_, StoredEntry>(statement).fetch(owner);
    let mut counted = 0_u64;
    while let Some(entry) = stored.try_next().await? {
        counted += 1;
        if entry.account_id != account.account_id {
            account = OpenAccount { account_id: entry.account_id, ..OpenAccount::default() };
        }
        if entry.kind == EntryKind::Clear.name() {
            paid += 1;
            if let Err(wrong) = account.pay(&entry) {
                payouts.breaks(|| format!("{wrong}: {entry:?}"));
            }
            books.pay(UserId(entry.user_id), entry.amount);
            continue;
        }
        account.enter(&entry);
        let key = entry.task_id.map(TaskId).zip(EntryKind::named(&entry.kind));
        let expected = key.and_then(|key| missing.get_mut(&key));
        let Some((key, expected)) = key.zip(expected) else {
            others.breaks(|| format!("nothing accounts for {entry:?}"));
            continue;
        };
        let verdict = if key.1 == EntryKind::Withdraw { &mut withdrawals } else { &mut deposits };
        let booked = Entry { user_id: UserId(entry.user_id), amount: entry.amount, day: BusinessDay(entry.business_day) };
        match expected.iter().position(|one| *one == booked) {
            Some(place) => drop(expected.swap_remove(place)),
            None => verdict.breaks(|| format!("entry {} is {booked:?}; not booked yet were {expected:?}", entry.log_id)),
        }
    }
    for ((task_id, kind), missing) in missing {
        let verdict = if kind == EntryKind::Withdraw { &mut withdrawals } else { &mut deposits };
        for entry in missing {
            verdict.breaks(|| format!("task {task_id} has no {} of {entry:?}", kind.name()));
        }
    }
    let expected = [EntryKind::Withdraw, EntryKind::Deposit]
        .map(|kind| books.entries.iter().filter(|((_, other), _)| *other == kind).map(|(_, entries)| entries.len()).sum::<usize>());
    Ok([
        withdrawals.having_counted(format!("{} assignments", expected[0])),
        deposits.having_counted(format!("{} finished tasks", expected[1])),
        payouts.having_counted(format!("{paid} payouts")),
        others.having_counted(format!("{counted} entries")),
    ])
}

/// An account, as far as its entries were read.
#[derive(Debug, Default)]
struct OpenAccount {
    account_id: i64,
    by_day: BTreeMap<NaiveDate, i64>,
    paid: BTreeSet<NaiveDate>,
}

impl OpenAccount {
    fn enter(&mut self, entry: &StoredEntry) {
        let signed = if entry.kind == EntryKind::Deposit.name() { entry.amount } else { -entry.amount };
        *self.by_day.entry(entry.business_day).or_default() += signed;
    }

    /// `Err`: why this can be no payout.
    fn pay(&mut self, entry: &StoredEntry) -> Result<(), String> {
        let closing: i64 = self.by_day.range(..=entry.business_day).map(|(_, sum)| sum).sum();
        self.enter(entry);
        if !self.paid.insert(entry.business_day) {
            return Err("paid twice for a day".to_owned());
        }
        if closing <= 0 || closing != entry.amount { Err(format!("the account held {closing}")) } else { Ok(()) }
    }
}

/// The balance that is stored, the sum of the entries, the balance after the last one, the one that is answered: all are the model's.
async fn balances(owner: &PgPool, services: &Services, books: &Books) -> Result<Verdict> {
    let mut verdict = Verdict::of("balance = sum of the log = balance after the last entry = what the tasks amount to");
    let stored: Vec<(uuid::Uuid, i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT user_id, balance, count(*), sum(signed_amount)::bigint, (array_agg(balance_after ORDER BY entry_no DESC))[1]
         FROM accounting.account JOIN accounting.account_log USING (account_id) GROUP BY account_id",
    )
    .fetch_all(owner)
    .await?;
    for (user_id, balance, entries, sum, after_last) in &stored {
        let user_id = UserId(*user_id);
        let expected = books.accounts.get(&user_id).copied().unwrap_or_default();
        // The role does not matter for one's own balance.
        let answered = services.accounting.own_balance(Caller { user_id, role: Role::Worker }).await?.balance.cents();
        let stored = Account { balance: *balance, entries: *entries };
        if stored != expected || [*sum, *after_last, answered] != [expected.balance; 3] {
            verdict.breaks(|| format!("{user_id}: {stored:?}, sum {sum}, last {after_last}, answered {answered}; must be {expected:?}"));
        }
    }
    if stored.len() != books.accounts.len() {
        verdict.breaks(|| format!("{} accounts instead of {}", stored.len(), books.accounts.len()));
    }
    Ok(verdict.having_counted(format!("{} accounts", stored.len())))
}

async fn income(owner: &PgPool, books: &Books) -> Result<Verdict> {
    let mut verdict = Verdict::of("the income table is what the tasks amount to, day by day");
    let stored: Vec<(NaiveDate, i64, i64)> =
        sqlx::query_as("SELECT date, total_assign_fee, total_resolve_price FROM accounting.manager_income_by_day").fetch_all(owner).await?;
    for (date, fees, prices) in &stored {
        let (income, expected) = (Income { fees: *fees, prices: *prices }, books.income.get(&BusinessDay(*date)).copied());
        if Some(income) != expected {
            verdict.breaks(|| format!("{date}: {income:?} instead of {expected:?}"));
        }
    }
    if stored.len() != books.income.len() {
        verdict.breaks(|| format!("{} days instead of {}", stored.len(), books.income.len()));
    }
    Ok(verdict.having_counted(format!("{} days", stored.len())))
}
