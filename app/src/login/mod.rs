//! Logging in: a photo is the password. It is posted to the page's own address; no server function answers, because the
//! body is the photo itself.

mod demo;
#[cfg(feature = "ssr")]
mod demo_people;
mod photo_form;
mod upload;

use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    i18n::text,
    page_title::PageTitle,
    session::{START_PATH, visitor},
};
#[cfg(feature = "ssr")]
pub use demo_people::{DemoPeople, DemoPerson};

use demo::DemoCompany;
use photo_form::PhotoForm;

/// The page `/login`. Who is logged in already has nothing to do here.
#[component]
pub(crate) fn LogInPage() -> impl IntoView {
    if visitor().is_some() {
        return view! { <Redirect path=START_PATH /> }.into_any();
    }
    let text = text().login();
    view! {
        <PageTitle text=text.title() />
        <section class="sheet">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            <DemoCompany />
            <PhotoForm />
            <p class="field-hint">{SharedValue::new(note).into_inner()}</p>
        </section>
    }
    .into_any()
}

/// What visitors should know of whatever looks at their photo. Only the server knows it; the page brings it along.
#[cfg(feature = "ssr")]
fn note() -> String {
    use contracts::auth::{Auth, RecogniserState};

    let text = text().login().note();
    let note = match crate::service::service::<dyn Auth>().recogniser() {
        RecogniserState::SamePhoto => text.same_photo(),
        RecogniserState::Beak => text.beak(),
        RecogniserState::Missing => text.missing(),
    };
    note.to_owned()
}

/// See [`demo`]: a page that has brought nothing along is loaded anew.
#[cfg(not(feature = "ssr"))]
fn note() -> String {
    String::new()
}
