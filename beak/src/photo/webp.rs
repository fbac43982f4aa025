//! WebP, lossy and lossless. It is unpacked whole: no side is longer than 16,384 pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageError, Limits, Rgb, RgbImage, codecs::webp::WebPDecoder, metadata::Orientation};

use super::{Unpacked, Unusable, WHOLE_BYTES_MAX, check_dimensions, colour::on_white, too_many_pixels};

/// Unpacks a file, the first picture of an animated one.
pub(super) fn unpack(bytes: &[u8]) -> Result<Unpacked, Unusable> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    check_dimensions(width, height)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(WHOLE_BYTES_MAX as u64);
    decoder.set_limits(limits).map_err(|error| refusal(&error))?;
    // A picture with unreadable metadata is shown as it lies, in the colours that most have.
    let profile = decoder.icc_profile().ok().flatten();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = match DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))? {
        DynamicImage::ImageRgba8(transparent) => RgbImage::from_fn(width, height, |x, y| {
            let [red, green, blue, alpha] = transparent.get_pixel(x, y).0;
            Rgb(on_white([red, green, blue], alpha))
        }),
        opaque => opaque.into_rgb8(),
    };
    Ok(Unpacked { pixels, profile, orientation })
}

/// What the decoder's complaint means to whoever sent the photo.
fn refusal(error: &ImageError) -> Unusable {
    match error {
        ImageError::Limits(_) => too_many_pixels(),
        _ => Unusable::Damaged,
    }
}
