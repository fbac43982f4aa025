//! Photos for tests: drawn from a seed, so that no test depends on a file and every run sees the same.

use std::io::Cursor;

use image::{
    DynamicImage, ImageEncoder as _, ImageFormat, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// A picture with blots of many colours on a sky, unlike that of every other seed. Width and height are multiples of 16, so that
/// the blocks of a JPEG lie the same when it is turned.
pub(crate) fn picture(seed: u64) -> RgbImage {
    let mut random = StdRng::seed_from_u64(seed);
    let mut colour = || Rgb([random.random_range(0..=255), random.random_range(0..=255), random.random_range(0..=255)]);
    let (sky, ground) = (colour(), colour());
    let colours: Vec<Rgb<u8>> = (0..24).map(|_| colour()).collect();
    let blots: Vec<([f32; 2], [f32; 2])> = (0..colours.len())
        .map(|_| {
            let centre = [random.random_range(0.0..320.0), random.random_range(0.0..240.0)];
            (centre, [random.random_range(12.0..70.0), random.random_range(12.0..70.0)])
        })
        .collect();
    RgbImage::from_fn(320, 240, |x, y| {
        let [x, y] = [x, y].map(|place| f32::from(u16::try_from(place).expect("a small picture")));
        let covers =
            |(centre, radius): &([f32; 2], [f32; 2])| ((x - centre[0]) / radius[0]).powi(2) + ((y - centre[1]) / radius[1]).powi(2) < 1.0;
        let blot = blots.iter().rposition(covers);
        blot.map_or(if y < 150.0 { sky } else { ground }, |blot| colours[blot])
    })
}

/// The bytes of a photo of this seed, as a phone would send it.
pub(crate) fn photo(seed: u64) -> Vec<u8> {
    jpeg(&picture(seed), 90)
}

pub(crate) fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).expect("a JPEG");
    bytes
}

/// A JPEG whose metadata say that it must be turned (EXIF 2.32, tag 0x0112) before it is shown.
pub(crate) fn jpeg_to_be_turned(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let tag_orientation = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    let exif = [b"II\x2a\0\x08\0\0\0".as_slice(), &[1, 0], &tag_orientation, &[0; 4]].concat();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif).expect("JPEG has room for metadata");
    encoder.encode_image(picture).expect("a JPEG");
    bytes
}

/// The bytes of a picture in a format without losses.
pub(crate) fn lossless(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.clone()).write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

pub(crate) fn resized(picture: &RgbImage, percent: u32) -> RgbImage {
    imageops::resize(picture, picture.width() * percent / 100, picture.height() * percent / 100, FilterType::CatmullRom)
}
