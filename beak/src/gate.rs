//! First look at a photo: is there a parrot, is its beak visible, where, and how large?

use image::RgbImage;

use crate::{
    head::Head,
    letterbox::{Frame, Letterbox},
    network::{FeatureMap, Features, Network},
};

/// The side of the square for the first look, in pixels: 20 × 20 cells.
const SIDE: u32 = 320;

/// Cells that lie less than this in the photo show grey bars and are not asked.
const CELL_SHARE_MIN: f32 = 0.3;

/// What a cell outside the photo scores: less than any cell in it.
const OUTSIDE: f32 = -30.0;

/// How many of the hottest cells the score is the mean of: one alone may be an accident.
const CELLS_SCORED: usize = 3;

/// Sides of a beak as shares of the square's: what is outside is an error of the estimate.
const SIDE_SHARE_MIN: f32 = 0.03;
const SIDE_SHARE_MAX: f32 = 0.5;

/// What the first look finds, whatever is made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Log-odds that there is a parrot.
    pub parrot: f32,
    /// How much like a beak the hottest cells are, in log-odds.
    pub beak: f32,
    /// Where the beak is, if there is one.
    pub region: Region,
}

/// A square in a photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// The centre, as shares of the photo's width and height.
    pub x: f32,
    /// See `x`.
    pub y: f32,
    /// The side, as a share of the photo's longer side.
    pub side: f32,
}

/// What the gate looks at: features of cells of 16 pixels, each with those of the larger cell around it.
#[derive(Debug)]
pub struct Cells {
    at_16: FeatureMap,
    at_32: FeatureMap,
    frame: Frame,
    embedding: Vec<f32>,
}

impl Cells {
    /// Runs the photo through the network.
    #[must_use]
    pub fn new(network: &Network, photo: &RgbImage) -> Self {
        let letterbox = Letterbox::new(photo, SIDE);
        let Features { at_16, at_32, embedding } = network.run(&letterbox.picture);
        Self { at_16, at_32: at_32.doubled(), frame: letterbox.frame, embedding }
    }

    /// How many cells a side has.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.at_16.width
    }

    /// The numbers that describe a cell.
    pub fn values(&self, row: usize, column: usize) -> impl Iterator<Item = f32> {
        self.at_16.cell(row, column).iter().chain(self.at_32.cell(row, column)).copied()
    }

    /// The centre of a cell, as shares of the photo's width and height.
    #[must_use]
    pub fn centre(&self, row: usize, column: usize) -> (f32, f32) {
        let share = |cell: usize| (cell as f32 + 0.5) / self.side() as f32;
        ((share(column) - self.frame.left) / self.frame.width, (share(row) - self.frame.top) / self.frame.height)
    }

    /// A length in the photo, as shares of its width and height, as shares of the square's side.
    #[must_use]
    pub fn in_square(&self, width: f32, height: f32) -> (f32, f32) {
        (width * self.frame.width, height * self.frame.height)
    }

    /// Whether enough of a cell lies in the photo.
    #[must_use]
    pub fn is_in_photo(&self, row: usize, column: usize) -> bool {
        self.frame.share_of_cell(self.side(), row, column) > CELL_SHARE_MIN
    }

    /// The whole photo in numbers.
    #[must_use]
    pub fn embedding(&self) -> &[f32] {
        &self.embedding
    }

    /// Looks with the trained numbers.
    #[must_use]
    pub fn sighting(&self, head: &Head) -> Sighting {
        let side = self.side();
        let heats: Vec<f32> = (0..side * side).map(|cell| self.heat(head, cell / side, cell % side)).collect();
        let mut hottest = heats.clone();
        hottest.sort_by(|one, other| other.total_cmp(one));
        let beak = hottest.iter().take(CELLS_SCORED).sum::<f32>() / CELLS_SCORED as f32;
        Sighting { parrot: head.parrot.of(self.embedding.iter().copied()), beak, region: self.region(head, &heats) }
    }

    /// How much a cell looks like a beak, in log-odds.
    #[must_use]
    pub fn heat(&self, head: &Head, row: usize, column: usize) -> f32 {
        if self.is_in_photo(row, column) { head.beak.of(self.values(row, column)) } else { OUTSIDE }
    }

    /// The hottest cell and those around it, weighted by their heat (soft-argmax).
    fn region(&self, head: &Head, heats: &[f32]) -> Region {
        let side = self.side();
        let hottest = (0..heats.len()).max_by(|one, other| heats[*one].total_cmp(&heats[*other])).unwrap_or_default();
        let (row, column) = (hottest / side, hottest % side);
        let near = |centre: usize| centre.saturating_sub(1)..(centre + 2).min(side);
        let (mut total, mut x, mut y, mut log_side, mut count) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (row, column) in near(row).flat_map(|row| near(column).map(move |column| (row, column))) {
            let weight = (heats[row * side + column] - heats[hottest]).exp();
            total += weight;
            x += weight * (column as f32 + 0.5);
            y += weight * (row as f32 + 0.5);
            log_side += head.size.of(self.values(row, column));
            count += 1.0;
        }
        let cells = side as f32;
        let log_side = (log_side / count).clamp(SIDE_SHARE_MIN.ln(), SIDE_SHARE_MAX.ln());
        Region {
            x: (x / total / cells - self.frame.left) / self.frame.width,
            y: (y / total / cells - self.frame.top) / self.frame.height,
            side: log_side.exp(),
        }
    }
}
