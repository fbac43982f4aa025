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
