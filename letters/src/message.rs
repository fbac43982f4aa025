use std::time::SystemTime;

use contracts::{
    harmless_line,
    letter::{Letter, PostError},
};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::text::Written;

/// Tells mail programs that nobody typed this, so that no absence note answers it (RFC 3834, 5).
const AUTO_SUBMITTED: &str = "Auto-Submitted";

/// The letter as mail programs read it.
pub(crate) fn of(letter: &Letter, written: Written, from: &Mailbox) -> Result<Message, PostError> {
    let address: Address =
        letter.to.email.parse().map_err(|error| PostError::Never(format!("letters cannot go to `{}`: {error}", letter.to.email)))?;
    // A name may not end its header, and lettre panics where it would.
    let name = harmless_line(&letter.to.display_name).into_owned();
    let to = Mailbox::new(Some(name), address);
    let header = HeaderValue::new(HeaderName::new_from_ascii_str(AUTO_SUBMITTED), "auto-generated".to_owned());
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(written.subject)
        .date(SystemTime::from(letter.written_at))
        .message_id(Some(message_id(letter, from)))
        .raw_header(header)
        .multipart(MultiPart::alternative_plain_html(written.text, written.html))
        .map_err(|error| PostError::Never(format!("the letter cannot be written: {error}")))
}

/// The same whenever the letter is sent: who gets it twice, because an answer got lost, is shown it once by most mail programs.
fn message_id(letter: &Letter, from: &Mailbox) -> String {
    format!("<payroll.{}.{}@{}>", letter.day, letter.account_id, from.email.domain())
}
