use contracts::Locale;
#[cfg(feature = "ssr")]
use contracts::auth::Auth;
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::Preferences;
#[cfg(feature = "ssr")]
use super::cookie::PreferenceCookie;
use crate::{
    error::AppError,
    i18n::text,
    json::Json,
    own_path::{OwnPath, ReturnToThisPage},
};
#[cfg(feature = "ssr")]
use crate::{service::service, session::CurrentSession};

/// Remembers the language of who asks: in the browser, and for letters where it is an employee.
#[server(endpoint = "choose_language", output = Json)]
async fn choose_language(locale: Locale, return_to: OwnPath) -> Result<(), AppError> {
    PreferenceCookie::LOCALE.set(locale.tag());
    return_to.redirect_plain_form();
    if let Some(session) = CurrentSession::of_request() {
        service::<dyn Auth>().set_locale(session.caller(), locale).await?;
    }
    Ok(())
}

/// One button per language. Every text on the page changes, so the form is a plain one: the page is loaded anew.
#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let current = expect_context::<Preferences>().locale;
    let buttons = Locale::ALL.map(|locale| {
        view! {
            <button type="submit" name="locale" value=locale.tag() lang=locale.tag() aria-pressed=(locale == current).to_string()>
                <span aria-hidden="true">{locale.tag()}</span>
                <span class="visually-hidden">{name(locale)}</span>
            </button>
        }
    });
    view! {
        <form method="post" action=ChooseLanguage::url()>
            <ReturnToThisPage />
            <fieldset class="switch">
                <legend class="visually-hidden">{text().preferences().language()}</legend>
                {buttons.collect_view()}
            </fieldset>
        </form>
    }
}

/// A language's name for itself: who does not understand the page finds it all the same.
const fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::Ru => "Русский",
    }
}
