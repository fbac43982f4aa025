//! The document around the pages. Only the server writes it; the browser's code starts inside `<body>`.

mod content_security_policy;

use http::{HeaderValue, header};
use leptos::{config::LeptosOptions, hydration::AutoReload, hydration::HydrationScripts, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::{HashedStylesheet, MetaTags};

use crate::{App, i18n::Text, preferences::Preferences};

/// Pages depend on who asks, so only the browser keeps them, and asks again before it shows them.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The whole document for one request, and the headers that belong to it.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let Preferences { locale, theme } = Preferences::current();
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::CONTENT_SECURITY_POLICY, content_security_policy::header(use_nonce().as_deref()));
        response.insert_header(header::CACHE_CONTROL, CACHE_CONTROL);
    }
    view! {
        <!DOCTYPE html>
        <html lang=locale.tag() data-theme=theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content=Text::from(locale).product().description() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
