//! The welcome page: what aTES is, how it works, and whether anybody is here yet.

mod example_day;
mod flock;
mod steps;

use leptos::prelude::*;

use crate::{
    i18n::text,
    page_title::PageTitle,
    session::{LOG_IN_PATH, START_PATH, visitor},
};
use example_day::ExampleDay;
use flock::Flock;
use steps::Steps;

/// The page `/`.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let text = text().home();
    view! {
        <PageTitle text=text.title() />
        <section class="hero">
            <div class="hero-words">
                <h1>{text.headline()}</h1>
                <p class="lead">{text.lead()}</p>
                <Flock />
                <Welcome />
            </div>
            <ExampleDay />
        </section>
        <Steps />
    }
}

/// The way in for strangers, a greeting for everybody else.
#[component]
fn Welcome() -> impl IntoView {
    let text = text().home();
    match visitor() {
        Some(visitor) => view! {
            <p class="greeting">{text.greeting(&visitor.display_name)}</p>
            <div class="actions">
                <a class="button" href=START_PATH>
                    {text.to_tasks()}
                </a>
            </div>
        }
        .into_any(),
        None => view! {
            <div class="actions">
                <a class="button" href=LOG_IN_PATH rel="external">
                    {text.log_in()}
                </a>
            </div>
        }
        .into_any(),
    }
}
