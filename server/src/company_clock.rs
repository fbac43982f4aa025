//! A look at the company's clock, before anything is done in the company's time.

use anyhow::{Context as _, ensure};
use platform::{clock_setting, database::Database};

use crate::servers::Servers;

/// Refuses where the company's clock does not show the real time, as a founding that was killed leaves it: what is done then would be
/// booked on days that are over. A founding that is under way is waited for.
///
/// Only the start looks: whoever moves the clock of a program that runs, as a test does, knows why.
pub(crate) async fn check(database: &Database, servers: &Servers) -> anyhow::Result<()> {
    let place = servers.place();
    let is_right = clock_setting::is_right(database).await.with_context(|| format!("nothing is done in {place}"))?;
    ensure!(
        is_right,
        "the company's clock in {place} does not show the real time, because the founding of a demo company was cut short: delete that folder or database, and start again"
    );
    Ok(())
}
