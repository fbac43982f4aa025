//! The texts of the pages. They stand in `locales/`; the build makes them functions.

#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "some texts stand where only the server writes"))]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/text.rs"));
}

pub(crate) use generated::Text;

use leptos::prelude::expect_context;

use crate::preferences::Preferences;

/// The texts in the language of the page that is being shown.
pub(crate) fn text() -> Text {
    Text::from(expect_context::<Preferences>().locale)
}
