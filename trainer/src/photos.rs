//! The photos and what people said of them.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use beak::photo::Unusable;
use image::RgbImage;
use serde::Deserialize;

/// The name of the table in the folder of the photos.
const LABELS: &str = "labels.csv";

/// What a photo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Parrot,
    /// A bird that is no parrot.
    Bird,
    Other,
}

/// Whether a beak can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    Visible,
    Hidden,
}

/// A line of the table.
#[derive(Debug, Deserialize)]
struct Row {
    file: PathBuf,
    kind: Kind,
    beak: Visibility,
    x: Option<f32>,
    y: Option<f32>,
    w: Option<f32>,
    h: Option<f32>,
    multi: u8,
    species: String,
    synthetic: String,
    group: String,
}

/// A rectangle round a beak: left, top, width and height as shares of the photo's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BeakBox {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// A photo with its label.
#[derive(Debug, Clone)]
pub(crate) struct Photo {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) is_beak_visible: bool,
    /// Where the beak is; only where one parrot shows it.
    pub(crate) beak: Option<BeakBox>,
    pub(crate) has_several_birds: bool,
    /// What kind of parrot, by its colours.
    pub(crate) species: String,
    /// How the photo was changed: nothing as it was found, `cover-…` with the beak covered, `crop` with it cut away, `control-…` with something
    /// else covered.
    pub(crate) synthetic: String,
    /// Photos of one group show the same bird or come from the same place.
    pub(crate) group: String,
}

impl Photo {
    /// All photos of a folder, in the order of the table.
    pub(crate) fn of_folder(folder: &Path) -> Result<Vec<Self>> {
        let table = folder.join(LABELS);
        let file = File::open(&table).with_context(|| format!("{} cannot be opened", table.display()))?;
        let rows = csv::Reader::from_reader(file).into_deserialize::<Row>();
        let photos = rows.map(|row| Ok(Self::of_row(folder, row?))).collect::<Result<Vec<_>>>()?;
        ensure!(!photos.is_empty(), "{} names no photos", table.display());
        Ok(photos)
    }

    fn of_row(folder: &Path, row: Row) -> Self {
        let corner_and_size = (row.x, row.y, row.w, row.h);
        let beak = if let (Some(left), Some(top), Some(width), Some(height)) = corner_and_size {
            Some(BeakBox { left, top, width, height })
        } else {
            None
        };
        Self {
            path: folder.join(row.file),
            kind: row.kind,
            is_beak_visible: row.kind == Kind::Parrot && row.beak == Visibility::Visible,
            beak,
            has_several_birds: row.multi > 0,
            species: row.species,
            synthetic: row.synthetic,
            group: row.group,
        }
    }

    /// Reads the file as the product reads it. What it refuses for its size or because nothing is in it says something about beaks all the same.
    pub(crate) fn read(&self) -> Result<RgbImage> {
        let unread = || format!("{} cannot be read", self.path.display());
        let bytes = fs::read(&self.path).with_context(unread)?;
        match beak::photo::Photo::read(&bytes) {
            Ok(photo) => Ok(photo.pixels().clone()),
            Err(Unusable::TooSmall { .. } | Unusable::Blank) => Ok(image::load_from_memory(&bytes).with_context(unread)?.into_rgb8()),
            Err(unusable) => Err(unusable).with_context(unread),
        }
    }
}

impl BeakBox {
    /// Whether a point lies in the box, made larger by a share of its size on each side.
    pub(crate) fn holds(&self, x: f32, y: f32, margin: f32) -> bool {
        let inside = |value: f32, start: f32, length: f32| (start - margin * length..=start + (1.0 + margin) * length).contains(&value);
        inside(x, self.left, self.width) && inside(y, self.top, self.height)
    }

    /// The centre.
    pub(crate) fn centre(&self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}
