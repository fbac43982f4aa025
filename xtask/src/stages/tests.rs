//! The stages that run Rust's tests.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    build::SERVER_PACKAGES, child, console::say, environment, libtest::Counts, repository::Repository, setup::Toolbox, summary::Verdict,
};

/// Unit, integration and documentation tests of everything that runs on the server.
pub(super) fn of_the_product(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let server = toolbox.cargo(&[&["test", "--release", "--no-fail-fast"][..], &SERVER_PACKAGES].concat());
    let i18n = toolbox.cargo(&["test", "--release", "--no-fail-fast", "--package", "i18n"]);
    counted([server, i18n])
}

/// With the Rust and the folder it was built by, which need not be the product's.
pub(super) fn of_xtask(repository: &Repository, _: &Toolbox) -> Result<Verdict> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("xtask does not lie in a target folder")?;
    let mut cargo = Command::new("cargo");
    environment::forget_outer_cargo(&mut cargo);
    cargo.current_dir(&repository.root).env("CARGO_TARGET_DIR", target).args(["test", "--package", "xtask"]);
    counted([cargo])
}

/// PostgreSQL refuses to run as root, so as root the private servers take another way than for everyone else. The stage `test`
/// has gone one of the two ways; this one goes the other.
pub(super) fn of_embedded_without_rights(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    if !rustix::process::geteuid().is_root() {
        return Ok(Verdict::Skipped("not root: `test` has run these without rights".to_owned()));
    }
    let programs = test_programs(toolbox, "embedded")?;
    let user = Nobody::find()?;
    let folder = user.temporary_folder()?;
    let result = programs.iter().try_fold(Counts::default(), |mut counts, program| {
        // The repository may lie where this user may not even look, such as in root's home.
        let copy = folder.path.join(program.file_name().context("a test program without a name")?);
        fs::copy(program, &copy)?;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
        child::run_line_by_line(&mut user.command(&copy, &folder.path), |line| {
            say!("{line}");
            counts.add_libtest_line(line);
        })?;
        anyhow::Ok(counts)
    });
    Ok(Verdict::Passed(result?.to_string()))
}

/// Runs all of the commands, and counts the tests of all of them, also when one fails.
fn counted<const N: usize>(commands: [Command; N]) -> Result<Verdict> {
    let mut counts = Counts::default();
    let mut result = Ok(());
    for mut command in commands {
        let ran = child::run_line_by_line(&mut command, |line| {
            say!("{line}");
            counts.add_libtest_line(line);
        });
        result = result.and(ran);
    }
    result.with_context(|| counts.to_string())?;
    if counts.is_empty() {
        bail!("no test ran");
    }
    Ok(Verdict::Passed(counts.to_string()))
}

/// The test programs of one package, built with all others so that nothing is compiled twice.
fn test_programs(toolbox: &Toolbox, package: &str) -> Result<Vec<PathBuf>> {
    let messages = child::output(
        &mut toolbox
            .cargo(&[&["test", "--release", "--no-run", "--message-format=json-render-diagnostics"][..], &SERVER_PACKAGES].concat()),
    )?;
    let programs: Vec<PathBuf> = messages.lines().filter_map(|message| test_program(message, package)).collect();
    if programs.is_empty() {
        bail!("`{package}` has no tests");
    }
    Ok(programs)
}

fn test_program(message: &str, package: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let program = message["executable"].as_str()?;
    // `path+file:///somewhere/embedded#0.1.0`
    let (folder, _) = message["package_id"].as_str()?.rsplit_once('#')?;
    (message["profile"]["test"] == true && folder.ends_with(&format!("/{package}"))).then(|| program.into())
}

/// The account that owns nothing.
struct Nobody {
    user: u32,
    group: u32,
}

struct TemporaryFolder {
    path: PathBuf,
}

impl Nobody {
    fn find() -> Result<Self> {
        let users = fs::read_to_string("/etc/passwd")?;
        let line = users.lines().find(|line| line.starts_with("nobody:")).context("there is no user `nobody`")?;
        let numbers: Vec<u32> = line.split(':').skip(2).take(2).map(str::parse).collect::<Result<_, _>>()?;
        let [user, group] = numbers[..] else { bail!("/etc/passwd does not tell who `nobody` is") };
        Ok(Self { user, group })
    }

    /// Short, because the path of a socket in it may have 107 bytes at most.
    fn temporary_folder(&self) -> Result<TemporaryFolder> {
        let path = std::env::temp_dir().join(format!("ates-{}", std::process::id()));
        fs::create_dir(&path)?;
        let folder = TemporaryFolder { path };
        chown(&folder.path, Some(self.user), Some(self.group))?;
        Ok(folder)
    }

    /// With nothing of root's environment but PATH. The standard library drops root's other groups along with the user.
    fn command(&self, program: &Path, home: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", home).env("TMPDIR", home).env("USER", "nobody").current_dir(home);
        command.envs(environment::variable("PATH").map(|path| ("PATH", path)));
        command.uid(self.user).gid(self.group);
        command
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod unit_tests {
    use std::path::Path;

    use super::test_program;

    #[test]
    fn test_programs_are_told_from_other_messages() {
        let message = r#"{"reason":"compiler-artifact","package_id":"path+file:///home/me/ates/embedded#0.1.0",
            "profile":{"test":true},"executable":"/home/me/ates/target/release/deps/embedded-1a"}"#;
        assert_eq!(test_program(message, "embedded").as_deref(), Some(Path::new("/home/me/ates/target/release/deps/embedded-1a")));
        assert_eq!(test_program(message, "server"), None);
        assert_eq!(test_program(&message.replace("true", "false"), "embedded"), None);
        assert_eq!(test_program("warning: not JSON", "embedded"), None);
    }
}
