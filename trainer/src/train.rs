//! How the numbers are found.

use anyhow::{Context as _, Result};
use beak::{
    descriptor::Descriptor,
    gate::Cells,
    head::{Head, Linear},
    network::Network,
};

use crate::{
    in_parallel::in_parallel,
    logistic::Examples,
    photos::{Kind, Photo},
    tell,
};

/// Penalties on large weights, found by cross-validation on the photos for training.
const PARROT_PENALTY: f64 = 60.0;
const BEAK_PENALTY: f64 = 30.0;
const SIZE_PENALTY: f64 = 30.0;

/// How many cells without a beak each photo gives at first, and how many more in each round of those that are mistaken for one.
const OTHER_CELLS: usize = 12;
const MISTAKEN_CELLS: usize = 6;
const ROUNDS: usize = 2;

/// So much around a beak, as a share of its size, belongs neither to it nor to what is none.
const DOUBTFUL_MARGIN: f32 = 0.6;

/// A photo with what the network makes of it.
pub(crate) struct Seen {
    pub(crate) photo: Photo,
    pub(crate) cells: Cells,
}

/// Runs all photos through the network.
pub(crate) fn see(network: &Network, photos: Vec<Photo>) -> Result<Vec<Seen>> {
    in_parallel(photos, |photo| {
        let cells = Cells::new(network, &photo.read()?);
        Ok(Seen { photo, cells })
    })
}

/// Finds all the numbers.
pub(crate) fn train(network: &Network, seen: &[&Seen]) -> Result<Head> {
    let parrot = parrot(seen)?;
    let beak = beak(seen)?;
    let size = size(seen)?;
    let mut head = Head { beak, parrot, size, descriptor_mean: Vec::new(), descriptor_deviation: Vec::new() };
    (head.descriptor_mean, head.descriptor_deviation) = descriptor_scale(network, &head, seen)?;
    Ok(head)
}

/// Is there a parrot? Where the beak is cut away there may be little left of it: those photos are not asked.
fn parrot(seen: &[&Seen]) -> Result<Linear> {
    let mut examples = Examples::default();
    for Seen { photo, cells } in seen.iter().filter(|seen| seen.photo.synthetic != "crop") {
        examples.push(cells.embedding().iter().copied(), if photo.kind == Kind::Parrot { 1.0 } else { 0.0 }, 1.0);
    }
    examples.balance();
    examples.logistic(PARROT_PENALTY)
}

/// Does a cell show a beak? First beside cells chosen evenly, then beside those that were mistaken for a beak.
fn beak(seen: &[&Seen]) -> Result<Linear> {
    let mut chosen: Vec<Vec<usize>> = seen.iter().map(|seen| evenly(&without_beak(seen), OTHER_CELLS)).collect();
    let mut found = beak_beside(seen, &chosen)?;
    for round in 1..=ROUNDS {
        for (seen, chosen) in seen.iter().zip(&mut chosen) {
            let mut others = without_beak(seen);
            others.retain(|cell| !chosen.contains(cell));
            let heat = |cell: usize| found.of(values(seen, cell));
            others.sort_by(|one, other| heat(*other).total_cmp(&heat(*one)));
            chosen.extend(others.into_iter().take(MISTAKEN_CELLS));
        }
        found = beak_beside(seen, &chosen)?;
        tell(&format!("  beak: round {round} of {ROUNDS}"))?;
    }
    Ok(found)
}

fn beak_beside(seen: &[&Seen], chosen: &[Vec<usize>]) -> Result<Linear> {
    let mut examples = Examples::default();
    for (seen, chosen) in seen.iter().zip(chosen) {
        let beak = with_beak(seen);
        for cell in &beak {
            examples.push(values(seen, *cell), 1.0, 1.0 / beak.len() as f64);
        }
        for cell in chosen {
            examples.push(values(seen, *cell), 0.0, 1.0 / OTHER_CELLS as f64);
        }
    }
    examples.balance();
    examples.logistic(BEAK_PENALTY)
}

/// How large is the beak whose cell this is?
fn size(seen: &[&Seen]) -> Result<Linear> {
    let mut examples = Examples::default();
    for seen in seen {
        let Some(beak) = seen.photo.beak else { continue };
        let (width, height) = seen.cells.in_square(beak.width, beak.height);
        let cells = with_beak(seen);
        for cell in &cells {
            examples.push(values(seen, *cell), f64::from((width * height).sqrt().ln()), 1.0 / cells.len() as f64);
        }
    }
    examples.linear(SIZE_PENALTY)
}

/// Mean and standard deviation of what the network makes of heads.
fn descriptor_scale(network: &Network, head: &Head, seen: &[&Seen]) -> Result<(Vec<f32>, Vec<f32>)> {
    let heads: Vec<&Seen> = seen.iter().filter(|seen| seen.photo.beak.is_some() && seen.photo.synthetic.is_empty()).copied().collect();
    let raw = in_parallel(heads, |seen| Ok(Descriptor::raw(network, &seen.photo.read()?, seen.cells.sighting(head).region)))?;
    let length = raw.first().context("no photo shows a beak")?.len();
    let count = raw.len() as f64;
    let mean_of = |channel: usize| raw.iter().map(|values| f64::from(values[channel])).sum::<f64>() / count;
    let means: Vec<f64> = (0..length).map(mean_of).collect();
    let deviation_of = |channel: usize| {
        let variance = raw.iter().map(|values| (f64::from(values[channel]) - means[channel]).powi(2)).sum::<f64>() / count;
        variance.sqrt().max(1e-3) as f32
    };
    Ok((means.iter().map(|mean| *mean as f32).collect(), (0..length).map(deviation_of).collect()))
}

fn values(seen: &Seen, cell: usize) -> impl Iterator<Item = f32> {
    seen.cells.values(cell / seen.cells.side(), cell % seen.cells.side())
}

/// The cells of the photo's one beak, at least the one that its centre lies in.
fn with_beak(seen: &Seen) -> Vec<usize> {
    let Some(beak) = seen.photo.beak.filter(|_| seen.photo.is_beak_visible) else { return Vec::new() };
    let cells = in_photo(&seen.cells);
    let centre = beak.centre();
    let distance = |cell: usize| {
        let (x, y) = centre_of(&seen.cells, cell);
        (x - centre.0).hypot(y - centre.1)
    };
    let nearest = cells.iter().copied().min_by(|one, other| distance(*one).total_cmp(&distance(*other)));
    let inside = cells.iter().copied().filter(|cell| {
        let (x, y) = centre_of(&seen.cells, *cell);
        beak.holds(x, y, 0.0)
    });
    let mut found: Vec<usize> = inside.chain(nearest).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The cells of which one knows that they show no beak of a parrot. Of photos with several birds one does not; what is a beak of another bird
/// is left out, too.
fn without_beak(seen: &Seen) -> Vec<usize> {
    let Photo { kind, beak, has_several_birds, is_beak_visible, .. } = &seen.photo;
    if *kind == Kind::Bird || (*has_several_birds && *is_beak_visible) || (*is_beak_visible && beak.is_none()) {
        return Vec::new();
    }
    let mut cells = in_photo(&seen.cells);
    if let Some(beak) = beak.filter(|_| *is_beak_visible) {
        cells.retain(|cell| {
            let (x, y) = centre_of(&seen.cells, *cell);
            !beak.holds(x, y, DOUBTFUL_MARGIN)
        });
    }
    cells
}

fn in_photo(cells: &Cells) -> Vec<usize> {
    let side = cells.side();
    (0..side * side).filter(|cell| cells.is_in_photo(cell / side, cell % side)).collect()
}

fn centre_of(cells: &Cells, cell: usize) -> (f32, f32) {
    cells.centre(cell / cells.side(), cell % cells.side())
}

/// So many of these, spread evenly.
fn evenly(cells: &[usize], count: usize) -> Vec<usize> {
    let count = count.min(cells.len());
    (0..count).map(|number| cells[number * cells.len() / count]).collect()
}
