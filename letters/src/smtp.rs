use std::{error::Error as _, time::Duration};

use contracts::letter::PostError;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{self, response::Severity},
};
use platform::config::ConnectionUrl;
use tokio::time::timeout;

/// How long the mail server may take to say that it is there, with the log-in.
const GREETING_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may take to take a letter. Some look for viruses first. With the greeting it is less than an attempt may take.
const SENDING_TIMEOUT: Duration = Duration::from_mins(3);

/// Answers that speak of a letter, its sender or its receiver, all of which are given up (RFC 5321, 4.2.3: 550 to 555). Others are about
/// log-ins, the connection or the server.
const ABOUT_THE_LETTER: u16 = 55;

/// A mail server, spoken to by SMTP. Each letter has a connection of its own: one that was broken off in the middle of a letter must
/// not be used for another, which would take the old answers for its own.
#[derive(Debug, Clone)]
pub(crate) struct MailServer(AsyncSmtpTransport<Tokio1Executor>);

impl MailServer {
    /// Reads the address. Nothing is connected yet.
    pub(crate) fn new(url: &ConnectionUrl) -> Result<Self, smtp::Error> {
        Ok(Self(AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())?.timeout(Some(GREETING_TIMEOUT)).build()))
    }

    /// Hands a letter over.
    pub(crate) async fn send(&self, message: Message) -> Result<(), PostError> {
        // First whether the server speaks with us at all: what it answers before it has seen the letter, a wrong password say, is no
        // word about the letter.
        match timeout(GREETING_TIMEOUT, self.0.test_connection()).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Err(PostError::Later("the mail server hangs up at once".to_owned())),
            Ok(Err(error)) => return Err(PostError::Later(format!("the mail server cannot be reached: {}", in_full(&error)))),
            Err(_) => return Err(PostError::Later(format!("the mail server has said nothing for {} s", GREETING_TIMEOUT.as_secs()))),
        }
        match timeout(SENDING_TIMEOUT, self.0.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if is_about_the_letter(&error) => {
                Err(PostError::Never(format!("the mail server refused the letter: {}", in_full(&error))))
            }
            Ok(Err(error)) => Err(PostError::Later(format!("the mail server did not take the letter: {}", in_full(&error)))),
            Err(_) => Err(PostError::Later(format!("the mail server has not taken the letter in {} s", SENDING_TIMEOUT.as_secs()))),
        }
    }
}

fn is_about_the_letter(error: &smtp::Error) -> bool {
    error.status().is_some_and(|code| code.severity == Severity::PermanentNegativeCompletion && u16::from(code) / 10 == ABOUT_THE_LETTER)
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
