//! The document around the pages. Only the server writes it; the browser's code starts inside `<body>`.

mod content_security_policy;

use http::{HeaderValue, header};
use leptos::{config::LeptosOptions, hydration::AutoReload, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::{App, i18n::Text, preferences::Preferences};

/// Pages depend on who asks, so only the browser keeps them, and asks again before it shows them.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The addresses of what every page loads: a year in the browser's cache, because each carries the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageFiles {
    /// The JavaScript that loads the module.
    pub script: String,
    /// The page's code, as WebAssembly.
    pub module: String,
    /// The style sheet.
    pub style: String,
}

/// The whole document for one request, and the headers that belong to it.
#[must_use]
pub fn shell(options: LeptosOptions, files: PageFiles) -> impl IntoView {
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
                <link rel="stylesheet" href=files.style.clone() />
                <AutoReload options />
                <PageCode files />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Starts the page's code, and lets the browser fetch both of its files at once.
#[component]
fn PageCode(files: PageFiles) -> impl IntoView {
    let PageFiles { script, module, .. } = files;
    // Names of the build's own: nothing to escape.
    let start = format!("import('{script}').then((page) => page.default({{ module_or_path: '{module}' }}).then(() => page.hydrate()))");
    view! {
        <link rel="modulepreload" href=script crossorigin="anonymous" />
        <link rel="preload" href=module r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=use_nonce() inner_html=start></script>
    }
}
