//! Lists of numbers in addresses: `?ids=1,2,3`.

use contracts::{Field, FieldProblem, InvalidField, ServiceError, TaskId};

/// Reads task numbers separated by commas. How many are allowed is the service's to say.
pub(super) fn task_ids(list: &str) -> Result<Vec<TaskId>, ServiceError> {
    let malformed = |_| ServiceError::Invalid(InvalidField { field: Field::TaskIds, problem: FieldProblem::Malformed });
    list.split(',').map(str::trim).filter(|number| !number.is_empty()).map(|number| number.parse().map_err(malformed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_words_are_not() {
        assert_eq!(task_ids("1, 2,"), Ok(vec![TaskId(1), TaskId(2)]));
        assert_eq!(task_ids(""), Ok(vec![]));
        assert!(task_ids("1,two").is_err());
    }
}
