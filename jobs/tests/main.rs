//! What the money must survive, on real PostgreSQL and Redis: duplicates, reordering, a wiped wire, processes that die.

mod analytics;
mod attempts;
mod faults;
mod income;
mod order;
mod outage;
mod own_account;
mod payroll;
mod reassign;
mod rules;
mod upkeep;
mod worker_process;
