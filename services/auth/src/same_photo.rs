//! The recogniser for looking around: a perceptual hash. It recognises the photo and not the bird.
//!
//! A photo that was re-encoded (JPEG, PNG, WebP), resized or stripped of its metadata is the same photo to it; another photo of
//! the same parrot is not, nor is the same photo cropped, mirrored or retouched.
//!
//! # How
//!
//! *Shape*: the brightness of 64 × 64 areas goes through a cosine transform; of the 17 × 17 slowest waves, all but the average,
//! each gives one bit, whether it is above zero: 288 bits that hardly depend on fine detail, where encoders save.
//! *Colour*: the average colour of 8 × 8 areas; drawings of one shape in two colours differ in that alone.
//!
//! # The thresholds, measured
//!
//! On 1,279 photos and drawings of parrots, other birds and other things. *Same*: each against nine copies of itself (JPEG at
//! quality 95, 75 and 60; lossless WebP; half and double size; half and double size as JPEG at 60; 70 % by dropping pixels as
//! JPEG at 75): 11,511 pairs. *Different*: each against each that is not made from the same original: 817,005 pairs.
//!
//! | | same: median | 99.9 % | greatest | allowed | different: least | 0.01 % | median |
//! |---|---|---|---|---|---|---|---|
//! | shape, bits of 288 | 0 to 8 | 31 | 33 | 56 | 95 | 110 | 144 |
//! | colour, of 255 | 0.0 to 0.7 | 2.3 | 2.4 | 6 | 10.1 | 22.7 | 62.0 |
//!
//! One pair is not in the row of shapes: two drawings of the same bird in two colours, 15 bits apart, and 28.0 in colour. Both
//! differences must be allowed: every copy was recognised (likeness 0.71 or more, 0.50 is enough), no other photo was (0.01 or less).

#![expect(clippy::cast_precision_loss, reason = "counts of some thousands at most: f32 holds them exactly")]

use std::f32::consts::PI;

use beak::photo::Photo;
use contracts::{PhotoRefusal, UserId, auth::RecogniserState};
use image::imageops;

use crate::recogniser::{BeakRecogniser, KnownBeak, Likeness, Template, most_alike};

/// How many areas a side is divided into before the transform.
const AREAS: u16 = 64;

/// How many waves in each direction become bits.
const WAVES: usize = 17;

/// How many bits the shape has: one for each pair of waves but the first, the average.
const SHAPE_BITS: usize = WAVES * WAVES - 1;

/// How many bytes they take.
const SHAPE_BYTES: usize = SHAPE_BITS / 8;

/// How many areas a side is divided into for the colours.
const COLOUR_AREAS: u32 = 8;

/// How many bytes the colours take: red, green and blue of each area.
const COLOUR_BYTES: usize = (COLOUR_AREAS * COLOUR_AREAS * 3) as usize;

/// Up to so many different bits of shape two photos are the same.
const SHAPE_DIFFERENCE_MAX: f32 = 56.0;

/// Up to so great an average difference of colour (of 255) two photos are the same.
const COLOUR_DIFFERENCE_MAX: f32 = 6.0;

/// Photos this much alike are the same: where the greater of the two differences, each measured by its maximum, is just allowed.
const LIKENESS_MIN: f32 = 0.5;

/// Recognises the photo and not the bird.
#[derive(Debug, Clone, Copy, Default)]
pub struct SamePhoto;

impl BeakRecogniser for SamePhoto {
    fn id(&self) -> &'static str {
        "same-photo-1"
    }

    fn state(&self) -> RecogniserState {
        RecogniserState::SamePhoto
    }

    fn template(&self, photo: &Photo) -> Result<Template, PhotoRefusal> {
        let mut template = shape(photo);
        template.extend_from_slice(&imageops::thumbnail(photo.pixels(), COLOUR_AREAS, COLOUR_AREAS));
        Ok(Template(template))
    }

    fn whose(&self, shown: &Template, known: &[KnownBeak]) -> Option<UserId> {
        most_alike(known, |template| Some(self.likeness(shown, template)).filter(|likeness| self.matches(*likeness)))
    }
}

impl SamePhoto {
    /// How much alike two templates are. Something that this recogniser never made is not like anything.
    #[must_use]
    pub fn likeness(self, one: &Template, other: &Template) -> Likeness {
        let (Some((shape, colour)), Some((other_shape, other_colour))) = (parts(one), parts(other)) else {
            return Likeness(0.0);
        };
        let bits: u32 = shape.iter().zip(other_shape).map(|(a, b)| (a ^ b).count_ones()).sum();
        let levels: u32 = colour.iter().zip(other_colour).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        let shape_difference = bits as f32 / SHAPE_DIFFERENCE_MAX;
        let colour_difference = levels as f32 / COLOUR_BYTES as f32 / COLOUR_DIFFERENCE_MAX;
        Likeness((1.0 - (1.0 - LIKENESS_MIN) * shape_difference.max(colour_difference)).max(0.0))
    }

    /// Whether templates this much alike are of the same photo.
    #[must_use]
    pub fn matches(self, likeness: Likeness) -> bool {
        likeness.0 >= LIKENESS_MIN
    }
}

/// Shape and colours of a template of this recogniser.
fn parts(template: &Template) -> Option<(&[u8; SHAPE_BYTES], &[u8])> {
    let (shape, colours) = template.0.split_first_chunk()?;
    (colours.len() == COLOUR_BYTES).then_some((shape, colours))
}

/// The signs of the slowest waves of the picture's brightness, eight to a byte.
fn shape(photo: &Photo) -> Vec<u8> {
    let areas = photo.brightness(AREAS.into(), AREAS.into());
    let rows: Vec<[f32; WAVES]> = areas.chunks_exact(AREAS.into()).map(waves).collect();
    let column = |wave: usize| rows.iter().map(|row| row[wave]).collect::<Vec<f32>>();
    let columns: Vec<[f32; WAVES]> = (0..WAVES).map(|wave| waves(&column(wave))).collect();
    let signs: Vec<bool> = columns.iter().flatten().skip(1).map(|strength| *strength > 0.0).collect();
    signs.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, sign| byte << 1 | u8::from(*sign))).collect()
}

/// How strong the slowest waves are in a row of areas (discrete cosine transform, type II, not scaled).
fn waves(areas: &[f32]) -> [f32; WAVES] {
    std::array::from_fn(|wave| {
        let step = PI / f32::from(AREAS) * wave as f32;
        areas.iter().enumerate().map(|(place, area)| area * (step * (place as f32 + 0.5)).cos()).sum()
    })
}
