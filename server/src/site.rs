//! Where people reach the site.

use platform::config;
use url::Url;

/// What of the site's address matters for answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Site {
    /// Whether browsers may send the session only through TLS.
    pub(crate) secure_cookies: bool,
}

impl Site {
    pub(crate) fn new(config: &config::Site) -> Self {
        Self { secure_cookies: config.public_url.as_ref().map(Url::scheme) == Some("https") }
    }
}
