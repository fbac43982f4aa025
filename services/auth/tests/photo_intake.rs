//! What the service makes of photos that are none (specification, §1: "each refusal names its reason"). The refusals themselves are tried
//! where photos are read, in the crate `beak`.

use contracts::{
    PhotoRefusal, ServiceError,
    auth::{Auth as _, PHOTO_BYTES_MAX, Recognition},
};
use image::{ImageFormat, Rgb, RgbImage};

use crate::{
    company::Company,
    pictures::{lossless, photo},
};

#[tokio::test]
async fn the_service_passes_the_reason_on_and_keeps_nothing() {
    let company = Company::new().await;
    let plain = |side, level| lossless(&RgbImage::from_pixel(side, side, Rgb([level; 3])), ImageFormat::Png);
    let whole = photo(1);
    for (bytes, reason) in [
        (vec![], PhotoRefusal::Missing),
        (b"no photo".to_vec(), PhotoRefusal::UnknownFormat),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic".to_vec(), PhotoRefusal::Heic),
        (whole[..whole.len() / 2].to_vec(), PhotoRefusal::Damaged),
        (plain(100, 7), PhotoRefusal::TooSmall { width: 100, height: 100, side_min: 160 }),
        (plain(200, 7), PhotoRefusal::Blank),
        (vec![0; PHOTO_BYTES_MAX + 1], PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX }),
    ] {
        assert_eq!(company.auth.log_in(bytes).await, Err(ServiceError::PhotoRefused(reason)));
    }
    assert_eq!(company.count("SELECT count(*) FROM auth.enrolment_ticket").await, 0);
}

#[tokio::test]
async fn the_largest_photo_just_fits() {
    let mut bytes = photo(1);
    bytes.resize(PHOTO_BYTES_MAX, 0); // what follows the picture does not matter
    let recognised = Company::new().await.auth.log_in(bytes).await.expect("it is looked at");
    assert!(matches!(recognised, Recognition::Unknown { .. }));
}
