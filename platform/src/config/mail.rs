use std::path::PathBuf;

use serde::Serialize;

use super::ConnectionUrl;

/// Letters to employees.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Mail {
    /// The mail server, with user and password where it wants them. `smtps://user:password@mail.example` speaks TLS from the beginning
    /// (port 465), `smtp://user:password@mail.example:587?tls=required` after STARTTLS, with `?tls=opportunistic` where the server
    /// offers it, and `smtp://localhost` not at all. Without a value letters are written as files.
    #[config(env = "ATES_MAIL_SMTP_URL")]
    pub smtp_url: Option<ConnectionUrl>,

    /// Who the letters are from. Their Message-IDs end in its domain.
    #[config(env = "ATES_MAIL_FROM", default = "aTES <ates@localhost>")]
    pub from: String,

    /// Where letters are written as `.eml` files when there is no mail server. Without a value it is the folder `letters` in the data
    /// folder.
    #[config(env = "ATES_MAIL_FOLDER")]
    pub folder: Option<PathBuf>,
}
