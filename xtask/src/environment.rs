//! Environment variables: read in this one place, and kept from leaking into the builds that xtask starts.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::Command,
};

/// What `cargo run` and rustup set for xtask itself. A build that inherits it would use xtask's compiler, target folder and
/// package name instead of its own.
const OF_THE_OUTER_CARGO: &[&str] = &[
    "CARGO",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_MANIFEST_PATH",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_DIR",
    "RUSTC",
    "RUSTDOC",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
];

/// An environment variable, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place of xtask that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Takes from a child's environment what belongs to the cargo that started xtask.
pub(crate) fn forget_outer_cargo(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if is_of_outer_cargo(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    if let Some(libraries) = variable("LD_LIBRARY_PATH") {
        let ours = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
        let rest = without_outer_cargo(env::split_paths(&libraries), ours.as_deref(), variable("RUSTUP_HOME").as_deref());
        match env::join_paths(rest) {
            Ok(rest) if !rest.is_empty() => command.env("LD_LIBRARY_PATH", rest),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

fn is_of_outer_cargo(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || OF_THE_OUTER_CARGO.contains(&name)
}

/// `cargo run` adds its build folders and its compiler's libraries to `LD_LIBRARY_PATH`; what else is there is the user's.
fn without_outer_cargo(folders: impl Iterator<Item = PathBuf>, ours: Option<&Path>, rustup: Option<&OsStr>) -> Vec<PathBuf> {
    folders
        .filter(|folder| {
            let built_here = ours.is_some_and(|ours| folder.starts_with(ours));
            let of_rustup = rustup.is_some_and(|rustup| folder.starts_with(rustup)) || folder.iter().any(|part| part == "toolchains");
            !built_here && !of_rustup
        })
        .collect()
}

/// The folders on PATH.
pub(crate) fn path_folders() -> Vec<PathBuf> {
    variable("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

pub(crate) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, path::Path};

    use super::{is_of_outer_cargo, without_outer_cargo};

    #[test]
    fn settings_of_the_user_stay() {
        for name in ["CARGO_HOME", "CARGO_TERM_COLOR", "CARGO_BUILD_JOBS", "CARGO_NET_OFFLINE", "PATH", "RUSTUP_HOME"] {
            assert!(!is_of_outer_cargo(name), "{name}");
        }
        for name in ["CARGO", "CARGO_PKG_VERSION_MAJOR", "CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN"] {
            assert!(is_of_outer_cargo(name), "{name}");
        }
    }

    #[test]
    fn library_folders_of_the_user_stay() {
        let folders = ["/here/target/debug/deps", "/home/me/.rustup/toolchains/stable/lib", "/opt/lib"].map(Into::into);
        let rest = without_outer_cargo(folders.into_iter(), Some(Path::new("/here/target/debug")), Some(OsStr::new("/home/me/.rustup")));
        assert_eq!(rest, [Path::new("/opt/lib")]);
    }
}
