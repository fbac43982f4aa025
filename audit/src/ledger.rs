//! The ledger, entry by entry: balances, running sums, payouts, letters, the income of each day. It is never held as a whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use contracts::{
    accounting::EntryKind,
    audit::{AuditRule, Finding},
};
use futures_util::TryStreamExt as _;
use sqlx::{FromRow, PgConnection};

use crate::account::Account;

/// All entries, account by account in the order of their numbers, each with the account it belongs to and the letters that end with it.
const ENTRIES: &str = "
    SELECT account_id, account.balance, entry_count, log_id, entry_no, type, amount, signed_amount, balance_after, business_day,
        letter_ids, letter_days, letter_paid, letter_balances
    FROM accounting.account_log JOIN accounting.account USING (account_id)
    LEFT JOIN (
        SELECT account_id, last_entry_no AS entry_no, array_agg(letter_id ORDER BY letter_id) AS letter_ids,
            array_agg(business_day ORDER BY letter_id) AS letter_days, array_agg(paid ORDER BY letter_id) AS letter_paid,
            array_agg(balance ORDER BY letter_id) AS letter_balances
        FROM accounting.letter GROUP BY account_id, last_entry_no
    ) AS letters USING (account_id, entry_no)
    ORDER BY account_id, entry_no";

/// Accounts of which no entry says anything.
const IDLE_ACCOUNTS: &str = "
    SELECT account_id, balance, entry_count FROM accounting.account
    WHERE NOT EXISTS (SELECT FROM accounting.account_log WHERE account_log.account_id = account.account_id)
    ORDER BY account_id";

const DAYS: &str = "SELECT date, total_assign_fee, total_resolve_price FROM accounting.manager_income_by_day ORDER BY date";

#[derive(Debug, FromRow)]
struct Row {
    account_id: i64,
    balance: i64,
    entry_count: i64,
    log_id: i64,
    entry_no: i64,
    #[sqlx(rename = "type")]
    kind: String,
    amount: i64,
    signed_amount: i64,
    balance_after: i64,
    business_day: NaiveDate,
    letter_ids: Option<Vec<i64>>,
    letter_days: Option<Vec<NaiveDate>>,
    letter_paid: Option<Vec<i64>>,
    letter_balances: Option<Vec<i64>>,
}

/// What the account's row says, to be compared when its last entry has gone by.
struct Stored {
    account_id: i64,
    balance: i64,
    entries: i64,
}

/// Fees and prices of a day.
type Income = (i64, i64);

pub(crate) async fn check(connection: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let mut running_sums = Finding::of(AuditRule::RunningSums);
    let mut balances = Finding::of(AuditRule::Balances);
    let mut payouts = Finding::of(AuditRule::Payouts);
    let mut letters = Finding::of(AuditRule::Letters);
    let mut days: BTreeMap<NaiveDate, Income> = BTreeMap::new();

    let mut stored: Option<Stored> = None;
    let mut account = Account::default();
    let mut entries = sqlx::query_as::<_, Row>(ENTRIES).fetch(&mut *connection);
    while let Some(entry) = entries.try_next().await? {
        if stored.as_ref().is_none_or(|stored| stored.account_id != entry.account_id) {
            let next = Stored { account_id: entry.account_id, balance: entry.balance, entries: entry.entry_count };
            if let Some(stored) = stored.replace(next) {
                balances.look_at(compare(&stored, &account));
            }
            account = Account::default();
        }
        let kind = EntryKind::named(&entry.kind);
        let wrong = account.enter(kind, entry.business_day, entry.signed_amount);
        if kind == Some(EntryKind::Clear) {
            payouts.look_at(wrong.map(|wrong| format!("entry {} pays {}: {wrong}", entry.log_id, entry.amount)));
        }
        let as_it_must_be = (account.entries, account.balance) == (entry.entry_no, entry.balance_after);
        running_sums.look_at((!as_it_must_be).then(|| {
            let Row { log_id, account_id, entry_no, balance_after, .. } = entry;
            format!(
                "entry {log_id} of account {account_id} is number {entry_no} with {balance_after} after it; entries up to it: {}, their sum: {}",
                account.entries, account.balance
            )
        }));
        for (letter_id, wrong) in wrong_letters(&entry, kind, &account) {
            letters.look_at(wrong.map(|wrong| format!("letter {letter_id} about account {}: {wrong}", entry.account_id)));
        }
        let income = days.entry(entry.business_day).or_default();
        match kind {
            Some(EntryKind::Withdraw) => income.0 = income.0.saturating_add(entry.amount),
            Some(EntryKind::Deposit) => income.1 = income.1.saturating_add(entry.amount),
            Some(EntryKind::Clear) | None => {}
        }
    }
    drop(entries);
    if let Some(stored) = stored {
        balances.look_at(compare(&stored, &account));
    }
    for (account_id, balance, entries) in sqlx::query_as(IDLE_ACCOUNTS).fetch_all(&mut *connection).await? {
        balances.look_at(compare(&Stored { account_id, balance, entries }, &Account::default()));
    }
    let written: i64 = sqlx::query_scalar("SELECT count(*) FROM accounting.letter").fetch_one(&mut *connection).await?;
    let looked_at = letters.looked_at;
    for _ in looked_at..written.unsigned_abs() {
        letters.look_at(Some(format!("{written} letters are there, and {looked_at} end with an entry of their account")));
    }
    let income = income(connection, days).await?;
    Ok(vec![running_sums, balances, payouts, letters, income])
}

fn compare(stored: &Stored, account: &Account) -> Option<String> {
    let Stored { account_id, balance, entries } = stored;
    ((*balance, *entries) != (account.balance, account.entries)).then(|| {
        format!(
            "account {account_id} says {balance} after {entries} entries; its entries are {} and make {}",
            account.entries, account.balance
        )
    })
}

/// The letters that end with this entry, and what is wrong with each, if anything is.
fn wrong_letters(entry: &Row, kind: Option<EntryKind>, account: &Account) -> Vec<(i64, Option<String>)> {
    let (Some(ids), Some(days), Some(paid), Some(balances)) =
        (&entry.letter_ids, &entry.letter_days, &entry.letter_paid, &entry.letter_balances)
    else {
        return Vec::new();
    };
    let letters = ids.iter().zip(days).zip(paid.iter().zip(balances));
    let checked = letters.map(|((letter_id, day), (paid, balance))| {
        // The payout is the last entry that the letter tells of; another night's is none of it.
        let booked = if kind == Some(EntryKind::Clear) && entry.business_day == *day { entry.amount } else { 0 };
        let closing = account.closing(*day);
        let wrong = (*paid, *balance) != (booked, closing);
        (*letter_id, wrong.then(|| format!("it says {paid} paid and {balance} left after {day}; it was {booked}, and {closing}")))
    });
    checked.collect()
}

/// The income table against the sums of the entries.
async fn income(connection: &mut PgConnection, mut days: BTreeMap<NaiveDate, Income>) -> sqlx::Result<Finding> {
    let mut finding = Finding::of(AuditRule::Income);
    let wrong = |day: NaiveDate, stored: Income, summed: Income| {
        (stored != summed)
            .then(|| format!("{day} says {} in fees and {} in pay; its entries make {} and {}", stored.0, stored.1, summed.0, summed.1))
    };
    let stored: Vec<(NaiveDate, i64, i64)> = sqlx::query_as(DAYS).fetch_all(connection).await?;
    for (day, fees, prices) in stored {
        finding.look_at(wrong(day, (fees, prices), days.remove(&day).unwrap_or_default()));
    }
    // A payout alone moves no income.
    for (day, summed) in days.into_iter().filter(|(_, summed)| *summed != (0, 0)) {
        finding.look_at(wrong(day, (0, 0), summed));
    }
    Ok(finding)
}
