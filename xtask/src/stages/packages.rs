//! The stage that asks cargo-deny about the packages we build on.

use anyhow::Result;

use crate::{child, repository::Repository, setup::Toolbox, summary::Verdict};

/// Not installed by the set-up: it takes longer to compile than all of the other stages' checks to run.
pub(super) fn check(_: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    if !toolbox.has("cargo-deny") {
        return Ok(Verdict::Skipped("cargo-deny is not installed: `cargo install --locked cargo-deny`".to_owned()));
    }
    // Not `advisories`: its database is fetched from the network, and a new advisory is no fault of the change under test.
    child::run(&mut toolbox.cargo(&["deny", "check", "bans", "licenses", "sources"]))?;
    Ok(Verdict::Passed(String::new()))
}
