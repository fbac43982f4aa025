//! The only SQL on schema `auth`.

pub(crate) mod people;
