use contracts::{Field, Locale, ServiceError};
use leptos::prelude::*;

use super::enrolment::{Enrol, Typed};
use crate::{
    design::{ProblemNotice, TextField},
    error::AppError,
    i18n::{explain, explain_field, locale, text},
    session::LOG_IN_PATH,
};

/// Name and address. What is wrong with one of them is said beside it; nothing that was typed is lost.
#[component]
pub(super) fn EnrolForm(typed: Typed) -> impl IntoView {
    let (locale, text) = (locale(), text());
    let enrol = ServerAction::<Enrol>::new();
    let error = Signal::derive(move || enrol.value().get().and_then(Result::err));

    Effect::new(move || {
        if let Some(Ok(())) = enrol.value().get() {
            // Everything on the page depends on who looks at it: it is loaded anew.
            drop(location().set_href("/"));
        }
    });

    let problem = move |field| Signal::derive(move || error.get().and_then(|error| problem_with(field, &error, locale)));
    let other_problem = move || {
        let error = error.get().filter(|error| FIELDS.into_iter().all(|field| problem_with(field, error, locale).is_none()))?;
        let is_about_photo = matches!(error, AppError::Service(ServiceError::EnrolmentExpired | ServiceError::AlreadyEnrolled));
        Some(view! {
            <ProblemNotice>
                <p>{error.message(locale)}</p>
                {is_about_photo.then(|| view! { <a href=LOG_IN_PATH>{text.enrol().show_photo()}</a> })}
            </ProblemNotice>
        })
    };
    // `novalidate`: the browser would speak its own language, not the page's.
    view! {
        <ActionForm action=enrol attr:class="form" attr:novalidate=true>
            {other_problem}
            <TextField
                name="display_name"
                label=text.person().display_name()
                value=typed.display_name
                autocomplete="name"
                problem=problem(Field::DisplayName)
            />
            <TextField
                name="email"
                kind="email"
                label=text.person().email()
                hint=text.enrol().email_hint()
                value=typed.email
                autocomplete="email"
                problem=problem(Field::Email)
            />
            <button class="button" type="submit">
                {text.enrol().submit()}
            </button>
        </ActionForm>
    }
}

const FIELDS: [Field; 2] = [Field::DisplayName, Field::Email];

/// What the error says about a field, if it is about that field.
fn problem_with(field: Field, error: &AppError, locale: Locale) -> Option<String> {
    match error {
        AppError::Service(ServiceError::Invalid(invalid)) if invalid.field == field => Some(explain_field(&invalid.problem, locale)),
        AppError::Service(error @ ServiceError::EmailTaken) if field == Field::Email => Some(explain(error, locale)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use contracts::{FieldProblem, InvalidField};

    use super::*;

    #[test]
    fn a_problem_stands_at_its_field_only() {
        let missing = AppError::Service(ServiceError::Invalid(InvalidField { field: Field::DisplayName, problem: FieldProblem::Missing }));
        let taken = AppError::Service(ServiceError::EmailTaken);
        let elsewhere = AppError::Service(ServiceError::EnrolmentExpired);
        let fields_of = |error: &AppError| FIELDS.map(|field| problem_with(field, error, Locale::En).is_some());
        assert_eq!(fields_of(&missing), [true, false]);
        assert_eq!(fields_of(&taken), [false, true]);
        assert_eq!(fields_of(&elsewhere), [false, false]);
    }
}
