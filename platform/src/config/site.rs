use serde::Serialize;
use url::Url;

/// How people reach the site.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Site {
    /// The address that people type (`https://ates.example`), where it is not the one the program listens on: behind a proxy, say.
    /// With `https` the session's cookie is sent through TLS only.
    #[config(env = "ATES_PUBLIC_URL")]
    pub public_url: Option<Url>,
}
