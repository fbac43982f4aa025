use std::{ops::RangeInclusive, time::Duration};

use platform::bus::Lease;
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use testbed::Manner;

/// How long a killed worker process is missed, in milliseconds.
const DOWN_MS: RangeInclusive<u64> = 200..=3_000;

/// So much longer than the lease a process is paused: when it goes on, others have taken its work over.
const BEYOND_LEASE: Duration = Duration::from_secs(2);

/// How long Redis is away or stands still, in milliseconds: also for longer than its clients wait for an answer (10 s).
const REDIS_AWAY_MS: RangeInclusive<u64> = 1_000..=12_000;

/// How long connections are refused or hang, in milliseconds: also for longer than a lease.
const CONNECTIONS_AWAY_MS: RangeInclusive<u64> = 1_000..=18_000;

/// By how much each piece on a slow connection is late, and how long that lasts, in milliseconds.
const DELAY_MS: RangeInclusive<u64> = 50..=500;
const SLOW_MS: RangeInclusive<u64> = 2_000..=8_000;

/// How many jobs are pushed again.
const REPEATED_JOBS: RangeInclusive<usize> = 5..=50;

/// What the mail server does to letters, all of which may be sent again, and for how long, in milliseconds.
const MANNERS: [Manner; 4] = [Manner::Later, Manner::Hangs, Manner::TakesAndHangsUp, Manner::TurnsAway];
const MISBEHAVES_MS: RangeInclusive<u64> = 2_000..=15_000;

/// By how many seconds a clock is stepped, forth or back, and for how long it is wrong, in milliseconds.
const STEP_SECONDS: RangeInclusive<i64> = 60..=900;
const WRONG_MS: RangeInclusive<u64> = 3_000..=20_000;

/// Something that goes wrong, and is right again afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// SIGKILL; the process is started again after a while.
    KillWorker { worker: usize, down_for: Duration },
    /// SIGSTOP, and SIGCONT when the lease is over.
    PauseWorker { worker: usize, paused_for: Duration },
    /// FLUSHALL: Redis forgets everything.
    FlushRedis,
    /// Redis is stopped and started again.
    StopRedis { down_for: Duration },
    /// Redis stands still (SIGSTOP) and goes on.
    StallRedis { stalled_for: Duration },
    /// PostgreSQL ends as in a crash and is started again.
    CrashPostgres,
    /// All connections of a program to a server break at once.
    CutConnections { connections: Connections },
    /// They break, and for a while no new ones come about.
    RefuseConnections { connections: Connections, refused_for: Duration },
    /// Each piece on them is late.
    DelayConnections { connections: Connections, delay: Duration, slow_for: Duration },
    /// Nothing gets through on them, and nobody is told.
    StallConnections { connections: Connections, stalled_for: Duration },
    /// Jobs that were pushed before are pushed again, among them some that others have overtaken.
    RepeatJobs { jobs: usize, seed: u64 },
    /// A worker's wall clock is stepped, and back.
    StepClock { worker: usize, seconds: i64, wrong_for: Duration },
    /// The mail server takes no letters, or does not say that it has.
    MailServer { manner: Manner, misbehaves_for: Duration },
    /// The company's clock is set to the next night, and goes on from there: payroll pays the day that ended, while work goes on.
    EndDay,
}

/// Whose connections to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connections {
    pub(crate) of: Party,
    pub(crate) to: Server,
}

/// Who has connections of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    /// The worker process of this number, from 0.
    Worker(usize),
    /// The use cases of the workload, which know PostgreSQL only.
    Workload,
}

/// What they are connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    Redis,
}

/// An event that nobody can apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Poison {
    /// A second `task_resolve` for a task that is paid.
    PaidTwice,
    /// A `task_assign` that lacks a field.
    UnreadableAssignment,
    /// A task whose `task_create` lacks a field: it never gets a price, and its `task_assign` waits for one in vain.
    NeverPriced,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultKind {
    KillWorker,
    PauseWorker,
    FlushRedis,
    StopRedis,
    StallRedis,
    CrashPostgres,
    CutConnections,
    RefuseConnections,
    DelayConnections,
    StallConnections,
    RepeatJobs,
    StepClock,
    MailServer,
    EndDay,
}

impl FaultKind {
    pub(crate) const ALL: [Self; 14] = [
        Self::KillWorker,
        Self::PauseWorker,
        Self::FlushRedis,
        Self::StopRedis,
        Self::StallRedis,
        Self::CrashPostgres,
        Self::CutConnections,
        Self::RefuseConnections,
        Self::DelayConnections,
        Self::StallConnections,
        Self::RepeatJobs,
        Self::StepClock,
        Self::MailServer,
        Self::EndDay,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::KillWorker => "worker killed",
            Self::PauseWorker => "worker paused beyond its lease",
            Self::FlushRedis => "Redis wiped",
            Self::StopRedis => "Redis stopped",
            Self::StallRedis => "Redis stalled",
            Self::CrashPostgres => "PostgreSQL crashed",
            Self::CutConnections => "connections cut",
            Self::RefuseConnections => "connections refused",
            Self::DelayConnections => "connections slow",
            Self::StallConnections => "connections stalled",
            Self::RepeatJobs => "jobs pushed again",
            Self::StepClock => "clock stepped",
            Self::MailServer => "mail server misbehaved",
            Self::EndDay => "day ended",
        }
    }
}

impl Poison {
    pub(crate) const ALL: [Self; 3] = [Self::PaidTwice, Self::UnreadableAssignment, Self::NeverPriced];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PaidTwice => "task_resolve of a paid task",
            Self::UnreadableAssignment => "unreadable task_assign",
            Self::NeverPriced => "unreadable task_create",
        }
    }
}

impl Fault {
    /// A fault of this kind that strikes one of so many worker processes, or what is common to all.
    pub(super) fn draw(kind: FaultKind, processes: usize, random: &mut StdRng) -> Self {
        let worker = random.random_range(0..processes);
        let connections = draw_connections(processes, random);
        let mut milliseconds = |range| Duration::from_millis(random.random_range(range));
        match kind {
            FaultKind::KillWorker => Self::KillWorker { worker, down_for: milliseconds(DOWN_MS) },
            FaultKind::PauseWorker => Self::PauseWorker { worker, paused_for: Lease::SHORT.length + BEYOND_LEASE },
            FaultKind::FlushRedis => Self::FlushRedis,
            FaultKind::StopRedis => Self::StopRedis { down_for: milliseconds(REDIS_AWAY_MS) },
            FaultKind::StallRedis => Self::StallRedis { stalled_for: milliseconds(REDIS_AWAY_MS) },
            FaultKind::CrashPostgres => Self::CrashPostgres,
            FaultKind::CutConnections => Self::CutConnections { connections },
            FaultKind::RefuseConnections => Self::RefuseConnections { connections, refused_for: milliseconds(CONNECTIONS_AWAY_MS) },
            FaultKind::DelayConnections => {
                Self::DelayConnections { connections, delay: milliseconds(DELAY_MS), slow_for: milliseconds(SLOW_MS) }
            }
            FaultKind::StallConnections => Self::StallConnections { connections, stalled_for: milliseconds(CONNECTIONS_AWAY_MS) },
            FaultKind::RepeatJobs => Self::RepeatJobs { jobs: random.random_range(REPEATED_JOBS), seed: random.random_range(0..u64::MAX) },
            FaultKind::StepClock => {
                let wrong_for = milliseconds(WRONG_MS);
                let sign = *[1, -1].choose(random).expect("two directions");
                Self::StepClock { worker, seconds: sign * random.random_range(STEP_SECONDS), wrong_for }
            }
            FaultKind::MailServer => {
                let misbehaves_for = milliseconds(MISBEHAVES_MS);
                Self::MailServer { manner: *MANNERS.choose(random).expect("some manners"), misbehaves_for }
            }
            FaultKind::EndDay => Self::EndDay,
        }
    }

    pub(crate) const fn kind(&self) -> FaultKind {
        match self {
            Self::KillWorker { .. } => FaultKind::KillWorker,
            Self::PauseWorker { .. } => FaultKind::PauseWorker,
            Self::FlushRedis => FaultKind::FlushRedis,
            Self::StopRedis { .. } => FaultKind::StopRedis,
            Self::StallRedis { .. } => FaultKind::StallRedis,
            Self::CrashPostgres => FaultKind::CrashPostgres,
            Self::CutConnections { .. } => FaultKind::CutConnections,
            Self::RefuseConnections { .. } => FaultKind::RefuseConnections,
            Self::DelayConnections { .. } => FaultKind::DelayConnections,
            Self::StallConnections { .. } => FaultKind::StallConnections,
            Self::RepeatJobs { .. } => FaultKind::RepeatJobs,
            Self::StepClock { .. } => FaultKind::StepClock,
            Self::MailServer { .. } => FaultKind::MailServer,
            Self::EndDay => FaultKind::EndDay,
        }
    }
}

/// Everybody's connections to each server are equally probable; the workload has none to Redis.
fn draw_connections(processes: usize, random: &mut StdRng) -> Connections {
    let place = random.random_range(0..=2 * processes);
    match (place / 2, place % 2) {
        (worker, _) if worker == processes => Connections { of: Party::Workload, to: Server::Postgres },
        (worker, 0) => Connections { of: Party::Worker(worker), to: Server::Postgres },
        (worker, _) => Connections { of: Party::Worker(worker), to: Server::Redis },
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_fault_is_of_the_kind_that_was_asked_for() {
        let mut random = StdRng::seed_from_u64(1);
        for kind in FaultKind::ALL {
            assert_eq!(Fault::draw(kind, 3, &mut random).kind(), kind);
        }
    }

    #[test]
    fn all_connections_are_disturbed_and_no_others() {
        let mut random = StdRng::seed_from_u64(1);
        let drawn: Vec<Connections> = (0..200).map(|_| draw_connections(2, &mut random)).collect();
        let all = [Server::Postgres, Server::Redis].into_iter().flat_map(|to| [0, 1].map(|n| Connections { of: Party::Worker(n), to }));
        let all: Vec<Connections> = all.chain([Connections { of: Party::Workload, to: Server::Postgres }]).collect();
        assert!(all.iter().all(|connections| drawn.contains(connections)));
        assert!(drawn.iter().all(|connections| all.contains(connections)));
    }
}
