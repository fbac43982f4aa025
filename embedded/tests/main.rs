//! The private servers as a program uses them: with real servers, real processes and real signals.
//!
//! Runs as root (servers under the account `postgres`) and as an ordinary user; CI does both. Needs the packages `postgresql` and
//! `redis-server`, touches nothing outside temporary folders, leaves no process behind.

mod crashes;
mod installation;
mod life_cycle;
mod refusals;
mod throw_away;
mod user_process;
