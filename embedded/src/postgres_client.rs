//! One statement over a socket of PostgreSQL, to see whether it answers. Its packages do not all bring psql.
//!
//! The messages are those of version 3 of PostgreSQL's protocol: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// 3.0, as two halves of a number.
const PROTOCOL_VERSION: u32 = 3 << 16;

/// Types of messages from the server.
const ERROR: u8 = b'E';
const READY_FOR_QUERY: u8 = b'Z';

/// The field of an error that people read.
const MESSAGE_FIELD: u8 = b'M';

/// No message of a server that starts, refuses or answers `SELECT 1` is longer.
const MESSAGE_BYTES_MAX: u32 = 64 * 1024;

/// Why a statement had no result.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The server, or the operating system, says why; a server that starts or ends does that.
    Refused(String),
    /// Nothing at all in the time it had.
    Silence,
}

/// A real statement on a real database, as a user that needs no password.
pub(crate) fn ask(socket: &Path, database_and_user: &str, patience: Duration) -> Result<(), NoAnswer> {
    match converse(socket, database_and_user, patience) {
        Ok(None) => Ok(()),
        Ok(Some(refusal)) => Err(NoAnswer::Refused(refusal)),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Err(NoAnswer::Silence),
        Err(error) => Err(NoAnswer::Refused(error.to_string())),
    }
}

/// What the server has against it, if anything.
fn converse(socket: &Path, database_and_user: &str, patience: Duration) -> io::Result<Option<String>> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let start_up =
        [&PROTOCOL_VERSION.to_be_bytes()[..], &strings(&["user", database_and_user, "database", database_and_user, ""])].concat();
    stream.write_all(&with_length(&start_up))?;
    if let Some(refusal) = read_until_ready(&mut stream)? {
        return Ok(Some(refusal));
    }
    stream.write_all(&[b"Q", &with_length(&strings(&["SELECT 1"]))[..]].concat())?;
    let refusal = read_until_ready(&mut stream)?;
    // Farewell, else its log tells of a lost connection.
    stream.write_all(&[b"X", &with_length(&[])[..]].concat())?;
    Ok(refusal)
}

/// Each with the zero that ends it.
fn strings(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| text.bytes().chain([0])).collect()
}

/// The length counts itself.
fn with_length(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 4).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], content].concat()
}

fn read_until_ready(stream: &mut UnixStream) -> io::Result<Option<String>> {
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length);
        if !(4..=MESSAGE_BYTES_MAX).contains(&length) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "what listens there is no PostgreSQL"));
        }
        let mut content = vec![0; length as usize - 4];
        stream.read_exact(&mut content)?;
        match kind {
            ERROR => return Ok(Some(message_of(&content))),
            READY_FOR_QUERY => return Ok(None),
            _ => {}
        }
    }
}

/// An error is a list of fields: each a letter and a text.
fn message_of(error: &[u8]) -> String {
    let fields = error.split(|byte| *byte == 0).filter_map(|field| field.split_first());
    let text = fields.into_iter().find_map(|(kind, text)| (*kind == MESSAGE_FIELD).then(|| String::from_utf8_lossy(text).into_owned()));
    text.unwrap_or_else(|| "an error without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{message_of, strings, with_length};

    /// As PostgreSQL 15 sends it while it recovers.
    #[test]
    fn the_message_of_an_error_is_found_among_its_fields() {
        let error = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0Fpostmaster.c\0L2355\0\0";
        assert_eq!(message_of(error), "the database system is starting up");
        assert_eq!(message_of(b"\0"), "an error without a message");
    }

    #[test]
    fn a_length_counts_itself() {
        assert_eq!(with_length(&strings(&["SELECT 1"])), b"\0\0\0\x0dSELECT 1\0");
        assert_eq!(with_length(&[]), [0, 0, 0, 4]);
    }
}
