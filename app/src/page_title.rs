//! What stands in `<title>`. It may hold what people typed, and `leptos_meta` writes it into the document as markup.

#![expect(clippy::disallowed_methods, reason = "the one place where titles are escaped")]

use leptos::{prelude::*, text_prop::TextProp};
use leptos_meta::Title;

use crate::i18n::text;

/// The title of the page that is shown: a text, never markup.
#[component]
pub(crate) fn PageTitle(
    /// The page's own title, without the product's name.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    view! { <Title text /> }
}

/// What every page's title goes through on its way into the document; stands once, around the pages.
#[component]
pub(crate) fn DocumentTitle() -> impl IntoView {
    let product = text().product().name();
    view! { <Title formatter=move |page: String| as_markup(&[page.as_str(), " · ", product].concat()) /> }
}

/// As it has to stand between `<title>` and `</title>` for browsers to read this text.
#[cfg(feature = "ssr")]
fn as_markup(title: &str) -> String {
    html_escape::encode_text(title).into_owned()
}

/// In the browser titles are set, not parsed.
#[cfg(not(feature = "ssr"))]
fn as_markup(title: &str) -> String {
    title.to_owned()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_inside_its_element() {
        assert_eq!(as_markup("</title><meta> &lt; \"x\""), "&lt;/title&gt;&lt;meta&gt; &amp;lt; \"x\"");
    }
}
