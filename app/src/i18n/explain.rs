use contracts::{Field, FieldProblem, InvalidField, Locale, PhotoRefusal, Role, ServiceError};
use i18n::integer;

use super::{Text, role_name};

const BYTES_PER_MEBIBYTE: usize = 1024 * 1024;
const PIXELS_PER_MEGAPIXEL: u64 = 1_000_000;

/// What went wrong, and what to do about it: for pages and for the API.
#[must_use]
pub fn explain(error: &ServiceError, locale: Locale) -> String {
    let text = Text::from(locale).error();
    let sentence = match error {
        ServiceError::Unavailable => text.unavailable(),
        ServiceError::Busy => text.busy(),
        ServiceError::NotLoggedIn => text.not_logged_in(),
        ServiceError::Forbidden { needs } => return text.forbidden(&role_names(needs, locale)),
        ServiceError::NotFound => text.not_found(),
        ServiceError::TooMany { max } => return text.too_many(&number(*max, locale)),
        ServiceError::Invalid(invalid) => return text.invalid(field_name(invalid.field, locale), &explain_field(invalid, locale)),
        ServiceError::PhotoRefused(refusal) => return explain_photo(refusal, locale),
        ServiceError::AlreadyEnrolled => text.already_enrolled(),
        ServiceError::EmailTaken => text.email_taken(),
        ServiceError::EnrolmentExpired => text.enrolment_expired(),
        ServiceError::LastAdmin => text.last_admin(),
        ServiceError::NobodyAssignable => text.nobody_assignable(),
        ServiceError::NotYourTask => text.not_your_task(),
        ServiceError::AlreadyDone => text.already_done(),
        ServiceError::RangeBackwards => text.range_backwards(),
        ServiceError::TooManyDays { max } => return text.too_many_days(*max as u64),
        ServiceError::DayNotEnded => text.day_not_ended(),
        ServiceError::NothingToPay => text.nothing_to_pay(),
        ServiceError::DeliveryFinished => text.delivery_finished(),
        ServiceError::DeliveryInFlight => text.delivery_in_flight(),
        ServiceError::DeliveryNotDead => text.delivery_not_dead(),
    };
    sentence.to_owned()
}

/// What is wrong with a field, for beside the field.
pub(crate) fn explain_field(invalid: &InvalidField, locale: Locale) -> String {
    let text = Text::from(locale).error().field();
    match &invalid.problem {
        FieldProblem::Missing => text.missing().to_owned(),
        FieldProblem::TooLong { chars_max } => text.too_long(*chars_max as u64),
        FieldProblem::ControlCharacters => text.control_characters().to_owned(),
        FieldProblem::Malformed => match invalid.field {
            Field::Email => text.malformed_email().to_owned(),
            Field::Day => text.malformed_day().to_owned(),
            _ => text.malformed().to_owned(),
        },
        FieldProblem::Taken => text.taken().to_owned(),
    }
}

fn explain_photo(refusal: &PhotoRefusal, locale: Locale) -> String {
    let text = Text::from(locale).error().photo();
    match refusal {
        PhotoRefusal::Missing => text.missing().to_owned(),
        PhotoRefusal::TooManyBytes { bytes_max } => text.too_many_bytes(&number(bytes_max / BYTES_PER_MEBIBYTE, locale)),
        PhotoRefusal::Heic => text.heic().to_owned(),
        PhotoRefusal::UnknownFormat => text.unknown_format().to_owned(),
        PhotoRefusal::Damaged => text.damaged().to_owned(),
        PhotoRefusal::TooSmall { width, height, side_min } => text.too_small(
            &integer(locale, u64::from(*height)),
            &integer(locale, u64::from(*side_min)),
            &integer(locale, u64::from(*width)),
        ),
        PhotoRefusal::TooManyPixels { pixels_max } => text.too_many_pixels(&integer(locale, pixels_max / PIXELS_PER_MEGAPIXEL)),
        PhotoRefusal::Blank => text.blank().to_owned(),
        PhotoRefusal::NotAParrot => text.not_a_parrot().to_owned(),
        PhotoRefusal::BeakHidden => text.beak_hidden().to_owned(),
        PhotoRefusal::BeakUnclear => text.beak_unclear().to_owned(),
        PhotoRefusal::NoRecogniser => text.no_recogniser().to_owned(),
    }
}

fn field_name(field: Field, locale: Locale) -> &'static str {
    let text = Text::from(locale);
    match field {
        Field::DisplayName => text.person().display_name(),
        Field::Email => text.person().email(),
        Field::Locale => text.person().locale(),
        Field::Role => text.person().role(),
        Field::Title => text.task().title(),
        Field::Description => text.task().description(),
        Field::Status => text.task().status(),
        Field::TaskIds => text.task().numbers(),
        Field::Day => text.task().day(),
        Field::Reason => text.field().reason(),
        Field::Subscription => text.field().subscription(),
        Field::ErrorPart => text.field().error_part(),
        Field::Before | Field::After => text.field().before(),
        Field::Limit => text.field().limit(),
        Field::Search => text.field().search(),
        Field::Order => text.field().order(),
        Field::CreationKey => text.field().creation_key(),
        Field::Period => text.field().period(),
    }
}

fn role_names(roles: &[Role], locale: Locale) -> String {
    roles.iter().map(|role| role_name(*role, Text::from(locale))).collect::<Vec<_>>().join(", ")
}

fn number(number: usize, locale: Locale) -> String {
    integer(locale, number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particulars_of_an_error_are_told() {
        let told = [
            (ServiceError::Forbidden { needs: vec![Role::Manager, Role::Admin] }, "manager, administrator", "менеджер, администратор"),
            (ServiceError::TooMany { max: 10_000 }, "10,000", "10\u{a0}000"),
            (ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { bytes_max: 10 * 1024 * 1024 }), "10 MB", "10 МБ"),
            (ServiceError::PhotoRefused(PhotoRefusal::TooSmall { width: 90, height: 120, side_min: 160 }), "90 × 120", "90 × 120"),
            (ServiceError::PhotoRefused(PhotoRefusal::TooSmall { width: 90, height: 120, side_min: 160 }), "160", "160"),
            (ServiceError::PhotoRefused(PhotoRefusal::TooManyPixels { pixels_max: 64_000_000 }), "64 megapixels", "64 мегапикселей"),
            (
                ServiceError::Invalid(InvalidField { field: Field::DisplayName, problem: FieldProblem::TooLong { chars_max: 100 } }),
                "Name: shorten it: at most 100 characters",
                "Имя: сократите: поместится не больше 100 знаков",
            ),
        ];
        for (error, english, russian) in told {
            for (locale, expected) in [(Locale::En, english), (Locale::Ru, russian)] {
                let sentence = explain(&error, locale);
                assert!(sentence.contains(expected), "{sentence}");
            }
        }
    }
}
