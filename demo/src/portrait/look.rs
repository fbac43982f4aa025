use super::canvas::Colour;

/// How a parrot looks in its portrait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// What is behind it.
    pub(crate) backdrop: Backdrop,
    /// Colours of the backdrop: the ground, and what is on it.
    pub(crate) ground: [Colour; 2],
    /// Whether it looks to the left; else to the right.
    pub(crate) faces_left: bool,
    /// The colour of the breast.
    pub(crate) breast: Colour,
    /// The colour of the head.
    pub(crate) head: Colour,
    /// The colours of the wing: shoulder, middle, long feathers.
    pub(crate) wing: [Colour; 3],
    /// What is on top of the head.
    pub(crate) crest: Crest,
    /// The colour of that.
    pub(crate) crest_colour: Colour,
    /// The form of the beak.
    pub(crate) beak: Beak,
    /// The colours of the upper and of the lower beak.
    pub(crate) beak_colours: [Colour; 2],
    /// The colours around and of the eye.
    pub(crate) eye: [Colour; 2],
    /// What is special about the face, from the back to the front.
    pub(crate) marks: &'static [Mark],
    /// What it wears.
    pub(crate) wears: Wear,
}

/// What is behind a parrot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backdrop {
    /// A large disc.
    Sun,
    /// Leaves of a palm from a corner.
    Palm,
    /// Hills, one before another.
    Hills,
    /// Rays from a point.
    Rays,
    /// Broad upright stripes, as of a wallpaper.
    Stripes,
    /// Dots in rows.
    Dots,
    /// A round window.
    Porthole,
    /// Rings, one in another.
    Rings,
}

/// What is on top of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crest {
    /// Nothing.
    None,
    /// A few short feathers.
    Tuft,
    /// A low, broad fan.
    Fringe,
    /// A tall fan, raised.
    Fan,
}

/// The form of a beak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beak {
    /// Large and curved, as of a macaw.
    Grand,
    /// Stout, as of a cockatoo or an Amazon.
    Stout,
    /// Short and tucked in below a soft swelling, as of a budgerigar.
    Button {
        /// The colour of that.
        cere: Colour,
    },
}

/// Something special about a face.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    /// The forehead, above the beak, has a colour of its own.
    Forehead(Colour),
    /// The crown has a colour of its own.
    Crown(Colour),
    /// A bare patch from the eye to the beak, with fine lines.
    BareFace(Colour),
    /// A round cheek.
    Cheek(Colour),
    /// A narrow stripe behind the lower beak.
    Chin(Colour),
    /// A patch around the eye, paler than the head.
    Mask(Colour),
    /// Small spots at the throat.
    Throat(Colour),
    /// Fine bars over the back of the head.
    Bars(Colour),
}

/// What a parrot wears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wear {
    /// Nothing but feathers.
    Nothing,
    /// Round glasses, for figures.
    Glasses(Colour),
    /// A bow tie, for meetings.
    BowTie(Colour),
    /// A string of beads, for authority.
    Beads(Colour),
    /// A scarf, for the draught.
    Scarf(Colour),
    /// A bit of the egg, for the first day.
    EggShell(Colour),
}
