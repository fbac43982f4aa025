//! Photos that the recogniser can tell apart: coarse patterns of chance colours.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// How many areas of one colour a side of the pattern has. The recogniser looks at the slowest waves: the coarser the better.
const AREAS: u32 = 8;

/// The sides of the photo in pixels: a little more than it has to have.
const SIDE: u32 = 192;

/// The photo of this number, as a PNG: the same each time, and unlike that of any other number.
pub(crate) fn photo(number: u64) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(number);
    let pattern = RgbImage::from_fn(AREAS, AREAS, |_, _| Rgb([0; 3].map(|_: u8| random.random_range(0..=255))));
    let photo = imageops::resize(&pattern, SIDE, SIDE, imageops::FilterType::Triangle);
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(photo).write_to(&mut bytes, ImageFormat::Png).expect("there is room in memory");
    bytes.into_inner()
}

#[cfg(test)]
mod tests {
    use super::photo;

    #[test]
    fn a_number_has_one_photo() {
        assert_eq!(photo(1), photo(1));
        assert_ne!(photo(1), photo(2));
    }
}
