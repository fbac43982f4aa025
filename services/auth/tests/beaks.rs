//! The recogniser that looks at beaks, with the real network, and what happens without it.
//!
//! The weights and the photos are not ours to commit. Where `ATES_BEAK_WEIGHTS` (`cargo xtask test` sees to it) or `ATES_BEAK_PHOTOS` (a folder
//! with photos and `labels.csv`) is missing, a test that needs it says so and tries nothing.

use std::{
    env,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use auth::{LooksAtBeaks, recogniser::BeakRecogniser};
use contracts::{
    PhotoRefusal, ServiceError,
    auth::{Auth as _, RecogniserState, Recognition},
};
use image::{ImageReader, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use platform::config::{self, Recogniser};

use crate::{
    company::{Company, applicant},
    pictures::photo,
};

fn configured(weights: Option<PathBuf>) -> Arc<dyn BeakRecogniser> {
    auth::recogniser(&config::Beak { recogniser: Recogniser::Beak, weights })
}

/// A file or folder that a variable names.
#[expect(clippy::disallowed_methods, reason = "what only some machines have is named by the environment")]
fn named(variable: &str) -> Option<PathBuf> {
    let path = env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {variable} is not set");
    }
    path
}

fn with_weights() -> Option<Arc<dyn BeakRecogniser>> {
    let weights = named("ATES_BEAK_WEIGHTS")?;
    Some(Arc::new(LooksAtBeaks::load(Some(&weights)).expect("the weights")))
}

#[tokio::test]
async fn without_weights_nobody_gets_in() {
    let wrong = env::temp_dir().join(format!("ates-weights-{}", std::process::id()));
    File::create(&wrong).and_then(|mut file| file.write_all(b"PK")).expect("a file");
    for weights in [None, Some(PathBuf::from("/there/is/none")), Some(wrong.clone())] {
        let company = Company::with_recogniser(configured(weights)).await;
        assert_eq!(company.auth.recogniser(), RecogniserState::Missing);
        let refused = Err(ServiceError::PhotoRefused(PhotoRefusal::NoRecogniser));
        assert_eq!(company.auth.log_in(photo(1)).await.map(drop), refused);
        let enrolled = company.auth.enrol(contracts::auth::EnrolmentPhoto::Bytes(photo(1)), applicant(1)).await;
        assert_eq!(enrolled.map(drop), refused);
    }
    fs::remove_file(wrong).expect("the file goes");
}

#[tokio::test]
async fn what_is_no_parrot_is_refused() {
    let Some(recogniser) = with_weights() else { return };
    let company = Company::with_recogniser(recogniser).await;
    for seed in 1..4 {
        let refused = company.auth.log_in(photo(seed)).await.map(drop);
        assert_eq!(refused, Err(ServiceError::PhotoRefused(PhotoRefusal::NotAParrot)), "picture {seed}");
    }
}

/// A line of the table of photos: file, kind, whether the beak is visible, how it was changed, group.
struct Labelled {
    file: PathBuf,
    kind: String,
    is_visible: bool,
    is_single: bool,
    synthetic: String,
    group: String,
}

fn labelled(folder: &Path) -> Vec<Labelled> {
    let table = fs::read_to_string(folder.join("labels.csv")).expect("labels.csv");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("file,kind,beak,x,y,w,h,multi,species,synthetic,origin,group,note"));
    let line = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        Labelled {
            file: folder.join(columns[0]),
            kind: columns[1].to_owned(),
            is_visible: columns[2] == "visible",
            is_single: columns[7] == "0",
            synthetic: columns[9].to_owned(),
            group: columns[11].to_owned(),
        }
    };
    lines.map(line).collect()
}

/// The same bird, nearer, darker and stored once more.
fn again(bytes: &[u8]) -> Vec<u8> {
    let photo =
        ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().expect("a format").decode().expect("a photo").into_rgb8();
    let (width, height) = photo.dimensions();
    let nearer: RgbImage = imageops::crop_imm(&photo, width / 20, height / 20, width * 9 / 10, height * 9 / 10).to_image();
    let mut stored = Vec::new();
    imageops::brighten(&nearer, -15).write_with_encoder(JpegEncoder::new_with_quality(&mut stored, 70)).expect("a JPEG");
    stored
}

#[tokio::test]
async fn a_parrot_is_known_again_and_a_stranger_is_not() {
    let (Some(recogniser), Some(folder)) = (with_weights(), named("ATES_BEAK_PHOTOS")) else { return };
    let photos = labelled(&folder);
    let bytes = |labelled: &Labelled| fs::read(&labelled.file).expect("a photo");
    let company = Company::with_recogniser(recogniser).await;

    let birds = photos.iter().filter(|photo| photo.kind == "parrot" && photo.is_visible && photo.is_single && photo.synthetic.is_empty());
    let (mut enrolled, mut groups) = (Vec::new(), Vec::new());
    for bird in birds {
        if groups.contains(&bird.group) {
            continue;
        }
        match company.auth.log_in(bytes(bird)).await {
            Ok(Recognition::Unknown { ticket }) => {
                groups.push(bird.group.clone());
                let seed = u64::try_from(groups.len()).expect("a few");
                // The third one only shows itself.
                if seed == 3 {
                    break;
                }
                let photo = contracts::auth::EnrolmentPhoto::Ticket(ticket);
                enrolled
                    .push((company.auth.enrol(photo, applicant(seed)).await.expect("it enrols").profile.user.user_id, again(&bytes(bird))));
            }
            Ok(Recognition::Known(_)) => panic!("a stranger was let in: {}", bird.file.display()),
            // Some of a hundred are refused; how many is for `cargo xtask beak evaluate` to say.
            Err(ServiceError::PhotoRefused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((enrolled.len(), groups.len()), (2, 3));
    for (user_id, photo) in enrolled {
        match company.auth.log_in(photo).await.expect("the photo is looked at") {
            Recognition::Known(known) => assert_eq!(known.profile.user.user_id, user_id),
            Recognition::Unknown { .. } => panic!("it is not known again"),
        }
    }

    let others = photos.iter().filter(|photo| photo.kind == "other").take(5);
    for other in others {
        let refused = company.auth.log_in(bytes(other)).await.map(drop);
        assert!(matches!(refused, Err(ServiceError::PhotoRefused(_))), "{}: {refused:?}", other.file.display());
    }
    let cut = photos.iter().filter(|photo| photo.synthetic == "crop").take(5);
    for cut in cut {
        let refused = company.auth.log_in(bytes(cut)).await.map(drop);
        assert!(matches!(refused, Err(ServiceError::PhotoRefused(_))), "{}: {refused:?}", cut.file.display());
    }
}
