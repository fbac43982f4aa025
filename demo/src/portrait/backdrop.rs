use super::{
    canvas::{Canvas, Colour, LIGHT, SHADE, circle, feather, shape},
    look::Backdrop,
};

/// Paints what is behind a parrot.
pub(super) fn paint(canvas: &mut Canvas, backdrop: Backdrop, colour: Colour) {
    match backdrop {
        Backdrop::Sun => canvas.circle((54.0, 44.0), 36.0, colour),
        Backdrop::Palm => palm(canvas, colour),
        Backdrop::Hills => hills(canvas, colour),
        Backdrop::Rays => rays(canvas, colour),
        Backdrop::Stripes => {
            for left in [4.0, 36.0, 68.0] {
                canvas.fill(&shape(&format!("M {left} 0 L {0} 0 L {0} 100 L {left} 100 Z", left + 16.0)), colour);
            }
        }
        Backdrop::Dots => dots(canvas, colour),
        Backdrop::Porthole => {
            canvas.circle((50.0, 46.0), 47.0, SHADE);
            canvas.circle((50.0, 46.0), 43.0, colour);
            canvas.inside(&circle((50.0, 46.0), 43.0), |canvas| {
                canvas.fill(&shape("M -10 60 L 70 -20 L 96 -20 L -10 86 Z"), LIGHT);
            });
        }
        Backdrop::Rings => {
            for (radius, cover) in [(56.0, 90), (44.0, 130), (32.0, 255)] {
                canvas.circle((56.0, 40.0), radius, colour.covering(cover));
            }
        }
    }
}

fn palm(canvas: &mut Canvas, colour: Colour) {
    for (degrees, length) in [(96.0, 74.0), (118.0, 92.0), (140.0, 104.0), (162.0, 92.0), (184.0, 74.0)] {
        canvas.fill(&feather((2.0, -6.0), length, 15.0, degrees), colour);
    }
    for (degrees, length) in [(-100.0, 46.0), (-78.0, 58.0), (-56.0, 62.0), (-34.0, 52.0)] {
        canvas.fill(&feather((104.0, 92.0), length, 12.0, degrees), colour);
    }
}

fn hills(canvas: &mut Canvas, colour: Colour) {
    canvas.circle((78.0, 20.0), 10.0, LIGHT.covering(200));
    canvas.fill(&shape("M 0 62 C 20 40 36 44 52 58 C 68 70 84 50 100 54 L 100 100 L 0 100 Z"), colour.covering(130));
    canvas.fill(&shape("M 0 78 C 18 62 40 66 58 78 C 74 86 88 72 100 74 L 100 100 L 0 100 Z"), colour);
}

fn rays(canvas: &mut Canvas, colour: Colour) {
    const RAYS: u8 = 12;
    for ray in 0..RAYS {
        let degrees = f32::from(ray) * 360.0 / f32::from(RAYS);
        let edge = |degrees: f32| {
            let (sine, cosine) = degrees.to_radians().sin_cos();
            (54.0 + 120.0 * sine, 44.0 - 120.0 * cosine)
        };
        let ((x1, y1), (x2, y2)) = (edge(degrees), edge(degrees + 180.0 / f32::from(RAYS)));
        canvas.fill(&shape(&format!("M 54 44 L {x1} {y1} L {x2} {y2} Z")), colour);
    }
}

fn dots(canvas: &mut Canvas, colour: Colour) {
    for row in 0..8_u8 {
        for column in 0..8_u8 {
            let indent = if row % 2 == 0 { 0.0 } else { 7.0 };
            canvas.circle((f32::from(column) * 14.0 + indent, f32::from(row) * 14.0 + 3.0), 3.2, colour);
        }
    }
}
