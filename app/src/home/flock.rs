#[cfg(feature = "ssr")]
use contracts::auth::Auth;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    design::ProblemNotice,
    error::AppError,
    i18n::{locale, text},
    json::Json,
};

/// Whether who enrols next in this installation becomes its admin.
#[server(endpoint = "next_is_admin", input = GetUrl, output = Json)]
async fn next_is_admin() -> Result<bool, AppError> {
    Ok(crate::service::service::<dyn Auth>().next_is_admin().await?)
}

/// One line about this installation: still empty, at work, or out of reach.
#[component]
pub(super) fn Flock() -> impl IntoView {
    let next_is_admin = OnceResource::new(next_is_admin());
    let locale = locale();
    let text = text().home().flock();
    let line = move |answer: Result<bool, AppError>| match answer {
        Ok(true) => view! { <p class="flock flock-empty">{text.empty()}</p> }.into_any(),
        Ok(false) => view! { <p class="flock">{text.at_work()}</p> }.into_any(),
        Err(error) => view! {
            <ProblemNotice>
                <p>{error.message(locale)}</p>
                <a href="/" rel="external">{text.try_again()}</a>
            </ProblemNotice>
        }
        .into_any(),
    };
    view! {
        <Suspense fallback=move || {
            view! { <p class="flock">{text.loading()}</p> }
        }>{move || next_is_admin.get().map(line)}</Suspense>
    }
}
