use contracts::{Field, ServiceError};
use leptos::prelude::*;

use super::enrolment::{DISPLAY_NAME, EMAIL, Enrol, Typed};
use crate::{
    design::{ProblemNotice, Sent, ServerForm, TextField},
    error::AppError,
    i18n::{locale, text},
    session::{LOG_IN_PATH, START_PATH},
};

/// Name and address. What is wrong with one of them is said beside it; nothing that was typed is lost.
#[component]
pub(super) fn EnrolForm(typed: Typed) -> impl IntoView {
    let (locale, text) = (locale(), text());
    let enrol = Sent::to::<Enrol>();
    let error = Signal::derive(move || enrol.answer.get().and_then(Result::err));

    Effect::new(move || {
        if let Some(Ok(())) = enrol.answer.get() {
            // Everything on the page depends on who looks at it: it is loaded anew.
            drop(location().set_href(START_PATH));
        }
    });

    let other_problem = move || {
        let error = error.get().filter(|error| error.field().is_none())?;
        let is_about_photo = matches!(error, AppError::Service(ServiceError::EnrolmentExpired | ServiceError::AlreadyEnrolled));
        Some(view! {
            <ProblemNotice>
                <p>{error.message(locale)}</p>
                {is_about_photo.then(|| view! { <a href=LOG_IN_PATH rel="external">{text.enrol().show_photo()}</a> })}
            </ProblemNotice>
        })
    };
    view! {
        <ServerForm sent=enrol class="form">
            {other_problem}
            <TextField
                field=Field::DisplayName
                name=DISPLAY_NAME
                label=text.person().display_name()
                value=typed.display_name
                autocomplete="name"
                error
            />
            <TextField
                field=Field::Email
                name=EMAIL
                kind="email"
                label=text.person().email()
                hint=text.enrol().email_hint()
                value=typed.email
                autocomplete="email"
                error
            />
            <button class="button" type="submit">
                {text.enrol().submit()}
            </button>
        </ServerForm>
    }
}
