use contracts::{
    Locale, Money,
    letter::{Letter, Post as _},
};
use lettre::message::header::{ContentTransferEncoding, Header as _};

use crate::{letter, post};

/// The letter as it is sent.
fn sent(letter: &Letter) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    String::from_utf8(post(None, folder.path()).written(letter).expect("a letter").message).expect("ASCII")
}

/// A header's line, unfolded.
fn header(letter: &str, name: &str) -> String {
    let headers = letter.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_else(|| panic!("{name} in {headers}")).to_owned()
}

/// The part of this content type, decoded.
fn part(letter: &str, content_type: &str) -> String {
    let begin = letter.find(&format!("Content-Type: {content_type}")).unwrap_or_else(|| panic!("{content_type} in {letter}"));
    let (headers, body) = letter[begin..].split_once("\r\n\r\n").expect("a body");
    let body = body.split("\r\n--").next().unwrap_or_default();
    let encoding = headers.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")).unwrap_or("7bit");
    match ContentTransferEncoding::parse(encoding).expect("an encoding") {
        ContentTransferEncoding::QuotedPrintable => quoted_printable(body),
        ContentTransferEncoding::Base64 => base64(body),
        _ => body.to_owned(),
    }
}

fn quoted_printable(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first == b'=' && rest.len() >= 2 {
            let digits = std::str::from_utf8(&rest[..2]).expect("digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn base64(body: &str) -> String {
    let value = |digit| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|each| *each == digit);
    let digits: Vec<usize> = body.bytes().filter_map(value).collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let number = four.iter().fold(0, |number, digit| (number << 6) | digit) << (6 * (4 - four.len()));
        (0..four.len() - 1).map(move |place| u8::try_from(number >> (16 - 8 * place) & 0xFF).expect("a byte")).collect::<Vec<_>>()
    });
    String::from_utf8(bytes.collect()).expect("UTF-8")
}

#[test]
fn a_letter_tells_the_day_in_the_language_of_its_reader() {
    let english = sent(&letter(Locale::En));
    assert_eq!(header(&english, "Subject"), "1,217.06 paid for 22 Nov 2026");
    let text = part(&english, "text/plain");
    for line in [
        "Your account was paid out for 22 Nov 2026: 1,217.06.",
        // On the company's clock, three hours ahead; the second one is after midnight there, and still of the day.
        "11:30  −12.50  Task assigned: Peel <b>all</b> the nuts & seeds",
        "00:15  +1,234.56  Task finished: Сосчитать перья",
        "From the days before: −5.00",
        "Charged for assignments: −12.50",
        "Earned with finished tasks: +1,234.56",
        "Paid out: −1,217.06",
        "Balance now: 0.00",
        "Your account: https://ates.example/accounting",
    ] {
        assert!(text.lines().any(|given| given == line), "`{line}` in {text}");
    }

    let russian = part(&sent(&letter(Locale::Ru)), "text/plain");
    for line in ["Вам выплачено за 22.11.2026: 1217,06.", "00:15  +1234,56  Задача выполнена: Сосчитать перья", "Выплачено: −1217,06"]
    {
        assert!(russian.lines().any(|given| given == line), "`{line}` in {russian}");
    }
}

#[test]
fn what_people_typed_is_text_and_no_markup() {
    let html = part(&sent(&letter(Locale::En)), "text/html");
    assert!(html.contains("Peel &#60;b&#62;all&#60;/b&#62; the nuts &#38; seeds"), "{html}");
    assert!(html.contains("<html lang=\"en\">") && html.contains("1,217.06"), "{html}");
    assert!(!html.contains("<style") && !html.contains("<b>"), "{html}");
}

#[test]
fn a_name_cannot_add_headers() {
    let mut forged = letter(Locale::En);
    forged.to.display_name = "Kesha\r\nBcc: everybody@parrots.example".to_owned();
    let letter = sent(&forged);
    let headers = letter.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
}

#[test]
fn a_letter_has_one_identity_whenever_it_is_written() {
    let [first, second] = [Locale::En, Locale::Ru].map(|locale| sent(&letter(locale)));
    assert_eq!(header(&first, "Message-ID"), "<payroll.2026-11-22.17@ates.example>");
    assert_eq!(header(&second, "Message-ID"), header(&first, "Message-ID"));
    assert_eq!(header(&first, "Date"), "Mon, 23 Nov 2026 00:05:09 +0000");
    assert_eq!(header(&first, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&first, "From"), "aTES <payroll@ates.example>");
    assert!(header(&first, "To").ends_with("<kesha@parrots.example>"), "{}", header(&first, "To"));
}

#[test]
fn debts_and_idle_days_have_words_of_their_own() {
    let nothing = Letter { paid: Money::ZERO, rewards: Money::ZERO, fees: Money::ZERO, entries: Vec::new(), ..letter(Locale::En) };
    let debt = Letter { balance: Money::from_cents(-1_750), carried_over: Money::from_cents(-1_750), ..nothing.clone() };
    assert_eq!(header(&sent(&debt), "Subject"), "17.50 owed after 22 Nov 2026");
    assert!(part(&sent(&debt), "text/plain").contains("your account stands at −17.50"));
    let zero = Letter { carried_over: Money::ZERO, ..nothing };
    assert_eq!(header(&sent(&zero), "Subject"), "Nothing to pay for 22 Nov 2026");
    assert!(part(&sent(&zero), "text/plain").contains("No task was given to you"));
    let many = Letter { more_entries: 1_234, ..letter(Locale::En) };
    assert!(part(&sent(&many), "text/plain").contains("and 1,234 more entries"));
}
