use html_escape::encode_text;
use leptos::prelude::*;
use linkify::{LinkFinder, LinkKind};

/// A description as markup: what it says, escaped, with its web addresses as links. They tell the other site nothing and lend it no weight.
pub(super) fn markup_of(description: &str) -> String {
    let mut finder = LinkFinder::new();
    // Only whole addresses: `http` and `https` are the only schemes that are safe to follow.
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let spans = finder.spans(description).map(|span| {
        let text = span.as_str().to_owned();
        if span.kind().is_some() && is_web_address(&text) {
            let address = text.clone();
            view! {
                <a href=address rel="external noopener noreferrer nofollow ugc" target="_blank">
                    {text}
                </a>
            }
            .to_html()
        } else {
            encode_text(&text).into_owned()
        }
    });
    spans.collect()
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links_and_nothing_is_markup() {
        let plain = [
            ("All of <b>them</b> & more.\n\"Twice\"", "All of &lt;b&gt;them&lt;/b&gt; &amp; more.\n\"Twice\""),
            ("javascript://alert(1) ftp://seeds.example/ data://x", "javascript://alert(1) ftp://seeds.example/ data://x"),
            ("&lt;script&gt;", "&amp;lt;script&amp;gt;"),
            ("polly@parrots.example seeds.example", "polly@parrots.example seeds.example"),
            ("", ""),
        ];
        for (description, markup) in plain {
            assert_eq!(markup_of(description), markup);
        }
        let with_link = markup_of("See (https://seeds.example/?a=1&b=<2).");
        assert!(with_link.starts_with("See (<a "), "{with_link}");
        assert!(with_link.contains("href=\"https://seeds.example/?a=1&amp;b=\""), "{with_link}");
        assert!(with_link.contains("rel=\"external noopener noreferrer nofollow ugc\""), "{with_link}");
        assert!(with_link.ends_with("</a>&lt;2)."), "{with_link}");
        let with_quote = markup_of("https://seeds.example/\"onclick=\"alert(1)");
        assert!(with_quote.split_once('>').is_some_and(|(tag, _)| !tag.contains("onclick")), "{with_quote}");
    }
}
