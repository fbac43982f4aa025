use std::env;

use http::HeaderValue;

/// What a page may do, for the header `Content-Security-Policy`.
///
/// Only scripts that carry this answer's nonce run, and what they load; so text that slipped into a page as markup does
/// nothing. Styles and pictures come from this site, a picture also from the page's own memory (the preview of a photo).
pub(super) fn header(nonce: Option<&str>) -> HeaderValue {
    #[expect(clippy::disallowed_methods, reason = "set by `cargo leptos watch`, whose script reloads the page; no setting of ours")]
    let is_watched = env::var_os("LEPTOS_WATCH").is_some();
    HeaderValue::try_from(policy(nonce, is_watched)).expect("nonces are plain ASCII")
}

fn policy(nonce: Option<&str>, is_watched: bool) -> String {
    let script_source = match nonce {
        Some(nonce) => format!("'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        None => "'none'".to_owned(),
    };
    let connect_source = if is_watched { "'self' ws:" } else { "'self'" };
    format!(
        "default-src 'self'; script-src {script_source}; style-src 'self'; img-src 'self' blob: data:; connect-src {connect_source}; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_with_the_nonce_run() {
        let policy = policy(Some("abc"), false);
        assert!(policy.contains("script-src 'strict-dynamic' 'nonce-abc' 'wasm-unsafe-eval';"), "{policy}");
        assert!(policy.contains("connect-src 'self';"), "{policy}");
    }

    #[test]
    fn without_a_nonce_no_script_runs() {
        assert!(policy(None, false).contains("script-src 'none';"));
    }

    #[test]
    fn watch_mode_may_hear_when_to_reload() {
        assert!(policy(Some("abc"), true).contains("connect-src 'self' ws:;"));
    }
}
