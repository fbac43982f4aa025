//! Every refusal, from bytes made for it (specification, §1: "each refusal names its reason").

use auth::photo::Photo;
use contracts::{
    PhotoRefusal, ServiceError,
    auth::{Auth as _, PHOTO_BYTES_MAX, PHOTO_SIDE_MIN},
};
use image::{ImageFormat, Rgb, RgbImage, imageops};

use crate::{
    company::Company,
    pictures::{jpeg, jpeg_to_be_turned, lossless, photo, picture, png_bomb, resized},
};

fn refusal(bytes: &[u8]) -> PhotoRefusal {
    Photo::read(bytes).expect_err("the photo is refused")
}

#[test]
fn the_three_formats_are_read() {
    let picture = picture(1);
    for bytes in [jpeg(&picture, 90), lossless(&picture, ImageFormat::Png), lossless(&picture, ImageFormat::WebP)] {
        assert_eq!(Photo::read(&bytes).expect("a photo").pixels().dimensions(), (320, 240));
    }
}

#[test]
fn nothing_is_missing() {
    assert_eq!(refusal(&[]), PhotoRefusal::Missing);
}

#[test]
fn one_byte_too_many_is_too_many() {
    let mut bytes = photo(1);
    bytes.resize(PHOTO_BYTES_MAX, 0);
    Photo::read(&bytes).expect("just fits; what follows the picture does not matter");
    bytes.push(0);
    assert_eq!(refusal(&bytes), PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX });
}

#[test]
fn other_formats_are_unknown_whatever_they_are_called() {
    for bytes in
        [b"GIF89a\x40\x01\xf0\0\0\0\0;".as_slice(), b"BM6\0\0\0", b"II*\0\x08\0\0\0", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xFF"]
    {
        assert_eq!(refusal(bytes), PhotoRefusal::UnknownFormat, "{bytes:?}");
    }
}

#[test]
fn a_photo_that_was_cut_off_is_damaged_wherever_that_was() {
    let picture = picture(1);
    for whole in [jpeg(&picture, 90), lossless(&picture, ImageFormat::Png), lossless(&picture, ImageFormat::WebP)] {
        for twentieth in 1..20 {
            assert_eq!(refusal(&whole[..whole.len() * twentieth / 20]), PhotoRefusal::Damaged, "{twentieth}/20 of {:?}", &whole[..4]);
        }
    }
    let whole = photo(1);
    assert_eq!(refusal(&whole[..whole.len() - 1]), PhotoRefusal::Damaged);
}

#[test]
fn a_photo_that_is_too_small_is_told_its_size() {
    let side_min = PHOTO_SIDE_MIN;
    let just_fits = imageops::crop_imm(&picture(1), 0, 0, side_min, side_min).to_image();
    Photo::read(&jpeg(&just_fits, 90)).expect("just fits");
    for (width, height) in [(side_min - 1, side_min), (side_min, side_min - 1), (1, 1)] {
        let small = imageops::crop_imm(&just_fits, 0, 0, width, height).to_image();
        assert_eq!(refusal(&lossless(&small, ImageFormat::Png)), PhotoRefusal::TooSmall { width, height, side_min });
    }
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    for (width, height) in [(60_000, 60_000), (u32::MAX >> 1, 200), (7_072, 7_072)] {
        let bomb = png_bomb(width, height);
        assert!(matches!(refusal(&bomb), PhotoRefusal::TooManyPixels { pixels_max: 50_000_000 }), "{width} × {height}");
    }
    // As many as are allowed: it is unpacked, and found to hold nothing.
    assert_eq!(refusal(&png_bomb(7_071, 7_071)), PhotoRefusal::Damaged);
}

#[test]
fn one_plain_area_is_blank() {
    for level in [0, 90, 255] {
        let plain = RgbImage::from_pixel(200, 200, Rgb([level; 3]));
        assert_eq!(refusal(&jpeg(&plain, 90)), PhotoRefusal::Blank, "{level}");
    }
    // The grain of a camera that sees nothing.
    let grain = RgbImage::from_fn(200, 200, |x, y| Rgb([100 + ((x * 7 + y * 13) % 5) as u8; 3]));
    assert_eq!(refusal(&lossless(&grain, ImageFormat::Png)), PhotoRefusal::Blank);
}

#[test]
fn a_photo_is_turned_upright() {
    let upright = picture(3);
    // What must be done to a picture so that doing what the tag says shows it upright again (EXIF 2.32, 0x0112).
    let undo: [fn(&RgbImage) -> RgbImage; 8] = [
        RgbImage::clone,
        |picture| imageops::flip_horizontal(picture),
        |picture| imageops::rotate180(picture),
        |picture| imageops::flip_vertical(picture),
        |picture| imageops::rotate270(&imageops::flip_horizontal(picture)),
        |picture| imageops::rotate270(picture),
        |picture| imageops::rotate90(&imageops::flip_horizontal(picture)),
        |picture| imageops::rotate90(picture),
    ];
    for (orientation, undo) in (1..).zip(undo) {
        let photo = Photo::read(&jpeg_to_be_turned(&undo(&upright), orientation)).expect("a photo");
        assert_eq!(photo.pixels().dimensions(), upright.dimensions(), "orientation {orientation}");
        let difference: u64 = photo.pixels().iter().zip(upright.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(difference / (320 * 240 * 3) < 6, "orientation {orientation}: {difference}");
    }
}

#[test]
fn a_large_photo_is_kept_small() {
    let large = resized(&picture(1), 900);
    assert_eq!(Photo::read(&jpeg(&large, 80)).expect("a photo").pixels().dimensions(), (2048, 1536));
}

#[tokio::test]
async fn the_service_passes_the_reason_on_and_keeps_nothing() {
    let company = Company::new().await;
    let refused = |bytes| company.auth.log_in(bytes);
    assert_eq!(refused(vec![]).await, Err(ServiceError::PhotoRefused(PhotoRefusal::Missing)));
    assert_eq!(refused(b"no photo".to_vec()).await, Err(ServiceError::PhotoRefused(PhotoRefusal::UnknownFormat)));
    let too_many = PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX };
    assert_eq!(refused(vec![0; PHOTO_BYTES_MAX + 1]).await, Err(ServiceError::PhotoRefused(too_many)));
    assert_eq!(company.count("SELECT count(*) FROM auth.enrolment_ticket").await, 0);
}
