//! The platform against a real PostgreSQL.

mod histories;
