use contracts::{BusinessDay, LetterId, ServiceError, letter::WrittenLetter, payroll::Payroll};
use i18n::written_day;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::run::run_path;
use crate::{
    design::ErrorNotice,
    i18n::{locale, text},
    not_found::NotFoundPage,
    server_made::{Made, server_made},
    service::service,
    session::actor,
};

/// Where the letter can be had as mail programs read it, before its number.
const MESSAGE_PATH: &str = "/api/v1/payroll-letters/";

/// The address of the page with one letter.
pub(super) fn letter_path(day: BusinessDay, letter_id: LetterId) -> String {
    format!("{}/{letter_id}", run_path(day))
}

/// A letter, as its reader sees it.
pub(super) fn letter_page() -> AnyView {
    let parameters = use_params_map();
    let parameter = |name| parameters.read_untracked().get_str(name).unwrap_or_default().to_owned();
    let asked = parameter("day").parse::<BusinessDay>().ok().zip(parameter("letter_id").parse::<LetterId>().ok());
    server_made(async move {
        let found = match asked {
            Some((day, letter_id)) => match written(letter_id).await {
                Ok(letter) if letter.day != day => Err(ServiceError::NotFound),
                Ok(letter) => Ok((letter_id, letter)),
                Err(error) => Err(error),
            },
            None => Err(ServiceError::NotFound),
        };
        match found {
            Ok((letter_id, letter)) => Made {
                title: text().payroll().letter().title(&letter_id.to_string()),
                markup: view! { <WholeLetter letter_id letter /> }.to_html(),
            },
            Err(ServiceError::NotFound) => {
                Made { title: text().not_found().title().to_owned(), markup: view! { <NotFoundPage /> }.to_html() }
            }
            Err(error) => {
                Made { title: text().payroll().title().to_owned(), markup: view! { <ErrorNotice error=error.into() /> }.to_html() }
            }
        }
    })
}

async fn written(letter_id: LetterId) -> Result<WrittenLetter, ServiceError> {
    service::<dyn Payroll>().written_letter(actor()?, letter_id).await
}

#[component]
fn WholeLetter(letter_id: LetterId, letter: WrittenLetter) -> impl IntoView {
    let text = text().payroll().letter();
    let day = letter.day;
    view! {
        <div class="admin-page">
            <a href=run_path(day) rel="external">
                {text.back(&written_day(day.0, locale()))}
            </a>
            <h1>{text.title(&letter_id.to_string())}</h1>
            <dl class="facts">
                <div>
                    <dt>{text.to()}</dt>
                    <dd>{letter.to}</dd>
                </div>
                <div>
                    <dt>{text.subject()}</dt>
                    <dd>{letter.subject}</dd>
                </div>
            </dl>
            <pre class="letter-text card">{letter.text}</pre>
            <a href=[MESSAGE_PATH, &letter_id.to_string()].concat() rel="external" download=true>
                {text.download()}
            </a>
        </div>
    }
}
