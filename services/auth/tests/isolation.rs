//! The service's tables are its own (design, "Database").

use crate::company::Company;

#[tokio::test]
async fn no_other_service_reaches_the_tables_and_the_auditor_only_reads() {
    let company = Company::new().await;
    testdb::assert_isolated(&company.database, &auth::SCHEMA).await;
}

#[tokio::test]
async fn role_changes_cannot_be_rewritten_by_the_service_itself() {
    let (company, _, worker) = Company::with_two().await;
    company.as_operator(worker.user_id, contracts::Role::Manager).await;
    let pool = company.database.pool(platform::database::Role::Auth);
    for statement in ["UPDATE auth.role_change SET to_role = 'admin'", "DELETE FROM auth.role_change", "TRUNCATE auth.role_change"] {
        let error = sqlx::query(statement).execute(&pool).await.expect_err(statement);
        let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}
