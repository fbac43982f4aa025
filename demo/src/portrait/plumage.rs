use tiny_skia::Path;

use super::{
    canvas::{Canvas, Colour, LIGHT, SHADE, feather, shape},
    look::{Crest, Look},
};

/// Head, neck and breast in one line, looking to the right.
pub(super) fn outline() -> Path {
    shape("M 6 104 C 9 84 24 76 26 52 C 27 28 40 13 57 13 C 71 13 79 24 79 38 C 79 50 74 56 72 62 C 74 72 90 80 92 104 Z")
}

/// Paints the feathers of breast, wing and head.
pub(super) fn paint(canvas: &mut Canvas, look: &Look) {
    canvas.fill(&outline(), look.breast);
    canvas.inside(&outline(), |canvas| {
        scales(canvas);
        wing(canvas, look.wing);
        hood(canvas, look.head);
        // Light from the front, shade at the back.
        canvas.fill(&shape("M 0 104 L 0 40 L 26 40 C 26 60 34 70 24 84 C 20 92 20 98 20 104 Z"), SHADE);
        canvas.fill(&shape("M 34 30 C 38 18 48 13 57 12 L 70 14 C 56 14 42 20 37 33 C 36 36 33 34 34 30 Z"), LIGHT);
    });
}

/// Paints what is on top of the head. It is behind the head, so it comes before it.
pub(super) fn crest(canvas: &mut Canvas, crest: Crest, colour: Colour) {
    let feathers: &[((f32, f32), f32, f32, f32)] = match crest {
        Crest::None => &[],
        Crest::Tuft => &[((52.0, 22.0), 16.0, 7.0, -34.0), ((54.0, 22.0), 18.0, 7.0, -12.0), ((56.0, 22.0), 15.0, 7.0, 12.0)],
        Crest::Fringe => &[
            ((40.0, 28.0), 19.0, 9.0, -52.0),
            ((44.0, 24.0), 20.0, 9.0, -34.0),
            ((49.0, 22.0), 20.0, 9.0, -16.0),
            ((55.0, 22.0), 19.0, 9.0, 2.0),
            ((62.0, 23.0), 17.0, 9.0, 20.0),
        ],
        Crest::Fan => &[
            ((46.0, 36.0), 36.0, 8.5, -80.0),
            ((46.0, 32.0), 35.0, 8.5, -62.0),
            ((48.0, 28.0), 31.0, 8.5, -45.0),
            ((52.0, 26.0), 26.0, 8.5, -28.0),
            ((56.0, 25.0), 21.0, 8.0, -11.0),
            ((61.0, 25.0), 16.5, 7.5, 6.0),
        ],
    };
    for (nth, (root, length, width, degrees)) in feathers.iter().enumerate() {
        let feather = feather(*root, *length, *width, *degrees);
        canvas.fill(&feather, colour);
        if nth % 2 == 0 {
            canvas.fill(&feather, SHADE.covering(22));
        }
    }
}

/// The small feathers of the breast: only their lower edges are seen.
fn scales(canvas: &mut Canvas) {
    for row in 0..5_u8 {
        for column in 0..8_u8 {
            let (row, column) = (f32::from(row), f32::from(column));
            let x = 24.0 + column * 9.0 + (row % 2.0) * 4.5;
            let y = 62.0 + row * 8.0;
            canvas.line(&shape(&format!("M {x} {y} Q {} {} {} {y}", x + 4.5, y + 6.5, x + 9.0)), 1.1, SHADE);
        }
    }
}

/// The folded wing, long feathers first.
fn wing(canvas: &mut Canvas, [shoulder, middle, long]: [Colour; 3]) {
    for (y, length, width, colour) in [(78.0, 34.0, 13.0, long), (72.0, 22.0, 12.0, middle)] {
        for nth in 0..5_u8 {
            let feather = feather((14.0 + f32::from(nth) * 8.0, y + f32::from(nth) * 1.5), length, width, 176.0 - f32::from(nth) * 3.0);
            canvas.fill(&feather, colour);
            canvas.line(&feather, 0.8, SHADE);
        }
    }
    canvas.fill(
        &shape("M 4 92 C 6 78 18 66 30 66 C 44 66 52 74 52 83 C 46 79 42 84 37 81 C 32 86 27 80 22 85 C 16 82 10 86 4 92 Z"),
        shoulder,
    );
}

/// The head's colour ends in feathers on the neck.
fn hood(canvas: &mut Canvas, colour: Colour) {
    canvas.fill(&shape("M 0 0 L 100 0 L 100 56 C 74 64 44 62 20 54 Z"), colour);
    for nth in 0..8_u8 {
        let nth = f32::from(nth);
        let sag = 4.0 - (nth - 3.5).abs();
        canvas.fill(&feather((24.0 + nth * 7.4, 50.0 + sag), 17.0, 10.5, 180.0), colour);
    }
}
