//! Lets the program be compiled again when the files of its pages are others.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[expect(clippy::disallowed_methods, reason = "cargo's word to build scripts")]
    let profile = std::env::var("PROFILE");
    // In the development profile they are read where they are, and not part of the program.
    if profile.as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=../target/site");
    }
}
