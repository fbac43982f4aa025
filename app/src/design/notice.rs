use contracts::ServiceError;
use leptos::prelude::*;

use crate::{
    error::AppError,
    i18n::{locale, text},
    session::LOG_IN_PATH,
};

/// Something that does not work, said in the flow of the page and read out as soon as it appears.
#[component]
pub(crate) fn ProblemNotice(
    /// What does not work, and what to do about it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice notice-problem" role="alert">
            {children()}
        </div>
    }
}

/// An error, and the way on where there is one.
#[component]
pub(crate) fn ErrorNotice(error: AppError) -> impl IntoView {
    // `external`: what the page knows of its visitor is out of date, so it is loaded anew.
    let log_in = matches!(error, AppError::Service(ServiceError::NotLoggedIn)).then(|| {
        view! {
            <a href=LOG_IN_PATH rel="external">
                {text().layout().log_in()}
            </a>
        }
    });
    view! {
        <ProblemNotice>
            <p>{error.message(locale())}</p>
            {log_in}
        </ProblemNotice>
    }
}
