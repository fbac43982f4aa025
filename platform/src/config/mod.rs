//! The configuration: one struct per section, every variable documented where it is defined.
//!
//! A value comes from its environment variable, else from the configuration file, else from its default. The file is
//! `ates.toml` in the working directory or the one that `ATES_CONFIG` names. `ates config` prints what is in force, with
//! secrets masked; `ates config --template` prints a documented file to start from.

mod auth;
mod beak;
mod bus;
mod company;
mod connection_url;
mod data;
mod database;
mod logging;
mod mail;
mod payroll;
mod prices;
mod redis;
mod site;

use std::path::PathBuf;

use confique::Config as _;
use serde::Serialize;

pub use self::{
    auth::{Auth, FirstAdmin},
    beak::{Beak, Recogniser},
    bus::Bus,
    company::Company,
    connection_url::ConnectionUrl,
    data::Data,
    database::Database,
    logging::{LogFormat, Logging},
    mail::Mail,
    payroll::{Letters, Payroll},
    prices::Prices,
    redis::Redis,
    site::Site,
};

/// The configuration file that is read when `ATES_CONFIG` names none.
pub const DEFAULT_FILE: &str = "ates.toml";

/// Everything an installation can set.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Config {
    /// The company as a whole.
    #[config(nested)]
    pub company: Company,

    /// What tasks cost and pay.
    #[config(nested)]
    pub prices: Prices,

    /// The nightly payroll.
    #[config(nested)]
    pub payroll: Payroll,

    /// Letters to employees.
    #[config(nested)]
    pub mail: Mail,

    /// Where an installation without configured servers keeps its data.
    #[config(nested)]
    pub data: Data,

    /// PostgreSQL, the record of everything.
    #[config(nested)]
    pub database: Database,

    /// Redis, the wire between the processes.
    #[config(nested)]
    pub redis: Redis,

    /// The event bus, on which the services hear of each other.
    #[config(nested)]
    pub bus: Bus,

    /// How people reach the site.
    #[config(nested)]
    pub site: Site,

    /// Who gets in and for how long.
    #[config(nested)]
    pub auth: Auth,

    /// How parrots are recognised.
    #[config(nested)]
    pub beak: Beak,

    /// What the program writes about itself.
    #[config(nested)]
    pub logging: Logging,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// `ATES_CONFIG` names a file that is not there.
    #[error("ATES_CONFIG names {0}, but there is no such file: create it (see `ates config --template`) or unset ATES_CONFIG")]
    FileMissing(PathBuf),
    /// A value is missing or malformed; the text names the variable or the place in the file.
    #[error("the configuration cannot be used: {0}")]
    Invalid(#[from] confique::Error),
}

impl Config {
    /// Reads the configuration from the environment and the configuration file.
    pub fn load() -> Result<Self, ConfigError> {
        let file = match environment("ATES_CONFIG").map(PathBuf::from) {
            Some(named) if !named.is_file() => return Err(ConfigError::FileMissing(named)),
            Some(named) => named,
            None => PathBuf::from(DEFAULT_FILE),
        };
        Ok(Self::builder().env().file(file).load()?)
    }

    /// A configuration file with every variable, its meaning and its default.
    #[must_use]
    pub fn template() -> String {
        confique::toml::template::<Self>(confique::toml::FormatOptions::default())
    }
}

#[expect(clippy::disallowed_methods, reason = "this module is where the environment is read")]
fn environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_has_a_default_and_is_in_the_template() {
        let config = Config::builder().load().expect("an empty configuration is complete");
        assert!(config.database.url.is_none());

        let template = Config::template();
        for variable in [
            "DATABASE_URL",
            "REDIS_URL",
            "ATES_DATA_FOLDER",
            "ATES_AUTH_SESSION_DAYS",
            "ATES_BUS_DONE_DAYS",
            "ATES_BEAK_RECOGNISER",
            "ATES_BEAK_WEIGHTS",
            "ATES_COMPANY_TIME_ZONE",
            "ATES_PRICES_ASSIGN_FEE_MIN",
            "ATES_PUBLIC_URL",
            "ATES_PAYROLL_STARTS_AT",
            "ATES_MAIL_SMTP_URL",
            "ATES_LOG",
            "ATES_LOG_FORMAT",
        ] {
            assert!(template.contains(variable), "{variable} is missing from the template:\n{template}");
        }
    }

    #[test]
    fn the_effective_configuration_hides_passwords() {
        let mut config = Config::builder().load().expect("an empty configuration is complete");
        config.database.url = Some("postgresql://ates:parrot-secret@db.example/ates".parse().expect("a URL"));
        let printed = toml::to_string(&config).expect("the configuration is TOML");
        assert!(printed.contains("db.example"), "{printed}");
        assert!(!printed.contains("parrot-secret"), "{printed}");
    }
}
