//! Programs that come from the operating system: PostgreSQL, Redis, a browser with a Cyrillic font, libfaketime, Node.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{
    Purpose, debian,
    machine::Machine,
    server_package::{self, ServerPackage},
    step::Step,
};
use crate::environment;

/// The oldest PostgreSQL the statements are written for.
const POSTGRES_VERSION_MIN: u32 = 15;

/// The oldest Node that the browser tests run on.
const NODE_VERSION_MIN: u32 = 20;

/// Something one or more Debian packages bring.
struct Need {
    step: Step<'static>,
    packages: &'static [&'static str],
    /// What brings it where this account may not install Debian's.
    own_package: Option<&'static ServerPackage>,
    /// Where the operating system has it.
    found: fn(&Machine) -> Option<PathBuf>,
    only_for: Option<Purpose>,
}

/// The programs that run the product's servers, and what of them PATH does not find.
#[derive(Debug)]
pub(super) struct Servers {
    /// Where PostgreSQL's programs are.
    pub(super) postgres: PathBuf,
    /// Folders of servers that this account has installed for itself.
    pub(super) folders: Vec<PathBuf>,
}

const NEEDS: &[Need] = &[
    Need {
        step: Step { what: "PostgreSQL", why: "aTES keeps everything in a private PostgreSQL it starts itself" },
        packages: &["postgresql"],
        own_package: Some(&server_package::POSTGRES),
        found: postgres,
        only_for: None,
    },
    Need {
        step: Step { what: "Redis", why: "wakes the workers of the event bus; also private" },
        packages: &["redis-server"],
        own_package: Some(&server_package::REDIS),
        found: redis,
        only_for: None,
    },
    Need {
        step: Step { what: "Chromium", why: "the end-to-end tests click through the real pages" },
        packages: &["chromium"],
        own_package: None,
        found: browser,
        only_for: Some(Purpose::Test),
    },
    Need {
        step: Step { what: "a font with Cyrillic", why: "the Russian pages are tested in the browser too" },
        packages: &["fonts-dejavu-core"],
        own_package: None,
        found: cyrillic_font,
        only_for: Some(Purpose::Test),
    },
    Need {
        step: Step { what: "libfaketime", why: "the storm steps the clocks of processes" },
        packages: &["faketime"],
        own_package: None,
        found: faketime,
        only_for: Some(Purpose::Test),
    },
];

/// Installs what is missing, all at once; or names it all, so that an administrator is asked once.
pub(super) fn require_packages(machine: &Machine, purpose: Purpose) -> Result<Servers> {
    let mut missing = Vec::new();
    for need in NEEDS.iter().filter(|need| need.only_for.is_none_or(|only| only == purpose)) {
        match (need.found)(machine).or_else(|| need.own_package?.installed(machine)) {
            Some(path) => need.step.already_there(&path.display().to_string()),
            None => missing.push(need),
        }
    }
    if machine.may_install_packages() {
        install_of_debian(machine, &missing)?;
    } else {
        install_of_our_own(machine, &missing)?;
    }
    let own_postgres = server_package::POSTGRES.installed(machine);
    let own_redis = server_package::REDIS.installed(machine);
    let postgres = postgres(machine).or_else(|| own_postgres.clone()).context("PostgreSQL is not to be found any more")?;
    Ok(Servers { postgres, folders: own_postgres.into_iter().chain(own_redis).collect() })
}

/// For this account alone; where that does not get everything, nothing is fetched.
fn install_of_our_own(machine: &Machine, missing: &[&Need]) -> Result<()> {
    let fetched = |need: &&Need| need.own_package.filter(|package| package.can_be_fetched(machine));
    let beyond_us: Vec<&Need> = missing.iter().filter(|need| fetched(need).is_none()).copied().collect();
    if !beyond_us.is_empty() {
        bail!("{}", instruction(machine, &beyond_us));
    }
    for (need, package) in missing.iter().filter_map(|need| Some((need, fetched(need)?))) {
        package.install(machine, &need.step).with_context(|| instruction(machine, &[need]))?;
    }
    Ok(())
}

fn install_of_debian(machine: &Machine, missing: &[&Need]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let names: Vec<&str> = missing.iter().map(|need| need.step.what).collect();
    let why: Vec<&str> = missing.iter().map(|need| need.step.why).collect();
    let (names, why) = (names.join(", "), why.join("; "));
    let step = Step { what: &names, why: &why };
    step.perform(&format!("installing {} without their services", packages.join(" ")), || debian::install(machine, &packages))?;
    match missing.iter().find(|need| (need.found)(machine).is_none()) {
        Some(need) => bail!("{} is still not to be found after installing {}", need.step.what, need.packages.join(" ")),
        None => Ok(()),
    }
}

fn instruction(machine: &Machine, missing: &[&Need]) -> String {
    let names: Vec<&str> = missing.iter().map(|need| need.step.what).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let names = names.join(", ");
    let program = std::env::current_exe().unwrap_or_else(|_| "cargo xtask".into());
    let debian = format!("sudo {} setup --system", program.display());
    let python = if server_package::FIT_HERE && !machine.is_root && missing.iter().all(|need| need.own_package.is_some()) {
        "With Python's pip or with uv on PATH none is needed: the set-up then fetches the programs for this account alone. Otherwise: "
    } else {
        ""
    };
    format!(
        "missing: {names}. This account may not install packages. {python}On Debian or Ubuntu run\n\n  {debian}\n\n\
         which installs {packages} without starting their services. Elsewhere install {names} with the machine's package manager;\n\
         no service has to run. Then try again.",
        packages = packages.join(" ")
    )
}

/// Node builds nothing itself: it runs wasm-opt, and Playwright in the tests.
pub(super) fn require_node(machine: &Machine) -> Result<()> {
    let step = Step { what: "Node and npm", why: "they run wasm-opt and the browser tests" };
    let (Some(_), Some(_)) = (machine.find(&["node"]), machine.find(&["npm"])) else {
        bail!(
            "Node ({NODE_VERSION_MIN} or newer) and npm are not on PATH: install them (https://nodejs.org, or Debian's `nodejs` and `npm`)"
        );
    };
    let answer = machine.command("node", &[]).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&answer).trim().to_owned();
    // From `v20.20.2`.
    let major = version.strip_prefix('v').and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_VERSION_MIN) {
        bail!(
            "Node {NODE_VERSION_MIN} or newer is needed, and `node --version` answers `{version}`: install a newer one (https://nodejs.org)"
        );
    }
    step.already_there(&version);
    Ok(())
}

/// The browser of the end-to-end tests: `ATES_CHROMIUM`, or what PATH has.
pub(super) fn browser(machine: &Machine) -> Option<PathBuf> {
    environment::variable("ATES_CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| machine.find(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]))
}

fn cyrillic_font(machine: &Machine) -> Option<PathBuf> {
    let of_package = machine.of_system("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if of_package.exists() {
        return Some(of_package);
    }
    let listed = machine.command("fc-list", &[]).args([":lang=ru", "file"]).output().ok()?;
    let first = String::from_utf8_lossy(&listed.stdout).lines().next()?.trim_end_matches([':', ' ']).to_owned();
    Some(first.into())
}

/// Where distributions keep the library; the crate `storm` looks there too.
fn faketime(machine: &Machine) -> Option<PathBuf> {
    let of_machines = machine.entries_of_system("/usr/lib").into_iter();
    let folders = of_machines.chain(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(|folder| machine.of_system(folder)));
    folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())
}

/// The newest PostgreSQL with all the programs that aTES starts, where the crate `embedded` looks for them too.
fn postgres(machine: &Machine) -> Option<PathBuf> {
    let versions = machine.entries_of_system("/usr/lib/postgresql").into_iter().map(|version| version.join("bin"));
    versions.chain(machine.path.iter().cloned()).find(|folder| {
        let complete = ["postgres", "initdb"].iter().all(|program| environment::is_executable(&folder.join(program)));
        complete && postgres_version(&folder.join("postgres")).is_some_and(|version| version >= POSTGRES_VERSION_MIN)
    })
}

/// From `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
fn postgres_version(program: &Path) -> Option<u32> {
    let answer = Command::new(program).arg("--version").output().ok()?.stdout;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.strip_prefix("postgres (PostgreSQL) ")?.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn redis(machine: &Machine) -> Option<PathBuf> {
    machine.find(&["redis-server", "valkey-server"])
}
