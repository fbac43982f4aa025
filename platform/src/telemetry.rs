//! Logs: structured, on standard error, with the ids of request and event as fields of their spans.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{LogFormat, Logging};

/// Logging that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `logging.filter` is not a filter.
    #[error("ATES_LOG (logging.filter) cannot be read: {0}; write a level such as `info`, or `target=level,…`")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Logging has been set up before in this process.
    #[error("logging is set up already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets up logging for the whole process. To be called once, first of all.
pub fn start(logging: &Logging) -> Result<(), TelemetryError> {
    let json = match logging.format {
        LogFormat::Json => true,
        LogFormat::Pretty => false,
        LogFormat::Auto => !io::stderr().is_terminal(),
    };
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(&logging.filter)?);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    if json {
        registry.with(lines.json().flatten_event(true)).try_init()?;
    } else {
        registry.with(lines.with_ansi(io::stderr().is_terminal()).compact()).try_init()?;
    }
    Ok(())
}
