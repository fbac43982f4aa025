//! What tests of the demo ask of an installation.

use contracts::auth::Recognition;
use demo::{DemoError, Founding, Parrot, found_company};
use testbed::Company;
use tokio_util::sync::CancellationToken;

/// An empty installation that works on its events.
pub(crate) async fn of_nobody() -> Company {
    let company = Company::of_nobody(1).await;
    company.work_here();
    company
}

/// Founds the demo company here.
pub(crate) async fn found(company: &Company, shutdown: &CancellationToken) -> Result<Founding, DemoError> {
    found_company(&company.services, &company.database, shutdown).await
}

/// What the parrot's portrait leads to.
pub(crate) async fn show_portrait(company: &Company, parrot: &Parrot) -> Recognition {
    company.services.auth.log_in(parrot.portrait()).await.expect("the portrait can be used")
}

/// Whether the company's clock shows the real time.
pub(crate) async fn clock_is_right(company: &Company) -> bool {
    sqlx::query_scalar("SELECT clock_offset = '0' FROM bus.company_clock").fetch_one(&company.owner).await.expect("the clock")
}
