//! The service's tables are its own (design, "Database").

use platform::database::{BUS, Role};

#[tokio::test]
async fn no_other_service_reaches_the_tables_and_the_auditor_only_reads() {
    let database = testdb::database(&[&BUS, &accounting::SCHEMA]).await;
    testdb::assert_isolated(&database, &accounting::SCHEMA).await;
}

/// The ledger stands as it was written: neither the service nor the owner of its tables changes an entry.
#[tokio::test]
async fn the_ledger_is_append_only() {
    let database = testdb::database(&[&BUS, &accounting::SCHEMA]).await;
    let owner = database.pool(Role::Owner);
    sqlx::raw_sql(
        "INSERT INTO accounting.account (user_id) VALUES ('00000000-0000-0000-0000-000000000000');
         INSERT INTO accounting.account_log (account_id, entry_no, type, amount, balance_after, extra_ids, event_time, business_day)
         SELECT account_id, 1, 'DEPOSIT', 100, 100, '{}', now(), '2026-11-23' FROM accounting.account;",
    )
    .execute(&owner)
    .await
    .expect("an entry can be added");
    for statement in
        ["UPDATE accounting.account_log SET amount = 1", "DELETE FROM accounting.account_log", "TRUNCATE accounting.account_log"]
    {
        for role in [Role::Accounting, Role::Owner] {
            sqlx::query(statement).execute(&database.pool(role)).await.expect_err(statement);
        }
    }
}
