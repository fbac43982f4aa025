//! The files that the build made for browsers.

use std::path::Path;

use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::router::AppState;

/// A file whose name carries its hash never changes: browsers keep it for a year, the longest that caches honour.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A file with a plain name is asked for again each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// `/pkg/…`: WASM, JavaScript and CSS, as the build compressed them.
pub(crate) fn routes(options: &LeptosOptions) -> Router<AppState> {
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let files = ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let caching = if options.hash_files { IMMUTABLE } else { REVALIDATE };
    let service = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, move |response: &axum::http::Response<_>| {
            response.status().is_success().then(|| caching.clone())
        }))
        .service(files);
    Router::new().nest_service(options.site_pkg_dir_route_base().trim_end_matches('/'), service)
}

/// Files with plain names beside the pages: `/favicon.svg` and other pictures.
///
/// Leptos' fallback would serve them, too, but may only get what is no file: for a file it takes the headers of a page that is being made
/// on the same thread (`leptos_axum` 0.8.10), and that page comes without its policy and its cookies.
pub(crate) fn plain_files(options: &LeptosOptions) -> ServeDir {
    ServeDir::new(&*options.site_root)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
}
