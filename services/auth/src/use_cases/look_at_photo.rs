use std::sync::Arc;

use beak::photo::{Photo, Unusable};
use contracts::{PhotoRefusal, ServiceError, auth::PHOTO_BYTES_MAX};

use crate::{Auth, recogniser::Template};

/// What the recogniser makes of a photo that somebody sent. The photo itself is forgotten.
pub(crate) async fn look_at_photo(auth: &Auth, photo: Vec<u8>) -> Result<Template, ServiceError> {
    if photo.len() > PHOTO_BYTES_MAX {
        // It need not queue to hear that.
        return Err(ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX }));
    }
    let recogniser = Arc::clone(&auth.recogniser);
    auth.photo_desk.look(move || recogniser.template(&Photo::read(&photo).map_err(refusal)?)).await
}

const fn refusal(unusable: Unusable) -> PhotoRefusal {
    match unusable {
        Unusable::Missing => PhotoRefusal::Missing,
        Unusable::Heic => PhotoRefusal::Heic,
        Unusable::UnknownFormat => PhotoRefusal::UnknownFormat,
        Unusable::Damaged => PhotoRefusal::Damaged,
        Unusable::TooSmall { width, height, side_min } => PhotoRefusal::TooSmall { width, height, side_min },
        Unusable::TooManyPixels { pixels_max } => PhotoRefusal::TooManyPixels { pixels_max },
        Unusable::Blank => PhotoRefusal::Blank,
    }
}
