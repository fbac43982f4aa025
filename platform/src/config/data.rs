use std::path::PathBuf;

use serde::Serialize;

/// Where an installation without configured servers keeps its data.
#[derive(Debug, Clone, Serialize, confique::Config)]
pub struct Data {
    /// The folder of the embedded PostgreSQL and Redis, used when `DATABASE_URL` or `REDIS_URL` is not set. Without a value it is
    /// `/var/lib/ates` for root and `$XDG_DATA_HOME/ates` (mostly `~/.local/share/ates`) for everybody else; with
    /// `ates serve --demo` the name ends in `-demo`.
    #[config(env = "ATES_DATA_FOLDER")]
    pub folder: Option<PathBuf>,

    /// The folder of PostgreSQL's programs (`postgres`, `initdb`), where they are not on PATH or in Debian's usual place.
    #[config(env = "ATES_POSTGRES_BIN_FOLDER")]
    pub postgres_bin_folder: Option<PathBuf>,

    /// The program `redis-server`, where it is not on PATH.
    #[config(env = "ATES_REDIS_SERVER")]
    pub redis_server: Option<PathBuf>,
}
