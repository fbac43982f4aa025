//! Logging in with a photo (specification, §1: "token by photo").

use contracts::auth::Auth as _;
use image::{ImageFormat, imageops};

use crate::{
    company::{Company, known, unknown},
    pictures::{jpeg, jpeg_to_be_turned, lossless, photo, picture, resized},
};

#[tokio::test]
async fn the_photo_it_enrolled_with_lets_a_parrot_in_also_as_a_copy() {
    let company = Company::new().await;
    let (kesha, polly) = (company.enrol(1).await.profile, company.enrol(2).await.profile);
    let picture = picture(2);
    for copy in [jpeg(&picture, 60), lossless(&resized(&picture, 150), ImageFormat::Png), lossless(&picture, ImageFormat::WebP)] {
        assert_eq!(known(company.auth.log_in(copy).await).profile, polly);
    }
    assert_eq!(company.log_in(1).await.profile, kesha);
}

#[tokio::test]
async fn another_photo_is_unknown() {
    let company = Company::new().await;
    company.enrol(1).await;
    unknown(company.auth.log_in(photo(2)).await);
}

#[tokio::test]
async fn a_photo_taken_sideways_is_the_same_photo_if_it_says_so() {
    let company = Company::new().await;
    let kesha = company.enrol(1).await.profile;
    let sideways = imageops::rotate270(&picture(1));
    assert_eq!(known(company.auth.log_in(jpeg_to_be_turned(&sideways, 6)).await).profile, kesha);
    unknown(company.auth.log_in(jpeg(&sideways, 90)).await);
}

#[tokio::test]
async fn templates_of_another_recogniser_are_left_alone() {
    let company = Company::new().await;
    company.enrol(1).await;
    company.execute("UPDATE auth.beak_template SET recogniser = 'another-1'").await;
    unknown(company.auth.log_in(photo(1)).await);
}

#[tokio::test]
async fn the_photo_itself_is_not_stored() {
    let company = Company::new().await;
    company.enrol(1).await;
    let bytes_max = company.count("SELECT max(octet_length(template))::bigint FROM auth.beak_template").await;
    assert!(bytes_max < 300, "{bytes_max} bytes");
}

#[tokio::test]
async fn every_log_in_is_a_session_of_its_own() {
    let company = Company::new().await;
    let (first, second) = (company.enrol(1).await, company.log_in(1).await);
    assert_ne!(first.token, second.token);
    assert_eq!(company.auth.session(&first.token).await, Ok(Some(first.profile)));
    assert_eq!(company.auth.session(&second.token).await, Ok(Some(second.profile)));
}
