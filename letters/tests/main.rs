//! What letters say, and how mail servers of all manners are met.

mod server;
mod text;

use contracts::{
    AccountId, LetterId, Locale, Money, UserId,
    accounting::EntryKind,
    letter::{Addressee, Letter, LetterEntry},
};
use letters::PostOffice;
use platform::config::Mail;

/// A letter about a day on which the reader was charged once and paid once.
fn letter(locale: Locale) -> Letter {
    let entry = |event_time: &str, entry_kind, cents, title: &str| LetterEntry {
        event_time: event_time.parse().expect("a time"),
        entry_kind,
        signed_amount: Money::from_cents(cents),
        task_title: Some(title.to_owned()),
    };
    Letter {
        letter_id: LetterId(1),
        to: Addressee {
            user_id: UserId(uuid::Uuid::nil()),
            display_name: "Кеша, the \"Loud\"".to_owned(),
            email: "kesha@parrots.example".to_owned(),
            locale,
        },
        day: "2026-11-22".parse().expect("a day"),
        account_id: AccountId(17),
        written_at: "2026-11-23T00:05:09Z".parse().expect("a time"),
        carried_over: Money::from_cents(-500),
        entries: vec![
            entry("2026-11-22T08:30:00Z", EntryKind::Withdraw, -1_250, "Peel <b>all</b> the nuts & seeds"),
            entry("2026-11-22T21:15:00Z", EntryKind::Deposit, 123_456, "Сосчитать перья"),
        ],
        more_entries: 0,
        fees: Money::from_cents(1_250),
        rewards: Money::from_cents(123_456),
        paid: Money::from_cents(121_706),
        balance: Money::ZERO,
    }
}

/// A post that speaks with this server, or where there is none, writes to this folder.
fn post(smtp_url: Option<&str>, folder: &std::path::Path) -> PostOffice {
    let smtp_url = smtp_url.map(|url| url.parse().expect("a URL"));
    let settings = Mail { smtp_url, from: "aTES <payroll@ates.example>".to_owned(), folder: None };
    let site = "https://ates.example/".parse().expect("a URL");
    PostOffice::new(&settings, folder.to_owned(), chrono_tz::Europe::Moscow, Some(&site)).expect("settings that can be used")
}
