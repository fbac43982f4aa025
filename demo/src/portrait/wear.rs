use super::{
    canvas::{Canvas, Colour, LIGHT, SHADE, circle, shape},
    face::EYE,
    look::Wear,
    plumage,
};

/// Paints what a parrot wears.
pub(super) fn paint(canvas: &mut Canvas, wear: Wear) {
    match wear {
        Wear::Nothing => {}
        Wear::Glasses(colour) => glasses(canvas, colour),
        Wear::BowTie(colour) => bow_tie(canvas, colour),
        Wear::Beads(colour) => beads(canvas, colour),
        Wear::Scarf(colour) => scarf(canvas, colour),
        Wear::EggShell(colour) => egg_shell(canvas, colour),
    }
}

fn glasses(canvas: &mut Canvas, colour: Colour) {
    canvas.circle(EYE, 10.4, LIGHT.covering(28));
    canvas.line(&shape("M 52.5 33 Q 54 28.5 58 27.5"), 1.3, LIGHT.covering(200));
    canvas.line(&circle(EYE, 10.4), 1.9, colour);
    canvas.line(&shape("M 48.8 34 C 42 31 36 31 31 33"), 1.9, colour);
    canvas.line(&shape("M 69 32.5 C 71 30.5 73 30.5 74.5 31.5"), 1.9, colour);
}

fn bow_tie(canvas: &mut Canvas, colour: Colour) {
    for half in [
        "M 67 75 C 60 68 54 66 51 68 C 49 73 49 81 51 86 C 55 87 61 82 67 77 Z",
        "M 67 75 C 74 68 80 66 83 68 C 85 73 85 81 83 86 C 79 87 73 82 67 77 Z",
    ] {
        canvas.fill(&shape(half), colour);
    }
    for fold in ["M 55 72 Q 60 74 63 76", "M 79 72 Q 74 74 71 76", "M 55 82 Q 60 79 63 77.5", "M 79 82 Q 74 79 71 77.5"] {
        canvas.line(&shape(fold), 1.0, SHADE.covering(80));
    }
    canvas.fill(&shape("M 63.5 72 L 70.5 72 L 70.5 80 L 63.5 80 Z"), colour);
    canvas.fill(&shape("M 63.5 72 L 70.5 72 L 70.5 80 L 63.5 80 Z"), SHADE);
}

fn beads(canvas: &mut Canvas, colour: Colour) {
    canvas.inside(&plumage::outline(), |canvas| {
        const BEADS: u8 = 10;
        for nth in 0..BEADS {
            let part = f32::from(nth) / f32::from(BEADS - 1);
            let (x, y) = (26.0 + 52.0 * part, 72.0 + 10.0 * (part * std::f32::consts::PI).sin());
            canvas.circle((x, y + 0.8), 3.4, SHADE);
            canvas.circle((x, y), 3.2, colour);
            canvas.circle((x + 1.0, y - 1.0), 1.0, LIGHT.covering(190));
        }
    });
}

fn scarf(canvas: &mut Canvas, colour: Colour) {
    canvas.fill(&shape("M 60 76 L 70 74 C 74 84 74 94 72 104 L 58 104 C 62 94 62 84 60 76 Z"), colour);
    canvas.fill(&shape("M 60 76 L 70 74 C 74 84 74 94 72 104 L 58 104 C 62 94 62 84 60 76 Z"), SHADE);
    canvas.inside(&shape("M 21 64 C 36 74 60 74 76 63 C 79 67 80 72 79 75 C 62 88 34 86 17 76 C 17 71 18 67 21 64 Z"), |canvas| {
        canvas.fill(&shape("M 0 50 L 100 50 L 100 100 L 0 100 Z"), colour);
        for x in [26.0, 40.0, 54.0, 68.0] {
            canvas.line(&shape(&format!("M {x} 60 Q {} 74 {} 92", x + 4.0, x + 1.0)), 3.4, LIGHT.covering(150));
        }
    });
}

fn egg_shell(canvas: &mut Canvas, colour: Colour) {
    let shell = shape("M 35 27 C 36 12 47 4 57 5 C 67 7 74 15 74.5 26 L 69 22 L 64 27 L 58 21.5 L 52 28 L 46 23 L 40.5 30 Z");
    canvas.fill(&shell, colour);
    canvas.inside(&shell, |canvas| {
        canvas.fill(&shape("M 30 40 L 30 -4 L 48 -4 C 40 8 40 20 42 34 Z"), SHADE);
        for (spot, radius) in [((60.0, 12.0), 1.6), ((52.0, 16.0), 1.1), ((66.0, 18.0), 1.2), ((55.0, 9.0), 0.9)] {
            canvas.circle(spot, radius, SHADE.covering(90));
        }
    });
}
