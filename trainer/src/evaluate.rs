//! How well the numbers do on photos that they were not trained on.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Result;
use beak::{
    descriptor::Descriptor,
    gate::{Cells, Sighting},
    head::Head,
    network::Network,
    recogniser::{BEAK_MIN, PARROT_MIN},
};

use crate::{
    in_parallel::in_parallel,
    photos::{BeakBox, Kind, Photo},
    second_photo::second_photo,
    share::Share,
    train::Seen,
};

/// How often strangers may be taken for each other in the figures about identity.
const FALSE_ACCEPTS: [f64; 2] = [1e-2, 1e-3];

/// So much around its box, as a share of its size, a beak may be found.
const NEAR: f32 = 0.25;

/// A photo and what is found in it.
pub(crate) struct Found {
    pub(crate) photo: Photo,
    pub(crate) sighting: Sighting,
}

impl Found {
    pub(crate) fn is_accepted(&self) -> bool {
        self.is_parrot() && self.sighting.beak >= BEAK_MIN
    }

    fn is_parrot(&self) -> bool {
        self.sighting.parrot >= PARROT_MIN
    }

    /// What it should be; nothing where people cannot tell either.
    pub(crate) fn should_be_accepted(&self) -> Option<bool> {
        match self.photo.kind {
            Kind::Bird | Kind::Other => Some(false),
            Kind::Parrot if self.photo.has_several_birds => None,
            Kind::Parrot => Some(self.photo.is_beak_visible),
        }
    }

    fn is_beak_in_box(&self, beak: BeakBox, margin: f32) -> bool {
        beak.holds(self.sighting.region.x, self.sighting.region.y, margin)
    }
}

/// Applies the trained numbers to photos.
pub(crate) fn find(head: &Head, seen: Vec<Seen>) -> Vec<Found> {
    seen.into_iter().map(|Seen { photo, cells }| Found { sighting: cells.sighting(head), photo }).collect()
}

/// One line of the report: what is measured, and what came out.
pub(crate) type Line = (String, String);

/// The figures about the gate.
pub(crate) fn gate_figures(found: &[Found]) -> Vec<Line> {
    let single = |found: &&Found| found.photo.kind == Kind::Parrot && !found.photo.has_several_birds;
    let visible = |found: &&Found| single(found) && found.photo.is_beak_visible;
    let as_found = |found: &&Found| visible(found) && found.photo.synthetic.is_empty();
    let changed = |prefix: &'static str| move |found: &&Found| found.photo.synthetic.starts_with(prefix);
    let parrots = found.iter().filter(|found| found.photo.is_beak_visible);
    let kind = |kind: Kind| found.iter().filter(move |found| found.photo.kind == kind);
    let boxed = || found.iter().filter(as_found).filter_map(|found| Some((found, found.photo.beak?)));
    let mut lines = vec![
        ("parrots with a visible beak that pass \"parrot?\"".to_owned(), Share::of(parrots.map(Found::is_parrot)).to_string()),
        ("other birds that pass".to_owned(), Share::of(kind(Kind::Bird).map(Found::is_parrot)).to_string()),
        ("other photos that pass".to_owned(), Share::of(kind(Kind::Other).map(Found::is_parrot)).to_string()),
        ("other birds accepted".to_owned(), Share::of(kind(Kind::Bird).map(Found::is_accepted)).to_string()),
        ("other photos accepted".to_owned(), Share::of(kind(Kind::Other).map(Found::is_accepted)).to_string()),
        ("beak visible against hidden, area under the curve".to_owned(), format!("{:.3}", area_under_curve(found))),
        ("beak found in its box".to_owned(), Share::of(boxed().map(|(found, beak)| found.is_beak_in_box(beak, 0.0))).to_string()),
        (
            "beak found in its box and a quarter around".to_owned(),
            Share::of(boxed().map(|(found, beak)| found.is_beak_in_box(beak, NEAR))).to_string(),
        ),
        ("single parrot, beak visible, accepted".to_owned(), Share::of(found.iter().filter(as_found).map(Found::is_accepted)).to_string()),
        (
            "the same, something else covered".to_owned(),
            Share::of(found.iter().filter(changed("control")).map(Found::is_accepted)).to_string(),
        ),
        ("beak covered, accepted".to_owned(), Share::of(found.iter().filter(changed("cover")).map(Found::is_accepted)).to_string()),
        ("beak cut away, accepted".to_owned(), Share::of(found.iter().filter(changed("crop")).map(Found::is_accepted)).to_string()),
    ];
    let hidden = found.iter().filter(|found| single(found) && !found.photo.is_beak_visible && found.photo.synthetic.is_empty());
    lines.push(("beak hidden as found, accepted".to_owned(), Share::of(hidden.map(Found::is_accepted)).to_string()));
    let several = found.iter().filter(|found| found.photo.has_several_birds && found.photo.is_beak_visible);
    lines.push(("several parrots, accepted".to_owned(), Share::of(several.map(Found::is_accepted)).to_string()));
    let mut by_kind: BTreeMap<String, Share> = BTreeMap::new();
    for found in found.iter().filter(as_found) {
        // `cockatoo:GALAH` is one of the cockatoos.
        let family = found.photo.species.split(':').next().unwrap_or_default();
        by_kind.entry(format!("accepted, {family}")).or_default().count(found.is_accepted());
    }
    for found in found.iter().filter(|found| found.photo.synthetic.starts_with('c') && found.photo.synthetic != "crop") {
        by_kind.entry(format!("accepted, {}", found.photo.synthetic)).or_default().count(found.is_accepted());
    }
    lines.extend(by_kind.into_iter().map(|(what, share)| (what, share.to_string())));
    lines
}

/// What would be accepted with other thresholds, for choosing them: of the photos with one visible beak, of covered and cut ones, of the rest.
pub(crate) fn thresholds(found: &[Found]) -> Vec<Line> {
    let single = |found: &&Found| found.photo.kind == Kind::Parrot && !found.photo.has_several_birds;
    let line = |parrot: f32, beak: f32| {
        let share = |chosen: &dyn Fn(&&Found) -> bool| {
            let accepted = |found: &Found| found.sighting.parrot >= parrot && found.sighting.beak >= beak;
            let Share { hits, of } = Share::of(found.iter().filter(chosen).map(accepted));
            format!("{hits}/{of}")
        };
        let figures = [
            ("visible", share(&|found| single(found) && found.photo.is_beak_visible)),
            ("covered", share(&|found| found.photo.synthetic.starts_with("cover"))),
            ("cut", share(&|found| found.photo.synthetic == "crop")),
            ("birds", share(&|found| found.photo.kind == Kind::Bird)),
            ("others", share(&|found| found.photo.kind == Kind::Other)),
        ];
        (format!("parrot ≥ {parrot:.1}, beak ≥ {beak:.1}"), figures.map(|(what, share)| format!("{what} {share}")).join(", "))
    };
    let steps = |from: u8, to: u8| (from..=to).map(|step| f32::from(step) / 2.0);
    steps(0, 4).flat_map(|parrot| steps(0, 6).map(move |beak| (parrot, beak))).map(|(parrot, beak)| line(parrot, beak)).collect()
}

/// How likely a visible beak scores higher than a hidden one.
fn area_under_curve(found: &[Found]) -> f64 {
    let scores = |visible: bool| {
        let chosen = found.iter().filter(move |found| {
            found.photo.kind == Kind::Parrot && !found.photo.has_several_birds && found.photo.is_beak_visible == visible
        });
        chosen.map(|found| found.sighting.beak).collect::<Vec<_>>()
    };
    let (visible, hidden) = (scores(true), scores(false));
    let wins: f64 = visible
        .iter()
        .flat_map(|one| {
            hidden.iter().map(move |other| {
                if one > other {
                    1.0
                } else if one < other {
                    0.0
                } else {
                    0.5
                }
            })
        })
        .sum();
    wins / (visible.len() * hidden.len()) as f64
}

/// A bird twice: as it was photographed, and as it might be photographed again.
struct Twice {
    species: String,
    group: String,
    first: Descriptor,
    second: Descriptor,
}

/// The figures about identity, over accepted photos of single birds.
pub(crate) fn identity_figures(network: &Network, head: &Head, found: &[Found]) -> Result<Vec<Line>> {
    let birds: Vec<(usize, &Found)> = found
        .iter()
        .enumerate()
        .filter(|(_, found)| found.photo.synthetic.is_empty() && found.photo.beak.is_some() && found.is_accepted())
        .collect();
    let birds = in_parallel(birds, |(number, found)| twice(network, head, found, number as u64))?;
    let genuine: Vec<f32> = birds.iter().map(|bird| bird.first.likeness(&bird.second)).collect();
    let mut lines = Vec::new();
    for (what, same_colours) in [("all birds", false), ("birds of the same colours", true)] {
        let mut strangers = Vec::new();
        for (one, bird) in birds.iter().enumerate() {
            let others = birds.iter().enumerate().filter(|(other, stranger)| {
                one != *other && stranger.group != bird.group && (!same_colours || stranger.species == bird.species)
            });
            strangers.extend(others.map(|(_, stranger)| bird.second.likeness(&stranger.first)));
        }
        strangers.sort_by(|one, other| other.total_cmp(one));
        for rate in FALSE_ACCEPTS {
            let threshold = strangers.get((strangers.len() as f64 * rate) as usize).copied().unwrap_or(1.0);
            let share = Share::of(genuine.iter().map(|likeness| *likeness > threshold));
            lines.push((
                format!("known again where {rate} of strangers are taken for them, {what}"),
                format!("{share} at {threshold:.3}, {} pairs", strangers.len()),
            ));
        }
    }
    let ranked = birds.iter().enumerate().map(|(number, bird)| {
        let own = bird.second.likeness(&bird.first);
        birds
            .iter()
            .enumerate()
            .all(|(other, stranger)| other == number || stranger.group == bird.group || bird.second.likeness(&stranger.first) < own)
    });
    lines.push(("most alike to their own first photo".to_owned(), Share::of(ranked).to_string()));
    Ok(lines)
}

fn twice(network: &Network, head: &Head, found: &Found, number: u64) -> Result<Twice> {
    let first = found.photo.read()?;
    let Some(beak) = found.photo.beak else { anyhow::bail!("the photo has no box") };
    let second = second_photo(&first, beak, number)?;
    let region = Cells::new(network, &second).sighting(head).region;
    Ok(Twice {
        species: found.photo.species.clone(),
        group: found.photo.group.clone(),
        first: Descriptor::new(network, head, &first, found.sighting.region),
        second: Descriptor::new(network, head, &second, region),
    })
}

/// The photos that are judged wrongly.
pub(crate) fn wrong(found: &[Found]) -> Vec<(&PathBuf, Sighting, bool)> {
    let wrong = found.iter().filter(|found| found.should_be_accepted().is_some_and(|should| should != found.is_accepted()));
    wrong.map(|found| (&found.photo.path, found.sighting, found.is_accepted())).collect()
}
