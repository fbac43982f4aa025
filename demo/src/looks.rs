//! What the parrots of the demo company look like.

use crate::portrait::{
    canvas::Colour,
    look::{Backdrop, Beak, Crest, Look, Mark, Wear},
};

const fn c(digits: &str) -> Colour {
    Colour::of(digits)
}

/// An African grey.
pub(crate) const ADA: Look = Look {
    backdrop: Backdrop::Sun,
    ground: [c("e9c46a"), c("f6e3ae")],
    faces_left: false,
    breast: c("a9b4bf"),
    head: c("8997a5"),
    wing: [c("75828f"), c("5f6b78"), c("c8402f")],
    crest: Crest::None,
    crest_colour: c("8997a5"),
    beak: Beak::Stout,
    beak_colours: [c("2d333b"), c("20252b")],
    eye: [c("f2f4f5"), c("f3d36b")],
    marks: &[Mark::Mask(c("e3e8ec"))],
    wears: Wear::Beads(c("c8402f")),
};

/// A hyacinth macaw.
pub(crate) const HERNANDO: Look = Look {
    backdrop: Backdrop::Palm,
    ground: [c("f7d9c4"), c("e39b72")],
    faces_left: true,
    breast: c("2c4fb5"),
    head: c("3560d1"),
    wing: [c("24429c"), c("1c3581"), c("142866")],
    crest: Crest::None,
    crest_colour: c("3560d1"),
    beak: Beak::Grand,
    beak_colours: [c("23262e"), c("16181d")],
    eye: [c("ffd23f"), c("5a3a1c")],
    marks: &[Mark::Chin(c("ffd23f"))],
    wears: Wear::BowTie(c("e2533f")),
};

/// A galah.
pub(crate) const PENELOPE: Look = Look {
    backdrop: Backdrop::Stripes,
    ground: [c("2f6f73"), c("3b8286")],
    faces_left: false,
    breast: c("e8718d"),
    head: c("f08ba3"),
    wing: [c("b9c0c9"), c("9aa3af"), c("7c8694")],
    crest: Crest::Fringe,
    crest_colour: c("fbd3dc"),
    beak: Beak::Stout,
    beak_colours: [c("f3ead9"), c("dccfb8")],
    eye: [c("fbe4e9"), c("8c3b4f")],
    marks: &[Mark::Crown(c("fbd3dc"))],
    wears: Wear::Glasses(c("2b2d42")),
};

/// An Amazon.
pub(crate) const INNOKENTY: Look = Look {
    backdrop: Backdrop::Dots,
    ground: [c("f4c9d6"), c("ec9fb6")],
    faces_left: true,
    breast: c("58b368"),
    head: c("3f9e57"),
    wing: [c("2f8a4c"), c("25713f"), c("2b5fa8")],
    crest: Crest::Tuft,
    crest_colour: c("f2c53d"),
    beak: Beak::Stout,
    beak_colours: [c("f2b134"), c("d18f1f")],
    eye: [c("f6f0d8"), c("e8762d")],
    marks: &[Mark::Forehead(c("e5383b")), Mark::Cheek(c("f2c53d"))],
    wears: Wear::Nothing,
};

/// A sulphur-crested cockatoo.
pub(crate) const ARKADY: Look = Look {
    backdrop: Backdrop::Rings,
    ground: [c("1f3b5c"), c("35608f")],
    faces_left: true,
    breast: c("f4f1ea"),
    head: c("ffffff"),
    wing: [c("ebe6db"), c("dcd6c8"), c("f4dc7a")],
    crest: Crest::Fan,
    crest_colour: c("f9d649"),
    beak: Beak::Stout,
    beak_colours: [c("3a3f47"), c("292d33")],
    eye: [c("cfe0ea"), c("3b2a20")],
    marks: &[Mark::Cheek(c("fbe9a6"))],
    wears: Wear::Scarf(c("c9403a")),
};

/// A sun conure.
pub(crate) const MANGO: Look = Look {
    backdrop: Backdrop::Rays,
    ground: [c("7fc8c2"), c("98d6d0")],
    faces_left: false,
    breast: c("f9a03f"),
    head: c("ffc93c"),
    wing: [c("f9c22e"), c("5bb85d"), c("2f7fc1")],
    crest: Crest::None,
    crest_colour: c("ffc93c"),
    beak: Beak::Button { cere: c("5a4d4a") },
    beak_colours: [c("2f2a2a"), c("3d3434")],
    eye: [c("fff6e0"), c("4a2c17")],
    marks: &[Mark::Forehead(c("f3722c")), Mark::Cheek(c("f3722c"))],
    wears: Wear::Nothing,
};

/// A scarlet macaw.
pub(crate) const JASPER: Look = Look {
    backdrop: Backdrop::Hills,
    ground: [c("bfe3f2"), c("6aa67c")],
    faces_left: false,
    breast: c("d62828"),
    head: c("e63946"),
    wing: [c("d62828"), c("fcbf49"), c("1d5fae")],
    crest: Crest::None,
    crest_colour: c("e63946"),
    beak: Beak::Grand,
    beak_colours: [c("f4ead5"), c("2b2b2f")],
    eye: [c("ffffff"), c("f2d16b")],
    marks: &[Mark::BareFace(c("fbf3ea"))],
    wears: Wear::Nothing,
};

/// A budgerigar.
pub(crate) const PIP: Look = Look {
    backdrop: Backdrop::Porthole,
    ground: [c("8367c7"), c("b9a5e6")],
    faces_left: false,
    breast: c("8ac926"),
    head: c("f7e967"),
    wing: [c("dde06a"), c("6b8f23"), c("43601a")],
    crest: Crest::None,
    crest_colour: c("f7e967"),
    beak: Beak::Button { cere: c("4f8fe0") },
    beak_colours: [c("f0a848"), c("d98c33")],
    eye: [c("fffbe0"), c("33312a")],
    marks: &[Mark::Bars(c("5b6b2a").covering(150)), Mark::Throat(c("33312a")), Mark::Cheek(c("4f7fd9"))],
    wears: Wear::EggShell(c("fdf6e8")),
};
