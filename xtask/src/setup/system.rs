//! Programs that come from the operating system: PostgreSQL, Redis, a browser with a Cyrillic font, libfaketime, Node.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{Purpose, debian, step::Step};
use crate::environment::{self, find_program};

/// The oldest PostgreSQL the statements are written for.
const POSTGRES_VERSION_MIN: u32 = 15;

/// Something one or more Debian packages bring.
struct Need {
    step: Step<'static>,
    packages: &'static [&'static str],
    found: fn() -> Option<PathBuf>,
    only_for: Option<Purpose>,
}

const NEEDS: &[Need] = &[
    Need {
        step: Step { what: "PostgreSQL", why: "aTES keeps everything in a private PostgreSQL it starts itself" },
        packages: &["postgresql"],
        found: postgres,
        only_for: None,
    },
    Need {
        step: Step { what: "Redis", why: "wakes the workers of the event bus; also private" },
        packages: &["redis-server"],
        found: redis,
        only_for: None,
    },
    Need {
        step: Step { what: "Chromium", why: "the end-to-end tests click through the real pages" },
        packages: &["chromium"],
        found: browser,
        only_for: Some(Purpose::Test),
    },
    Need {
        step: Step { what: "a font with Cyrillic", why: "the Russian pages are tested in the browser too" },
        packages: &["fonts-dejavu-core"],
        found: cyrillic_font,
        only_for: Some(Purpose::Test),
    },
    Need {
        step: Step { what: "libfaketime", why: "the storm steps the clocks of processes" },
        packages: &["faketime"],
        found: faketime,
        only_for: Some(Purpose::Test),
    },
];

/// Installs what is missing, all at once; or names it all, so that an administrator is asked once.
pub(super) fn require_packages(purpose: Purpose) -> Result<()> {
    let mut missing = Vec::new();
    for need in NEEDS.iter().filter(|need| need.only_for.is_none_or(|only| only == purpose)) {
        match (need.found)() {
            Some(path) => need.step.already_there(&path.display().to_string()),
            None => missing.push(need),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let names: Vec<&str> = missing.iter().map(|need| need.step.what).collect();
    if !debian::may_install() {
        bail!("{}", instruction(&names, &packages));
    }
    let why: Vec<&str> = missing.iter().map(|need| need.step.why).collect();
    let (names, why) = (names.join(", "), why.join("; "));
    let step = Step { what: &names, why: &why };
    step.perform(&format!("installing {} without their services", packages.join(" ")), || debian::install(&packages))?;
    match missing.iter().find(|need| (need.found)().is_none()) {
        Some(need) => bail!("{} is still not to be found after installing {}", need.step.what, need.packages.join(" ")),
        None => Ok(()),
    }
}

fn instruction(names: &[&str], packages: &[&str]) -> String {
    let names = names.join(", ");
    let program = std::env::current_exe().unwrap_or_else(|_| "cargo xtask".into());
    let debian = format!("sudo {} setup --system", program.display());
    format!(
        "missing: {names}. This account may not install packages. On Debian or Ubuntu run\n\n  {debian}\n\n\
         which installs {packages} without starting their services. Elsewhere install {names} with the machine's package manager;\n\
         no service has to run. Then try again.",
        packages = packages.join(" ")
    )
}

/// Node builds nothing itself: it runs wasm-opt, and Playwright in the tests.
pub(super) fn require_node() -> Result<()> {
    let step = Step { what: "Node and npm", why: "they run wasm-opt and the browser tests" };
    let (Some(_), Some(_)) = (find_program(&["node"]), find_program(&["npm"])) else {
        bail!("Node (20 or newer) and npm are not on PATH: install them (https://nodejs.org, or Debian's `nodejs` and `npm`)");
    };
    let version = Command::new("node").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    step.already_there(String::from_utf8_lossy(&version).trim());
    Ok(())
}

/// The browser of the end-to-end tests: `ATES_CHROMIUM`, or what PATH has.
pub(super) fn browser() -> Option<PathBuf> {
    environment::variable("ATES_CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| find_program(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]))
}

fn cyrillic_font() -> Option<PathBuf> {
    let of_package = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if of_package.exists() {
        return Some(of_package.to_path_buf());
    }
    let listed = Command::new("fc-list").args([":lang=ru", "file"]).output().ok()?;
    let first = String::from_utf8_lossy(&listed.stdout).lines().next()?.trim_end_matches([':', ' ']).to_owned();
    Some(first.into())
}

/// Where distributions keep the library; the crate `storm` looks there too.
fn faketime() -> Option<PathBuf> {
    let of_machines = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = of_machines.chain(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from));
    folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())
}

/// The newest PostgreSQL with all the programs that aTES starts, where the crate `embedded` looks for them too.
fn postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    versions.chain(environment::path_folders()).find(|folder| {
        let complete = ["postgres", "initdb", "psql"].iter().all(|program| environment::is_executable(&folder.join(program)));
        complete && postgres_version(&folder.join("postgres")).is_some_and(|version| version >= POSTGRES_VERSION_MIN)
    })
}

/// From `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
fn postgres_version(program: &Path) -> Option<u32> {
    let answer = Command::new(program).arg("--version").output().ok()?.stdout;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.strip_prefix("postgres (PostgreSQL) ")?.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// PostgreSQL's client for scripts, of the same installation as the server.
pub(crate) fn psql() -> Result<PathBuf> {
    Ok(postgres().context("PostgreSQL is not installed: run `cargo xtask setup`")?.join("psql"))
}

fn redis() -> Option<PathBuf> {
    find_program(&["redis-server"])
}
