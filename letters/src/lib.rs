//! Letters to employees: what they say, and the post that takes them.
//!
//! With a mail server in the configuration letters go there; without one they are written as files.

mod folder;
mod message;
mod smtp;
mod text;

use std::path::PathBuf;

use async_trait::async_trait;
use chrono_tz::Tz;
use contracts::letter::{Letter, Post, PostError, WrittenLetter};
use lettre::message::Mailbox;
use platform::config::Mail;
use url::Url;

use self::{folder::Folder, smtp::MailServer, text::Written};

/// The page that letters lead to.
const ACCOUNT_PATH: &str = "accounting";

/// Writes letters and hands them over.
#[derive(Debug, Clone)]
pub struct PostOffice {
    from: Mailbox,
    time_zone: Tz,
    link: Option<Url>,
    carrier: Carrier,
}

/// Who takes letters.
#[derive(Debug, Clone)]
enum Carrier {
    MailServer(MailServer),
    Folder(Folder),
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PostOfficeError {
    /// The sender's address makes no sense.
    #[error("ATES_MAIL_FROM is no sender: write it as `aTES <payroll@company.example>` ({0})")]
    From(lettre::address::AddressError),
    /// The mail server's address makes no sense.
    #[error("ATES_MAIL_SMTP_URL cannot be used: write it as `smtps://user:password@mail.company.example` ({0})")]
    SmtpUrl(lettre::transport::smtp::Error),
}

impl PostOffice {
    /// The post of a company in this time zone whose site people reach at `public_url`. Without a mail server letters go to `folder`.
    /// Nothing is connected yet.
    pub fn new(settings: &Mail, folder: PathBuf, time_zone: Tz, public_url: Option<&Url>) -> Result<Self, PostOfficeError> {
        let carrier = match &settings.smtp_url {
            Some(url) => Carrier::MailServer(MailServer::new(url).map_err(PostOfficeError::SmtpUrl)?),
            None => Carrier::Folder(Folder::new(folder)),
        };
        Ok(Self {
            from: settings.from.parse().map_err(PostOfficeError::From)?,
            time_zone,
            link: public_url.and_then(|url| url.join(ACCOUNT_PATH).ok()),
            carrier,
        })
    }

    fn write(&self, letter: &Letter) -> Result<Written, PostError> {
        let link = self.link.as_ref().map(Url::as_str);
        text::write(letter, self.time_zone, link).map_err(|error| PostError::Never(error.to_string()))
    }
}

#[async_trait]
impl Post for PostOffice {
    async fn send(&self, letter: &Letter) -> Result<(), PostError> {
        let message = message::of(letter, self.write(letter)?, &self.from)?;
        match &self.carrier {
            Carrier::MailServer(server) => server.send(message).await,
            Carrier::Folder(folder) => folder.put(letter, message.formatted()).await,
        }
    }

    fn written(&self, letter: &Letter) -> Result<WrittenLetter, PostError> {
        let written = self.write(letter)?;
        let message = message::of(letter, written.clone(), &self.from)?.formatted();
        let to = format!("{} <{}>", letter.to.display_name, letter.to.email);
        Ok(WrittenLetter { day: letter.day, to, subject: written.subject, text: written.text, message })
    }
}
