//! The folders of the servers: the data folder, and the private folder of their sockets.
//!
//! ```text
//! <data folder>/             ours; root's account passes through it
//!     in-use.lock  transition.lock
//!     postgres/              the cluster, the account's own (with its logs in log/)
//!     redis/                 the append-only file, the account's own
//!     postgres.log           what PostgreSQL says before it opens its own logs
//!     redis.log
//! ```
//! The two logs lie in our folder, not in the account's: root must not open files where another account can place links.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{EmbeddedError, options, postgres};

/// `sun_path` of a Unix socket's address has 108 bytes, one of them ends the text.
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// The longest file name among the sockets in the folder.
const LONGEST_SOCKET_NAME: &str = postgres::SOCKET_NAME;

/// A data folder that exists and that we may write to.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Makes the folder when it is missing.
    pub(crate) fn open(path: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        let not_writable = |source| EmbeddedError::DataFolderNotWritable { folder: path.to_owned(), source };
        if !path.exists() {
            DirBuilder::new().recursive(true).mode(account.outer_folder_mode()).create(path).map_err(not_writable)?;
            // Again, because the mode above is subject to the umask.
            fs::set_permissions(path, Permissions::from_mode(account.outer_folder_mode())).map_err(not_writable)?;
        }
        // One folder, one name: the name of the socket folder and the command lines of the servers are derived from it.
        let folder = Self { path: path.canonicalize().map_err(not_writable)? };
        account.check_can_enter(&folder.path)?;
        folder.check_owner(&folder.cluster(), account)?;
        folder.check_owner(&folder.redis(), account)?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join("postgres")
    }

    pub(crate) fn redis(&self) -> PathBuf {
        self.path.join("redis")
    }

    pub(crate) fn log(&self, server: &str) -> PathBuf {
        self.path.join(format!("{server}.log"))
    }

    /// The folder of the sockets: the one a running PostgreSQL already uses, else the configured one, else one named after the data folder.
    ///
    /// The first, because `XDG_RUNTIME_DIR` may differ between two processes of the same user (a service and a shell).
    pub(crate) fn socket_folder(&self, configured: Option<&Path>, account: &Account) -> Result<PathBuf, EmbeddedError> {
        if let Some(folder) = postgres::socket_folder_in_use(&self.cluster()).filter(|folder| folder.exists()) {
            return ensure_socket_folder(folder, account);
        }
        ensure_socket_folder(configured.map_or_else(|| default_socket_folder(&self.path), Path::to_owned), account)
    }

    fn check_owner(&self, folder: &Path, account: &Account) -> Result<(), EmbeddedError> {
        match fs::symlink_metadata(folder) {
            Ok(metadata) if metadata.uid() != account.user_id() => {
                Err(EmbeddedError::DataOfAnotherUser { folder: folder.to_owned(), owner: metadata.uid(), expected: account.user_id() })
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(EmbeddedError::DataFolderNotWritable { folder: self.path.clone(), source }),
        }
    }
}

/// Makes the folder of the sockets, or checks that an existing one is private.
pub(crate) fn ensure_socket_folder(folder: PathBuf, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let longest = folder.join(LONGEST_SOCKET_NAME);
    let bytes = longest.as_os_str().len();
    if bytes > SOCKET_PATH_BYTES_MAX {
        return Err(EmbeddedError::SocketPathTooLong { path: longest, bytes, bytes_max: SOCKET_PATH_BYTES_MAX });
    }
    match make_private(&folder, account) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // Not following links: in /tmp anybody may have been there before us.
            let metadata = fs::symlink_metadata(&folder).map_err(EmbeddedError::file("look at", &folder))?;
            if !metadata.is_dir() || metadata.uid() != account.user_id() || metadata.mode() & 0o077 != 0 {
                return Err(EmbeddedError::RuntimeFolderNotPrivate { folder });
            }
        }
        Err(error) => return Err(EmbeddedError::file("make the socket folder", folder)(error)),
    }
    account.check_can_enter(&folder)?;
    Ok(folder)
}

/// A new folder that is the account's alone; an error when the name is taken.
pub(crate) fn make_private(folder: &Path, account: &Account) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)?;
    account.take_over(folder)
}

/// Short, whatever the data folder is called, and the same for all processes of a user.
fn default_socket_folder(data_folder: &Path) -> PathBuf {
    let hash = fnv1a(data_folder.as_os_str().as_bytes());
    let user = rustix::process::geteuid();
    if user.is_root() {
        return PathBuf::from(format!("/run/ates-{hash:08x}"));
    }
    match options::system_variable("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_absolute() && folder.is_dir()) {
        Some(runtime) => runtime.join(format!("ates-{hash:08x}")),
        None => PathBuf::from(format!("/tmp/ates-{}-{hash:08x}", user.as_raw())),
    }
}

/// FNV-1a: the same in all builds of the program, which the standard library's hashes do not promise. Two folders with the same
/// hash would only keep each other from starting: PostgreSQL locks its socket.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    #[test]
    fn hashes_as_published() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }
}
