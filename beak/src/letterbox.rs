//! A photo of any shape in the square that the network takes.

use image::{
    RgbImage,
    imageops::{self, FilterType},
};

use crate::network::FeatureMap;

/// What the network takes for grey, and how far its values spread from it: (x − 127) / 128, as in its training.
const GREY: f32 = 127.0;
const SPREAD: f32 = 128.0;

/// A photo in a square, with grey bars beside it or above and below, and where in the square it lies.
#[derive(Debug)]
pub(crate) struct Letterbox {
    /// Three channels.
    pub(crate) picture: FeatureMap,
    /// Where the photo is: left, top, width and height as shares of the square's side.
    pub(crate) frame: Frame,
}

/// A rectangle in a square, in shares of its side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Letterbox {
    /// Scales the photo so that its longer side is `side` pixels.
    pub(crate) fn new(photo: &RgbImage, side: u32) -> Self {
        let scale = side as f32 / photo.width().max(photo.height()) as f32;
        let [width, height] = [photo.width(), photo.height()].map(|length| ((length as f32 * scale).round() as u32).clamp(1, side));
        let small = imageops::resize(photo, width, height, FilterType::CatmullRom);
        let (left, top) = ((side - width) / 2, (side - height) / 2);
        let mut picture = FeatureMap::zeros(side as usize, side as usize, 3);
        for (x, y, pixel) in small.enumerate_pixels() {
            let cell = picture.cell_mut((y + top) as usize, (x + left) as usize);
            for (value, channel) in cell.iter_mut().zip(pixel.0) {
                *value = (f32::from(channel) - GREY) / SPREAD;
            }
        }
        let [left, top, width, height] = [left, top, width, height].map(|length| length as f32 / side as f32);
        Self { picture, frame: Frame { left, top, width, height } }
    }
}

impl Frame {
    /// Which share of a cell lies in the photo, where the square has `cells` × `cells` of them.
    pub(crate) fn share_of_cell(&self, cells: usize, row: usize, column: usize) -> f32 {
        let overlap = |start: f32, length: f32, cell: usize| {
            let (cells, cell) = (cells as f32, cell as f32);
            (((start + length) * cells).min(cell + 1.0) - (start * cells).max(cell)).clamp(0.0, 1.0)
        };
        overlap(self.left, self.width, column) * overlap(self.top, self.height, row)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::Letterbox;

    #[test]
    #[expect(clippy::float_cmp, reason = "these shares are sums of powers of two: exact")]
    fn a_wide_photo_has_grey_above_and_below() {
        let letterbox = Letterbox::new(&RgbImage::from_pixel(64, 32, Rgb([255, 127, 0])), 32);
        assert_eq!((letterbox.frame.top, letterbox.frame.height, letterbox.frame.left, letterbox.frame.width), (0.25, 0.5, 0.0, 1.0));
        assert_eq!(letterbox.picture.cell(0, 0), [0.0, 0.0, 0.0]);
        assert_eq!(letterbox.picture.cell(16, 5), [1.0, 0.0, -127.0 / 128.0]);
        assert_eq!(letterbox.frame.share_of_cell(4, 0, 0), 0.0);
        assert_eq!(letterbox.frame.share_of_cell(4, 1, 3), 1.0);
        assert_eq!(letterbox.frame.share_of_cell(2, 0, 0), 0.5);
    }

    #[test]
    fn a_photo_of_one_line_fits() {
        let letterbox = Letterbox::new(&RgbImage::from_pixel(3000, 1, Rgb([1, 2, 3])), 32);
        assert_eq!(letterbox.picture.width, 32);
        assert!(letterbox.frame.height > 0.0);
    }
}
