//! The welcome page: what aTES is, how it works, and whether anybody is here yet.

mod example_day;
mod flock;
mod steps;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::text;
use example_day::ExampleDay;
use flock::Flock;
use steps::Steps;

/// The page `/`.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let text = text().home();
    view! {
        <Title text=text.title() />
        <section class="hero">
            <div class="hero-words">
                <h1>{text.headline()}</h1>
                <p class="lead">{text.lead()}</p>
                <Flock />
            </div>
            <ExampleDay />
        </section>
        <Steps />
    }
}
