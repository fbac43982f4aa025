//! The service's tables are its own (design, "Database").

use platform::database::BUS;

#[tokio::test]
async fn no_other_service_reaches_the_tables_and_the_auditor_only_reads() {
    let database = testdb::database(&[&BUS, &analytics::SCHEMA]).await;
    testdb::assert_isolated(&database, &analytics::SCHEMA).await;
}
