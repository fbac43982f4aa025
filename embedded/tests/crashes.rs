//! Processes that die without a word.

use std::fs;
use std::process::{Command, Stdio};

use embedded::{EmbeddedError, Servers};
use rustix::process::{Pid, Signal, kill_process};

use crate::installation::{Installation, is_alive, redis, sql, stop, wait_until};
use crate::user_process::UserProcess;

fn kill(pid: i32) {
    signal(pid, Signal::KILL);
}

fn signal(pid: i32, signal: Signal) {
    kill_process(Pid::from_raw(pid).expect("a process number"), signal).expect("a process of ours");
}

#[test]
fn after_the_owner_was_killed_the_next_start_reuses_the_servers() {
    let installation = Installation::new();
    let (owner, url) = UserProcess::of(&installation);
    let pids = installation.pids();
    sql(&url, "CREATE TABLE nest ()");
    owner.kill();

    let servers = installation.start();
    assert_eq!(installation.pids(), pids);
    assert_eq!(sql(&servers.database_url(), "SELECT count(*) FROM nest"), "0");
    stop(servers);
    assert!(!is_alive(pids.0) && !is_alive(pids.1));
}

#[test]
fn killed_servers_start_again_with_what_was_committed() {
    let installation = Installation::new();
    let servers = installation.start();
    sql(&servers.database_url(), "CREATE TABLE nest (parrot TEXT); INSERT INTO nest VALUES ('Kesha')");
    let (postgres, redis_server) = installation.pids();
    kill(postgres);
    kill(redis_server);
    wait_until("the servers are dead", || !is_alive(postgres) && !is_alive(redis_server));

    // The first user is still there: the second one repairs the servers for both.
    let second = installation.start();
    assert_eq!(sql(&servers.database_url(), "SELECT parrot FROM nest"), "Kesha");
    assert_eq!(redis(&servers.redis_url(), "PING"), "+PONG");
    drop(servers);
    stop(second);
}

#[test]
fn a_server_that_hangs_is_named_and_left_alone() {
    let installation = Installation::new();
    let servers = installation.start();
    let (postgres, _) = installation.pids();
    signal(postgres, Signal::STOP);
    let error = Servers::start(&installation.options).expect_err("a refusal");
    signal(postgres, Signal::CONT);
    assert!(matches!(error, EmbeddedError::Unresponsive { pid, .. } if pid == postgres), "{error}");
    assert_eq!(sql(&servers.database_url(), "SELECT 1"), "1");
    stop(servers);
}

#[test]
fn a_pid_file_that_names_a_stranger_is_set_aside() {
    let installation = Installation::new();
    stop(installation.start());
    // A program of PostgreSQL's own account: PostgreSQL believes in it, as it would in a reused process number.
    let owner = fs::metadata(installation.options.data_folder.join("postgres")).expect("the cluster");
    let mut stranger = stranger_of(&owner);
    let text = format!("{}\n{}\n1\n5432\n\n\n", stranger.id(), installation.options.data_folder.join("postgres").display());
    fs::write(installation.postmaster_pid_file(), text).expect("the cluster's folder");

    let servers = installation.start();
    assert_eq!(sql(&servers.database_url(), "SELECT 1"), "1");
    assert!(stranger.try_wait().expect("our child").is_none(), "the stranger was left alone");
    stop(servers);
    stranger.kill().expect("our child");
    stranger.wait().expect("our child");
}

fn stranger_of(account: &fs::Metadata) -> std::process::Child {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("sleep");
    command.arg("60").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if rustix::process::geteuid().is_root() {
        command.uid(account.uid()).gid(account.gid());
    }
    command.spawn().expect("sleep")
}

#[test]
fn an_unfinished_initialisation_is_started_over() {
    let installation = Installation::new();
    let unfinished = installation.options.data_folder.join("postgres.new-1");
    fs::create_dir_all(&unfinished).expect("a folder");
    fs::write(unfinished.join("PG_VERSION"), "15\n").expect("a file");
    if rustix::process::geteuid().is_root() {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&installation.options.data_folder, fs::Permissions::from_mode(0o711)).expect("our folder");
    }

    let servers = installation.start();
    assert_eq!(sql(&servers.database_url(), "SELECT 1"), "1");
    assert!(!unfinished.exists());
    stop(servers);
}
