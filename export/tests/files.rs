//! Parquet, read back; and readers who have enough.

use std::io;

use bytes::Bytes;
use export::{JsonLines, Parquet, Selection, Sink as _, export};
use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::{Field, Row},
};
use serde_json::{Value, json};

use crate::company::{Company, LIMITS};

/// A row as the JSON that the same event is in JSON Lines.
fn event(row: &Row) -> Value {
    let mut event = json!({});
    for (name, field) in row.get_column_iter() {
        event[name] = match field {
            Field::Null => continue,
            Field::Str(data) if name == "data" => serde_json::from_str(data).expect("JSON"),
            Field::Str(text) => text.as_str().into(),
            Field::TimestampMicros(micros) => {
                let time = chrono::DateTime::from_timestamp_micros(*micros).expect("a time");
                time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string().into()
            }
            Field::Date(days) => {
                let days = chrono::Days::new((*days).try_into().expect("after 1970"));
                (chrono::NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day") + days).to_string().into()
            }
            other => panic!("{name} is {other:?}"),
        };
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_holds_the_same_events() {
    let company = Company::found(20).await;
    company.tasks_of(0..35, "2026-10-30T09:00:00.000001Z", "2026-10-30").await;
    for (group_events_max, groups) in [(1_000, 1), (10, 4), (35, 1)] {
        let mut file = Vec::new();
        let mut sink = Parquet::new(&mut file).expect("a file").in_groups_of(group_events_max);
        let exported = export(&company.database, &Selection::default(), &LIMITS, &mut sink).await.expect("an export");
        sink.finish().expect("a file");
        assert_eq!(exported.events, 35);

        let file = SerializedFileReader::new(Bytes::from(file)).expect("a Parquet file");
        assert_eq!(file.metadata().num_row_groups(), groups);
        let events: Vec<Value> = file.get_row_iter(None).expect("rows").map(|row| event(&row.expect("a row"))).collect();
        assert_eq!(events, company.stored().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_of_nothing_is_a_file_too() {
    let company = Company::found(21).await;
    let mut file = Vec::new();
    let mut sink = Parquet::new(&mut file).expect("a file");
    export(&company.database, &Selection::default(), &LIMITS, &mut sink).await.expect("an export");
    sink.finish().expect("a file");
    let file = SerializedFileReader::new(Bytes::from(file)).expect("a Parquet file");
    assert_eq!(file.metadata().file_metadata().num_rows(), 0);
    assert_eq!(file.metadata().file_metadata().schema().get_fields().len(), 10);
}

/// A pipe whose reader has gone.
struct BrokenPipe;

impl io::Write for BrokenPipe {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_has_enough_is_told_from_a_failure() {
    let company = Company::found(22).await;
    company.tasks_of(0..3, "2026-10-30T09:00:00Z", "2026-10-30").await;
    let mut sink = JsonLines::new(BrokenPipe);
    let error = export(&company.database, &Selection::default(), &LIMITS, &mut sink).await.expect_err("nobody reads");
    assert!(error.is_broken_pipe(), "{error}");
    let mut sink = JsonLines::new(io::Cursor::new([0; 10]));
    let error = export(&company.database, &Selection::default(), &LIMITS, &mut sink).await.expect_err("there is no room");
    assert!(!error.is_broken_pipe(), "{error}");
}
