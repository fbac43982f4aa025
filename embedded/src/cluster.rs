//! Making a PostgreSQL cluster with our database in it: completely, or not at all.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{self as std_process, Command};
use std::time::Duration;

use crate::account::Account;
use crate::binaries::PostgresPrograms;
use crate::folders::make_private;
use crate::{DATABASE_NAME, Durability, EmbeddedError, process};

/// Takes two seconds on a laptop; slow disks take their time to sync.
const STEP_MAX: Duration = Duration::from_mins(2);

/// A cluster under construction is called `postgres.new-<process id>`. The number keeps an `initdb` whose parent was killed, and which still writes, out
/// of the next attempt.
const UNFINISHED_PREFIX: &str = "postgres.new-";

/// Makes the cluster beside its place and moves it there when it is complete. Does nothing when it exists.
pub(crate) fn ensure(cluster: &Path, programs: &PostgresPrograms, account: &Account, durability: Durability) -> Result<(), EmbeddedError> {
    if cluster.exists() {
        return Ok(());
    }
    let parent = cluster.parent().unwrap_or(Path::new("/"));
    remove_unfinished(parent);
    let unfinished = parent.join(format!("{UNFINISHED_PREFIX}{}", std_process::id()));
    make_private(&unfinished, account).map_err(EmbeddedError::file("make", &unfinished))?;
    let made = initialise(&unfinished, programs, account, durability)
        .and_then(|()| create_database(&unfinished, programs, account, durability))
        .and_then(|()| move_into_place(&unfinished, cluster, parent).map_err(EmbeddedError::file("make", cluster)));
    if made.is_err() {
        remove_unfinished(parent);
    }
    made
}

fn initialise(folder: &Path, programs: &PostgresPrograms, account: &Account, durability: Durability) -> Result<(), EmbeddedError> {
    let mut initdb = process::command(&programs.program("initdb"), Some(account));
    initdb.arg("--pgdata").arg(folder).args([
        "--username",
        DATABASE_NAME,
        "--encoding=UTF8",
        // Sorts by code point, the same on every machine and after every upgrade of its C library: an index never becomes wrong.
        "--locale=C.UTF-8",
        "--data-checksums",
        // The socket's folder is the guard (see the crate's documentation); there is no TCP port.
        "--auth-local=trust",
        "--auth-host=reject",
    ]);
    if durability == Durability::ThrowAway {
        initdb.arg("--no-sync");
    }
    run_step("initdb", &mut initdb, "")
}

/// In single-user mode: the cluster is complete before any server serves it.
fn create_database(folder: &Path, programs: &PostgresPrograms, account: &Account, durability: Durability) -> Result<(), EmbeddedError> {
    let mut postgres = process::command(&programs.program("postgres"), Some(account));
    // Without `exit_on_error`, single-user mode reports success whatever happened.
    postgres.arg("--single").arg("-D").arg(folder).args(["-c", "exit_on_error=on"]);
    if durability == Durability::ThrowAway {
        postgres.args(["-c", "fsync=off"]);
    }
    postgres.arg("template1");
    run_step("creating the database", &mut postgres, &format!("CREATE DATABASE {DATABASE_NAME}\n"))
}

fn run_step(step: &'static str, command: &mut Command, input: &str) -> Result<(), EmbeddedError> {
    let Some(output) = process::run(command, input, STEP_MAX)? else {
        return Err(EmbeddedError::InitialisationFailed { step, output: format!("it took longer than {STEP_MAX:?}") });
    };
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(EmbeddedError::InitialisationFailed { step, output: String::from_utf8_lossy(&text).into_owned() })
}

fn move_into_place(unfinished: &Path, cluster: &Path, parent: &Path) -> io::Result<()> {
    fs::rename(unfinished, cluster)?;
    File::open(parent)?.sync_all()
}

/// Removes what earlier attempts left. One that cannot be removed is only a waste of space.
fn remove_unfinished(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED_PREFIX) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
