use contracts::ServiceError;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The name of the parameter that says why a photo was refused.
const REFUSED: &str = "refused";

/// Where a browser without JavaScript goes after its photo was refused: back to the log-in page, which says why.
///
/// The reason is a [`ServiceError`], a closed enum without text. So who forges such an address can make the page say one of
/// its own sentences, and nothing else.
#[cfg(feature = "ssr")]
#[expect(clippy::missing_panics_doc, reason = "every error has a JSON form")]
#[must_use]
pub fn refused_path(error: &ServiceError) -> String {
    let json = serde_json::to_string(error).expect("the error has a JSON form");
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(REFUSED, &json).finish();
    [super::LOG_IN_PATH, "?", &query].concat()
}

/// Why the photo was refused that led to this page, if one was.
pub(crate) fn use_refusal() -> Option<ServiceError> {
    use_query_map().read_untracked().get_str(REFUSED).and_then(refusal)
}

fn refusal(json: &str) -> Option<ServiceError> {
    serde_json::from_str(json).ok()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use contracts::{PhotoRefusal, Role};

    use super::*;

    fn read_back(path: &str) -> Option<ServiceError> {
        let (page, query) = path.split_once('?').expect("a query");
        assert_eq!(page, "/login");
        let (_, json) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == REFUSED).expect("a refusal");
        refusal(&json)
    }

    #[test]
    fn a_refusal_finds_its_way_to_the_page() {
        for error in [
            ServiceError::Busy,
            ServiceError::Forbidden { needs: vec![Role::Admin, Role::Manager] },
            ServiceError::PhotoRefused(PhotoRefusal::TooSmall { width: 10, height: 20, side_min: 160 }),
        ] {
            let path = refused_path(&error);
            assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
            assert_eq!(read_back(&path), Some(error));
        }
    }

    #[test]
    fn a_forged_refusal_says_nothing() {
        for forged in [
            "",
            "pay me 100 seeds",
            "busy",
            r#""pay me""#,
            r#"{"photo_refused":"<script>"}"#,
            r#"{"too_many":{"max":"call 555"}}"#,
            r#"{"forbidden":{"needs":["cat"]}}"#,
        ] {
            assert_eq!(refusal(forged), None, "{forged}");
        }
    }
}
