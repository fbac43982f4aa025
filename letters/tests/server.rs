use std::fs;

use contracts::{
    Locale,
    letter::{Letter, Post as _, PostError},
};
use testbed::{MailServer, Manner};

use crate::{letter, post};

#[tokio::test]
async fn a_letter_goes_to_its_reader() {
    let server = MailServer::start().await.expect("a mail server");
    let folder = tempfile::tempdir().expect("a folder");
    post(Some(&server.url()), folder.path()).send(&letter(Locale::Ru)).await.expect("the server takes letters");
    let received = server.received();
    assert_eq!(received.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kesha@parrots.example"]);
    assert!(received[0].text.contains("Message-ID: <payroll.2026-11-22.17@ates.example>"), "{}", received[0].text);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0, "nothing is written beside");
}

#[tokio::test]
async fn what_a_server_answers_decides_whether_it_is_asked_again() {
    let server = MailServer::start().await.expect("a mail server");
    let folder = tempfile::tempdir().expect("a folder");
    let answer = async |manner, letter: Letter| {
        server.behave(manner);
        // A post of its own: no connection is left from before.
        post(Some(&server.url()), folder.path()).send(&letter).await
    };
    let later = answer(Manner::Later, letter(Locale::En)).await;
    assert!(matches!(&later, Err(PostError::Later(why)) if why.contains("come back later")), "{later:?}");
    let turned_away = answer(Manner::TurnsAway, letter(Locale::En)).await;
    assert!(matches!(&turned_away, Err(PostError::Later(why)) if why.contains("too many parrots")), "{turned_away:?}");
    let refused = answer(Manner::Refuses, letter(Locale::En)).await;
    assert!(matches!(&refused, Err(PostError::Never(why)) if why.contains("nobody of this name perches here")), "{refused:?}");
    assert_eq!(server.received(), []);

    let without_answer = answer(Manner::TakesAndHangsUp, letter(Locale::En)).await;
    assert!(matches!(without_answer, Err(PostError::Later(_))), "{without_answer:?}");
    assert_eq!(answer(Manner::Takes, letter(Locale::En)).await, Ok(()));
    let ids: Vec<String> = server
        .received()
        .iter()
        .filter_map(|letter| Some(letter.text.lines().find(|line| line.starts_with("Message-ID"))?.to_owned()))
        .collect();
    assert_eq!(ids, ["Message-ID: <payroll.2026-11-22.17@ates.example>"; 2], "the same letter twice");

    let mut nowhere = letter(Locale::En);
    nowhere.to.email = "nowhere".to_owned();
    let refused = answer(Manner::Takes, nowhere).await;
    assert!(matches!(&refused, Err(PostError::Never(why)) if why.contains("nowhere")), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let vacant = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let answer = post(Some(&format!("smtp://{vacant}")), folder.path()).send(&letter(Locale::En)).await;
    assert!(matches!(&answer, Err(PostError::Later(why)) if why.contains("cannot be reached")), "{answer:?}");
}

#[tokio::test]
async fn without_a_server_letters_are_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let post = post(None, folder.path());
    for _ in 0..2 {
        post.send(&letter(Locale::En)).await.expect("the folder can be written");
    }
    let day = folder.path().join("2026-11-22");
    let names: Vec<_> = fs::read_dir(&day).expect("the day's folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["account-17.eml"]);
    let file = fs::read_to_string(day.join("account-17.eml")).expect("the letter");
    assert!(file.contains("Subject: 1,217.06 paid for 22 Nov 2026"), "{file}");

    fs::remove_dir_all(&day).expect("it can be removed");
    fs::write(&day, "in the way").expect("a file");
    let answer = post.send(&letter(Locale::En)).await;
    assert!(matches!(&answer, Err(PostError::Later(why)) if why.contains("cannot be written")), "{answer:?}");
}
