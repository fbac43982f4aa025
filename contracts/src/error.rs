use serde::{Deserialize, Serialize};

use crate::Role;

/// Why a service did not do what it was asked.
///
/// The enum is closed and safe to show: it carries no text of a database or a library, and pages say it in the reader's
/// language. What went wrong inside is logged once, where it happened, under the request's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ServiceError {
    /// Something the service needs (its database, another service) does not answer. Trying again later may help.
    #[error("the service is not available at the moment")]
    Unavailable,
    /// The service has more to do at this moment than it accepts. Trying again in some seconds will help.
    #[error("there is too much to do at the moment: try again in some seconds")]
    Busy,
    /// Nobody is logged in, or the session has ended.
    #[error("log in first")]
    NotLoggedIn,
    /// The caller's role does not allow it.
    #[error("this is for {} only", list(needs))]
    Forbidden {
        /// The roles that may.
        needs: Vec<Role>,
    },
    /// There is no such thing.
    #[error("there is no such thing")]
    NotFound,
    /// More was asked for at once than one answer gives.
    #[error("too much at once: ask for at most {max}")]
    TooMany {
        /// How many may be asked for.
        max: usize,
    },
    /// Something typed in cannot be used.
    #[error(transparent)]
    Invalid(InvalidField),
    /// The photo cannot be used.
    #[error(transparent)]
    PhotoRefused(PhotoRefusal),
    /// The photo shows somebody who has enrolled already.
    #[error("this parrot has enrolled already: log in with the photo instead")]
    AlreadyEnrolled,
    /// Another employee has this e-mail address.
    #[error("another employee has this e-mail address")]
    EmailTaken,
    /// The photo of an unknown parrot is kept for a short while only, and that while is over.
    #[error("too much time has passed since the photo was shown: show it again")]
    EnrolmentExpired,
    /// Somebody must be able to manage the installation.
    #[error("the last admin cannot be given another role: make somebody else admin first")]
    LastAdmin,
    /// No employee can be given a task.
    #[error("there is nobody who could be given a task: enrol a worker or an accountant first")]
    NobodyAssignable,
    /// Only who has a task may finish it.
    #[error("this task is somebody else's")]
    NotYourTask,
    /// A finished task stays finished.
    #[error("this task is done already")]
    AlreadyDone,
    /// The first day of a range is after its last one.
    #[error("the first day is after the last one")]
    RangeBackwards,
    /// More days were asked for at once than one answer gives.
    #[error("too many days at once: ask for at most {max}")]
    TooManyDays {
        /// How many may be asked for.
        max: usize,
    },
    /// A day is paid when it is over.
    #[error("this business day has not ended yet")]
    DayNotEnded,
    /// Nothing was booked on this day or before it.
    #[error("there is no payroll for days before the first entry of the ledger")]
    NothingToPay,
    /// What is done or discarded cannot be tried again.
    #[error("this delivery is finished: there is nothing to try again")]
    DeliveryFinished,
    /// An attempt is being made at this moment; its outcome has to be awaited.
    #[error("this delivery is being tried at this moment: wait for the outcome")]
    DeliveryInFlight,
    /// Only what was given up may be discarded.
    #[error("only dead letters can be discarded")]
    DeliveryNotDead,
}

/// Something that a person fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// An employee's name.
    DisplayName,
    /// An e-mail address.
    Email,
    /// A language.
    Locale,
    /// A role.
    Role,
    /// A task's title.
    Title,
    /// A task's description.
    Description,
    /// How far a task is.
    Status,
    /// Numbers of tasks.
    TaskIds,
    /// A business day.
    Day,
    /// Why something is done.
    Reason,
    /// Whose deliveries.
    Subscription,
    /// A part of an error.
    ErrorPart,
    /// The entry of a list before which its next part begins.
    Before,
    /// The entry of a list after which its next part begins.
    After,
    /// How many entries of a list are asked for.
    Limit,
    /// What is looked for.
    Search,
    /// In which order a list is asked for.
    Order,
    /// By which a request is known again.
    CreationKey,
    /// By what days are put together.
    Period,
}

/// What is wrong with what a person filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing was filled in.
    Missing,
    /// It is too long.
    TooLong {
        /// How many characters fit.
        chars_max: usize,
    },
    /// It holds characters that cannot be seen.
    ControlCharacters,
    /// It does not have the form it must have.
    Malformed,
    /// It stands for something else already.
    Taken,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field:?} cannot be used: {problem:?}")]
pub struct InvalidField {
    /// Which field.
    pub field: Field,
    /// What is wrong.
    pub problem: FieldProblem,
}

/// Why a photo cannot be used for logging in (specification, §1: "each refusal names its reason").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PhotoRefusal {
    /// There are no bytes.
    #[error("there is no photo")]
    Missing,
    /// The file is larger than it may be.
    #[error("the photo is larger than {bytes_max} bytes")]
    TooManyBytes {
        /// How many bytes it may have.
        bytes_max: usize,
    },
    /// The bytes are a photo in the format of iPhones, which few programs can read.
    #[error("the photo is a HEIC; a JPEG, PNG or WebP is needed")]
    Heic,
    /// The bytes are no JPEG, PNG or WebP, whatever the file's name says.
    #[error("the photo is no JPEG, PNG or WebP")]
    UnknownFormat,
    /// The bytes begin like a picture but cannot be read to the end.
    #[error("the photo is damaged")]
    Damaged,
    /// The picture is too small to see a beak.
    #[error("the photo is {width} × {height} pixels: at least {side_min} on each side are needed")]
    TooSmall {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// How many pixels each side must have.
        side_min: u32,
    },
    /// The picture is too large to be unpacked.
    #[error("the photo has more than {pixels_max} pixels")]
    TooManyPixels {
        /// How many pixels it may have.
        pixels_max: u64,
    },
    /// Nothing can be told apart in the picture: it is one plain area.
    #[error("the photo shows nothing")]
    Blank,
    /// There is no parrot in the picture.
    #[error("the photo shows no parrot")]
    NotAParrot,
    /// There is a parrot whose beak cannot be seen.
    #[error("the photo shows no beak")]
    BeakHidden,
    /// There may be a beak, too small or too blurred to tell.
    #[error("the beak cannot be seen well enough")]
    BeakUnclear,
    /// This installation cannot look at photos: what its operator has to do is in its log.
    #[error("this installation cannot look at photos")]
    NoRecogniser,
}

fn list(roles: &[Role]) -> String {
    roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_survive_the_wire() {
        for error in [
            ServiceError::Unavailable,
            ServiceError::TooMany { max: 31 },
            ServiceError::Forbidden { needs: vec![Role::Manager, Role::Admin] },
            ServiceError::Invalid(InvalidField { field: Field::Email, problem: FieldProblem::TooLong { chars_max: 254 } }),
            ServiceError::PhotoRefused(PhotoRefusal::TooSmall { width: 10, height: 20, side_min: 160 }),
        ] {
            let json = serde_json::to_string(&error).expect("JSON");
            assert_eq!(serde_json::from_str::<ServiceError>(&json).expect(&json), error);
        }
    }
}
