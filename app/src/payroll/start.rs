use contracts::{BusinessDay, Field, FieldProblem, InvalidField, ServiceError, payroll::Payroll};
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::PAYROLL_PATH;
use crate::{error::AppError, i18n::text, json::Json, own_path::OwnPath, service::service, session::actor};

/// The parameter that says of which day payroll has just been started.
pub(super) const STARTED: &str = "started";

/// Starts the payroll of a day.
#[server(endpoint = "start_payroll", output = Json)]
pub(super) async fn start_payroll(day: String) -> Result<(), AppError> {
    let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::Day, problem: FieldProblem::Malformed });
    let day: BusinessDay = day.trim().parse().map_err(malformed)?;
    service::<dyn Payroll>().start(actor()?, day).await?;
    OwnPath::from(PAYROLL_PATH.to_owned()).with_parameter(STARTED, &day.to_string()).redirect_plain_form();
    Ok(())
}

/// The form that starts a run, behind an explanation.
#[component]
pub(super) fn StartForm(
    /// The day that is next.
    next: Option<BusinessDay>,
) -> impl IntoView {
    let text = text().payroll();
    view! {
        <details class="decision">
            <summary class="button button-quiet">{text.start()}</summary>
            <form class="card form" method="post" action=StartPayroll::url()>
                <p>{text.start_explained()}</p>
                <div class="field">
                    <label for="day">{text.start_day()}</label>
                    <input id="day" name="day" type="date" required=true value=next.map(|day| day.to_string()) />
                </div>
                <button class="button" type="submit">
                    {text.start_confirm()}
                </button>
            </form>
        </details>
    }
}
