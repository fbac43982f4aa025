//! Has the crate built again when a migration is added: `sqlx::migrate!` takes them in, but does not see new ones.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/auth");
}
