//! What a data warehouse gets, out of a real PostgreSQL.

mod company;
mod files;
mod horizon;
mod selection;
