//! Photo intake: from the bytes a stranger sends to a picture a recogniser can look at, or a refusal that names its reason.
//!
//! The cheap checks come first: size in bytes, format, dimensions, and only then is the picture unpacked, within limits.

mod jpeg;

use std::io::Cursor;

use contracts::{
    PhotoRefusal,
    auth::{PHOTO_BYTES_MAX, PHOTO_SIDE_MIN},
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    imageops::{self, FilterType},
    metadata::Orientation,
};

/// How many pixels a photo may have: as many as phones take. A progressive JPEG of that size is the most expensive to unpack,
/// with half a gigabyte.
const PHOTO_PIXELS_MAX: u64 = 50_000_000;

/// How much memory one decoder may ask for, in bytes: enough for [`PHOTO_PIXELS_MAX`] with four channels of 8 bits.
const DECODED_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The longest side of what a recogniser gets to see, in pixels. More shows no more of a beak and costs time.
const PHOTO_SIDE_KEPT: u32 = 2048;

/// How far the brightness of a photo's areas must spread (standard deviation, of 255) for there to be something in it.
/// The plainest of the 1,279 photos on which the recogniser was measured has 17.
const SPREAD_MIN: f32 = 2.0;

/// How many areas a side is divided into for that.
const SPREAD_AREAS: u16 = 32;

/// A photo as a recogniser sees it: upright, in colour, no side longer than 2048 pixels, nothing but the picture.
///
/// The file's metadata (where it was taken, with what) does not get this far.
#[derive(Debug, Clone)]
pub struct Photo {
    pixels: RgbImage,
}

impl Photo {
    /// Reads the bytes of a JPEG, PNG or WebP. It computes for up to a second, so it does not belong on a thread that serves.
    pub fn read(bytes: &[u8]) -> Result<Self, PhotoRefusal> {
        let format = format(bytes)?;
        let mut decoder = decoder(bytes, format)?;
        check_dimensions(&decoder)?;
        if format == ImageFormat::Jpeg && !jpeg::is_complete(bytes) {
            return Err(PhotoRefusal::Damaged);
        }
        // A picture with unreadable metadata is shown as it lies.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let unpacked = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
        let photo = Self { pixels: upright(unpacked, orientation) };
        if photo.spread() < SPREAD_MIN { Err(PhotoRefusal::Blank) } else { Ok(photo) }
    }

    /// The picture.
    #[must_use]
    pub const fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The brightness of the picture in `columns` × `rows` areas, row by row, 0.0 to 255.0 (ITU-R BT.601).
    pub(crate) fn brightness(&self, columns: u32, rows: u32) -> Vec<f32> {
        let areas = imageops::thumbnail(&self.pixels, columns, rows);
        let brightness = |[red, green, blue]: [u8; 3]| 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
        areas.pixels().map(|pixel| brightness(pixel.0)).collect()
    }

    /// The standard deviation of the brightness of the picture's areas.
    fn spread(&self) -> f32 {
        let areas = self.brightness(SPREAD_AREAS.into(), SPREAD_AREAS.into());
        let share = f32::from(SPREAD_AREAS).powi(-2);
        let mean: f32 = areas.iter().map(|area| area * share).sum();
        areas.iter().map(|area| (area - mean).powi(2) * share).sum::<f32>().sqrt()
    }
}

/// What the file is, by its first bytes; its name is not asked.
fn format(bytes: &[u8]) -> Result<ImageFormat, PhotoRefusal> {
    if bytes.is_empty() {
        return Err(PhotoRefusal::Missing);
    }
    if bytes.len() > PHOTO_BYTES_MAX {
        return Err(PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX });
    }
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => Ok(format),
        _ => Err(PhotoRefusal::UnknownFormat),
    }
}

/// Reads the file's header.
fn decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder, PhotoRefusal> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| refusal(&error))
}

fn check_dimensions(decoder: &impl ImageDecoder) -> Result<(), PhotoRefusal> {
    let (width, height) = decoder.dimensions();
    if width.min(height) < PHOTO_SIDE_MIN {
        return Err(PhotoRefusal::TooSmall { width, height, side_min: PHOTO_SIDE_MIN });
    }
    if u64::from(width) * u64::from(height) > PHOTO_PIXELS_MAX || decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(PhotoRefusal::TooManyPixels { pixels_max: PHOTO_PIXELS_MAX });
    }
    Ok(())
}

/// Shrinks first: turning a large picture would need the memory for it twice.
fn upright(unpacked: DynamicImage, orientation: Orientation) -> RgbImage {
    let mut picture = match unpacked {
        large if large.width().max(large.height()) > PHOTO_SIDE_KEPT => {
            large.resize(PHOTO_SIDE_KEPT, PHOTO_SIDE_KEPT, FilterType::Triangle)
        }
        small => small,
    };
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

/// What a decoder's complaint means to whoever sent the photo.
fn refusal(error: &ImageError) -> PhotoRefusal {
    tracing::debug!(%error, "a photo cannot be decoded");
    match error {
        ImageError::Limits(_) => PhotoRefusal::TooManyPixels { pixels_max: PHOTO_PIXELS_MAX },
        _ => PhotoRefusal::Damaged,
    }
}
