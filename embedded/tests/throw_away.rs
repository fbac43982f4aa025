//! Servers that vanish with their process.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use embedded::ThrowAway;

use crate::installation::{redis, sql, wait_until};
use crate::user_process::UserProcess;

/// The temporary folder of throw-away servers, as PostgreSQL names it.
fn folder(database_url: &str) -> PathBuf {
    let data = PathBuf::from(sql(database_url, "SHOW data_directory"));
    let folder = data.ancestors().nth(2).expect("<folder>/data/postgres");
    folder.to_owned()
}

/// Neither the folder nor a process that has it on its command line (the watchdog is one, too).
fn has_vanished(folder: &Path) -> bool {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let mention = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let mut mention = mention.filter(|arguments| String::from_utf8_lossy(arguments).contains(&*folder.to_string_lossy()));
    !folder.exists() && mention.next().is_none()
}

#[test]
fn vanish_when_dropped() {
    let servers = ThrowAway::start().expect("servers that start");
    let folder = folder(&servers.database_url());
    assert_eq!(sql(&servers.database_url(), "SHOW fsync"), "off");
    assert_eq!(redis(&servers.redis_url().expect("Redis"), "PING"), "+PONG");
    drop(servers);
    assert!(!folder.exists());
    wait_until("no process of it is left", || has_vanished(&folder));
}

#[test]
fn vanish_when_the_process_is_killed() {
    let (process, url) = UserProcess::with_throw_away();
    let folder = folder(&url);
    process.kill();
    wait_until("the throw-away servers have vanished", || has_vanished(&folder));
}

#[test]
fn vanish_when_the_process_is_killed_while_it_starts_them() {
    for started_part in ["", "data/postgres", "data/postgres/postmaster.pid", "data/redis", "data/redis/redis.pid"] {
        let process = UserProcess::starting_throw_away();
        let folder = std::env::temp_dir().join(format!("ates-throw-away-{}-0", process.pid().as_raw_nonzero()));
        wait_until("the start has come so far", || folder.join(started_part).exists());
        process.kill();
        wait_until("the throw-away servers have vanished", || has_vanished(&folder));
    }
}

#[test]
fn vanish_when_the_process_is_interrupted() {
    let (process, url) = UserProcess::with_throw_away();
    let folder = folder(&url);
    process.interrupt_group();
    wait_until("the throw-away servers have vanished", || has_vanished(&folder));
}

#[test]
fn vanish_when_the_process_ends_without_dropping_them() {
    let (process, url) = UserProcess::with_throw_away();
    let folder = folder(&url);
    process.leave();
    wait_until("the throw-away servers have vanished", || has_vanished(&folder));
}

#[test]
fn postgres_alone() {
    let servers = ThrowAway::start_postgres_only().expect("a server that starts");
    assert_eq!(sql(&servers.database_url(), "SELECT 1"), "1");
    assert_eq!(servers.redis_url(), None);
}

#[test]
fn can_be_disturbed_and_restored() {
    let servers = ThrowAway::start().expect("servers that start");
    let (database_url, redis_url) = (servers.database_url(), servers.redis_url().expect("Redis"));
    sql(&database_url, "CREATE TABLE nest (parrot TEXT); INSERT INTO nest VALUES ('Kesha')");
    servers.crash_postgres().expect("an end");
    servers.start_postgres().expect("a start");
    assert_eq!(sql(&database_url, "SELECT parrot FROM nest"), "Kesha");

    assert_eq!(redis(&redis_url, "SET parrot Kesha"), "+OK");
    servers.stop_redis().expect("a stop");
    let socket = redis_url.strip_prefix("redis+unix://").expect("a socket");
    assert!(UnixStream::connect(socket).is_err());
    servers.start_redis().expect("a start");
    assert_eq!(redis(&redis_url, "STRLEN parrot"), ":5");

    servers.pause_redis().expect("a pause");
    let mut client = UnixStream::connect(socket).expect("a paused server still has its socket");
    client.set_read_timeout(Some(Duration::from_millis(200))).expect("a limit");
    client.write_all(b"STRLEN parrot\r\n").expect("the system takes it for the server");
    assert!(client.read(&mut [0]).is_err(), "a paused server answers");
    servers.resume_redis().expect("an end of the pause");
    client.set_read_timeout(None).expect("no limit");
    let mut answer = [0; 4];
    client.read_exact(&mut answer).expect("the answer comes late");
    assert_eq!(&answer, b":5\r\n");
}

#[test]
fn sockets_are_where_the_servers_listen() {
    let servers = ThrowAway::start().expect("servers that start");
    UnixStream::connect(servers.postgres_socket()).expect("PostgreSQL listens");
    UnixStream::connect(servers.redis_socket().expect("Redis")).expect("Redis listens");
}
