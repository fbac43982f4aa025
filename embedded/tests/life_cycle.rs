//! Started, shared, stopped, started again.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::thread;

use embedded::{Options, Servers, StopOutcome};

use crate::installation::{Installation, is_alive, redis, sql, stop, wait_until};
use crate::user_process::UserProcess;

#[test]
fn the_first_start_initialises_and_both_servers_answer() {
    let installation = Installation::durable();
    let servers = installation.start();

    assert_eq!(sql(&servers.database_url(), "SELECT current_user || ' ' || current_database()"), "ates ates");
    assert_eq!(redis(&servers.redis_url(), "PING"), "+PONG");
    let settings = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
        WHERE name IN ('data_checksums', 'fsync', 'listen_addresses', 'server_encoding', 'TimeZone')";
    assert_eq!(sql(&servers.database_url(), settings), "TimeZone=UTC data_checksums=on fsync=on listen_addresses= server_encoding=UTF8");
    assert_eq!(sql(&servers.database_url(), "SELECT datcollate FROM pg_database WHERE datname = 'ates'"), "C.UTF-8");
    stop(servers);
}

#[test]
fn the_sockets_are_private_and_gone_after_the_stop() {
    let installation = Installation::new();
    let servers = installation.start();
    let sockets = installation.folder().join("run");
    assert_eq!(fs::metadata(&sockets).expect("the socket folder").mode() & 0o777, 0o700);
    stop(servers);
    assert!(!sockets.exists());
}

#[test]
fn data_survives_a_stop() {
    let installation = Installation::durable();
    let servers = installation.start();
    sql(&servers.database_url(), "CREATE TABLE nest (parrot TEXT); INSERT INTO nest VALUES ('Kesha')");
    assert_eq!(redis(&servers.redis_url(), "SET parrot Kesha"), "+OK");
    let (postgres, redis_server) = installation.pids();
    stop(servers);
    assert!(!is_alive(postgres) && !is_alive(redis_server));

    let servers = installation.start();
    assert_eq!(sql(&servers.database_url(), "SELECT parrot FROM nest"), "Kesha");
    assert_eq!(redis(&servers.redis_url(), "STRLEN parrot"), ":5");
    stop(servers);
}

#[test]
fn a_second_start_in_the_same_process_reuses_the_servers() {
    let installation = Installation::new();
    let first = installation.start();
    let pids = installation.pids();
    let second = installation.start();
    assert_eq!(installation.pids(), pids);
    assert_eq!(first.database_url(), second.database_url());

    assert_eq!(first.stop().expect("a stop"), StopOutcome::LeftRunningForOthers);
    assert_eq!(sql(&second.database_url(), "SELECT 1"), "1");
    stop(second);
}

#[test]
fn of_two_processes_the_last_one_out_stops_the_servers() {
    let installation = Installation::new();
    let servers = installation.start();
    let pids = installation.pids();
    let (other, url) = UserProcess::of(&installation);
    assert_eq!(url, servers.database_url());
    assert_eq!(installation.pids(), pids);

    assert_eq!(servers.stop().expect("a stop"), StopOutcome::LeftRunningForOthers);
    assert_eq!(sql(&url, "SELECT 1"), "1");
    assert_eq!(other.leave(), "Stopped");
    assert!(!is_alive(pids.0) && !is_alive(pids.1));
}

#[test]
fn dropping_stops_too() {
    let installation = Installation::new();
    drop(installation.start());
    assert!(!installation.postmaster_pid_file().exists());
}

#[test]
fn starts_at_the_same_time_end_up_with_the_same_servers() {
    let installation = Installation::new();
    let started: Vec<Servers> = thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| installation.start())).collect();
        starts.into_iter().map(|start| start.join().expect("no panic")).collect()
    });
    for servers in &started {
        assert_eq!(sql(&servers.database_url(), "SELECT 1"), "1");
    }
    let outcomes: Vec<_> = started.into_iter().map(|servers| servers.stop().expect("a stop")).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == StopOutcome::Stopped).count(), 1);
    assert_eq!(outcomes.last(), Some(&StopOutcome::Stopped));
}

#[test]
fn ctrl_c_ends_the_program_and_leaves_the_servers() {
    let installation = Installation::new();
    let (program, url) = UserProcess::of(&installation);
    let pids = installation.pids();
    program.interrupt_group();
    assert_eq!(sql(&url, "SELECT 1"), "1");
    assert_eq!(installation.pids(), pids);
}

#[test]
fn without_a_configured_runtime_folder_there_is_one_for_each_data_folder() {
    let installations = [Installation::new(), Installation::new()];
    let start = |installation: &Installation| Servers::start(&Options { runtime_folder: None, ..installation.options.clone() });
    let [first, second] = installations.each_ref().map(|installation| start(installation).expect("servers that start"));
    assert_ne!(first.database_url(), second.database_url());
    sql(&first.database_url(), "CREATE TABLE nest ()");
    assert_eq!(sql(&second.database_url(), "SELECT to_regclass('nest') IS NULL"), "t");
    stop(first);
    stop(second);
}

/// A service and a shell of the same user may have different values of `XDG_RUNTIME_DIR`.
#[test]
fn running_servers_are_found_where_they_listen() {
    let installation = Installation::new();
    let first = installation.start();
    let elsewhere = Some(installation.folder().join("elsewhere"));
    let second = Servers::start(&Options { runtime_folder: elsewhere, ..installation.options.clone() }).expect("servers that start");
    assert_eq!(second.database_url(), first.database_url());
    assert_eq!(second.redis_url(), first.redis_url());
    drop(first);
    stop(second);
}

#[test]
fn a_server_whose_socket_was_deleted_is_replaced() {
    let installation = Installation::new();
    let (program, url) = UserProcess::of(&installation);
    sql(&url, "CREATE TABLE nest ()");
    program.kill();
    let before = installation.pids();
    fs::remove_dir_all(installation.folder().join("run")).expect("the socket folder");

    let servers = installation.start();
    assert_eq!(sql(&servers.database_url(), "SELECT count(*) FROM nest"), "0");
    let after = installation.pids();
    assert!(before.0 != after.0 && before.1 != after.1);
    wait_until("the old servers are gone", || !is_alive(before.0) && !is_alive(before.1));
    stop(servers);
}
