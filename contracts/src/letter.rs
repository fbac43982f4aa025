//! Letters to employees about payroll (specification, decision 7), and the post that takes them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{AccountId, BusinessDay, LetterId, Locale, Money, UserId, accounting::EntryKind};

/// How many entries a letter tells one by one. The sums count all.
pub const LETTER_ENTRIES_MAX: usize = 500;

/// What an employee is told of a payroll. A letter says the same whenever it is composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which letter.
    pub letter_id: LetterId,
    /// To whom.
    pub to: Addressee,
    /// Of which day.
    pub day: BusinessDay,
    /// About which account.
    pub account_id: AccountId,
    /// When payroll wrote it.
    pub written_at: DateTime<Utc>,
    /// What the account held before the day: a debt, or money that was booked late.
    pub carried_over: Money,
    /// What was booked for tasks on the day, in order: the first [`LETTER_ENTRIES_MAX`] entries.
    pub entries: Vec<LetterEntry>,
    /// How many more there are.
    pub more_entries: i64,
    /// What all of the day's assignments cost.
    pub fees: Money,
    /// What all of the day's finished tasks paid.
    pub rewards: Money,
    /// What was paid out.
    pub paid: Money,
    /// What the account holds after that, without entries of later days: nothing, or a debt.
    pub balance: Money,
}

/// Who gets a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Who it is.
    pub user_id: UserId,
    /// The name.
    pub display_name: String,
    /// The address.
    pub email: String,
    /// The language.
    pub locale: Locale,
}

/// An entry, as a letter tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterEntry {
    /// When what it books happened.
    pub event_time: DateTime<Utc>,
    /// What it books.
    pub entry_kind: EntryKind,
    /// What it added to the balance.
    pub signed_amount: Money,
    /// The title of the task, where the tracker knows it.
    pub task_title: Option<String>,
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLetter {
    /// About which day.
    pub day: BusinessDay,
    /// To whom: name and address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// All of it as mail programs read it (RFC 5322), with the part in HTML.
    pub message: Vec<u8>,
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Perhaps it is taken later: the mail server is down, busy, or wants to see the letter again.
    #[error("{0}")]
    Later(String),
    /// It is never taken as it is. A person has to do something about it.
    #[error("{0}")]
    Never(String),
}

/// Takes letters and sees to their delivery.
#[async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands a letter over. Once this is answered with success, it is on its way; where the answer got lost it may be handed over again,
    /// and then carries the same Message-ID.
    async fn send(&self, letter: &Letter) -> Result<(), PostError>;

    /// The letter as it is sent, for who wants to see it.
    fn written(&self, letter: &Letter) -> Result<WrittenLetter, PostError>;
}
