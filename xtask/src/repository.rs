//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The clone this program was built in.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
}

impl Repository {
    pub(crate) fn of_this_program() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: manifest.parent().unwrap_or(manifest).to_path_buf() }
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where the product is built, wherever xtask itself was.
    pub(crate) fn target(&self) -> PathBuf {
        self.join("target")
    }

    /// Where cargo-leptos builds the browser's part: a target folder of its own, so that the two builds do not undo each other.
    pub(crate) fn front_target(&self) -> PathBuf {
        self.join("target/front")
    }

    /// The program.
    pub(crate) fn program(&self) -> PathBuf {
        self.join("target/release/ates")
    }

    /// The program as it is built while somebody works on it.
    pub(crate) fn quick_program(&self) -> PathBuf {
        self.join("target/debug/ates")
    }

    /// What that one serves to the browser.
    pub(crate) fn quick_site(&self) -> PathBuf {
        self.join("target/quick-site")
    }

    /// What is served to the browser.
    pub(crate) fn site(&self) -> PathBuf {
        self.join("target/site")
    }

    /// Notes xtask leaves itself.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.join("target/xtask")
    }
}
