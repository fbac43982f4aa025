//! What a letter says, in its reader's language: as plain text and as HTML.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use contracts::{
    Money,
    accounting::EntryKind,
    letter::{Letter, LetterEntry},
};
use i18n::{Amount, written_day, written_time_of_day};

mod generated {
    include!(concat!(env!("OUT_DIR"), "/text.rs"));
}

use generated::Text;

/// How every cell of the table looks.
const CELL: &str = "padding:8px 0;border-bottom:1px solid #8884;vertical-align:top";

/// A letter in words.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The sentences of a letter.
struct Words {
    subject: String,
    greeting: String,
    summary: String,
    caption: String,
    entry: &'static str,
    amount: &'static str,
    idle: &'static str,
    link: &'static str,
    footer: &'static str,
}

/// An entry in words.
struct Row {
    time: String,
    occasion: &'static str,
    task: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct PlainText<'a> {
    words: &'a Words,
    rows: &'a [Row],
    more: Option<&'a str>,
    sums: &'a [(&'static str, String)],
    link: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    lang: &'static str,
    cell: &'static str,
    words: &'a Words,
    rows: &'a [Row],
    more: Option<&'a str>,
    sums: &'a [(&'static str, String)],
    link: Option<&'a str>,
}

/// Writes a letter. Times are told on the company's clock; `link` leads to the reader's account.
pub(crate) fn write(letter: &Letter, time_zone: Tz, link: Option<&str>) -> Result<Written, askama::Error> {
    let locale = letter.to.locale;
    let text = Text::from(locale);
    let amount = |money| Amount(money).written(locale);
    let day = written_day(letter.day.0, locale);
    let (subject, summary) = match (letter.paid > Money::ZERO, letter.balance.is_negative()) {
        (true, _) => (text.subject_paid(&amount(letter.paid), &day), text.paid(&amount(letter.paid), &day)),
        (false, true) => (text.subject_debt(&amount(-letter.balance), &day), text.debt(&amount(letter.balance), &day)),
        (false, false) => (text.subject_nothing(&day), text.nothing(&day)),
    };
    let words = Words {
        subject,
        greeting: text.greeting(&letter.to.display_name),
        summary,
        caption: text.caption(&day),
        entry: text.entry(),
        amount: text.amount(),
        idle: text.idle(),
        link: text.link(),
        footer: text.footer(),
    };
    let rows: Vec<Row> = letter.entries.iter().map(|entry| row(entry, text, time_zone, |money| Amount(money).as_change(locale))).collect();
    let more = u64::try_from(letter.more_entries).ok().filter(|more| *more > 0).map(|more| text.more(more));
    let sums = [
        (text.carried_over(), amount(letter.carried_over)),
        (text.fees(), Amount(-letter.fees).as_change(locale)),
        (text.rewards(), Amount(letter.rewards).as_change(locale)),
        (text.payout(), Amount(-letter.paid).as_change(locale)),
        (text.balance(), amount(letter.balance)),
    ];
    let more = more.as_deref();
    let plain = PlainText { words: &words, rows: &rows, more, sums: &sums, link }.render()?;
    let html = Html { lang: locale.tag(), cell: CELL, words: &words, rows: &rows, more, sums: &sums, link }.render()?;
    Ok(Written { subject: words.subject, text: plain, html })
}

fn row(entry: &LetterEntry, text: Text, time_zone: Tz, as_change: impl Fn(Money) -> String) -> Row {
    let occasion = if entry.entry_kind == EntryKind::Deposit { text.deposit() } else { text.withdraw() };
    Row {
        time: time_of_day(entry.event_time, time_zone),
        occasion,
        task: entry.task_title.clone().unwrap_or_else(|| text.unknown_task().to_owned()),
        amount: as_change(entry.signed_amount),
    }
}

fn time_of_day(at: DateTime<Utc>, time_zone: Tz) -> String {
    written_time_of_day(at.with_timezone(&time_zone).naive_local())
}
