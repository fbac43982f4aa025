//! Figures for spreadsheets: CSV (RFC 4180), amounts in whole units with a point.

use axum::{
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use contracts::ServiceError;

/// What spreadsheets take for the beginning of a formula.
const FORMULA_BEGINS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A line of heads and the rows below.
pub(super) fn lines<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>, ServiceError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heads).map_err(|error| unwritable(&error))?;
    for row in rows {
        writer.write_record(row).map_err(|error| unwritable(&error))?;
    }
    writer.into_inner().map_err(|error| unwritable(&error.into_error().into()))
}

/// A file of this name, without its ending.
pub(super) fn file(name: &str, lines: Vec<u8>) -> Result<Response, ServiceError> {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.csv\"")).map_err(|_| ServiceError::NotFound)?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), (CONTENT_DISPOSITION, disposition)], lines).into_response())
}

/// What a person typed, as a cell that no spreadsheet takes for a formula.
pub(super) fn text(typed: &str) -> String {
    if typed.starts_with(FORMULA_BEGINS) { ["'", typed].concat() } else { typed.to_owned() }
}

/// Memory is all that it is written to.
fn unwritable(error: &csv::Error) -> ServiceError {
    tracing::error!(%error, "a file for a spreadsheet cannot be written");
    ServiceError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_no_formula() {
        assert_eq!(text("=HYPERLINK(\"https://evil.example\")"), "'=HYPERLINK(\"https://evil.example\")");
        assert_eq!(text("Peel, \"quickly\""), "Peel, \"quickly\"");
    }
}
