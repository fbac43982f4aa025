#[cfg(feature = "ssr")]
use contracts::auth::Directory;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{design::ProblemNotice, error::AppError, i18n::text};

/// Whether nobody has enrolled in this installation yet.
#[server(endpoint = "flock_is_empty", input = GetUrl)]
async fn flock_is_empty() -> Result<bool, AppError> {
    Ok(crate::service::service::<dyn Directory>().is_empty().await?)
}

/// One line about this installation: still empty, at work, or out of reach.
#[component]
pub(super) fn Flock() -> impl IntoView {
    let is_empty = OnceResource::new(flock_is_empty());
    let page_text = text();
    let text = page_text.home().flock();
    let line = move |answer: Result<bool, AppError>| match answer {
        Ok(true) => view! { <p class="flock flock-empty">{text.empty()}</p> }.into_any(),
        Ok(false) => view! { <p class="flock">{text.at_work()}</p> }.into_any(),
        Err(error) => view! {
            <ProblemNotice>
                <p>{error.message(page_text)}</p>
                <a href="/" rel="external">{text.try_again()}</a>
            </ProblemNotice>
        }
        .into_any(),
    };
    view! {
        <Suspense fallback=move || {
            view! { <p class="flock">{text.loading()}</p> }
        }>{move || is_empty.get().map(line)}</Suspense>
    }
}
