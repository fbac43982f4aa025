//! What the figures depend on: the machine, and where its time goes.

use std::{collections::BTreeMap, fs, io, thread, time::Duration};

use rustix::param::clock_ticks_per_second;
use sqlx::PgPool;

/// The processor's model, the number of its threads and the memory, in words.
pub(crate) fn describe() -> String {
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown memory".to_owned());
    format!("{model}, {threads} threads, {memory}")
}

/// How safely commits are stored.
pub(crate) async fn durability(owner: &PgPool) -> sqlx::Result<String> {
    let settings = "SELECT string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM pg_settings
         WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method')";
    sqlx::query_scalar(settings).fetch_one(owner).await
}

/// Lets the peak of this process's memory begin anew, with what it holds now.
pub(crate) fn forget_peak_memory() -> io::Result<()> {
    fs::write("/proc/self/clear_refs", "5")
}

/// The most memory that this process has held so far, in words.
pub(crate) fn peak_memory() -> String {
    field("/proc/self/status", "VmHWM").unwrap_or_else(|| "unknown memory".to_owned())
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

/// The processor time that the programs have used so far, by name.
#[derive(Debug, Clone)]
pub(crate) struct ProcessorTime(BTreeMap<String, Duration>);

impl ProcessorTime {
    /// What all processes that run now have used.
    pub(crate) fn now() -> Self {
        let mut times = BTreeMap::new();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        for (name, time) in processes.filter_map(|entry| read(&fs::read_to_string(entry.path().join("stat")).ok()?)) {
            *times.entry(name).or_default() += time;
        }
        Self(times)
    }

    /// Who used how much since then, the greatest first, in words. Of processes that have ended nothing is known.
    pub(crate) fn spent_since(&self, before: &Self) -> String {
        let used = |name: &String, time: Duration| time.saturating_sub(before.0.get(name).copied().unwrap_or_default());
        let mut spent: Vec<(Duration, &String)> = self.0.iter().map(|(name, time)| (used(name, *time), name)).collect();
        spent.sort_unstable_by(|one, other| other.cmp(one));
        let worth_telling = spent.into_iter().filter(|(time, _)| *time >= Duration::from_millis(100));
        worth_telling.map(|(time, name)| format!("{name} {:.1} s", time.as_secs_f64())).collect::<Vec<_>>().join(", ")
    }
}

/// Name and processor time out of `/proc/<id>/stat`: `id (name) state …`, with the times in the 14th and 15th field.
fn read(stat: &str) -> Option<(String, Duration)> {
    let (beginning, rest) = stat.rsplit_once(')')?;
    let (_, name) = beginning.split_once('(')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    let milliseconds = ticks * 1_000 / clock_ticks_per_second();
    // The kernel's workers are named anew for each of their works.
    let name = if name.starts_with("kworker/") { "kworker" } else { name };
    Some((name.to_owned(), Duration::from_millis(milliseconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 100 1000 10";
        let (name, time) = read(stat).expect("a process");
        assert_eq!(name, "a) b");
        assert_eq!(time, Duration::from_millis(300 * 1_000 / clock_ticks_per_second()));
    }
}
