//! What portraits are painted with: flat shapes in one colour each, on a square of 100 × 100 units.

use tiny_skia::{FillRule, LineCap, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

/// The sides of a portrait, in units.
const UNITS: f32 = 100.0;

/// The sides of a portrait in pixels: three times what the log-in page shows, for screens with fine pixels.
pub(super) const SIDE: u16 = 480;

/// A colour, and how much it covers, from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour {
    rgb: u32,
    cover: u8,
}

/// Black that only darkens what is below, for shadows.
pub(super) const SHADE: Colour = Colour::of("001b2b").covering(38);

/// White that only lightens what is below, for light.
pub(super) const LIGHT: Colour = Colour::of("ffffff").covering(56);

impl Colour {
    /// The colour that is written like this in style sheets, without the `#`: `rrggbb`.
    pub(crate) const fn of(digits: &str) -> Self {
        match u32::from_str_radix(digits, 16) {
            Ok(rgb) if digits.len() == 6 => Self { rgb, cover: u8::MAX },
            _ => panic!("a colour is written as rrggbb"),
        }
    }

    /// The same colour, covering this much.
    pub(crate) const fn covering(self, cover: u8) -> Self {
        Self { cover, ..self }
    }

    fn paint(self) -> Paint<'static> {
        let [_, red, green, blue] = self.rgb.to_be_bytes();
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(red, green, blue, self.cover);
        paint
    }
}

/// A picture in the making.
pub(super) struct Canvas {
    pixels: Pixmap,
    /// From units to pixels.
    transform: Transform,
    /// Only what is inside is painted.
    mask: Option<Mask>,
}

impl Canvas {
    /// A picture of one colour.
    pub(super) fn new(ground: Colour) -> Self {
        let mut pixels = Pixmap::new(SIDE.into(), SIDE.into()).expect("a size above zero");
        let scale = f32::from(SIDE) / UNITS;
        let transform = Transform::from_scale(scale, scale);
        let all = Rect::from_xywh(0.0, 0.0, UNITS, UNITS).expect("a rectangle");
        pixels.fill_rect(all, &ground.paint(), transform, None);
        Self { pixels, transform, mask: None }
    }

    /// Lets `paint` see the picture in a mirror.
    pub(super) fn mirrored(&mut self, paint: impl FnOnce(&mut Self)) {
        let transform = self.transform;
        self.transform = transform.pre_concat(Transform::from_row(-1.0, 0.0, 0.0, 1.0, UNITS, 0.0));
        paint(self);
        self.transform = transform;
    }

    /// Lets `paint` reach only what is inside a shape, and inside the shapes around it.
    pub(super) fn inside(&mut self, shape: &Path, paint: impl FnOnce(&mut Self)) {
        let outer = self.mask.take();
        let mut mask = outer.clone().unwrap_or_else(|| {
            let mut everything = Mask::new(SIDE.into(), SIDE.into()).expect("a size above zero");
            everything.invert();
            everything
        });
        mask.intersect_path(shape, FillRule::Winding, true, self.transform);
        self.mask = Some(mask);
        paint(self);
        self.mask = outer;
    }

    /// Fills a shape.
    pub(super) fn fill(&mut self, shape: &Path, colour: Colour) {
        self.pixels.fill_path(shape, &colour.paint(), FillRule::Winding, self.transform, self.mask.as_ref());
    }

    /// Draws along a line.
    pub(super) fn line(&mut self, along: &Path, width: f32, colour: Colour) {
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        self.pixels.stroke_path(along, &colour.paint(), &stroke, self.transform, self.mask.as_ref());
    }

    /// Fills a circle.
    pub(super) fn circle(&mut self, centre: (f32, f32), radius: f32, colour: Colour) {
        self.fill(&circle(centre, radius), colour);
    }

    /// The picture, row by row: red, green, blue.
    pub(super) fn into_pixels(self) -> Vec<u8> {
        self.pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
    }
}

/// A circle.
pub(super) fn circle((x, y): (f32, f32), radius: f32) -> Path {
    PathBuilder::from_circle(x, y, radius).expect("a circle has a size")
}

/// A feather: a leaf with a round end, from its root, in the direction of `degrees` (0: up, 90: to the right).
pub(super) fn feather(root: (f32, f32), length: f32, width: f32, degrees: f32) -> Path {
    let half = width / 2.0;
    let mut path = PathBuilder::new();
    path.move_to(0.0, 0.0);
    path.cubic_to(-half * 0.9, -length * 0.2, -half * 1.5, -length * 0.98, 0.0, -length);
    path.cubic_to(half * 1.5, -length * 0.98, half * 0.9, -length * 0.2, 0.0, 0.0);
    path.close();
    let (x, y) = root;
    let place = Transform::from_rotate(degrees).post_translate(x, y);
    path.finish().and_then(|path| path.transform(place)).expect("a feather has a size")
}

/// The shape that a text describes in the commands of SVG: `M x y`, `L x y`, `Q x1 y1 x y`, `C x1 y1 x2 y2 x y` and `Z`.
///
/// # Panics
/// When the text is something else. All of them are written in this program, and the tests paint every one.
pub(super) fn shape(commands: &str) -> Path {
    let mut words = commands.split_ascii_whitespace();
    let mut path = PathBuilder::new();
    while let Some(command) = words.next() {
        let mut number = || words.next().and_then(|word| word.parse::<f32>().ok()).expect("a number");
        match command {
            "M" => path.move_to(number(), number()),
            "L" => path.line_to(number(), number()),
            "Q" => path.quad_to(number(), number(), number(), number()),
            "C" => path.cubic_to(number(), number(), number(), number(), number(), number()),
            "Z" => path.close(),
            other => panic!("{other} is no command of a shape"),
        }
    }
    path.finish().expect("a shape has a size")
}
