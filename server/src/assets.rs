//! The files that the build made for browsers. They are inside the program, so that one file is the whole of it.

use std::{io, path::PathBuf};

use anyhow::Context as _;
use app::PageFiles;
use axum::{
    Router,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};
use tower_http::services::ServeDir;

use crate::router::AppState;

/// The folder of WASM, JavaScript and CSS among the files.
const PACKAGE: &str = "pkg";

/// A file whose name carries its hash never changes: browsers keep it for a year, the longest that caches honour.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A file with a plain name is asked for again each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The best first: how the build has compressed the files, as HTTP calls it and as their names end.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// What lay in the site's folder when the program was compiled.
#[derive(Embed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Embedded;

/// Where the files are.
#[derive(Debug, Clone)]
pub(crate) enum SiteFiles {
    /// Inside the program, with the names of what each page loads.
    Embedded(PageFiles),
    /// In a folder that is built again and again.
    Folder(PathBuf),
}

impl SiteFiles {
    /// Those inside the program, unless `folder` names others.
    pub(crate) fn find(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        let files = match folder {
            Some(folder) => Self::Folder(folder),
            None => Self::Embedded(page_files(Embedded::iter().map(String::from)).context(
                "this program was built without the files of its pages: build it with `cargo xtask run`, or set LEPTOS_SITE_ROOT to their folder",
            )?),
        };
        Ok(files)
    }

    /// What a page loads.
    pub(crate) fn of_page(&self) -> PageFiles {
        match self {
            Self::Embedded(files) => files.clone(),
            // While they are built anew there are none for a moment, and the page comes without its code.
            Self::Folder(folder) => {
                names_in(&folder.join(PACKAGE)).ok().and_then(|names| page_files(names.into_iter())).unwrap_or_default()
            }
        }
    }

    /// `/pkg/…`: WASM, JavaScript and CSS, as the build compressed them.
    pub(crate) fn packages(&self) -> Router<AppState> {
        let path = format!("/{PACKAGE}/{{*file}}");
        match self {
            Self::Embedded(_) => Router::new().route(
                &path,
                get(async |uri: Uri, headers: HeaderMap| embedded(&uri, &headers).unwrap_or(StatusCode::NOT_FOUND.into_response())),
            ),
            Self::Folder(folder) => Router::new().route_service(&path, ServeDir::new(folder).precompressed_br().precompressed_gzip()),
        }
        .layer(middleware::from_fn(cache))
    }

    /// Files with plain names beside the pages, `/favicon.svg` and other pictures; every other path is answered by `others`.
    pub(crate) fn before(&self, others: Router) -> Router {
        match self {
            Self::Embedded(_) => others.layer(middleware::from_fn(plain_file)),
            Self::Folder(folder) => Router::new().fallback_service(
                ServeDir::new(folder)
                    .precompressed_br()
                    .precompressed_gzip()
                    .append_index_html_on_directories(false)
                    .call_fallback_on_method_not_allowed(true)
                    .fallback(others),
            ),
        }
    }
}

/// The names in `pkg` that every page loads: one of each kind.
fn page_files(names: impl Iterator<Item = String>) -> Option<PageFiles> {
    let mut files = PageFiles::default();
    for name in names.filter(|name| name.starts_with("pkg/")) {
        let path = ["/", &name].concat();
        match name.rsplit_once('.') {
            Some((_, "js")) => files.script = path,
            Some((_, "wasm")) => files.module = path,
            Some((_, "css")) => files.style = path,
            _ => {}
        }
    }
    [&files.script, &files.module, &files.style].iter().all(|path| !path.is_empty()).then_some(files)
}

/// What is in the folder of packages, with its own name before it.
fn names_in(folder: &std::path::Path) -> io::Result<Vec<String>> {
    let names = folder.read_dir()?.map(|entry| Ok(format!("{PACKAGE}/{}", entry?.file_name().to_string_lossy())));
    names.collect()
}

async fn plain_file(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match embedded(request.uri(), request.headers()).filter(|_| is_read) {
        Some(file) => file,
        None => next.run(request).await,
    }
}

/// Says how long browsers may keep a file.
async fn cache(request: Request, next: Next) -> Response {
    let caching = if is_named_by_its_content(request.uri().path()) { IMMUTABLE } else { REVALIDATE };
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, caching);
    }
    response
}

/// `/pkg/ates.uX3b.css` is, `/pkg/ates.css` is not.
fn is_named_by_its_content(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.split('.').count() > 2)
}

/// A file inside the program, compressed as the client likes it best.
fn embedded(uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let path = uri.path().trim_start_matches('/');
    let plain = Embedded::get(path)?;
    let content_type = HeaderValue::from_str(plain.metadata.mimetype()).ok()?;
    let compressed = ENCODINGS
        .into_iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, ending)| Some((Embedded::get(&[path, ending].concat())?, encoding)));
    let (file, encoding) = compressed.map_or((plain, None), |(file, encoding)| (file, Some(encoding)));
    let tag = tag_of(&file);
    let mut response = if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_response()
    };
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, content_type);
    answered.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    answered.insert(CACHE_CONTROL, REVALIDATE);
    answered.insert(ETAG, tag);
    if let Some(encoding) = encoding {
        answered.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// What tells this content from any other (RFC 9110, 8.8.3).
fn tag_of(file: &EmbeddedFile) -> HeaderValue {
    HeaderValue::try_from(format!("\"{}\"", hex::encode(file.metadata.sha256_hash()))).expect("hexadecimal digits and quotes")
}

/// Whether the client takes what is encoded so (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    offers.into_iter().any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let refused =
            weight.trim().split_once('=').is_some_and(|(_, weight)| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_takes_is_read_as_it_may_be_written() {
        let accepting = |value: &'static str| HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        for value in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5 , BR ; q=1.0", "br;q=0.1"] {
            assert!(accepts(&accepting(value), "br"), "{value}");
        }
        for value in ["", "gzip", "br;q=0", "br ; q = 0.0", "brotli"] {
            assert!(!accepts(&accepting(value), "br"), "{value}");
        }
    }

    #[test]
    fn a_page_loads_one_file_of_each_kind() {
        let names = ["favicon.svg", "pkg/ates.x.js", "pkg/ates.x.js.br", "pkg/ates.y.wasm", "pkg/ates.z.css", "pkg/ates.z.css.gz"];
        let files = page_files(names.into_iter().map(str::to_owned)).expect("all of them");
        assert_eq!(
            files,
            PageFiles { script: "/pkg/ates.x.js".into(), module: "/pkg/ates.y.wasm".into(), style: "/pkg/ates.z.css".into() }
        );
        assert_eq!(page_files(["pkg/ates.x.js".to_owned()].into_iter()), None);
        assert!(is_named_by_its_content("/pkg/ates.x.js") && !is_named_by_its_content("/pkg/ates.js"));
    }
}
