//! The perceptual hash: what is the same photo to it, and what is not. The thresholds were measured on real photos; these tests
//! watch that they keep working.

use auth::{
    Photo, SamePhoto,
    recogniser::{BeakRecogniser as _, Template},
};
use image::{ImageFormat, Rgb, imageops};

use crate::pictures::{jpeg, lossless, picture, resized};

fn template(bytes: &[u8]) -> Template {
    SamePhoto.template(&Photo::read(bytes).expect("a photo")).expect("a template")
}

fn is_same(one: &Template, other: &Template) -> bool {
    let (there, back) = (SamePhoto.likeness(one, other), SamePhoto.likeness(other, one));
    assert_eq!(there, back, "likeness has no direction");
    SamePhoto.matches(there)
}

#[test]
fn copies_of_a_photo_are_the_same() {
    for seed in 0..12 {
        let picture = picture(seed);
        let original = template(&jpeg(&picture, 90));
        assert!((SamePhoto.likeness(&original, &original).0 - 1.0).abs() < f32::EPSILON);
        for quality in [60, 75, 95] {
            for percent in [50, 70, 100, 140, 200] {
                let copy = template(&jpeg(&resized(&picture, percent.max(67)), quality));
                assert!(is_same(&original, &copy), "seed {seed}, {percent} %, quality {quality}");
            }
        }
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            assert!(is_same(&original, &template(&lossless(&picture, format))), "seed {seed}, {format:?}");
        }
    }
}

#[test]
fn different_photos_are_not() {
    let templates: Vec<Template> = (0..60).map(|seed| template(&jpeg(&picture(seed), 90))).collect();
    for (place, one) in templates.iter().enumerate() {
        for other in &templates[..place] {
            assert!(!is_same(one, other), "{:?}", SamePhoto.likeness(one, other));
        }
    }
}

#[test]
fn the_same_shape_in_another_colour_is_another_photo() {
    let green = picture(5);
    let mut red = green.clone();
    red.pixels_mut().for_each(|Rgb([red, green, _])| std::mem::swap(red, green));
    assert!(!is_same(&template(&jpeg(&green, 90)), &template(&jpeg(&red, 90))));
}

#[test]
fn a_mirror_image_is_another_photo_as_the_documentation_says() {
    let picture = picture(6);
    assert!(!is_same(&template(&jpeg(&picture, 90)), &template(&jpeg(&imageops::flip_horizontal(&picture), 90))));
}

#[test]
fn what_it_never_made_is_not_like_anything() {
    let template = template(&jpeg(&picture(1), 90));
    for foreign in [Template(vec![]), Template(template.0[1..].to_vec()), Template([template.0.as_slice(), &[0]].concat())] {
        assert!(!is_same(&template, &foreign));
    }
}
