//! Another photo of the same bird, as far as one can be made from the first one: closer, in other light, stored once more.

use std::io::Cursor;

use anyhow::Result;
use image::{DynamicImage, ImageFormat, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::photos::BeakBox;

/// How much of a photo is left, as a share of each side.
const KEPT_MIN: f32 = 0.6;
const KEPT_MAX: f32 = 0.9;

/// How much lighter or darker it becomes.
const LIGHT: std::ops::Range<f32> = 0.7..1.3;

/// How much the contrast changes.
const CONTRAST: std::ops::Range<f32> = -20.0..20.0;

/// The quality of the new JPEG.
const QUALITY: std::ops::RangeInclusive<u8> = 50..=85;

/// Makes one; the same number makes the same.
pub(crate) fn second_photo(photo: &RgbImage, beak: BeakBox, number: u64) -> Result<RgbImage> {
    let mut random = StdRng::seed_from_u64(number);
    let mut span = |length: u32, start: f32, share: f32| {
        let kept = random.random_range(KEPT_MIN..KEPT_MAX).max(share);
        // The beak stays in it.
        let (first, last) = ((start + share - kept).clamp(0.0, 1.0 - kept), start.clamp(0.0, 1.0 - kept));
        let from = if last > first { random.random_range(first..last) } else { last };
        let pixels = |share: f32| (share * length as f32) as u32;
        (pixels(from), pixels(kept).max(1))
    };
    let (left, width) = span(photo.width(), beak.left, beak.width);
    let (top, height) = span(photo.height(), beak.top, beak.height);
    let light = random.random_range(LIGHT);
    let contrast = random.random_range(CONTRAST);
    let mut cut = imageops::crop_imm(photo, left, top, width, height).to_image();
    for pixel in cut.pixels_mut() {
        pixel.0 = pixel.0.map(|channel| (f32::from(channel) * light).clamp(0.0, 255.0) as u8);
    }
    let cut = imageops::contrast(&cut, contrast);
    let mut stored = Vec::new();
    DynamicImage::from(cut).write_with_encoder(JpegEncoder::new_with_quality(&mut stored, random.random_range(QUALITY)))?;
    Ok(image::load(Cursor::new(stored), ImageFormat::Jpeg)?.into_rgb8())
}
