//! The texts of the pages. They stand in `locales/`; the build makes them functions.

mod explain;
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "some texts stand where only the server writes"))]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/text.rs"));
}
#[cfg(feature = "ssr")]
mod time;

pub use explain::explain;
pub(crate) use explain::explain_field;
pub(crate) use generated::Text;
#[cfg(feature = "ssr")]
pub(crate) use i18n::{Amount, written_day, written_time, written_time_of_day};
#[cfg(feature = "ssr")]
pub use time::CompanyTimeZone;
#[cfg(feature = "ssr")]
pub(crate) use time::{shown_time, written_age, written_exact_time};

use contracts::{Locale, Role};
use leptos::prelude::expect_context;

use crate::preferences::Preferences;

/// The language of the page that is being shown.
pub(crate) fn locale() -> Locale {
    expect_context::<Preferences>().locale
}

/// The texts in the language of the page that is being shown.
pub(crate) fn text() -> Text {
    Text::from(locale())
}

/// A role's name for people.
pub(crate) const fn role_name(role: Role, text: Text) -> &'static str {
    let text = text.role();
    match role {
        Role::Worker => text.worker(),
        Role::Accountant => text.accountant(),
        Role::Manager => text.manager(),
        Role::Admin => text.admin(),
    }
}
