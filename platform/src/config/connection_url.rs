use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// The address of a server, password included. It is shown, logged and printed without the password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ConnectionUrl(Url);

/// What stands in place of a password.
const MASK: &str = "***";

impl ConnectionUrl {
    /// The whole address with its password: for the one who connects, never for a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    fn masked(&self) -> Url {
        let mut url = self.0.clone();
        if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
            url.set_host(None).ok();
        }
        // libpq also takes the password as a parameter.
        if url.query_pairs().any(|(name, _)| name == "password") {
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let mut query = url.query_pairs_mut();
            query.clear();
            for (name, value) in &pairs {
                query.append_pair(name, if name == "password" { MASK } else { value });
            }
        }
        url
    }
}

impl FromStr for ConnectionUrl {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for ConnectionUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(formatter)
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ConnectionUrl({self})")
    }
}

impl Serialize for ConnectionUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for address in
            ["postgresql://ates:polly@db.example:5433/ates", "postgresql://db.example/ates?user=ates&password=polly&sslmode=require"]
        {
            let url: ConnectionUrl = address.parse().expect("a URL");
            for shown in [url.to_string(), format!("{url:?}"), toml::Value::try_from(&url).expect("TOML").to_string()] {
                assert!(!shown.contains("polly"), "{shown}");
                assert!(shown.contains("db.example"), "{shown}");
            }
            assert_eq!(url.expose(), address);
        }
    }

    #[test]
    fn an_address_of_a_socket_keeps_its_form() {
        let address = "postgresql://ates@localhost/ates?host=%2Frun%2Fates-1";
        assert_eq!(address.parse::<ConnectionUrl>().expect("a URL").to_string(), address);
    }
}
