//! What can happen to the bus, one thing at a time.

use contracts::{ServiceError, Subscription, queues::AttemptOutcome};
use platform::bus::{Outcome, Remedy};

/// An event of a history, and its delivery: one subscription hears of it. A task goes by the number of the event that created it.
pub(crate) type EventNo = u32;

/// A worker of a history, or a relay that has found expired attempts.
pub(crate) type WorkerNo = u32;

/// What travels on the wire: a delivery and the how-manieth time it was handed out. It names the attempt too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DispatchNo {
    pub(crate) event: EventNo,
    pub(crate) no: i32,
}

/// One thing that happens. Whatever does not happen needs no step: a number that is lost on the wire is one that nobody begins, a
/// worker that is killed between two steps is one that takes none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The tracker creates and assigns a task, in one transaction.
    CreateTask { create: EventNo, assign: EventNo },
    /// The tracker assigns a task once more.
    Reassign { create: EventNo, assign: EventNo },
    /// From now on the reaction fails whenever it hears of this event; or no longer.
    Poison { event: EventNo, poisoned: bool },
    /// A relay claims whatever is due.
    Claim { subscriptions: Vec<Subscription> },
    /// A relay takes back what it could not push.
    TakeBack { dispatches: Vec<DispatchNo>, retry: When },
    /// A worker finds these numbers on the wire and begins the attempts. They stay there: they may be found again.
    Begin { worker: WorkerNo, dispatches: Vec<DispatchNo> },
    /// A worker makes its attempts, perhaps once more.
    Run { worker: WorkerNo, course: Course },
    /// A paused worker goes on.
    Resume { worker: WorkerNo },
    /// A worker that is paused in its transaction loses its connection, goes on and finds out.
    LoseConnection { worker: WorkerNo },
    /// The process of a paused worker dies.
    Crash { worker: WorkerNo },
    /// A relay looks for attempts whose lease has run out. It holds them like a worker its attempts, to end them.
    FindExpired { relay: WorkerNo },
    /// A worker or a relay stores how its attempts ended: true or not, late or twice.
    End { worker: WorkerNo, ending: Ending },
    /// Leases, delays and the safety net of these deliveries run out.
    TimePasses { events: Vec<EventNo> },
    /// A delivery has been parked for longer than it may.
    PatienceEnds { event: EventNo },
    /// A person retries a delivery.
    Retry { event: EventNo },
    /// A person retries all dead letters.
    RetryAll,
    /// A person discards a dead letter.
    Discard { event: EventNo },
    /// Retention: deliveries that are done are removed.
    RemoveDone,
    /// A step waits for a lock of a worker paused in its transaction, until that resumes or crashes.
    Blocked { by: WorkerNo, resumes: bool, step: Box<Step> },
}

/// How far a worker comes with its attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// To the end, whatever that is.
    Through,
    /// To an error in this phase.
    Fails(Phase),
    /// To this phase, where it pauses.
    Pauses(Phase),
}

/// Where an attempt may be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before its transaction: it has found out which deliveries have to wait.
    Prepare,
    /// In its transaction, when the effects are written.
    Apply,
    /// In its commit.
    Commit,
}

impl Phase {
    pub(crate) const ALL: [Self; 3] = [Self::Prepare, Self::Apply, Self::Commit];
}

/// How attempts without effect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) outcome: AttemptOutcome,
    /// When it is tried again; nothing: it is given up.
    pub(crate) retry: Option<When>,
}

/// When something is due again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Now,
    Later,
}

impl Step {
    /// How a paused worker gives its locks back.
    pub(crate) const fn end_of_pause(worker: WorkerNo, resumes: bool) -> Self {
        if resumes { Self::Resume { worker } } else { Self::Crash { worker } }
    }

    /// Whether deliveries are given up in it.
    pub(crate) const fn gives_up(&self) -> bool {
        matches!(self, Self::End { ending: Ending { retry: None, .. }, .. })
    }
}

/// What the bus answers to a step; lists are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Answer {
    #[default]
    Nothing,
    /// What was handed out, and whether it is to be attempted alone.
    Dispatched(Vec<(DispatchNo, bool)>),
    /// Attempts that began, or whose lease ran out, with the failures before them.
    Attempts(Vec<(DispatchNo, i32)>),
    /// The worker is paused.
    Paused,
    /// What attempts led to.
    Attempted(Result<Outcome, Remedy>),
    /// The attempts whose end was stored.
    Ended(Vec<DispatchNo>),
    /// What a person was told.
    Decided(Result<(), ServiceError>),
    /// How many deliveries were retried or removed.
    Count(u64),
    /// Of the worker that was waited for, then of the step that waited.
    Both(Box<(Answer, Answer)>),
}

impl Answer {
    /// Whether a transaction was dropped.
    pub(crate) fn leaves_something_to_roll_back(&self) -> bool {
        match self {
            Self::Attempted(attempted) => attempted.is_err(),
            Self::Decided(decided) => decided.is_err(),
            Self::Both(both) => both.0.leaves_something_to_roll_back() || both.1.leaves_something_to_roll_back(),
            _ => false,
        }
    }
}
