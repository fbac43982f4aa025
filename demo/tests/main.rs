//! The demo company on real PostgreSQL and Redis: what is founded, what is found again, and what is left alone.

mod company;
mod founding;
