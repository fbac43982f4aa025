//! Second look, at the head alone: the numbers by which a parrot is known again.

use image::{RgbImage, imageops};

use crate::{
    gate::Region,
    head::{DESCRIPTOR_LENGTH, Head},
    letterbox::Letterbox,
    network::{CHANNELS_32, Network},
};

/// The side of the square for the second look, in pixels: 7 × 7 cells.
const SIDE: u32 = 224;

/// How many beaks wide the cut is: the head and some of the breast, whose colours tell birds apart.
const BEAKS_WIDE: f32 = 8.5;

/// The cut is not smaller than this, in pixels from its centre.
const RADIUS_MIN: f32 = 20.0;

/// Cells that lie less than this in the cut are not counted.
const CELL_SHARE_MIN: f32 = 0.5;

/// What a parrot looks like: 640 numbers of length 1 taken together.
#[derive(Debug, Clone, PartialEq)]
pub struct Descriptor(Vec<f32>);

impl Descriptor {
    /// Looks at what is around the beak.
    #[must_use]
    pub fn new(network: &Network, head: &Head, photo: &RgbImage, region: Region) -> Self {
        let mut values = Self::raw(network, photo, region);
        for (value, (mean, deviation)) in values.iter_mut().zip(head.descriptor_mean.iter().zip(&head.descriptor_deviation)) {
            *value = (*value - mean) / deviation;
        }
        Self::normalised(values)
    }

    /// Mean and standard deviation of each channel, as the network gives them.
    #[must_use]
    pub fn raw(network: &Network, photo: &RgbImage, region: Region) -> Vec<f32> {
        let letterbox = Letterbox::new(&cut(photo, region), SIDE);
        let map = network.run(&letterbox.picture).at_32;
        let places = (0..map.height).flat_map(|row| (0..map.width).map(move |column| (row, column)));
        let in_cut = places.filter(|(row, column)| letterbox.frame.share_of_cell(map.width, *row, *column) > CELL_SHARE_MIN);
        let cells: Vec<&[f32]> = in_cut.map(|(row, column)| map.cell(row, column)).collect();
        let count = cells.len().max(1) as f32;
        let mean: Vec<f32> = (0..CHANNELS_32).map(|channel| cells.iter().map(|cell| cell[channel]).sum::<f32>() / count).collect();
        let deviation = mean
            .iter()
            .enumerate()
            .map(|(channel, mean)| (cells.iter().map(|cell| (cell[channel] - mean).powi(2)).sum::<f32>() / count).sqrt());
        let deviation: Vec<f32> = deviation.collect();
        [mean, deviation].concat()
    }

    /// Makes the numbers of length 1 taken together.
    pub(crate) fn normalised(mut values: Vec<f32>) -> Self {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for value in &mut values {
                *value /= length;
            }
        }
        Self(values)
    }

    /// The numbers.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// How alike two parrots look: the cosine between their numbers, from −1 to 1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(one, other)| one * other).sum()
    }

    /// As bytes to be stored: little-endian `f32`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// Reads what [`Descriptor::to_bytes`] wrote; nothing where it is something else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (values, []) = bytes.as_chunks::<4>() else { return None };
        let values: Vec<f32> = values.iter().map(|value| f32::from_le_bytes(*value)).collect();
        (values.len() == DESCRIPTOR_LENGTH && values.iter().all(|value| value.is_finite())).then_some(Self(values))
    }
}

/// The square around the beak, as far as it lies in the photo.
fn cut(photo: &RgbImage, region: Region) -> RgbImage {
    let (width, height) = (photo.width() as f32, photo.height() as f32);
    let radius = (region.side * width.max(height) * BEAKS_WIDE / 2.0).max(RADIUS_MIN);
    let (x, y) = (region.x * width, region.y * height);
    let span = |centre: f32, length: f32| {
        let start = (centre - radius).clamp(0.0, length - 1.0) as u32;
        let end = (centre + radius).clamp(0.0, length) as u32;
        (start, end.saturating_sub(start).max(1))
    };
    let ((left, cut_width), (top, cut_height)) = (span(x, width), span(y, height));
    imageops::crop_imm(photo, left, top, cut_width, cut_height).to_image()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{Descriptor, cut};
    use crate::{gate::Region, head::DESCRIPTOR_LENGTH};

    #[test]
    fn a_cut_stays_in_the_photo() {
        let photo = RgbImage::from_pixel(400, 300, Rgb([9, 9, 9]));
        let size = |x, y, side| cut(&photo, Region { x, y, side }).dimensions();
        assert_eq!(size(0.5, 0.5, 0.05), (170, 170));
        assert_eq!(size(0.0, 0.0, 0.05), (85, 85));
        assert_eq!(size(1.5, -1.0, 0.05), (1, 1));
        assert_eq!(size(0.5, 0.5, 0.5), (400, 300));
    }

    #[test]
    fn a_descriptor_comes_back_from_its_bytes_and_is_most_like_itself() {
        let values: Vec<f32> = (0..DESCRIPTOR_LENGTH).map(|number| (number as f32).sin()).collect();
        let descriptor = Descriptor::normalised(values);
        assert_eq!(Descriptor::from_bytes(&descriptor.to_bytes()), Some(descriptor.clone()));
        assert!((descriptor.likeness(&descriptor) - 1.0).abs() < 1e-5);
        assert_eq!(Descriptor::from_bytes(&descriptor.to_bytes()[4..]), None);
        assert_eq!(Descriptor::from_bytes(&[0xff; 4 * DESCRIPTOR_LENGTH]), None);
    }
}
