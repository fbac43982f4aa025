use super::{
    canvas::{Canvas, Colour, LIGHT, SHADE, circle, shape},
    look::{Beak, Look, Mark},
    plumage,
};

/// Where the eye is.
pub(super) const EYE: (f32, f32) = (59.0, 35.0);

const PUPIL: Colour = Colour::of("14141c");
const GLINT: Colour = Colour::of("ffffff");

/// Paints marks, beak and eye.
pub(super) fn paint(canvas: &mut Canvas, look: &Look) {
    canvas.inside(&plumage::outline(), |canvas| {
        for one in look.marks {
            mark(canvas, *one);
        }
    });
    beak(canvas, look.beak, look.beak_colours);
    eye(canvas, look.eye);
}

fn mark(canvas: &mut Canvas, mark: Mark) {
    match mark {
        Mark::Forehead(colour) => canvas.fill(&shape("M 62 6 C 64 20 67 28 72 34 L 90 40 L 90 6 Z"), colour),
        Mark::Crown(colour) => {
            canvas.fill(&shape("M 30 0 L 90 0 L 90 30 C 78 30 72 24 62 22 C 50 20 42 24 36 34 C 30 26 28 12 30 0 Z"), colour);
        }
        Mark::BareFace(colour) => {
            canvas.fill(&shape("M 52 34 C 52 26 62 23 70 27 L 82 30 L 80 52 C 74 60 60 58 55 48 C 53 44 52 40 52 34 Z"), colour);
            for (y, length) in [(44.0, 12.0), (47.5, 11.0), (51.0, 8.0)] {
                canvas.line(
                    &shape(&format!("M 58 {y} Q {} {} {} {y}", 58.0 + length / 2.0, y + 2.0, 58.0 + length)),
                    0.8,
                    SHADE.covering(70),
                );
            }
        }
        Mark::Cheek(colour) => canvas.circle((55.0, 50.0), 7.0, colour),
        Mark::Chin(colour) => canvas.fill(&shape("M 66 54 C 60 58 58 66 62 72 C 68 74 76 70 80 60 Z"), colour),
        Mark::Mask(colour) => {
            canvas.fill(&shape("M 46 34 C 46 24 56 20 66 22 L 90 24 L 86 52 C 76 60 64 58 56 52 C 49 48 46 42 46 34 Z"), colour);
        }
        Mark::Throat(colour) => {
            for spot in [(56.0, 58.0), (63.0, 61.0), (70.0, 60.0)] {
                canvas.circle(spot, 2.3, colour);
            }
        }
        Mark::Bars(colour) => {
            for step in 0..6_u8 {
                let x = 30.0 + f32::from(step) * 4.6;
                canvas.line(&shape(&format!("M {x} {} Q {} {} {} {}", 18.0, x - 5.0, 34.0, x - 2.0, 52.0)), 1.5, colour);
            }
        }
    }
}

fn beak(canvas: &mut Canvas, form: Beak, [upper_colour, lower_colour]: [Colour; 2]) {
    let (upper, lower, light, nostril) = match form {
        Beak::Grand => (
            "M 68 27 C 80 21 97 30 96 53 C 95.5 60 93 65 90 69 C 89 61 86 56 80 55 C 73 54 67 48 66 40 C 65.5 35 66 30 68 27 Z",
            "M 68 51 C 73 55 80 56 85 60 C 85 67 76 69 70 63 C 67 60 66 55 68 51 Z",
            "M 73 29 C 82 27 92 34 92 50 C 88 40 82 34 73 33 Z",
            (74.0, 35.0),
        ),
        Beak::Stout => (
            "M 70 29 C 80 25 93 33 92 51 C 91.5 57 90 60 87 64 C 86 57 82 54 77 52 C 72 50 68 46 68 40 C 68 35 68 31 70 29 Z",
            "M 69 49 C 74 52 79 54 83 57 C 83 63 75 65 70 60 C 67 57 67 52 69 49 Z",
            "M 74 31 C 82 29 89 36 89 48 C 85 40 80 36 74 35 Z",
            (74.5, 36.0),
        ),
        Beak::Button { .. } => (
            "M 71 34 C 80 31 88 39 86 52 C 85.5 56 84 58 82 61 C 81 55 78 52 75 51 C 71 49 69 45 69 41 C 69 38 70 35 71 34 Z",
            "M 71 50 C 74 52 77 53 79 56 C 79 61 73 62 70 58 C 69 55 69 52 71 50 Z",
            "M 75 37 C 81 36 85 42 84 49 C 81 44 79 41 75 40 Z",
            (74.0, 34.0),
        ),
    };
    canvas.fill(&shape(lower), lower_colour);
    canvas.fill(&shape(upper), upper_colour);
    canvas.fill(&shape(light), LIGHT);
    if let Beak::Button { cere } = form {
        canvas.fill(&shape("M 67 34 C 68 28 77 28 79 34.5 C 80 40 69 41 67 34 Z"), cere);
    }
    canvas.circle(nostril, 1.2, PUPIL.covering(170));
}

fn eye(canvas: &mut Canvas, [ring, iris]: [Colour; 2]) {
    canvas.circle(EYE, 7.4, ring);
    canvas.circle(EYE, 5.2, iris);
    canvas.circle(EYE, 3.5, PUPIL);
    canvas.circle((EYE.0 + 1.4, EYE.1 - 1.6), 1.3, GLINT);
    canvas.circle((EYE.0 - 1.3, EYE.1 + 1.5), 0.7, GLINT.covering(150));
    // The lid gives it a calm look.
    canvas.inside(&circle(EYE, 7.4), |canvas| {
        canvas.fill(&shape("M 50 24 L 70 24 L 70 32 C 64 29.5 56 29 50 33 Z"), ring);
        canvas.line(&shape("M 50 33 C 56 29 64 29.5 70 32"), 0.9, PUPIL.covering(120));
    });
}
