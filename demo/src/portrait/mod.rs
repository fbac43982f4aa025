//! The photo that each parrot logs in with, painted when the program starts: no file to ship, and the same each time.

mod backdrop;
pub(crate) mod canvas;
mod face;
pub(crate) mod look;
mod plumage;
mod wear;

use image::{
    ExtendedColorType, ImageEncoder as _,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use self::{
    canvas::{Canvas, SIDE},
    look::Look,
};

/// Paints a portrait; answers the bytes of a PNG.
///
/// # Panics
/// When the picture cannot be encoded, which does not depend on anything outside the program.
pub(crate) fn portrait(look: &Look) -> Vec<u8> {
    let [ground, motif] = look.ground;
    let mut canvas = Canvas::new(ground);
    let paint = |canvas: &mut Canvas| {
        backdrop::paint(canvas, look.backdrop, motif);
        plumage::crest(canvas, look.crest, look.crest_colour);
        plumage::paint(canvas, look);
        face::paint(canvas, look);
        wear::paint(canvas, look.wears);
    };
    if look.faces_left {
        canvas.mirrored(paint);
    } else {
        paint(&mut canvas);
    }

    let mut bytes = Vec::new();
    let side = u32::from(SIDE);
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    encoder.write_image(&canvas.into_pixels(), side, side, ExtendedColorType::Rgb8).expect("a picture in memory");
    bytes
}

#[cfg(test)]
mod tests {
    use auth::{
        Photo, SamePhoto,
        recogniser::{BeakRecogniser as _, Template},
    };

    use crate::PARROTS;

    /// A page with all eight should be there at once.
    const BYTES_MAX: usize = 60 * 1024;

    #[test]
    fn a_portrait_is_the_same_each_time_and_light() {
        for parrot in &PARROTS {
            let portrait = parrot.portrait();
            assert_eq!(portrait, parrot.portrait(), "{}", parrot.key);
            assert!(portrait.len() <= BYTES_MAX, "{}: {} bytes", parrot.key, portrait.len());
        }
    }

    #[test]
    fn no_portrait_is_like_another() {
        let template = |portrait: Vec<u8>| SamePhoto.template(&Photo::read(&portrait).expect("a photo")).expect("something in it");
        let templates: Vec<Template> = PARROTS.iter().map(|parrot| template(parrot.portrait())).collect();
        for (place, one) in templates.iter().enumerate() {
            for (other_place, other) in templates.iter().enumerate() {
                assert_eq!(SamePhoto.matches(SamePhoto.likeness(one, other)), place == other_place, "{place} and {other_place}");
            }
        }
    }
}
