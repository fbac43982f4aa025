//! The two locks of a data folder, which make its servers common property of all our processes.
//!
//! `in-use.lock`: each user holds it shared; who gets it exclusively is alone. `transition.lock`: held exclusively while the servers
//! are started or stopped, and while `in-use.lock` changes hands. Both are locks of the kernel on open files: they end with the process, however
//! it ends, and the servers do not inherit them, because the standard library opens files close-on-exec.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use crate::{EmbeddedError, wait};

/// Longer than the longest start or stop takes with all its own limits.
const TRANSITION_WAIT_MAX: Duration = Duration::from_mins(12);

/// The right to start and stop the servers of a folder. Ends when dropped.
#[derive(Debug)]
pub(crate) struct Transition {
    _file: File,
}

impl Transition {
    /// Waits for its turn, with a limit.
    pub(crate) fn begin(data_folder: &Path) -> Result<Self, EmbeddedError> {
        let file = open(data_folder, "transition.lock")?;
        let locked = wait::until(TRANSITION_WAIT_MAX, || match file.try_lock() {
            Ok(()) => Some(Ok(())),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => Some(Err(error)),
        });
        match locked {
            Some(Ok(())) => Ok(Self { _file: file }),
            Some(Err(error)) => Err(EmbeddedError::file("lock", data_folder.join("transition.lock"))(error)),
            None => Err(EmbeddedError::TransitionTooLong { folder: data_folder.to_owned(), waited: TRANSITION_WAIT_MAX }),
        }
    }
}

/// One user's hold on the servers of a folder. Ends when dropped.
#[derive(Debug)]
pub(crate) struct InUse {
    file: File,
}

impl InUse {
    /// Opens the lock without holding it.
    pub(crate) fn open(data_folder: &Path) -> Result<Self, EmbeddedError> {
        Ok(Self { file: open(data_folder, "in-use.lock")? })
    }

    /// Gives up the shared hold, if any, and answers whether nobody else has one.
    ///
    /// The kernel does not turn a shared lock into an exclusive one in one step; nobody comes in between, because it takes a
    /// `Transition` to come in.
    pub(crate) fn try_alone(&self, _: &Transition) -> Result<bool, EmbeddedError> {
        self.file.unlock().map_err(EmbeddedError::file("lock", "in-use.lock"))?;
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(EmbeddedError::file("lock", "in-use.lock")(error)),
        }
    }

    /// Becomes one of the users. Never waits: an exclusive hold exists only under a `Transition`, and this is ours.
    pub(crate) fn share(&self, _: &Transition) -> Result<(), EmbeddedError> {
        self.file.unlock().and_then(|()| self.file.lock_shared()).map_err(EmbeddedError::file("lock", "in-use.lock"))
    }
}

fn open(data_folder: &Path, name: &str) -> Result<File, EmbeddedError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    options.open(data_folder.join(name)).map_err(|source| EmbeddedError::DataFolderNotWritable { folder: data_folder.to_owned(), source })
}
