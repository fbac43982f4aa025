//! The auth service on a real PostgreSQL. Each test has an installation of its own; photos are drawn by the tests.

mod beaks;
mod company;
mod directory;
mod enrolment;
mod first_admin;
mod isolation;
mod log_in;
mod people;
mod photo_intake;
mod pictures;
mod races;
mod roles;
mod same_photo;
mod sessions;
