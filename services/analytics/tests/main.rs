//! The service against a real PostgreSQL.

mod isolation;
