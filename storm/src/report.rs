//! What the storm has found, for people.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use sqlx::PgPool;

use crate::{
    checks::Verdict,
    console::say,
    model::Calls,
    plan::{Act, Plan},
    storm::Order,
};

/// What has happened and whether everything holds.
#[derive(Debug)]
pub(crate) struct Report {
    order: Order,
    verdicts: Vec<Verdict>,
    /// Name and number.
    calls: Vec<(String, u64)>,
    events: Vec<(String, u64)>,
    attempts: Vec<(String, u64)>,
    faults: Vec<(String, u64)>,
    times: Times,
}

/// How long the parts took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) storm: Duration,
    pub(crate) calm: Duration,
    pub(crate) checks: Duration,
}

impl Report {
    /// Adds to the verdicts what was done and what came of it.
    pub(crate) async fn of(
        order: Order,
        plan: &Plan,
        calls: &BTreeMap<&'static str, Calls>,
        verdicts: Vec<Verdict>,
        owner: &PgPool,
        times: Times,
    ) -> Result<Self> {
        let mut faults: BTreeMap<String, u64> = BTreeMap::new();
        for step in &plan.steps {
            let name = match &step.act {
                Act::Fault(fault) => fault.kind().name().to_owned(),
                Act::Poison(poison) => format!("poison: {}", poison.name()),
            };
            *faults.entry(name).or_default() += 1;
        }
        Ok(Self {
            order,
            verdicts,
            calls: calls.iter().map(|(name, calls)| ((*name).to_owned(), calls.all)).collect(),
            events: counted(owner, "SELECT kind, count(*) FROM bus.event GROUP BY kind ORDER BY kind").await?,
            attempts: counted(owner, "SELECT outcome, count(*) FROM bus.attempt GROUP BY outcome ORDER BY outcome").await?,
            faults: faults.into_iter().collect(),
            times,
        })
    }

    /// Whether every rule holds.
    pub(crate) fn holds(&self) -> bool {
        self.verdicts.iter().all(Verdict::holds)
    }

    /// Prints all of it; the last line counts.
    pub(crate) fn print(&self) {
        say!("");
        say!("use cases   {}", listed(&self.calls));
        say!("events      {}", listed(&self.events));
        say!("faults      {}", listed(&self.faults));
        say!("attempts without effect   {}", listed(&self.attempts));
        say!("");
        for verdict in &self.verdicts {
            say!("{}  {} ({})", if verdict.holds() { "holds " } else { "BROKEN" }, verdict.rule, verdict.counted);
            if !verdict.holds() {
                say!("        broken {} times", verdict.broken);
            }
            for example in &verdict.examples {
                say!("        {example}");
            }
        }
        let Order { seed, events, faults, processes } = self.order;
        say!("");
        say!("again: cargo xtask storm --seed {seed} --events {events} --faults {faults} --processes {processes}");
        say!("(the seed decides on workload and faults; when exactly they meet is up to the machine)");
        let broken = self.verdicts.iter().filter(|verdict| !verdict.holds()).count();
        let verdict = if broken == 0 { format!("all {} rules hold", self.verdicts.len()) } else { format!("{broken} rules are BROKEN") };
        let Times { storm, calm, checks } = self.times;
        say!(
            "storm: {verdict} after {} events and {} faults; {} s of storm, {} s until quiet, {:.1} s of checks",
            total(&self.events),
            faults,
            storm.as_secs(),
            calm.as_secs(),
            checks.as_secs_f64()
        );
    }
}

async fn counted(owner: &PgPool, statement: &'static str) -> Result<Vec<(String, u64)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(statement).fetch_all(owner).await?;
    Ok(rows.into_iter().map(|(name, count)| (name, count.unsigned_abs())).collect())
}

fn total(counts: &[(String, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

fn listed(counts: &[(String, u64)]) -> String {
    let all: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}
