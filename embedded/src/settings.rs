//! The settings of both servers.
//!
//! On the command line, which wins over files: a new version of this program brings its settings with it, and what an administrator
//! adds to the cluster's `postgresql.conf` is respected.

use std::path::Path;

use crate::Durability;

/// Part of the name of PostgreSQL's socket only: no TCP port is opened.
pub(crate) const POSTGRES_PORT: &str = "5432";

/// Names and values.
pub(crate) fn of_postgres(socket_folder: &Path, durability: Durability) -> Vec<(&'static str, String)> {
    let durable = match durability {
        Durability::Durable => "on",
        Durability::ThrowAway => "off",
    };
    let settings = [
        // No TCP at all.
        ("listen_addresses", ""),
        ("port", POSTGRES_PORT),
        ("unix_socket_permissions", "0700"),
        // Several processes of ours, each with one small pool for each service; an idle connection costs a few megabytes.
        ("max_connections", "200"),
        // PostgreSQL's own default, said here because initdb lowers it where shared memory is short.
        ("shared_buffers", "128MB"),
        // Instants are stored without a zone; pages and payroll name theirs.
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("fsync", durable),
        // Repairs pages that a power cut tore: of no use without fsync.
        ("full_page_writes", durable),
        // One file for each day of the week, written over a week later. Thrown-away data needs no extra process for that.
        ("logging_collector", durable),
        ("log_directory", "log"),
        ("log_filename", "postgres-%u.log"),
        ("log_rotation_age", "1d"),
        ("log_rotation_size", "0"),
        ("log_truncate_on_rotation", "on"),
    ];
    let mut settings: Vec<_> = settings.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    // In quotes, because it is a list and a path may have a comma.
    settings.push(("unix_socket_directories", format!("\"{}\"", socket_folder.display())));
    settings
}

/// Options and values of the command line.
pub(crate) fn of_redis(durability: Durability) -> [[&'static str; 2]; 10] {
    let append_sync = match durability {
        // Losing the last second does no harm: PostgreSQL holds the record, Redis is only the wire.
        Durability::Durable => "everysec",
        Durability::ThrowAway => "no",
    };
    [
        // No TCP at all.
        ["--port", "0"],
        ["--unixsocketperm", "700"],
        ["--daemonize", "no"],
        // The command line is how we recognise it later.
        ["--set-proc-title", "no"],
        // An empty name is the standard output, which is our log.
        ["--logfile", ""],
        ["--loglevel", "notice"],
        // Queued wake-ups survive a restart.
        ["--appendonly", "yes"],
        ["--appendfsync", append_sync],
        // The append-only file is enough, no snapshots beside it.
        ["--save", ""],
        // Full memory is an error that the sender sees, not a queue that silently lost something.
        ["--maxmemory-policy", "noeviction"],
    ]
}
