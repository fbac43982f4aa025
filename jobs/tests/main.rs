//! What the money must survive, on real PostgreSQL and Redis: duplicates, reordering, a wiped wire, processes that die.

mod books;
mod company;
mod faults;
mod order;
mod rules;
mod worker_process;
