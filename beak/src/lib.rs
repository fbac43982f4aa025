//! Looks at photos of parrots: is there one, is its beak visible, and whose is it?
//!
//! What a stranger sends becomes a [photo] or is refused. A photo goes through `EfficientNet-Lite0` twice, the [network](network) that others
//! trained on everyday pictures. On what it makes of the photo, few numbers of our own decide, the [head](head): the [gate] finds the beak, the
//! [descriptor] tells one bird from another, the [gallery] compares. Nothing here reads files, asks a database or knows the time; what it needs is handed in.
//!
//! Numbers are `f32` throughout, and positions shares of a side, so the size of a photo never matters.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sides of pictures, counts of cells and colours are all far below 2²⁴, and positions are cut to their range"
)]

pub mod descriptor;
pub mod gallery;
pub mod gate;
pub mod head;
mod letterbox;
pub mod network;
pub mod photo;
pub mod recogniser;
pub mod weights;
