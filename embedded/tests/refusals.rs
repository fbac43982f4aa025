//! What cannot work is refused with a message that says what to do, and leaves nothing running.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use embedded::{EmbeddedError, Options, Servers};

use crate::installation::{Installation, stop};

fn refusal(options: &Options) -> EmbeddedError {
    Servers::start(options).expect_err("a refusal")
}

fn assert_says(error: &EmbeddedError, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
}

#[test]
fn data_of_another_postgres_version() {
    let installation = Installation::new();
    stop(installation.start());
    let version = installation.options.data_folder.join("postgres/PG_VERSION");
    fs::write(version, "99\n").expect("the cluster's folder");
    let error = refusal(&installation.options);
    assert!(matches!(error, EmbeddedError::PostgresOfAnotherVersion { .. }), "{error}");
    assert_says(&error, &["needs PostgreSQL 99", "postgresql-99", "pg_upgrade"]);
}

#[test]
fn a_folder_without_postgres() {
    let installation = Installation::new();
    let options = Options { postgres_bin_dir: Some(PathBuf::from("/usr/share")), ..installation.options.clone() };
    let error = refusal(&options);
    assert!(matches!(error, EmbeddedError::PostgresIncomplete { .. }), "{error}");
    assert_says(&error, &["/usr/share/postgres", "postgres_bin_dir"]);
}

#[test]
fn no_redis_server() {
    let installation = Installation::new();
    let options = Options { redis_server: Some(PathBuf::from("/usr/share/redis-server")), ..installation.options.clone() };
    let error = refusal(&options);
    assert!(matches!(error, EmbeddedError::RedisMissing { .. }), "{error}");
    assert_says(&error, &["/usr/share/redis-server", "package `redis-server`", "REDIS_URL"]);
    assert!(!installation.postmaster_pid_file().exists());
}

#[test]
fn a_redis_that_does_not_start_stops_postgres_too() {
    let installation = Installation::new();
    let options = Options { redis_server: Some(PathBuf::from("/bin/false")), ..installation.options.clone() };
    let error = refusal(&options);
    assert!(matches!(error, EmbeddedError::EndedWhileStarting { server: "Redis", .. }), "{error}");
    assert!(!installation.postmaster_pid_file().exists());
}

#[test]
fn the_log_says_why_postgres_does_not_start() {
    let installation = Installation::new();
    stop(installation.start());
    let configuration = installation.options.data_folder.join("postgres/postgresql.conf");
    fs::write(configuration, "no_such_setting = on\n").expect("the cluster's folder");
    let error = refusal(&installation.options);
    assert!(matches!(error, EmbeddedError::EndedWhileStarting { server: "PostgreSQL", .. }), "{error}");
    assert_says(&error, &["no_such_setting", "postgres.log"]);
}

#[test]
fn a_socket_path_that_is_too_long() {
    let installation = Installation::new();
    let options = Options { runtime_folder: Some(installation.folder().join("r".repeat(100))), ..installation.options.clone() };
    let error = refusal(&options);
    assert!(matches!(error, EmbeddedError::SocketPathTooLong { .. }), "{error}");
    assert_says(&error, &["107", "shorter runtime folder"]);
}

#[test]
fn a_socket_folder_that_others_can_enter() {
    let installation = Installation::new();
    let open = installation.folder().join("open");
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("our folder");
    let error = refusal(&Options { runtime_folder: Some(open), ..installation.options.clone() });
    assert!(matches!(error, EmbeddedError::RuntimeFolderNotPrivate { .. }), "{error}");
}

#[test]
fn a_data_folder_that_cannot_be_made() {
    let error = refusal(&Options::new(PathBuf::from("/proc/ates")));
    assert!(matches!(error, EmbeddedError::DataFolderNotWritable { .. }), "{error}");
    assert_says(&error, &["/proc/ates", "another data folder"]);
}

/// Root's servers run under another account; an ordinary user's do not, so only root can meet this.
#[test]
fn a_data_folder_below_one_that_is_closed_to_the_account() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let installation = Installation::new();
    let closed = installation.folder().join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, Permissions::from_mode(0o700)).expect("our folder");
    let error = refusal(&Options { data_folder: closed.join("data"), ..installation.options.clone() });
    assert!(matches!(&error, EmbeddedError::FolderClosedToAccount { folder, .. } if *folder == closed), "{error}");
    assert_says(&error, &["chmod o+x", "/var/lib/ates"]);
}
