//! Photo intake: from the bytes a stranger sends to an upright picture in sRGB, or a refusal that names its reason.
//!
//! The cheap checks come first: format, dimensions, and only then is the picture unpacked. Cameras take more pixels than anybody needs to see a
//! beak, so a picture is reduced in scale while it is unpacked wherever its format allows that ([`jpeg`], [`png`]); what has to be in memory at
//! full size has a limit in bytes.

mod colour;
mod jpeg;
mod png;
mod shrink;
mod webp;

use image::{
    DynamicImage, ImageFormat, RgbImage,
    imageops::{self, FilterType},
    metadata::Orientation,
};

/// How many pixels the shorter side must have.
pub const SIDE_MIN: u32 = 160;

/// How many pixels a photo may have: more than phones take.
pub const PIXELS_MAX: u64 = 64_000_000;

/// How many bytes a format may unpack at once that cannot be unpacked in parts: enough for [`PIXELS_MAX`] with four channels of 8 bits.
const WHOLE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The longest side of what is looked at, in pixels: both looks take less, and more costs time.
const PHOTO_SIDE_MAX: u32 = 1280;

/// A picture is made smaller while it is unpacked as long as its longer side keeps so many pixels: a quarter of the 4032 that most phones take.
const SIDE_UNPACKED_MIN: u32 = 1000;

/// How far the brightness of a photo's areas must spread (standard deviation, of 255) for there to be something in it.
/// The plainest of the 1,279 photos on which the recognisers were measured has 17.
const SPREAD_MIN: f32 = 2.0;

/// How many areas a side is divided into for that.
const SPREAD_AREAS: u16 = 32;

/// A photo as a recogniser sees it: upright, in sRGB, no side longer than 1280 pixels, nothing but the picture.
///
/// The file's metadata (where it was taken, with what) does not get this far.
#[derive(Debug, Clone)]
pub struct Photo {
    pixels: RgbImage,
}

/// Why the bytes are no photo to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// There are no bytes.
    #[error("there is no photo")]
    Missing,
    /// The bytes are a photo in the format of iPhones, which few programs can read.
    #[error("the photo is a HEIC")]
    Heic,
    /// The bytes are no JPEG, PNG or WebP.
    #[error("the photo is no JPEG, PNG or WebP")]
    UnknownFormat,
    /// The bytes begin like a picture but cannot be read to the end.
    #[error("the photo is damaged")]
    Damaged,
    /// The picture is too small to see a beak.
    #[error("the photo is {width} × {height} pixels: at least {side_min} on each side are needed")]
    TooSmall {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// [`SIDE_MIN`].
        side_min: u32,
    },
    /// The picture is too large to be unpacked.
    #[error("the photo has more than {pixels_max} pixels")]
    TooManyPixels {
        /// [`PIXELS_MAX`].
        pixels_max: u64,
    },
    /// Nothing can be told apart in the picture: it is one plain area.
    #[error("the photo shows nothing")]
    Blank,
}

/// What a format's reader makes of a file: the picture as it lies in it, 8 bits a channel, on white where it is transparent.
#[derive(Debug)]
struct Unpacked {
    pixels: RgbImage,
    /// What its colours mean (ICC), where the file says so.
    profile: Option<Vec<u8>>,
    /// How it has to be turned.
    orientation: Orientation,
}

impl Photo {
    /// Reads the bytes of a JPEG, PNG or WebP; what they are is told by the first of them. It computes for some hundredths of a second, up to a
    /// second for the largest files.
    ///
    /// # Errors
    /// [`Unusable`] says why not.
    pub fn read(bytes: &[u8]) -> Result<Self, Unusable> {
        let unpacked = match format(bytes)? {
            ImageFormat::Jpeg => jpeg::unpack(bytes),
            ImageFormat::Png => png::unpack(bytes),
            _webp => webp::unpack(bytes),
        }?;
        let photo = Self { pixels: finished(unpacked) };
        if photo.spread() < SPREAD_MIN { Err(Unusable::Blank) } else { Ok(photo) }
    }

    /// The picture.
    #[must_use]
    pub const fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The brightness of the picture in `columns` × `rows` areas, row by row, 0.0 to 255.0 (ITU-R BT.601).
    #[must_use]
    pub fn brightness(&self, columns: u32, rows: u32) -> Vec<f32> {
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
fn format(bytes: &[u8]) -> Result<ImageFormat, Unusable> {
    if bytes.is_empty() {
        return Err(Unusable::Missing);
    }
    if is_heic(bytes) {
        return Err(Unusable::Heic);
    }
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => Ok(format),
        _ => Err(Unusable::UnknownFormat),
    }
}

/// Whether the file begins as phones write HEIF with HEVC in it: a box `ftyp` of one of these brands (ISO/IEC 23008-12, annex B.4; `mif1` and
/// `msf1` stand for any codec, and phones use them for this one).
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 8] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.iter().any(|known| known.as_slice() == brand))
}

/// Refuses what is too small to see a beak or too large to be unpacked, by what the header says.
fn check_dimensions(width: u32, height: u32) -> Result<(), Unusable> {
    if width.min(height) < SIDE_MIN {
        return Err(Unusable::TooSmall { width, height, side_min: SIDE_MIN });
    }
    if u64::from(width) * u64::from(height) > PIXELS_MAX { Err(too_many_pixels()) } else { Ok(()) }
}

const fn too_many_pixels() -> Unusable {
    Unusable::TooManyPixels { pixels_max: PIXELS_MAX }
}

/// Makes it as small as is kept, sRGB, and upright. Turning comes last: turning a large picture would need the memory for it twice.
fn finished(unpacked: Unpacked) -> RgbImage {
    let Unpacked { pixels, profile, orientation } = unpacked;
    let mut picture = DynamicImage::ImageRgb8(pixels);
    if picture.width().max(picture.height()) > PHOTO_SIDE_MAX {
        picture = picture.resize(PHOTO_SIDE_MAX, PHOTO_SIDE_MAX, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    let mut pixels = picture.into_rgb8();
    if let Some(profile) = profile {
        colour::to_srgb(&mut pixels, &profile);
    }
    pixels
}
