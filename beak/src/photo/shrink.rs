//! Makes a picture smaller by a whole number while its rows come in, so that it need not be there at once.

use image::RgbImage;

use super::SIDE_UNPACKED_MIN;

/// Takes the rows of a picture from top to bottom and keeps the mean of each square of them.
#[derive(Debug)]
pub(super) struct Shrinker {
    /// How many pixels a side of a square has.
    factor: u32,
    width: u32,
    kept_width: u32,
    kept_height: u32,
    /// Sums over the rows of squares that are coming in.
    sums: Vec<[u32; 3]>,
    /// How many rows they hold.
    rows: u32,
    kept: Vec<u8>,
}

impl Shrinker {
    /// For a picture of this size. Its longer side keeps at least [`SIDE_UNPACKED_MIN`] pixels, if it has them.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let factor = (width.max(height) / SIDE_UNPACKED_MIN).max(1);
        let (kept_width, kept_height) = (width.div_ceil(factor), height.div_ceil(factor));
        let sums = vec![[0; 3]; kept_width as usize];
        Self { factor, width, kept_width, kept_height, sums, rows: 0, kept: Vec::with_capacity((kept_width * kept_height * 3) as usize) }
    }

    /// The next row.
    pub(super) fn push(&mut self, row: impl Iterator<Item = [u8; 3]>) {
        let factor = self.factor as usize;
        for (column, pixel) in row.take(self.width as usize).enumerate() {
            for (sum, channel) in self.sums[column / factor].iter_mut().zip(pixel) {
                *sum += u32::from(channel);
            }
        }
        self.rows += 1;
        if self.rows == self.factor {
            self.keep();
        }
    }

    /// The smaller picture. Rows that never came are black.
    pub(super) fn finish(mut self) -> RgbImage {
        if self.rows > 0 {
            self.keep();
        }
        self.kept.resize((self.kept_width * self.kept_height * 3) as usize, 0);
        RgbImage::from_raw(self.kept_width, self.kept_height, self.kept).expect("three channels for each pixel")
    }

    /// Squares at the right and the lower edge may hold fewer pixels.
    fn keep(&mut self) {
        for (column, sums) in (0..).zip(&mut self.sums) {
            let columns = self.factor.min(self.width - column * self.factor);
            let pixels = columns * self.rows;
            self.kept.extend(sums.map(|sum| ((sum + pixels / 2) / pixels) as u8));
            *sums = [0; 3];
        }
        self.rows = 0;
    }
}

#[cfg(test)]
mod tests {
    use image::{RgbImage, imageops};
    use proptest::prelude::*;

    use super::{SIDE_UNPACKED_MIN, Shrinker};

    fn shrunk(picture: &RgbImage) -> RgbImage {
        let mut shrinker = Shrinker::new(picture.width(), picture.height());
        for row in picture.rows() {
            shrinker.push(row.map(|pixel| pixel.0));
        }
        shrinker.finish()
    }

    #[test]
    fn a_small_picture_stays_as_it_is() {
        let picture = RgbImage::from_fn(1999, 3, |x, y| image::Rgb([x as u8, y as u8, (x / 256) as u8]));
        assert_eq!(shrunk(&picture), picture);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        /// Against another way of the same mean, where squares are whole.
        #[test]
        fn squares_are_averaged(factor in 2_u32..6, height in 1_u32..9, seed in any::<u32>()) {
            let (width, height) = (SIDE_UNPACKED_MIN * factor, height * factor);
            let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ seed).wrapping_mul(2_246_822_519);
            let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb(noise(x, y).to_be_bytes()[..3].try_into().expect("three")));
            let expected = imageops::thumbnail(&picture, width / factor, height / factor);
            let small = shrunk(&picture);
            prop_assert_eq!(small.dimensions(), expected.dimensions());
            let worst = small.iter().zip(expected.iter()).map(|(one, other)| one.abs_diff(*other)).max();
            prop_assert!(worst <= Some(1), "{worst:?}");
        }

        /// A plain picture stays plain up to its edges, whatever its size.
        #[test]
        fn edges_are_averaged_over_what_is_there(width in 1_u32..5000, height in 1_u32..40, level in any::<u8>()) {
            let small = shrunk(&RgbImage::from_pixel(width, height, image::Rgb([level; 3])));
            prop_assert!(small.iter().all(|channel| *channel == level));
        }
    }
}
