//! What keeps other sites out: headers for the browser, and the check that a change was asked for by our own pages.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
/// What a browser says about who sent a request (Fetch Metadata).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What an answer that is no page may load: nothing. Pages set a policy of their own, with a nonce.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds the headers that every answer carries.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    // A file is what its type says, never what its bytes look like.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // For browsers that do not know `frame-ancestors`.
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Other sites do not learn which page a person came from; our own forms need it to come back.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    response
}

/// Refuses a request that changes something unless it comes from our own pages or from no browser at all.
///
/// Browsers say where a request comes from (`Sec-Fetch-Site`, older ones `Origin`); a page of another site cannot forge it.
/// Programs send neither, and carry no cookies that others could abuse.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_ours(request.headers()) {
        next.run(request).await
    } else {
        tracing::warn!("a change asked for by another site was refused");
        (StatusCode::FORBIDDEN, "This request came from another site and was refused. Open aTES itself and try again.\n").into_response()
    }
}

const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_ours(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        // `none`: typed, bookmarked or started by the person.
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let origin_host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin_host.is_some() && origin_host == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers_of<const N: usize>(pairs: [(HeaderName, &'static str); N]) -> HeaderMap {
        pairs.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn our_own_pages_and_programs_may_change_things() {
        assert!(is_ours(&headers_of([(SEC_FETCH_SITE, "same-origin")])));
        assert!(is_ours(&headers_of([(HOST, "ates.example:3000"), (ORIGIN, "https://ates.example:3000")])));
        assert!(is_ours(&headers_of([(HOST, "ates.example")])));
    }

    #[test]
    fn other_sites_may_not() {
        assert!(!is_ours(&headers_of([(SEC_FETCH_SITE, "cross-site")])));
        assert!(!is_ours(&headers_of([(SEC_FETCH_SITE, "same-site")])));
        assert!(!is_ours(&headers_of([(HOST, "ates.example"), (ORIGIN, "https://cat.example")])));
        assert!(!is_ours(&headers_of([(HOST, "ates.example"), (ORIGIN, "null")])));
        // A browser that says where the request comes from is believed over the address.
        assert!(!is_ours(&headers_of([(SEC_FETCH_SITE, "cross-site"), (HOST, "ates.example"), (ORIGIN, "https://ates.example")])));
    }
}
