//! Enrolling: a parrot whose photo nobody knows becomes an employee.

mod enrolment;
mod form;

use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::{
    design::{EmptyState, ErrorNotice},
    error::AppError,
    i18n::text,
    page_title::PageTitle,
    session::{LOG_IN_PATH, START_PATH, visitor},
};
use enrolment::{Enrolment, Typed, current_enrolment};
use form::EnrolForm;

/// The page `/enrol`. Who is logged in already has nothing to do here.
#[component]
pub(crate) fn EnrolPage() -> impl IntoView {
    if visitor().is_some() {
        return view! { <Redirect path=START_PATH /> }.into_any();
    }
    let enrolment = OnceResource::new(current_enrolment());
    let page = move |answer: Result<Enrolment, AppError>| match answer {
        Ok(Enrolment { has_shown_photo: true, is_first, typed }) => view! { <NewBeak is_first typed /> }.into_any(),
        Ok(Enrolment { has_shown_photo: false, .. }) => view! { <ShowPhotoFirst /> }.into_any(),
        Err(error) => view! { <ErrorNotice error /> }.into_any(),
    };
    view! {
        <PageTitle text=text().enrol().title() />
        <Suspense>{move || enrolment.get().map(page)}</Suspense>
    }
    .into_any()
}

/// The page for a parrot that has shown its photo.
#[component]
fn NewBeak(is_first: bool, typed: Typed) -> impl IntoView {
    let text = text().enrol();
    view! {
        <section class="sheet">
            <h1>{text.headline()}</h1>
            <p class="lead">{text.lead()}</p>
            {is_first.then(|| view! { <p class="notice">{text.first()}</p> })}
            <EnrolForm typed />
        </section>
    }
}

/// The page for everybody else.
#[component]
fn ShowPhotoFirst() -> impl IntoView {
    let text = text().enrol();
    view! {
        <EmptyState title=text.show_photo_headline() message=text.show_photo_text()>
            <a class="button" href=LOG_IN_PATH rel="external">
                {text.show_photo()}
            </a>
        </EmptyState>
    }
}
