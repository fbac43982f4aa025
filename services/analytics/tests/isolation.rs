//! The service's tables are its own (design, "Database").

use platform::{database::BUS, testing};

#[tokio::test]
async fn no_other_service_reaches_the_tables_and_the_auditor_only_reads() {
    let database = testing::database(&[&BUS, &analytics::SCHEMA]).await;
    testing::assert_isolated(&database, &analytics::SCHEMA).await;
}
