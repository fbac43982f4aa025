//! The stage that proves that the committed `.sqlx` is what `cargo xtask prepare` would write.

use anyhow::Result;

use crate::{prepare, repository::Repository, setup::Toolbox, summary::Verdict};

pub(super) fn check(repository: &Repository, toolbox: &Toolbox) -> Result<Verdict> {
    let statements = prepare::check(repository, toolbox)?;
    Ok(Verdict::Passed(format!("SQL statements: {statements}")))
}
