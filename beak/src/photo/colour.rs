//! What the numbers of a picture mean: to sRGB from other colour spaces, and onto white where there is nothing.

use image::RgbImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// A pixel laid on white, as pages show it. What colour a pixel has that cannot be seen does not matter.
pub(super) fn on_white(colour: [u8; 3], alpha: u8) -> [u8; 3] {
    let (alpha, white) = (u32::from(alpha), u32::from(u8::MAX));
    colour.map(|channel| ((u32::from(channel) * alpha + white * (white - alpha) + white / 2) / white) as u8)
}

/// Turns the colours of a profile (ICC) into those of sRGB. A profile that cannot be read, or is not for RGB, changes nothing.
pub(super) fn to_srgb(pixels: &mut RgbImage, profile: &[u8]) {
    if let Some(converted) = converted(pixels, Layout::Rgb, profile, DataColorSpace::Rgb) {
        pixels.copy_from_slice(&converted);
    }
}

/// Turns inks, 0 for none to 255 for full, into sRGB: by their profile, or as if inks were perfect.
pub(super) fn cmyk_to_srgb(inks: &[u8], profile: Option<&[u8]>) -> Vec<u8> {
    // The layout says how many channels there are, and there is none of its own for inks.
    let by_profile = profile.and_then(|profile| converted(inks, Layout::Rgba, profile, DataColorSpace::Cmyk));
    by_profile.unwrap_or_else(|| {
        inks.as_chunks()
            .0
            .iter()
            .flat_map(|[cyan, magenta, yellow, black]| {
                let white = u32::from(u8::MAX);
                let seen = |ink: u8| (white - u32::from(ink)) * (white - u32::from(*black));
                [*cyan, *magenta, *yellow].map(|ink| ((seen(ink) + white / 2) / white) as u8)
            })
            .collect()
    })
}

/// `None` where the profile cannot be used.
fn converted(pixels: &[u8], layout: Layout, profile: &[u8], space: DataColorSpace) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(profile).ok().filter(|profile| profile.color_space == space)?;
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, TransformOptions::default()).ok()?;
    let mut converted = vec![0; pixels.len() / layout.channels() * Layout::Rgb.channels()];
    transform.transform(pixels, &mut converted).ok()?;
    Some(converted)
}

#[cfg(test)]
mod tests {
    use super::{cmyk_to_srgb, on_white};

    #[test]
    fn nothing_is_white() {
        assert_eq!(on_white([10, 20, 30], 0), [255; 3]);
        assert_eq!(on_white([10, 20, 30], 255), [10, 20, 30]);
        assert_eq!(on_white([0, 255, 100], 51), [204, 255, 224]); // a fifth of it
    }

    #[test]
    fn inks_without_a_profile_are_perfect() {
        let inks = [[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 255, 0], [0, 0, 0, 255], [0, 0, 0, 51], [255, 255, 255, 255]].concat();
        let colours = [[255, 255, 255], [0, 255, 255], [255, 0, 0], [0, 0, 0], [204, 204, 204], [0, 0, 0]].concat();
        assert_eq!(cmyk_to_srgb(&inks, None), colours);
        assert_eq!(cmyk_to_srgb(&inks, Some(b"no profile")), colours);
    }
}
