use std::{error::Error as _, time::Duration};

use contracts::letter::PostError;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{self, PoolConfig},
};
use platform::config::ConnectionUrl;

/// How long the mail server may take for an answer. Some look for viruses before they take a letter.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);

/// How many connections a process keeps to the mail server: as many as workers send letters.
const CONNECTIONS_MAX: u32 = 4;

/// A mail server, spoken to by SMTP.
#[derive(Debug, Clone)]
pub(crate) struct MailServer(AsyncSmtpTransport<Tokio1Executor>);

impl MailServer {
    /// Reads the address. Nothing is connected yet.
    pub(crate) fn new(url: &ConnectionUrl) -> Result<Self, smtp::Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())?
            .timeout(Some(ANSWER_TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS_MAX))
            .build();
        Ok(Self(transport))
    }

    /// Hands a letter over.
    pub(crate) async fn send(&self, message: Message) -> Result<(), PostError> {
        // First whether the server speaks with us at all: what it answers before it has seen the letter, a wrong password say, is no
        // word about the letter.
        if let Err(error) = self.0.test_connection().await {
            return Err(PostError::Later(format!("the mail server cannot be reached: {}", in_full(&error))));
        }
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(PostError::Never(format!("the mail server refused the letter: {}", in_full(&error)))),
            Err(error) => Err(PostError::Later(format!("the mail server did not take the letter: {}", in_full(&error)))),
        }
    }
}

/// The error with its causes; among them is what the server answered.
fn in_full(error: &smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = [text.as_str(), ": ", &more].concat();
        }
        cause = error.source();
    }
    text
}
