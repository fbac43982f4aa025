//! Unix sockets as URLs, in the forms both sqlx and psql, and the `redis` crate, read.

use std::path::Path;

use crate::DATABASE_NAME;

/// The socket's folder takes the place of the host, so it is percent-encoded, slashes too. The port is part of the socket's name.
pub(crate) fn of_database(socket_folder: &Path, port: &str) -> String {
    format!("postgres://{DATABASE_NAME}@{}:{port}/{DATABASE_NAME}", percent_encode(socket_folder, b""))
}

/// The socket is the path of the URL.
pub(crate) fn of_redis(socket: &Path) -> String {
    format!("redis+unix://{}", percent_encode(socket, b"/"))
}

/// Bytes other than letters, digits, `-._~` and those in `keep` become `%XX`.
fn percent_encode(path: &Path, keep: &[u8]) -> String {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    let encoded = bytes.map(|byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || keep.contains(byte);
        if plain { char::from(*byte).to_string() } else { format!("%{byte:02X}") }
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_host_of_the_database_url() {
        assert_eq!(of_database(Path::new("/run/ates-1"), "5432"), "postgres://ates@%2Frun%2Fates-1:5432/ates");
    }

    #[test]
    fn the_socket_is_the_path_of_the_redis_url() {
        assert_eq!(of_redis(Path::new("/run/a b/redis.sock")), "redis+unix:///run/a%20b/redis.sock");
    }
}
