//! The real network beside another implementation of it.
//!
//! The weights are not ours to commit: where `ATES_BEAK_WEIGHTS` does not name them, this says so and tries nothing. `cargo xtask test` sees to it.

use std::{env, fs, io::Write as _, path::PathBuf};

use beak::{
    descriptor::Descriptor,
    gate::Cells,
    head::{Head, Linear},
    network::Network,
    weights::Weights,
};
use image::{Rgb, RgbImage};

#[expect(clippy::disallowed_methods, reason = "what only some machines have is named by the environment")]
fn network() -> Option<Network> {
    let Some(path) = env::var_os("ATES_BEAK_WEIGHTS").map(PathBuf::from) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: ATES_BEAK_WEIGHTS is not set");
        return None;
    };
    let weights = Weights::from_wheel(&fs::read(path).expect("a file")).expect("the pinned weights");
    Some(Network::new(&weights).expect("the layers of the network"))
}

/// Numbers that let every channel count, so that an error in one of them is seen.
fn plain_head() -> Head {
    let linear = |length: usize, weight: f32, bias: f32| Linear { weights: vec![weight; length], bias };
    Head {
        beak: linear(432, 0.01, 0.0),
        parrot: linear(1280, 0.001, 0.0),
        size: linear(432, 0.001, -2.0),
        descriptor_mean: vec![0.0; 640],
        descriptor_deviation: vec![1.0; 640],
    }
}

/// Colours that run and a pattern across them, wider than high.
fn picture() -> RgbImage {
    RgbImage::from_fn(400, 300, |x, y| {
        Rgb([x * 255 / 399, y * 255 / 299, (x ^ y) & 255].map(|channel| u8::try_from(channel).expect("a byte")))
    })
}

/// The expected values were printed by the prototype of the study that this crate follows, written by somebody else: it reads the same wheel by a
/// parser of its own and goes through the same network by loops of its own. It prints three or four decimals.
#[test]
fn the_network_agrees_with_another_implementation() {
    let Some(network) = network() else { return };
    let head = plain_head();
    let sighting = Cells::new(&network, &picture()).sighting(&head);
    let is_near = |what: &str, actual: f32, expected: f32| assert!((actual - expected).abs() < 1.5e-3, "{what}: {actual}, not {expected}");
    is_near("parrot", sighting.parrot, 0.134);
    is_near("beak", sighting.beak, 0.946);
    is_near("x", sighting.region.x, 0.9579);
    is_near("y", sighting.region.y, 0.5365);
    is_near("side", sighting.region.side, 0.1433);
    let descriptor = Descriptor::new(&network, &head, &picture(), sighting.region);
    for (number, (actual, expected)) in descriptor.values().iter().zip([0.0505, 0.0800, -0.0104]).enumerate() {
        is_near(&format!("descriptor {number}"), *actual, expected);
    }
}
